"""Posts that come again: their days, their drafts, and what an edit leaves alone."""

import datetime as dt

import pytest

from content.models import Occurrence, Post, PostMove, PostState, RecurringPost
from content.recurring import Changed, apply_changes, days_of, make_ahead, make_all_ahead
from tests.factories import (
    DAY,
    NOON,
    CommunityFactory,
    PublicationPlanFactory,
    RecurringCommunityFactory,
    RecurringPostFactory,
)

pytestmark = pytest.mark.django_db


def days(recurring: RecurringPost, first: str, last: str) -> list[str]:
    found = days_of(recurring, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    return [day.isoformat() for day in found]


def test_weekly_on_several_days_but_for_exceptions() -> None:
    recurring = RecurringPostFactory.build(
        client=None, weekdays=[0, 3], exceptions=[dt.date(2026, 3, 19)],
        ends_on=dt.date(2026, 3, 24),
    )  # fmt: skip
    assert days(recurring, "2026-03-01", "2026-04-30") == [
        "2026-03-12", "2026-03-16", "2026-03-23",
    ]  # fmt: skip


def test_monthly_on_a_day_that_short_months_lack() -> None:
    recurring = RecurringPostFactory.build(
        client=None, rhythm="monthly", month_day=31, starts_on=dt.date(2027, 1, 1)
    )
    assert days(recurring, "2027-01-01", "2027-04-30") == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30",
    ]  # fmt: skip


def test_last_day_of_every_month() -> None:
    recurring = RecurringPostFactory.build(
        client=None, rhythm="month_end", starts_on=dt.date(2028, 2, 1)
    )
    assert days(recurring, "2028-02-01", "2028-03-31") == ["2028-02-29", "2028-03-31"]


@pytest.fixture
def recurring() -> RecurringPost:
    """Mondays at ten in Berlin, from 11 March: clocks go forward on the 29th."""
    row: RecurringPost = RecurringPostFactory.create(
        client__time_zone="Europe/Berlin", days_ahead=21, text="The same again."
    )
    RecurringCommunityFactory.create(recurring=row)
    return row


def planned(recurring: RecurringPost) -> list[str]:
    rows = Post.objects.filter(client=recurring.client).order_by("publications__planned_at")
    moments = rows.values_list("publications__planned_at", flat=True)
    return [moment.isoformat()[:16] if moment else "" for moment in moments]


def test_drafts_are_made_ahead_by_the_wall_clock(recurring: RecurringPost) -> None:
    assert make_ahead(recurring, at=NOON) == 3
    # Ten o'clock in Berlin: 09:00 UTC in winter, 08:00 in summer.
    assert planned(recurring) == ["2026-03-16T09:00", "2026-03-23T09:00", "2026-03-30T08:00"]


def test_made_post_is_a_draft_that_needs_approval(recurring: RecurringPost) -> None:
    plan = PublicationPlanFactory.create(client=recurring.client)
    make_ahead(recurring, at=NOON)
    post = Post.objects.earliest("pk")
    assert (post.state, post.text, post.plan) == (PostState.DRAFT, "The same again.", plan)
    assert [row.state for row in post.publications.all()] == ["planned"]
    assert PostMove.objects.filter(post=post).values_list("old", "new").get() == ("", "draft")


def test_each_day_is_made_once_even_where_its_post_was_deleted(recurring: RecurringPost) -> None:
    make_ahead(recurring, at=NOON)
    Post.objects.earliest("pk").delete()
    assert make_ahead(recurring, at=NOON) == 0
    assert (Post.objects.count(), Occurrence.objects.count()) == (2, 3)


def test_clock_makes_the_next_day_later(recurring: RecurringPost) -> None:
    RecurringPostFactory.create(client__status="paused")
    RecurringPostFactory.create(client__status="active", is_active=False)
    recurring.client.status = "active"
    recurring.client.save()
    assert make_all_ahead(at=NOON) == 3
    assert make_all_ahead(at=NOON + dt.timedelta(days=6)) == 1


def test_moment_that_has_passed_is_not_made(recurring: RecurringPost) -> None:
    monday = dt.datetime(2026, 3, 16, 9, 0, tzinfo=dt.UTC)
    assert make_ahead(recurring, at=monday) == 3
    assert planned(recurring)[0] == "2026-03-23T09:00"


@pytest.mark.parametrize(
    ("rhythm_day", "utc"),
    [(dt.date(2026, 3, 29), "2026-03-29T01:30"), (dt.date(2026, 10, 25), "2026-10-25T00:30")],
)
def test_hour_that_is_skipped_or_comes_twice(
    recurring: RecurringPost, rhythm_day: dt.date, utc: str
) -> None:
    recurring.weekdays, recurring.time, recurring.days_ahead = [6], dt.time(2, 30), 3
    make_ahead(recurring, at=dt.datetime.combine(rhythm_day, dt.time(), dt.UTC) - 2 * ONE_DAY)
    assert planned(recurring) == [utc]


ONE_DAY = dt.timedelta(days=1)


def test_edit_follows_in_untouched_drafts_only(recurring: RecurringPost) -> None:
    make_ahead(recurring, at=NOON)
    approved, worked_on, untouched = Post.objects.order_by("publications__planned_at")
    Post.objects.filter(pk=approved.pk).update(state=PostState.INTERNAL_APPROVED)
    Post.objects.filter(pk=worked_on.pk).update(text="My own words.")
    recurring.text, recurring.time = "New words.", dt.time(18)
    recurring.save()
    assert apply_changes(recurring, at=NOON) == Changed(rewritten=1, left=2)
    texts = dict(Post.objects.values_list("pk", "text"))
    assert texts == {
        approved.pk: "The same again.",
        worked_on.pk: "My own words.",
        untouched.pk: "New words.",
    }
    assert planned(recurring) == ["2026-03-16T09:00", "2026-03-23T09:00", "2026-03-30T16:00"]


def test_edit_moves_to_other_communities(recurring: RecurringPost) -> None:
    make_ahead(recurring, at=NOON)
    other = CommunityFactory.create(profile__client=recurring.client)
    recurring.places.update(community=other)
    assert apply_changes(recurring, at=NOON).rewritten == 3
    places = Post.objects.values_list("publications__community", flat=True)
    assert list(places) == [other.pk] * 3


def test_draft_of_a_day_that_is_no_more_goes_and_a_new_one_comes(recurring: RecurringPost) -> None:
    make_ahead(recurring, at=NOON)
    recurring.weekdays = [4]
    recurring.save()
    assert apply_changes(recurring, at=NOON) == Changed(gone=3)
    days = Occurrence.objects.order_by("day").values_list("day", flat=True)
    assert list(days) == [DAY + ONE_DAY * number for number in (2, 9, 16)]


def test_switched_off_pattern_takes_its_untouched_drafts_away(recurring: RecurringPost) -> None:
    make_ahead(recurring, at=NOON)
    recurring.is_active = False
    recurring.save()
    assert apply_changes(recurring, at=NOON) == Changed(gone=3)
    assert not Post.objects.exists()
