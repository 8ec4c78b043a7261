"""Brings the demo agency into an empty database, whole or not at all."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import Client, User
from communities.models import AccessKey, Profile, WallPost
from kpi.models import Call, CallTally, DayCount, PostSnapshot, ProfileSnapshot
from smm_agency.demo.agency import STORIES
from smm_agency.demo.agreement import send_on_holiday, write_agreement
from smm_agency.demo.approvals import write_approvals
from smm_agency.demo.audits import write_audits
from smm_agency.demo.calls import write_calls
from smm_agency.demo.care import write_care
from smm_agency.demo.cast import Cast
from smm_agency.demo.content import write_content
from smm_agency.demo.design import write_design
from smm_agency.demo.inbox import write_inbox, write_saved_replies
from smm_agency.demo.materials import write_materials
from smm_agency.demo.notices import settle_notices
from smm_agency.demo.papers import write_papers
from smm_agency.demo.promotion import aim_campaigns, write_promotion
from smm_agency.demo.readings import write_readings
from smm_agency.demo.replay import Replay
from smm_agency.demo.reports import write_reports
from smm_agency.demo.set_up import write_set_up
from smm_agency.demo.simulated import VK_KEY, write_scenario
from smm_agency.demo.stage import Stage, set_stage, write_tasks


@dataclass(frozen=True)
class Progress:
    """So much of the work is done."""

    done: int
    total: int
    what: str


def check_empty() -> None:
    """Raises ValidationError where somebody's own rows stand already."""
    clients, people = Client.objects.count(), User.objects.filter(is_demo=False).count()
    if clients or people:
        raise ValidationError(
            _(
                "The demo is loaded into an empty database only: here are %(clients)d clients and "
                "%(people)d people. Use another database, or remove the demo with `manage.py "
                "remove_demo` before you load it again."
            )
            % {"clients": clients, "people": people}
        )


def loading(*, today: dt.date, now: dt.datetime | None = None) -> Iterator[Progress]:
    """Load everything, as of `today`, telling how far it is; call it within a transaction.

    `now`: no evaluation is made later than this moment. Raises ValidationError when the database
    is not empty.
    """
    check_empty()
    with translation.override("ru"):
        yield from _loading(today, now or timezone.now())


def _loading(today: dt.date, now: dt.datetime) -> Iterator[Progress]:
    cast = Cast()
    _make_agency_key(now)
    write_saved_replies()
    stages: list[Stage] = []
    total = len(STORIES)
    for number, story in enumerate(STORIES, start=1):
        stage = set_stage(story, number=number, today=today, cast=cast)
        write_readings(stage)
        write_calls(stage)
        write_set_up(stage)
        write_tasks(stage)
        write_papers(stage)
        write_agreement(stage)
        write_design(stage)
        write_inbox(stage, now=now)
        write_materials(stage)
        write_care(stage)
        stages.append(stage)
        yield Progress(number, total, story.name)
    write_promotion(stages)
    _analyse_tables()
    replay = Replay(stages, today, now)
    replay.prepare()
    total += len(replay.days)
    for number, day in enumerate(replay.run(), start=len(STORIES) + 1):
        yield Progress(number, total, day.isoformat())
    write_audits(stages)
    write_approvals(stages)
    write_content(stages)
    write_reports(stages)
    aim_campaigns(stages)
    send_on_holiday(stages, today=today)
    settle_notices(now=now)
    transaction.on_commit(lambda: write_scenario(stages))


def _analyse_tables() -> None:
    """Nobody else has counted the new rows yet, and the evaluations would be planned blindly."""
    with connection.cursor() as cursor:
        for model in (Call, CallTally, DayCount, PostSnapshot, ProfileSnapshot, WallPost, Profile):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _make_agency_key(now: dt.datetime) -> None:
    AccessKey.objects.create(
        network="vk",
        kind=AccessKey.Kind.SERVICE,
        label="VK service key (demo)",
        secret=VK_KEY,
        capabilities=["read_followers", "read_posts", "read_views", "read_reactions"],
        state=AccessKey.State.WORKS,
        checked_at=now,
    )
