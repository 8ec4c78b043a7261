"""Telling the agency's people: each thing once, to those who may see the client, as each chose.

A notice names what happened and where to look, and nothing of what stands there: it lies about in
mail boxes and on the screens of phones. Numbers of telephones are taken out of it, whoever typed
them into a title.

While a colleague stands in for somebody, the colleague is told, each by their own choices. The one
who is away finds it on the dashboard on coming back: no letter, no message, no line in a digest.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise

from clients.language import language_of
from clients.models import (
    URGENT,
    Channel,
    Client,
    Notice,
    NoticeDelivery,
    NoticeHabits,
    Role,
    TeamMember,
    User,
    When,
)
from clients.notice_choices import Choices, choices_of_all
from smm_agency.lib.phones import hide_numbers

LONGEST_SUBJECT = 200


class Words:
    """What is told, put into the language of whoever reads it; so are lazy values and days."""

    def __init__(self, text: str | Promise, **values: object) -> None:
        self.text, self.values = text, values

    def __str__(self) -> str:
        return str(self.text) % {name: _written(value) for name, value in self.values.items()}


def _written(value: object) -> object:
    is_day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return date_format(value, "DATE_FORMAT") if is_day else value  # type: ignore[arg-type] # a day


@transaction.atomic
def tell(
    people: Iterable[User],
    *,
    kind: str,
    key: str,
    subject: object,
    text: object,
    path: str,
    client: Client | None,
    at: dt.datetime,
    is_by_dashboard_only: bool = False,
    is_own_work: bool = False,
) -> int:
    """Write each person's notice, once for the key; how many were new.

    `subject` and `text` become words in each reader's language (`str()` is called then). `path`
    is a page of ours, such as `/admin/kpi/flag/7/change/`. By the dashboard only: whatever they
    chose, it is shown there and goes nowhere else. Of their own work contractors are told, too.
    """
    seen, away = _told_and_away(
        people, client=client, on=day_at(client, at), is_own_work=is_own_work
    )
    told = _with_substitutes(seen, away)
    if not told:
        return 0
    choices = choices_of_all(told, on=day_at(client, at))
    new: list[Notice] = []
    for person in told:
        with translation.override(language_of(person, client)):
            # Two workers at once: the second waits for the first and finds the key taken.
            notice, is_new = Notice.objects.get_or_create(
                person=person,
                key=key[:200],
                defaults={
                    "client": client,
                    "kind": kind,
                    "subject": " ".join(_clean(subject, client).split())[:LONGEST_SUBJECT],
                    "text": _clean(text, client),
                    "path": path[:300],
                    "written_at": at,
                    "is_on_dashboard": is_by_dashboard_only
                    or choices[person.pk][kind, Channel.DASHBOARD] != When.OFF,
                },
            )
        new += [notice] if is_new else []
    if not is_by_dashboard_only:
        _plan([notice for notice in new if notice.person_id not in away], choices, at=at)
    return len(new)


def may_be_told(
    people: Iterable[User], *, client: Client | None, on: dt.date, is_own_work: bool = False
) -> list[User]:
    """Once each: active people of the agency; with a client, those who see it on that day.

    A contractor sees of a client their own work alone, and is told of nothing else.
    """
    return _told_and_away(people, client=client, on=on, is_own_work=is_own_work)[0]


def _told_and_away(
    people: Iterable[User], *, client: Client | None, on: dt.date, is_own_work: bool
) -> tuple[list[User], dict[int, set[int]]]:
    """Who may be told; and of those who are away, by id: the ids of who stands in for them."""
    staff = {each.pk: each for each in people if each.is_active and each.is_staff}
    if client is None or not staff:
        return list(staff.values()), {}
    members = TeamMember.objects.active(on=on).filter(
        Q(user__in=staff) | Q(stands_in_for__user__in=staff), client=client
    )
    team: set[int] = set()
    away: dict[int, set[int]] = {}
    found = members.order_by().values_list("user", "role", "stands_in_for__user")
    for here, role, absent in found:
        is_of_the_house = role != Role.CONTRACTOR
        if is_of_the_house or is_own_work:
            team.add(here)
        # What is somebody else's own work a contractor does not see.
        if absent in staff and is_of_the_house:
            away.setdefault(absent, set()).add(here)
    return [each for each in staff.values() if each.pk in team or each.sees_all_clients], away


def _with_substitutes(people: list[User], away: Mapping[int, set[int]]) -> list[User]:
    """The same people, and who stands in for those of them who are away."""
    if not away:
        return people
    known = {each.pk for each in people}
    wanted = {here for each in people for here in away.get(each.pk, ())} - known
    return [*people, *User.objects.filter(pk__in=wanted, is_staff=True).order_by("pk")]


def page_of(row: models.Model) -> str:
    """The path of the row's page in the workbench."""
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def day_at(client: Client | None, at: dt.datetime) -> dt.date:
    """The client's day, or that of UTC where it has none: its broken time zone is told of, too."""
    if client is None:
        return at.date()
    try:
        return client.day_of(at)
    except zoneinfo.ZoneInfoNotFoundError:
        return at.date()


def _clean(words: object, client: Client | None) -> str:
    return hide_numbers(str(words), client.country if client else "RU")


def _plan(notices: Sequence[Notice], choices: Mapping[int, Choices], *, at: dt.datetime) -> None:
    """By which channel each goes out, and when."""
    people = [notice.person for notice in notices]
    kept = {row.person_id: row for row in NoticeHabits.objects.filter(person__in=people)}
    rows = []
    for notice in notices:
        habits = kept.get(notice.person_id) or NoticeHabits()
        # With what `tell` was given: no query for each.
        habits.person = notice.person
        for channel in (Channel.EMAIL, Channel.TELEGRAM):
            when = choices[notice.person_id][notice.kind, channel]
            if when != When.OFF and _is_open(channel, habits):
                rows.append(_delivery(notice, channel, when, habits, at=at))
    NoticeDelivery.objects.bulk_create(rows)


def _is_open(channel: Channel, habits: NoticeHabits) -> bool:
    """Whether there is an address to write to."""
    if channel == Channel.EMAIL:
        return bool(habits.person.email)
    return bool(settings.NOTICE_BOT_TOKEN and habits.chat_id)


def _delivery(
    notice: Notice, channel: Channel, when: str, habits: NoticeHabits, *, at: dt.datetime
) -> NoticeDelivery:
    """What is urgent waits for nothing."""
    is_digest = when == When.DIGEST and notice.kind not in URGENT
    due_at = at
    if is_digest:
        due_at = habits.next_digest(at)
    elif notice.kind not in URGENT:
        due_at = habits.after_quiet(at)
    return NoticeDelivery(
        notice=notice,
        client_id=notice.client_id,
        channel=channel,
        is_digest=is_digest,
        due_at=due_at,
    )
