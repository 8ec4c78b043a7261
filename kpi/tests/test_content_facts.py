"""Facts of publications, replies and stops that may have caused a flag."""

import datetime as dt

import pytest

from communities.models import Community
from kpi.diagnosis.case import Case
from kpi.diagnosis.content_facts import posts_late, replies_late, stops
from tests.factories import (
    CommunityFactory,
    PublicationFactory,
    ReplyClockFactory,
    StopFactory,
    local_noon,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 2, 12), dt.date(2026, 3, 10)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def community() -> Community:
    return CommunityFactory.create(profile__client__country="RU")


def case_of(community: Community) -> Case:
    return Case(1, community.client_id, None, "calls", FIRST, LAST, LAST)


def test_late_posts_are_counted_of_the_planned(community: Community) -> None:
    moment = local_noon(community.client, LAST)
    for wait, state in ((0, "sent"), (2, "sent"), (0, "due")):
        PublicationFactory.create(
            post__client=community.client, community=community, planned_at=moment, state=state,
            sent_at=moment + HOUR * wait if state == "sent" else None, next_try_at=moment,
        )  # fmt: skip
    assert posts_late([case_of(community)]) == {
        1: {"planned_posts": 3, "late_posts": 2, "on_time_share": 0.3333}
    }


def test_days_are_the_clients_own() -> None:
    """Nine in the evening of the 11th by UTC is the 12th in Vladivostok, and so is a stop then."""
    place = CommunityFactory.create(
        profile__client__country="RU", profile__client__time_zone="Asia/Vladivostok"
    )
    for day in (FIRST - HOUR * 24, LAST):
        evening = dt.datetime(day.year, day.month, day.day, 21, tzinfo=dt.UTC)
        PublicationFactory.create(post__client=place.client, community=place, planned_at=evening)
    StopFactory.create(client=place.client, began_at=dt.datetime(2026, 3, 9, 21, tzinfo=dt.UTC))
    case = case_of(place)
    assert posts_late([case])[1]["planned_posts"] == 1
    assert stops([case])[1]["stopped_days"] == 1


def test_late_replies_are_counted_of_the_due(community: Community) -> None:
    moment = local_noon(community.client, LAST)
    for wait in (0.25, 5):
        ReplyClockFactory.create(
            item__profile=community.profile, since=moment, first_due_at=moment + HOUR / 2,
            item__first_reply_at=moment + HOUR * wait,
        )  # fmt: skip
    assert replies_late([case_of(community)]) == {
        1: {"due_replies": 2, "late_replies": 1, "in_time_share": 0.5}
    }


def test_days_of_stops_are_those_within_the_flags_days(community: Community) -> None:
    begun = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
    StopFactory.create(
        client=community.client, began_at=begun, lifted_at=begun + HOUR * 24 * 4, reason="Mourning"
    )
    StopFactory.create(scope="country", client=None, country="DE", began_at=begun)
    StopFactory.create(began_at=begun)
    assert stops([case_of(community)]) == {
        1: {"stopped_days": 3, "stopped_since": "2026-02-12", "stop_reason": "Mourning"}
    }


def test_where_nothing_was_planned_asked_or_stopped_nothing_is_told(community: Community) -> None:
    case = case_of(community)
    assert (posts_late([case]), replies_late([case]), stops([case])) == ({}, {}, {})
