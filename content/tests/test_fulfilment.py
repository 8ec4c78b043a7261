import datetime as dt
from typing import Any

import pytest

from content.fulfilment import Fulfilment, count_up, fulfilment
from content.models import PostState, PublicationState
from tests.factories import ClientFactory, PostFactory, PublicationFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
NOON = dt.datetime(2026, 3, 11, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def publication(client: Any, *, sent: dt.datetime | None = None, **facts: Any) -> Any:
    state = PublicationState.SENT if sent else PublicationState.PLANNED
    row = {"planned_at": NOON, "state": state, "sent_at": sent, **facts}
    return PublicationFactory.create(post__client=client, **row)


def test_fulfilment_is_published_on_time_of_planned() -> None:
    client = ClientFactory.create()
    publication(client, sent=NOON)
    publication(client, sent=NOON + 15 * MINUTE)
    publication(client, sent=NOON + 16 * MINUTE)
    publication(client)
    publication(client, state=PublicationState.FAILED)
    done = fulfilment(client, FIRST, LAST)
    assert done == Fulfilment(on_time=2, late=1, planned=5)
    assert (done.share, done.not_out) == (0.4, 2)


def test_fulfilment_is_not_known_where_nothing_was_planned() -> None:
    done = fulfilment(ClientFactory.create(), FIRST, LAST)
    assert (done, done.share) == (Fulfilment(on_time=0, late=0, planned=0), None)


def test_fulfilment_lists_the_cancelled_apart() -> None:
    client = ClientFactory.create()
    publication(client, sent=NOON)
    publication(client, state=PublicationState.CANCELLED)
    post = PostFactory.create(client=client, state=PostState.CANCELLED)
    publication(client, post=post)
    assert fulfilment(client, FIRST, LAST) == Fulfilment(1, 0, 1, cancelled=2)


def test_what_went_out_counts_though_its_post_was_cancelled_later() -> None:
    client = ClientFactory.create()
    post = PostFactory.create(client=client, state=PostState.CANCELLED)
    publication(client, post=post, sent=NOON)
    assert fulfilment(client, FIRST, LAST) == Fulfilment(1, 0, 1)


def test_fulfilment_is_by_the_clients_own_days_and_its_own_rows() -> None:
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    publication(client, planned_at=dt.datetime(2026, 2, 28, 13, 59, tzinfo=dt.UTC))
    publication(client, planned_at=dt.datetime(2026, 2, 28, 14, 0, tzinfo=dt.UTC))
    publication(client, planned_at=dt.datetime(2026, 3, 31, 13, 59, tzinfo=dt.UTC))
    publication(client, planned_at=dt.datetime(2026, 3, 31, 14, 0, tzinfo=dt.UTC))
    publication(client, planned_at=None)
    publication(ClientFactory.create())
    assert fulfilment(client, FIRST, LAST).planned == 2


def test_a_month_with_a_change_of_clocks_loses_no_hour() -> None:
    client = ClientFactory.create(time_zone="Europe/Berlin")
    publication(client, planned_at=dt.datetime(2026, 2, 28, 23, 0, tzinfo=dt.UTC))
    publication(client, planned_at=dt.datetime(2026, 3, 31, 21, 59, tzinfo=dt.UTC))
    publication(client, planned_at=dt.datetime(2026, 3, 31, 22, 0, tzinfo=dt.UTC))
    assert fulfilment(client, FIRST, LAST).planned == 2


def test_new_time_for_what_was_missed_is_late_in_the_month_it_was_promised_for() -> None:
    client = ClientFactory.create()
    april = NOON + dt.timedelta(days=30)
    row = publication(client, planned_at=april, promised_at=NOON, sent=april)
    assert fulfilment(client, FIRST, LAST) == Fulfilment(0, 1, 1)
    assert fulfilment(client, dt.date(2026, 4, 1), dt.date(2026, 4, 30)).planned == 0
    assert count_up([row], client, FIRST, LAST) == Fulfilment(0, 1, 1)


@pytest.mark.parametrize(
    ("early", "on_time"), [(10 * MINUTE, 1), (170 * MINUTE, 1), (190 * MINUTE, 0)]
)
def test_what_went_out_early_is_on_time_on_the_clients_same_day(
    early: dt.timedelta, on_time: int
) -> None:
    """Planned for 03:00 in Moscow."""
    client = ClientFactory.create(time_zone="Europe/Moscow")
    night = dt.datetime(2026, 3, 11, 0, 0, tzinfo=dt.UTC)
    row = publication(client, planned_at=night, sent=night - early)
    assert fulfilment(client, FIRST, LAST) == Fulfilment(on_time, 1 - on_time, 1)
    assert (count_up([row], client, FIRST, LAST).on_time, row.is_on_time) == (on_time, on_time == 1)
