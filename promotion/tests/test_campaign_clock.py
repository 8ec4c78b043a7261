"""Campaigns by the clock: at the client's midnight, once, and never against a person."""

import datetime as dt
from typing import Any

import pytest
from django_celery_beat.models import PeriodicTask

from clients.models import Task
from promotion.campaign_clock import keep_states
from promotion.models import Campaign, CampaignMove, CampaignState
from tests.factories import DAY, CampaignFactory, UserFactory

pytestmark = pytest.mark.django_db

S = CampaignState
ONE = dt.timedelta(days=1)
# One minute past midnight of March 12 in Moscow.
AFTER_MIDNIGHT = dt.datetime(2026, 3, 11, 21, 1, tzinfo=dt.UTC)
BEFORE_MIDNIGHT = AFTER_MIDNIGHT - dt.timedelta(minutes=2)


def campaign_in(state: str, first: dt.date, last: dt.date | None, **fields: Any) -> Campaign:
    known = {"client__time_zone": "Europe/Moscow", "client__status": "active"}
    return CampaignFactory.create(state=state, starts_on=first, ends_on=last, **known | fields)


def states_after(at: dt.datetime) -> tuple[int, list[str]]:
    moved = keep_states(at=at)
    return moved, list(Campaign.objects.order_by("pk").values_list("state", flat=True))


def test_an_agreed_one_begins_on_its_first_day() -> None:
    campaign_in(S.AGREED, DAY + ONE, DAY + 9 * ONE)
    campaign_in(S.AGREED, DAY + ONE, DAY + 9 * ONE, client__time_zone="America/New_York")
    campaign_in(S.DRAFT, DAY, DAY + 9 * ONE)
    assert states_after(BEFORE_MIDNIGHT) == (0, [S.AGREED, S.AGREED, S.DRAFT])
    assert states_after(AFTER_MIDNIGHT) == (1, [S.RUNNING, S.AGREED, S.DRAFT])
    assert states_after(AFTER_MIDNIGHT) == (0, [S.RUNNING, S.AGREED, S.DRAFT])
    move = CampaignMove.objects.get()
    assert (move.moved_by, move.new, move.moved_at) == (None, S.RUNNING, AFTER_MIDNIGHT)


@pytest.mark.parametrize("state", [S.RUNNING, S.PAUSED])
def test_it_ends_after_its_last_day(state: str) -> None:
    campaign_in(state, DAY - ONE, DAY)
    campaign_in(state, DAY - ONE, DAY + ONE)
    campaign_in(state, DAY - ONE, None)
    assert states_after(BEFORE_MIDNIGHT) == (0, [state, state, state])
    assert states_after(AFTER_MIDNIGHT) == (1, [S.FINISHED, state, state])


def test_the_furthest_clocks_have_their_own_day() -> None:
    campaign_in(S.AGREED, DAY + ONE, None, client__time_zone="Pacific/Kiritimati")
    campaign_in(S.RUNNING, DAY - ONE, DAY, client__time_zone="Pacific/Kiritimati")
    # March 12, half past midnight, where the clocks are fourteen hours ahead.
    at = dt.datetime(2026, 3, 11, 10, 30, tzinfo=dt.UTC)
    assert states_after(at) == (2, [S.RUNNING, S.FINISHED])


@pytest.mark.parametrize("status", ["paused", "ended"])
def test_nothing_begins_by_itself_for_a_client_at_rest(status: str) -> None:
    campaign_in(S.AGREED, DAY, DAY + 9 * ONE, client__status=status)
    campaign_in(S.RUNNING, DAY - ONE, DAY, client__status=status)
    assert states_after(AFTER_MIDNIGHT) == (1, [S.AGREED, S.FINISHED])


def test_what_was_agreed_and_never_ran_does_not_begin_after_its_days() -> None:
    campaign_in(S.AGREED, DAY - ONE, DAY)
    assert states_after(AFTER_MIDNIGHT) == (0, [S.AGREED])


def test_one_that_may_not_begin_is_told_of_once_and_holds_up_no_other() -> None:
    owner = UserFactory.create()
    held = campaign_in(S.AGREED, DAY, DAY + 9 * ONE, kind="giveaway", title="Gift", owner=owner)
    campaign_in(S.AGREED, DAY, DAY + 9 * ONE)
    assert states_after(AFTER_MIDNIGHT) == (1, [S.AGREED, S.RUNNING])
    assert states_after(AFTER_MIDNIGHT) == (0, [S.AGREED, S.RUNNING])
    task = Task.objects.get()
    assert (task.title, task.owner, task.origin) == (
        "“Gift” did not become “running”", owner, held,
    )  # fmt: skip
    assert task.details == (
        "Mend this; the program tries again as long as its days last:\n"
        "It has no promo action yet: add the rules, the dates and the prizes first."
    )


def test_the_clock_has_its_row() -> None:
    task = PeriodicTask.objects.get(task="promotion.tasks.keep_campaigns")
    assert (task.crontab.minute, task.expire_seconds) == ("*/10", 540)
