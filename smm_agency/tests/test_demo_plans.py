"""The demo's plans: the same day gives the same rows, and any day of the calendar will do."""

import datetime as dt
import itertools
import random
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.models import CallStatus
from smm_agency.demo.agency import STORIES
from smm_agency.demo.call_plan import CallPlanner, phone_of
from smm_agency.demo.clients_calls import CAR_SERVICE, CLINIC
from smm_agency.demo.clients_counts import CYCLES, SHOP
from smm_agency.demo.levels import missing_days, plan_levels
from smm_agency.demo.post_plan import plan_posts
from smm_agency.demo.rhythm import (
    DAY,
    day_rates,
    dice,
    spread,
    strength_on,
    target_of,
)
from smm_agency.demo.stories import Page, Strength, Wave
from strategy.periods import days_between

EDGES = [
    dt.date(2027, 1, 1),
    dt.date(2027, 3, 1),
    dt.date(2028, 2, 29),
    dt.date(2026, 12, 31),
    dt.date(2026, 10, 25),  # clocks go back in Dublin
    dt.date(2027, 3, 28),  # and forward
]
PAGE = Page("vk", "999000999", "page", "Page", 1_000, 30, tells_joined=True)


@given(st.lists(st.floats(0, 5), max_size=120), st.integers(0, 99))
def test_spread_counts_stay_near_their_rates(rates: list[float], seed: int) -> None:
    counts = spread(rates, random.Random(seed))
    running = 0.0
    for position, rate in enumerate(rates):
        running += rate
        assert abs(sum(counts[: position + 1]) - running) <= 1.5


@given(st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_day_rates_of_a_month_sum_to_its_target(today: dt.date) -> None:
    month = today.replace(day=1)
    days = [month + DAY * n for n in range(31) if (month + DAY * n).month == month.month]
    start = month - dt.timedelta(days=400)
    rates = day_rates(CYCLES, CYCLES.target, days, starts_on=start)
    expected = target_of(CYCLES, CYCLES.target, month, starts_on=start)
    assert sum(rates) == pytest.approx(expected)


def test_target_ramps_up_with_the_strategys_months() -> None:
    story = next(story for story in STORIES if story.key == "newcomer")
    start = dt.date(2026, 11, 20)
    months = [dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2027, 2, 1)]
    assert [target_of(story, 20, month, starts_on=start) for month in months] == [8, 12, 16, 20]


def test_newest_strength_rules() -> None:
    today = dt.date(2027, 3, 1)
    strengths = (Strength(400, 1.0), Strength(100, 0.5))
    asked = [strength_on(strengths, today - DAY * ago, today=today) for ago in (401, 101, 100, 1)]
    assert asked == [0.0, 1.0, 0.5, 0.5]


@pytest.mark.parametrize("today", EDGES)
def test_levels_are_the_same_again_and_balance(today: dt.date) -> None:
    days = days_between(today - DAY * 425, today - DAY)
    levels = plan_levels(PAGE, days, dice(today, "x"))
    assert levels == plan_levels(PAGE, days, dice(today, "x"))
    assert [level.day for level in levels] == days
    for before, after in itertools.pairwise(levels):
        assert after.joined is not None
        assert after.left is not None
        assert after.followers - before.followers == after.joined - after.left
        assert min(after.joined, after.left) >= 0


def test_wave_takes_its_share_within_its_days() -> None:
    today = dt.date(2027, 3, 1)
    page = Page("vk", "1", "p", "P", 10_000, 0, waves=(Wave(50, 1, -0.08),))
    days = days_between(today - DAY * 100, today - DAY)
    levels = {level.day: level.followers for level in plan_levels(page, days, dice(today))}
    day = today - DAY * 50
    assert levels[day] - levels[day - DAY] == pytest.approx(-800, abs=6)
    assert levels[today - DAY] == pytest.approx(9_200, abs=6)


def test_gaps_leave_the_last_weeks_whole_but_for_a_refused_key() -> None:
    days = days_between(dt.date(2026, 1, 1), dt.date(2026, 12, 30))
    assert max(missing_days(PAGE, days, random.Random(1))) < days[-20]
    silent = Page("telegram", "-1001", "p", "P", 10, 1, silent_days=9)
    assert set(days[-9:]) <= missing_days(silent, days, random.Random(1))


@pytest.mark.parametrize("today", EDGES)
def test_posts_of_a_simulated_page_have_ids_of_their_own(today: dt.date) -> None:
    posts = plan_posts(
        PAGE,
        first=today - DAY * 425,
        last=today - DAY,
        level=1_000,
        texts=("Text",),
        zone=zoneinfo.ZoneInfo("Europe/Dublin"),
        rng=dice(today, "posts"),
    )
    numbers = [post.number for post in posts]
    assert numbers == sorted(set(numbers))
    assert all(post.at.date() < today for post in posts)
    assert 150 < len(posts) < 300
    rates = [post.likes / post.views for post in posts if post.views > 100]
    assert min(rates) > 0.005
    assert max(rates) < 0.06


@pytest.mark.parametrize("today", EDGES)
def test_planned_calls_stay_within_their_days(today: dt.date) -> None:
    days = days_between(today - DAY * 120, today - DAY)
    rates = day_rates(CAR_SERVICE, 45, days, starts_on=days[0])
    calls = CallPlanner(dice(today, "c"), places=(0.7, 0.3), last=days[-1]).plan(days, rates)
    assert calls == sorted(calls, key=lambda call: (call.day, call.second))
    assert days[0] <= calls[0].day <= calls[-1].day <= days[-1]
    assert all(9 * 3600 <= call.second < 22 * 3600 for call in calls)
    assert all((call.talk is None) == (call.status == CallStatus.MISSED) for call in calls)


def test_calls_are_missed_from_the_day_the_desk_fails() -> None:
    today = dt.date(2027, 3, 1)
    days = days_between(today - DAY * 120, today - DAY)
    rates = day_rates(CLINIC, 12, days, starts_on=days[0])
    since = today - DAY * 36
    planner = CallPlanner(dice(today, "c"), places=(1.0,), last=days[-1])
    calls = [call for call in planner.plan(days, rates, lost_since=since) if call.status != "spam"]
    missed = [call for call in calls if call.status == CallStatus.MISSED]
    late = [call for call in calls if call.day >= since]
    assert sum(call.day >= since for call in missed) / len(late) == pytest.approx(0.5, abs=0.2)
    assert sum(call.day < since for call in missed) / (len(calls) - len(late)) < 0.2


def test_callers_have_numbers_of_their_own() -> None:
    russian = {phone_of(n, client_number=2, country="RU") for n in range(5_000)}
    british = {phone_of(n, client_number=7, country="IE") for n in range(900)}
    assert (len(russian), len(british)) == (5_000, 900)
    assert all(number < "+70009000000" for number in russian)


def test_pages_of_the_demo_stand_once() -> None:
    pages = [
        page
        for story in STORIES
        for page in (*story.pages, *(page for rival in story.rivals for page in rival.pages))
    ]
    assert len({(page.network, page.external_id) for page in pages}) == len(pages)
    assert SHOP in STORIES
