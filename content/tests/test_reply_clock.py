"""Due moments of comments and messages: set once for each kind, never rewritten."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from content.inbox import mark_answered
from content.models import InboxItem, ReplyClock, ReplyTarget
from content.reply_clock import clock_of, keep_clocks, set_clocks
from tests.factories import (
    NOON,
    BusinessHoursFactory,
    ClientFactory,
    InboxItemFactory,
    ReplyTargetFactory,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def item() -> InboxItem:
    """Written on a Wednesday at noon, in Moscow."""
    return InboxItemFactory.create()


def current(item: InboxItem) -> ReplyClock:
    return ReplyClock.objects.running().get(item=item)


def change(item: InboxItem, **values: object) -> InboxItem:
    InboxItem.objects.filter(pk=item.pk).update(**values)
    return InboxItem.objects.select_related("client", "profile").get(pk=item.pk)


def moscow(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}+03:00")


@pytest.mark.parametrize(
    ("category", "first", "closing"),
    [
        ("", 30, None),
        ("question", 30, 4 * 60),
        ("constructive", 30, 24 * 60),
        ("trolling", 120, 24 * 60),
        ("fake", 120, 48 * 60),
        ("insult", 15, None),
        ("crisis", 15, None),
    ],
)
def test_due_moments_are_the_targets_in_working_time(
    item: InboxItem, category: str, first: int, closing: int | None
) -> None:
    item = change(item, category=category)
    set_clocks([item], at=NOON)
    clock = current(item)
    assert clock.first_due_at == NOON + MINUTE * first
    assert clock.first_warn_at == NOON + MINUTE * first * 0.75
    assert (clock.closing_due_at is None) == (closing is None)


def test_closing_runs_over_evenings(item: InboxItem) -> None:
    """24 working hours from Wednesday noon: 7 that day, 9 and 8 the next two."""
    item = change(item, category="constructive")
    set_clocks([item], at=NOON)
    assert current(item).closing_due_at == moscow("2026-03-13 18:00")


def test_an_evening_message_is_due_the_next_morning(item: InboxItem) -> None:
    item = change(item, received_at=moscow("2026-03-13 21:00"))
    set_clocks([item], at=NOON)
    assert current(item).first_due_at == moscow("2026-03-16 10:30")


def test_a_clients_own_target_stands_above_the_agencys(item: InboxItem) -> None:
    ReplyTargetFactory.create(client=item.client, first_minutes=5)
    ReplyTargetFactory.create(first_minutes=200)
    set_clocks([item], at=NOON)
    assert current(item).first_due_at == NOON + MINUTE * 5


def test_a_client_may_promise_nothing(item: InboxItem) -> None:
    ReplyTargetFactory.create(client=item.client, first_minutes=None)
    set_clocks([item], at=NOON)
    assert current(item).first_due_at is None
    assert clock_of([item], at=NOON)[item.pk].words == "no time is promised"


def test_a_kind_whose_row_was_deleted_promises_nothing(item: InboxItem) -> None:
    ReplyTarget.objects.all().delete()
    set_clocks([item], at=NOON)
    assert current(item).first_due_at is None


def test_other_hours_and_targets_do_not_rewrite_what_was_promised(item: InboxItem) -> None:
    set_clocks([item], at=NOON)
    due = current(item).first_due_at
    ReplyTarget.objects.update(first_minutes=1)
    BusinessHoursFactory.create(
        client=item.client, starts_on=dt.date(2026, 3, 1), wednesday="20:00–21:00"
    )
    keep_clocks(at=NOON + HOUR)
    assert current(item).first_due_at == due
    assert ReplyClock.objects.count() == 1


def test_a_clock_names_the_hours_it_was_computed_by(item: InboxItem) -> None:
    old = BusinessHoursFactory.create(client=item.client, starts_on=dt.date(2026, 1, 1))
    BusinessHoursFactory.create(client=item.client, starts_on=dt.date(2026, 3, 12))
    set_clocks([item], at=NOON)
    assert current(item).hours == old


def test_another_category_makes_a_new_clock_and_keeps_the_old_one(item: InboxItem) -> None:
    set_clocks([item], at=NOON)
    item = change(item, category="trolling")
    assert keep_clocks(at=NOON + HOUR) == 1
    rows = ReplyClock.objects.order_by("pk").values_list("category", "is_current", "first_due_at")
    assert list(rows) == [
        ("", False, NOON + MINUTE * 30),
        ("trolling", True, NOON + HOUR * 2),
    ]


def test_what_needs_no_reply_has_no_clock(item: InboxItem) -> None:
    item = change(item, needs_reply=False)
    assert set_clocks([item], at=NOON) == 0
    assert clock_of([item], at=NOON)[item.pk].words == "no reply needed"


def test_a_clock_stops_when_no_reply_is_needed_after_all(item: InboxItem) -> None:
    set_clocks([item], at=NOON)
    change(item, needs_reply=False)
    keep_clocks(at=NOON + HOUR)
    assert not ReplyClock.objects.running().exists()
    assert ReplyClock.objects.count() == 1


def test_a_review_by_hand_counts_from_when_it_was_entered() -> None:
    client = ClientFactory.create()
    review = InboxItemFactory.create(
        profile=None, client=client, kind="review", site="Map", external_id="",
        received_at=NOON - HOUR * 48, heard_at=NOON,
    )  # fmt: skip
    set_clocks([review], at=NOON)
    assert current(review).first_due_at == NOON + MINUTE * 30


def test_what_the_answer_took_is_written_down_in_working_time(item: InboxItem) -> None:
    set_clocks([item], at=NOON)
    change(item, first_reply_at=moscow("2026-03-12 10:20"), state="answered")
    keep_clocks(at=moscow("2026-03-12 11:00"))
    # Seven hours of Wednesday, twenty minutes of Thursday.
    assert current(item).first_taken == HOUR * 7 + MINUTE * 20
    assert current(item).closing_taken is None


def test_a_reopened_item_is_not_closed(item: InboxItem) -> None:
    set_clocks([item], at=NOON)
    change(item, state="closed", closed_at=NOON + HOUR)
    keep_clocks(at=NOON + HOUR)
    assert current(item).closing_taken == HOUR
    change(item, state="answered", closed_at=None)
    keep_clocks(at=NOON + HOUR)
    assert current(item).closing_taken is None


def test_old_answered_items_get_no_clock_and_old_waiting_ones_do() -> None:
    long_ago = NOON - dt.timedelta(days=60)
    InboxItemFactory.create(heard_at=long_ago, received_at=long_ago, state="closed", closed_at=NOON)
    waiting = InboxItemFactory.create(heard_at=long_ago, received_at=long_ago)
    keep_clocks(at=NOON)
    assert [clock.item for clock in ReplyClock.objects.all()] == [waiting]


@pytest.mark.parametrize(
    ("minutes", "light", "words"),
    [
        (0, "green", "reply by March 11, 2026, 12:30 p.m."),
        (22, "green", "reply by March 11, 2026, 12:30 p.m."),
        (23, "amber", "reply by March 11, 2026, 12:30 p.m."),
        (30, "red", "reply: late since March 11, 2026, 12:30 p.m."),
    ],
)
def test_clock_says_how_it_stands(item: InboxItem, minutes: int, light: str, words: str) -> None:
    set_clocks([item], at=NOON)
    clock = clock_of([item], at=NOON + MINUTE * minutes)[item.pk]
    assert (clock.light, clock.words) == (light, words)


def test_an_answered_item_waits_to_be_closed(item: InboxItem) -> None:
    item = change(item, category="question", first_reply_at=NOON + MINUTE, state="answered")
    set_clocks([item], at=NOON)
    clock = clock_of([item], at=NOON + HOUR)[item.pk]
    assert (clock.light, clock.words) == ("green", "close by March 11, 2026, 4 p.m.")


@pytest.mark.parametrize(("minutes", "light"), [(30, "green"), (31, "red")])
def test_a_closed_item_says_whether_it_was_answered_in_time(
    item: InboxItem, minutes: int, light: str
) -> None:
    done = NOON + MINUTE * minutes
    item = change(item, first_reply_at=done, closed_at=done, state="closed")
    set_clocks([item], at=NOON)
    clock = clock_of([item], at=NOON + HOUR)[item.pk]
    assert (clock.light, clock.words) == (light, f"answered after {minutes} min")


def test_spam_is_hidden_rather_than_answered(item: InboxItem) -> None:
    item = change(item, category="spam")
    assert clock_of([item], at=NOON)[item.pk].words == "hide by March 11, 2026, 12:15 p.m."


@pytest.mark.parametrize("number", [1, 3])
def test_clocks_of_a_list_cost_the_same(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    items = [InboxItemFactory.create() for _n in range(number)]
    with django_assert_num_queries(4):
        assert {clock.light for clock in clock_of(items, at=NOON).values()} == {"green"}
    set_clocks(items, at=NOON)
    with django_assert_num_queries(1):
        clock_of(items, at=NOON)


def test_clients_are_not_mixed() -> None:
    late = BusinessHoursFactory.create(wednesday="18:00–20:00").client
    usual: Client = ClientFactory.create()
    items = [InboxItemFactory.create(profile__client=client) for client in (late, usual)]
    set_clocks(items, at=NOON)
    assert [current(row).first_due_at for row in items] == [
        moscow("2026-03-11 18:30"),
        NOON + MINUTE * 30,
    ]


def test_time_taken_is_of_the_reply_that_was_first(item: InboxItem) -> None:
    keep_clocks(at=NOON)
    for minutes in (50, 20):
        mark_answered([item], item.received_at + minutes * MINUTE)
        keep_clocks(at=NOON + HOUR)
    assert current(item).first_taken == 20 * MINUTE
