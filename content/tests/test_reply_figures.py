"""Figures of replies: what is counted, what is left out, and what is no zero."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from communities.models import Profile
from content.models import InboxKind
from content.reply_figures import figures_by_client, reply_figures, reply_figures_by_kind
from tests.factories import DAY, NOON, ClientFactory, ProfileFactory, ReplyClockFactory

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
LATER = NOON + dt.timedelta(days=1)


@pytest.fixture
def page() -> Profile:
    return ProfileFactory.create()


def asked(page: Profile, *, after: int | None = None, **values: object) -> None:
    """Answered after so many minutes of the half an hour that is promised."""
    item = {f"item__{name}": value for name, value in values.items()}
    if after is not None:
        item |= {"item__first_reply_at": NOON + MINUTE * after, "item__state": "answered"}
    taken = None if after is None else MINUTE * after
    ReplyClockFactory.create(item__profile=page, first_taken=taken, **item)


def test_rate_median_and_what_waits(page: Profile) -> None:
    for minutes in (10, 20, 90):
        asked(page, after=minutes)
    asked(page)
    found = reply_figures(page.client, DAY, DAY, at=LATER)
    assert (found.asked, found.answered, found.unanswered) == (4, 3, 1)
    assert (found.rate, found.median) == (0.75, MINUTE * 20)
    # Late: the one answered after 90 minutes, and the one that still waits.
    assert (found.in_time, found.due, found.in_time_share) == (2, 4, 0.5)


def test_what_is_not_yet_due_is_not_late(page: Profile) -> None:
    asked(page)
    found = reply_figures(page.client, DAY, DAY, at=NOON + MINUTE)
    assert (found.due, found.in_time_share) == (0, None)


@pytest.mark.parametrize(
    "values", [{"category": "spam"}, {"category": "insult"}, {"needs_reply": False}]
)
def test_what_asks_for_no_reply_is_left_out(page: Profile, values: dict[str, Any]) -> None:
    asked(page, after=10)
    asked(page, **values)
    found = reply_figures(page.client, DAY, DAY, at=LATER)
    assert (found.asked, found.left_out, found.rate) == (1, 1, 1.0)


def test_nothing_asked_is_no_zero(page: Profile) -> None:
    found = reply_figures(page.client, DAY, DAY, at=LATER)
    assert (found.rate, found.median, found.in_time_share) == (None,) * 3


def test_asked_and_not_answered_is_a_zero_without_a_time(page: Profile) -> None:
    asked(page)
    found = reply_figures(page.client, DAY, DAY, at=LATER)
    assert (found.rate, found.median) == (0.0, None)


def test_closed_without_a_reply_is_not_answered_and_does_not_wait(page: Profile) -> None:
    asked(page, state="closed", closed_at=NOON)
    found = reply_figures(page.client, DAY, DAY, at=LATER)
    assert (found.answered, found.unanswered, found.closed_silently) == (0, 0, 1)


def test_negatives_closed(page: Profile) -> None:
    asked(page, category="constructive", state="closed", closed_at=NOON)
    asked(page, category="emotional")
    asked(page, category="thanks")
    found = reply_figures(page.client, DAY, DAY, at=LATER)
    assert (found.negatives, found.negatives_closed) == (2, 1)


def test_days_are_the_clients(page: Profile) -> None:
    night = dt.datetime(2026, 3, 11, 23, 30, tzinfo=dt.UTC)
    ReplyClockFactory.create(item__profile=page, since=night)
    found = [
        reply_figures(page.client, day, day, at=LATER).asked
        for day in (DAY, DAY + dt.timedelta(days=1))
    ]
    assert found == [0, 1]


def test_old_clocks_are_history_and_are_not_counted_again(page: Profile) -> None:
    ReplyClockFactory.create(item__profile=page, is_current=False)
    assert reply_figures(page.client, DAY, DAY, at=LATER).asked == 0


def test_by_kind(page: Profile) -> None:
    asked(page, after=10)
    asked(page, kind="message")
    found = reply_figures_by_kind(page.client, DAY, DAY, at=LATER)
    assert {kind: figures.rate for kind, figures in found.items()} == {
        InboxKind.COMMENT: 1.0,
        InboxKind.MESSAGE: 0.0,
    }


@pytest.mark.parametrize("number", [1, 3])
def test_many_clients_cost_one_query(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clients: list[Client] = [ClientFactory.create() for _n in range(number)]
    for client in clients:
        asked(ProfileFactory.create(client=client), after=10)
    with django_assert_num_queries(1):
        found = figures_by_client(clients, DAY, DAY, at=LATER)
    assert [found[client.pk].answered for client in clients] == [1] * number
