"""Baselines of targets: means over the measured days of the last three whole months."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kpi.baseline_words import filled_sentences, unfilled_sentences
from kpi.baselines import Baseline, Window, fill_baselines, measure_baseline, window_before
from kpi.models import PostSnapshot, ProfileSnapshot, Reading
from strategy.models import FormulaCode, KpiTarget, Metric
from strategy.periods import days_between
from tests.factories import (
    NOON,
    CallFactory,
    ClientFactory,
    CommunityFactory,
    DayCountFactory,
    DirectorFactory,
    KpiTargetFactory,
    StrategyVersionFactory,
    UserFactory,
    WallPostFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)
# December to February: 90 days.
WINDOW = Window(dt.date(2025, 12, 1), dt.date(2026, 2, 28))


def target_of(metric: str, **fields: Any) -> KpiTarget:
    row: KpiTarget = KpiTargetFactory.create(
        metric=metric, is_primary=metric in ("calls", "messages"), **fields
    )
    return row


def called(client: Any, days: list[dt.date], **fields: Any) -> None:
    for day in days:
        CallFactory.create(client=client, started_at=local_noon(client, day), **fields)


def test_the_window_is_three_whole_months() -> None:
    assert window_before(TODAY) == WINDOW
    assert window_before(dt.date(2026, 3, 1)) == WINDOW
    assert window_before(dt.date(2026, 2, 28)) == (dt.date(2025, 11, 1), dt.date(2026, 1, 31))


def test_calls_are_the_mean_per_month_of_the_measured_days() -> None:
    target = target_of("calls")
    client = target.client
    # Known from the last day of November on, until the newest call in March.
    called(client, [dt.date(2025, 11, 30), dt.date(2026, 3, 2)])
    called(client, days_between(dt.date(2026, 1, 1), dt.date(2026, 1, 27)))
    # 27 calls ÷ 90 measured days × 30 days a month.
    assert measure_baseline(target, on=TODAY) == Baseline(Decimal("9.0"), WINDOW.last, 90)


def test_days_that_nobody_measured_are_no_zeros() -> None:
    target = target_of("messages")
    for day in days_between(dt.date(2026, 1, 1), dt.date(2026, 2, 28)):
        DayCountFactory.create(client=target.client, day=day, total=2)
    # 118 messages on 59 days: two a day, sixty a month.
    assert measure_baseline(target, on=TODAY) == Baseline(Decimal("60.0"), WINDOW.last, 59)


@pytest.mark.parametrize(("days", "is_told"), [(45, True), (44, False)])
def test_less_than_half_of_the_window_is_no_baseline(days: int, is_told: bool) -> None:
    target = target_of("messages")
    for day in days_between(WINDOW.first, WINDOW.last)[:days]:
        DayCountFactory.create(client=target.client, day=day, total=1)
    baseline = measure_baseline(target, on=TODAY)
    assert (baseline.value is not None) is is_told
    assert baseline.reason == ("" if is_told else "only 44 of 90 days are measured")


def test_what_was_never_measured_says_so() -> None:
    assert measure_baseline(target_of("orders"), on=TODAY) == Baseline(None, reason="not measured")
    silent = ClientFactory.create(takes_calls=False)
    assert measure_baseline(target_of("calls", version__client=silent), on=TODAY) == Baseline(
        None, reason="this client takes no calls"
    )
    for metric in ("cost_per_call", "plan_fulfilment", "reply_time", "curated_share"):
        assert measure_baseline(target_of(metric), on=TODAY).reason == "not measured yet"


def test_a_target_of_one_community_is_measured_there() -> None:
    client = ClientFactory.create()
    mine, other = CommunityFactory.create_batch(2, profile__client=client)
    for day in days_between(WINDOW.first, WINDOW.last):
        DayCountFactory.create(client=client, community=mine, day=day, total=1)
        DayCountFactory.create(client=client, community=other, day=day, total=4)
    version = StrategyVersionFactory.create(client=client)
    of_mine = target_of("messages", version=version, community=mine)
    of_all = KpiTargetFactory.create(version=version, metric="messages", is_primary=False)
    assert measure_baseline(of_mine, on=TODAY).value == Decimal("30.0")
    assert measure_baseline(of_all, on=TODAY).value == Decimal("150.0")


def read_levels(community: Any, levels: dict[dt.date, int]) -> None:
    ProfileSnapshot.objects.bulk_create(
        ProfileSnapshot(
            client=community.client, profile=community.profile, date=day, followers=followers,
            reading=Reading.API, read_at=NOON,
        )
        for day, followers in levels.items()
    )  # fmt: skip


def test_growth_is_net_and_may_be_a_loss() -> None:
    target = target_of("growth")
    community = CommunityFactory.create(profile__client=target.client)
    days = days_between(WINDOW.first - dt.timedelta(days=1), WINDOW.last)
    read_levels(community, {day: 1000 - n for n, day in enumerate(days)})
    # 90 lost in 90 days: thirty a month.
    assert measure_baseline(target, on=TODAY) == Baseline(Decimal("-30.0"), WINDOW.last, 90)


def test_growth_of_a_few_days_is_no_baseline() -> None:
    target = target_of("growth")
    community = CommunityFactory.create(profile__client=target.client)
    days = days_between(dt.date(2026, 2, 1), WINDOW.last)
    read_levels(community, {day: 1000 + n for n, day in enumerate(days)})
    assert measure_baseline(target, on=TODAY).reason == "only 28 of 90 days are measured"


def er_target(formula: str = FormulaCode.ER_VIEW) -> KpiTarget:
    return target_of(Metric.ER, formula_code=formula)


def posted(community: Any, days: list[dt.date], *, views: int | None) -> None:
    for day in days:
        post = WallPostFactory.create(
            profile=community.profile, posted_at=local_noon(community.client, day)
        )
        PostSnapshot.objects.create(
            client=community.client, wall_post=post, slot=day, views=views, likes=3, comments=1,
            shares=0, reading=Reading.API, read_at=NOON,
        )  # fmt: skip


def test_er_is_of_the_targets_own_formula() -> None:
    target = er_target()
    community = CommunityFactory.create(profile__client=target.client, profile__wall_read_at=NOON)
    posted(community, [dt.date(2025, 12, 10), dt.date(2026, 2, 10)], views=200)
    # 8 ÷ 400 views.
    assert measure_baseline(target, on=TODAY) == Baseline(Decimal("0.02000"), WINDOW.last, 90)


def test_er_of_posts_without_what_the_formula_needs_is_none() -> None:
    target = er_target()
    community = CommunityFactory.create(profile__client=target.client, profile__wall_read_at=NOON)
    assert measure_baseline(target, on=TODAY).reason == "not measured"
    posted(community, [dt.date(2026, 1, day) for day in (1, 2)], views=None)
    posted(community, [dt.date(2026, 1, 3)], views=100)
    assert measure_baseline(target, on=TODAY).reason == "1 of 3 posts are measured"
    posted(community, [dt.date(2026, 1, 4)], views=100)
    # Half of the posts are enough, but two days are not known.
    assert measure_baseline(target, on=TODAY) == Baseline(Decimal("0.04000"), WINDOW.last, 88)


def version_with_history() -> Any:
    """Calls that are measured, orders that are not, and growth that somebody typed."""
    version = StrategyVersionFactory.create()
    KpiTargetFactory.create(version=version)
    called(version.client, [dt.date(2025, 11, 30), dt.date(2026, 3, 2)])
    called(version.client, days_between(dt.date(2026, 1, 1), dt.date(2026, 1, 27)))
    KpiTargetFactory.create(version=version, metric="orders", is_primary=False)
    KpiTargetFactory.create(
        version=version, metric="growth", is_primary=False, baseline_value=50, baseline_on=TODAY
    )
    community = CommunityFactory.create(profile__client=version.client)
    days = days_between(WINDOW.first - dt.timedelta(days=1), WINDOW.last)
    read_levels(community, {day: 1000 + n for n, day in enumerate(days)})
    return version


def baselines_of(version: Any) -> dict[str, tuple[Any, Any, Any]]:
    columns = ("metric", "baseline_value", "baseline_on", "baseline_days")
    return {row[0]: row[1:] for row in version.targets.values_list(*columns)}


def test_baselines_are_filled_and_what_was_typed_stays() -> None:
    version = version_with_history()
    done = fill_baselines(version, by=DirectorFactory.create(), on=TODAY)
    assert baselines_of(version) == {
        "calls": (Decimal("9.00000"), WINDOW.last, 90),
        "orders": (None, None, None),
        "growth": (Decimal("50.00000"), TODAY, None),
    }
    assert filled_sentences(done) == ["Calls: 9 a month until Feb. 28, 2026, 90 days measured."]
    assert unfilled_sentences(done) == [
        "Orders: no baseline, not measured.",
        "Growth of members: what somebody typed stays.",
    ]


def test_what_was_typed_goes_when_somebody_says_so() -> None:
    version = version_with_history()
    fill_baselines(version, by=DirectorFactory.create(), on=TODAY, overwrite=True)
    assert baselines_of(version)["growth"] == (Decimal("30.00000"), WINDOW.last, 90)
    # What was measured is measured anew, without being asked.
    version.targets.filter(metric="growth").update(baseline_value=1)
    fill_baselines(version, by=DirectorFactory.create(), on=TODAY)
    assert baselines_of(version)["growth"][0] == 30


def test_baselines_are_of_drafts_and_by_those_who_may() -> None:
    version = StrategyVersionFactory.create()
    with pytest.raises(ValidationError) as refused:
        fill_baselines(version, by=UserFactory.create(), on=TODAY)
    assert refused.value.messages == [
        "You may not work on strategies; ask a strategist or a director.",
        "There is no target yet: add one first.",
    ]
    target = KpiTargetFactory.create(version=version)
    approve_in_place(target.version)
    with pytest.raises(ValidationError, match="Only a draft is changed"):
        fill_baselines(version, by=DirectorFactory.create(), on=TODAY)
