import datetime as dt
from collections.abc import Callable

import pytest

from communities.models import Community
from kpi.evaluation import evaluate
from kpi.models import Evaluation, Event, Flag, Light
from kpi.tests.running import MORNING, YESTERDAY, add_followers, days_back, running_target
from strategy.models import KpiTarget, Metric
from tests.factories import CommunityFactory, EventFactory

pytestmark = pytest.mark.django_db

# Subscribers of a usual day, in turns: ten on average.
TURNS = (7, 12, 11, 9, 13, 8, 10)
Growth = Callable[[int], int]


def judged(target: KpiTarget, *, at: dt.datetime = MORNING) -> Evaluation:
    evaluate(at=at)
    return Evaluation.objects.filter(target=target).latest("day")


def grown(growth: Growth, *, monthly: float = 310, missing: tuple[int, ...] = ()) -> KpiTarget:
    """`growth` of the days counted back from yesterday (0), over seven months."""
    community = CommunityFactory.create()
    levels: dict[dt.date, int | None] = {}
    level = 5_000
    days = days_back(YESTERDAY, 215)
    for place, day in enumerate(days):
        ago = len(days) - 1 - place
        level += growth(ago)
        if ago not in missing:
            levels[day] = level
    add_followers(community, levels)
    return running_target(community.client, metric=Metric.GROWTH, monthly=monthly, is_primary=False)


def usual(ago: int) -> int:
    return TURNS[ago % 7]


def halved(ago: int) -> int:
    return usual(ago) // 3 if ago < 40 else usual(ago)


def test_growth_as_agreed_is_green() -> None:
    found = judged(grown(usual))
    assert (found.light, found.rule) == (Light.GREEN, "growth_chart")
    assert 0 <= (found.statistic or 0) < (found.threshold or 0)


def test_growth_that_falls_opens_a_flag_with_its_facts() -> None:
    assert judged(grown(halved)).light == Light.RED
    facts = Flag.objects.get().evidence["opened"]
    assert facts["actual"] < 0.5 * facts["expected"]
    assert facts["statistic"] >= facts["threshold"]
    assert {"usual_day", "mad", "scatter", "days_before", "run_length_days"} <= set(facts)
    first = dt.date.fromisoformat(facts["first"])
    assert 36 <= (YESTERDAY - first).days <= 41


def test_one_purge_of_bots_is_no_fall_of_growth() -> None:
    def purged(ago: int) -> int:
        return -400 if ago == 15 else usual(ago)

    assert judged(grown(purged)).light != Light.RED


def test_one_giveaway_does_not_hide_a_fall() -> None:
    def given_away(ago: int) -> int:
        return 60 if ago == 20 else halved(ago)

    assert judged(grown(given_away)).light == Light.RED


def test_a_page_that_always_grew_in_waves_is_not_accused_between_them() -> None:
    """Seventy on one day of the week, nothing else: as agreed, and quiet on most days."""

    def by_waves(ago: int) -> int:
        return 70 if ago % 7 == 3 else 0

    assert judged(grown(by_waves, monthly=290)).light == Light.GREEN


def test_missing_days_are_no_zeros() -> None:
    gaps = tuple(ago for ago in range(3, 60) if ago % 7 in (1, 2, 3, 4))
    found = judged(grown(usual, missing=gaps))
    assert found.light == Light.GREEN
    # All days are covered, by values of several days.
    assert found.evidence["chart_days"] == 70


def test_days_that_were_left_out_say_nothing() -> None:
    target = grown(halved)
    EventFactory.create(
        client=target.client,
        kind=Event.Kind.OUTAGE,
        is_excluded=True,
        starts_on=YESTERDAY - dt.timedelta(days=39),
        ends_on=YESTERDAY,
    )
    found = judged(target)
    assert found.light != Light.RED
    assert found.evidence["chart_days"] == 30


def test_the_chart_begins_where_the_target_was_agreed() -> None:
    community = CommunityFactory.create()
    levels, level = {}, 5_000
    for place, day in enumerate(days_back(YESTERDAY, 215)):
        level += usual(place) if place < 130 or place >= 195 else 0
        levels[day] = level
    add_followers(community, levels)
    starts_on = YESTERDAY - dt.timedelta(days=19)
    target = running_target(
        community.client, metric=Metric.GROWTH, monthly=310, is_primary=False, starts_on=starts_on
    )
    found = judged(target)
    assert (found.light, found.evidence["chart_days"]) == (Light.GREEN, 20)


def test_little_history_raises_no_alarm_and_says_so() -> None:
    community = CommunityFactory.create()
    add_followers(community, dict.fromkeys(days_back(YESTERDAY, 20), 1000))
    target = running_target(community.client, metric=Metric.GROWTH, monthly=310, is_primary=False)
    found = judged(target)
    assert (found.light, found.evidence["history"]) == (Light.AMBER, "short")
    assert not Flag.objects.exists()


def test_a_page_that_is_not_read_yet_does_not_hide_the_other() -> None:
    """The second page is known for ten days: before them it neither grew nor fell."""
    target = grown(halved)
    second = CommunityFactory.create(profile__client=target.client)
    add_followers(second, dict.fromkeys(days_back(YESTERDAY, 10), 900))
    assert judged(target).light == Light.RED


def test_a_past_day_judged_again_finds_the_same() -> None:
    target = grown(halved)
    evaluate(at=MORNING)
    columns = ("light", "statistic", "threshold", "evidence")
    before = Evaluation.objects.values(*columns).get(day=YESTERDAY)
    later = days_back(YESTERDAY + dt.timedelta(days=10), 10)
    add_followers(Community.objects.get(client=target.client), dict.fromkeys(later, 9000))
    evaluate(at=MORNING + dt.timedelta(days=11), on=YESTERDAY)
    assert Evaluation.objects.values(*columns).get(day=YESTERDAY) == before
