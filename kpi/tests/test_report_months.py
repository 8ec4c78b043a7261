"""Which month is due when, and which review it is made from: at the borders, in two time zones."""

import datetime as dt

import pytest

from clients.models import ReviewRhythm
from kpi.models import KpiReview
from kpi.report_months import has_work_in, month_due, review_of
from kpi.reviews import period_before
from tests.factories import ClientFactory, EngagementFactory, KpiReviewFactory

pytestmark = pytest.mark.django_db

MARCH, FEBRUARY, JANUARY = (dt.date(2026, month, 1) for month in (3, 2, 1))
CLOSED = dt.datetime(2026, 4, 10, 9, 0, tzinfo=dt.UTC)


def utc(day: int, hour: int, month: int = 4) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "at", "due"),
    [
        # Kamchatka is 12 hours ahead: its 5 April begins on the 4th at 12:00 UTC.
        ("Asia/Kamchatka", utc(4, 11), None),
        ("Asia/Kamchatka", utc(4, 12), MARCH),
        # Los Angeles is 7 hours behind: its 5 April begins at 07:00 UTC.
        ("America/Los_Angeles", utc(5, 6), None),
        ("America/Los_Angeles", utc(5, 7), MARCH),
        # Until its last day April is no month to report of.
        ("America/Los_Angeles", utc(1, 6, month=5), MARCH),
        ("America/Los_Angeles", utc(1, 7, month=5), None),
    ],
)
def test_month_is_due_from_the_set_day_of_the_client(
    zone: str, at: dt.datetime, due: dt.date | None
) -> None:
    client = ClientFactory.create(time_zone=zone)
    assert month_due(client, day=5, at=at) == due


@pytest.mark.parametrize(("day", "due"), [(28, None), (27, MARCH), (1, MARCH)])
def test_last_day_that_may_be_set(day: int, due: dt.date | None) -> None:
    client = ClientFactory.create(time_zone="UTC")
    assert month_due(client, day=day, at=utc(27, 9)) == due


def closed(first: tuple[int, int], last: tuple[int, int], **rest: object) -> KpiReview:
    review: KpiReview = KpiReviewFactory.create(
        starts_on=dt.date(2026, *first), ends_on=dt.date(2026, *last), closed_at=CLOSED,
        figures=[], **rest,
    )  # fmt: skip
    return review


def test_review_of_a_month_is_the_months() -> None:
    review = closed((3, 1), (3, 31))
    client = review.client
    assert [review_of(client, month) for month in (MARCH, FEBRUARY)] == [review, None]


def test_review_that_is_not_closed_is_none() -> None:
    review = KpiReviewFactory.create(starts_on=MARCH, ends_on=dt.date(2026, 3, 31))
    assert review_of(review.client, MARCH) is None


def test_review_of_a_quarter_is_that_of_its_three_months() -> None:
    review = closed((1, 1), (3, 31))
    months = [dt.date(2025, 12, 1), JANUARY, FEBRUARY, MARCH, dt.date(2026, 4, 1)]
    found = [review_of(review.client, month) for month in months]
    assert found == [None, review, review, review, None]


def test_last_fortnight_within_a_month_does_until_the_one_over_its_end_is_closed() -> None:
    # Fortnights from Monday, 12 January: …, 9–22 March, 23 March – 5 April.
    engagement = EngagementFactory.create(
        starts_on=dt.date(2026, 1, 12), review_rhythm=ReviewRhythm.FORTNIGHT
    )
    within, over = ((3, 9), (3, 22)), ((3, 23), (4, 5))
    for on, days in ((dt.date(2026, 4, 5), within), (dt.date(2026, 4, 6), over)):
        first, last = (dt.date(2026, *day) for day in days)
        assert period_before(engagement, on=on) == (first, last)
    early = closed((2, 23), (3, 8), engagement=engagement)
    assert review_of(engagement.client, MARCH) is None
    one = closed(*within, engagement=engagement)
    assert review_of(engagement.client, MARCH) == one
    two = closed(*over, engagement=engagement)
    assert review_of(engagement.client, MARCH) == two
    # 23 February – 8 March is over February's end.
    assert review_of(engagement.client, FEBRUARY) == early


@pytest.mark.parametrize(("last", "does"), [(17, False), (18, True)])
def test_fortnight_that_ended_before_the_last_one_is_too_old(last: int, does: bool) -> None:
    # A fortnight that ends on the 17th is followed by one that ends on the 31st.
    review = closed((3, last - 13), (3, last))
    assert (review_of(review.client, MARCH) == review) is does


def test_only_a_closed_review_of_the_client_counts() -> None:
    closed((3, 1), (3, 31))
    assert review_of(ClientFactory.create(), MARCH) is None


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "works"),
    [
        (dt.date(2026, 3, 31), None, True),
        (dt.date(2026, 4, 1), None, False),
        (dt.date(2026, 1, 1), dt.date(2026, 3, 1), True),
        (dt.date(2026, 1, 1), dt.date(2026, 2, 28), False),
    ],
)
def test_month_without_an_engagement_has_no_report(
    starts_on: dt.date, ends_on: dt.date | None, works: bool
) -> None:
    engagement = EngagementFactory.create(starts_on=starts_on, ends_on=ends_on)
    assert has_work_in(engagement.client, MARCH) is works
