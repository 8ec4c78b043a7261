import datetime as dt
from typing import Any

import pytest

from clients.models import Client, ClientStatus
from kpi.effect import check_effects, measure_effect, plan_checks
from kpi.models import Call, Decision, DecisionKind, Flag, FlagState
from kpi.tests.running import (
    TODAY,
    add_calls,
    add_followers,
    days_back,
    running_target,
)
from strategy.models import FormulaCode, KpiTarget, Metric
from tests.factories import (
    CommunityFactory,
    DecisionFactory,
    EventFactory,
    FlagFactory,
    PostSnapshotFactory,
    StrategyVersionFactory,
    WallPostFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db

DECIDED = TODAY - dt.timedelta(days=31)
TURN = DECIDED + dt.timedelta(days=1)
AT = dt.datetime(2026, 3, 12, 6, 0, tzinfo=dt.UTC)
BEFORE = days_back(DECIDED, 60)
AFTER = days_back(TODAY - dt.timedelta(days=1), 30)


def decision_about(target: KpiTarget | None, **fields: Any) -> Decision:
    flag: Flag = FlagFactory.create(
        **({"client": target.client, "target": target} if target else {}),
        state=FlagState.DECIDED,
    )
    known: dict[str, Any] = {"decided_on": DECIDED, "check_on": DECIDED + dt.timedelta(days=30)}
    decision: Decision = DecisionFactory.create(flag=flag, **known | fields)
    plan_checks(decision)
    return decision


def effect_of(decision: Decision) -> dict[str, Any]:
    """Of the first check."""
    check = decision.checks.earliest("due_on")
    return check.effect or {}


def called(before: int, after: int) -> Decision:
    """So many calls in the 60 days before and the 30 days after."""
    community = CommunityFactory.create()
    target = running_target(community.client)
    add_calls(community, {BEFORE[0]: 1, BEFORE[30]: before - 1, AFTER[3]: after - 1, AFTER[-1]: 1})
    return decision_about(target)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (24, 30, "helped"),
        (24, 12, "not_yet"),
        (24, 15, "not_yet"),
        (400, 200, "no_difference"),
        (90, 20, "worse"),
    ],
)
def test_rates_before_and_after_are_compared(before: int, after: int, verdict: str) -> None:
    decision = called(before, after)
    assert check_effects(on=TODAY, at=AT) == 1
    effect = effect_of(decision)
    assert (effect["before"], effect["before_days"], effect["after"], effect["after_days"]) == (
        before,
        60,
        after,
        30,
    )
    assert effect["ratio"] == pytest.approx(2 * after / before)
    assert effect["low"] <= effect["ratio"] <= effect["high"]
    assert (effect["verdict"], effect["test"], effect["pivot"]) == (
        verdict,
        "quasi_poisson",
        TURN.isoformat(),
    )
    assert (effect["p_value"] < 0.05) == (verdict in ("helped", "worse"))


def flagged(target: KpiTarget, **opened: Any) -> Decision:
    """Decided about a flag that a chart raised."""
    known = {"first": days_back(DECIDED, 28)[0].isoformat(), "statistic": 4.0, "ratio": 0.5}
    decision = decision_about(target)
    decision.flag.evidence = {"opened": known | opened}
    decision.flag.save()
    return decision


def test_days_on_which_nothing_could_come_are_no_zeros() -> None:
    community = CommunityFactory.create()
    target = running_target(community.client)
    EventFactory.create(
        client=target.client, kind="dead_number", is_excluded=True,
        starts_on=BEFORE[10], ends_on=BEFORE[39],
    )  # fmt: skip
    add_calls(community, [*BEFORE[:10], *BEFORE[40:], *AFTER])
    effect = measure_effect(decision_about(target), on=TODAY, at=AT)
    assert (effect["before"], effect["before_days"], effect["ratio"]) == (30, 30, 1.0)
    assert effect["verdict"] == "not_yet"


def test_days_off_are_no_zeros_either() -> None:
    community = CommunityFactory.create(profile__client__days_off=[5, 6])
    target = running_target(community.client)
    add_calls(community, [day for day in (*BEFORE, *AFTER) if day.weekday() < 5])
    effect = measure_effect(decision_about(target), on=TODAY, at=AT)
    assert (effect["before_days"], effect["after_days"]) == (42, 22)
    assert effect["ratio"] == 1.0
    assert effect["after_of_agreed"] == pytest.approx(22 / 31, abs=0.05)


def test_before_is_the_fall_and_not_what_came_before_it() -> None:
    community = CommunityFactory.create()
    target = running_target(community.client)
    fall = days_back(DECIDED, 28)
    add_calls(community, {**dict.fromkeys(BEFORE[:32], 3), **dict.fromkeys(fall, 1)})
    add_calls(community, dict.fromkeys(AFTER, 3))
    effect = measure_effect(flagged(target), on=TODAY, at=AT)
    assert (effect["before_first"], effect["before"], effect["before_days"]) == (
        fall[0].isoformat(),
        28,
        28,
    )
    assert (effect["ratio"], effect["verdict"]) == (3.0, "helped")


def test_a_fall_that_was_found_at_once_is_looked_at_for_a_week() -> None:
    community = CommunityFactory.create()
    add_calls(community, [*BEFORE, *AFTER])
    decision = flagged(running_target(community.client), first=DECIDED.isoformat())
    effect = measure_effect(decision, on=TODAY, at=AT)
    assert (effect["before_days"], effect["verdict"]) == (7, "not_yet")


def test_what_an_alarm_of_chance_leaves_out_is_not_taken_for_help() -> None:
    community = CommunityFactory.create()
    target = running_target(community.client)
    add_calls(community, days_back(DECIDED, 28)[::2])
    add_calls(community, AFTER)
    low = measure_effect(decision_about(target, decided_on=DECIDED), on=TODAY, at=AT)
    picked = measure_effect(flagged(target), on=TODAY, at=AT)
    # 14 in 28 days, 30 in 30: the alarm may have missed 8 of them by chance alone.
    assert (picked["before"], picked["before_days"], picked["after"]) == (14, 28, 30)
    assert picked["chosen"] == pytest.approx(1.25 * picked["dispersion"] * 4 / 0.693, abs=0.2)
    assert (picked["verdict"], picked["low"] < 1 < picked["ratio"]) == ("not_yet", True)
    assert low["chosen"] == 0


def test_both_sides_are_compared_with_what_was_agreed() -> None:
    community = CommunityFactory.create()
    target = running_target(community.client, monthly=31)
    add_calls(community, [*days_back(DECIDED, 28)[::2], *AFTER])
    effect = measure_effect(flagged(target), on=TODAY, at=AT)
    # The holidays of January are expected to bring less, the other days more.
    assert effect["before_of_agreed"] == pytest.approx(14 / 28, abs=0.08)
    assert effect["after_of_agreed"] == pytest.approx(30 / 31, abs=0.1)
    assert effect["agreed_low"] < effect["after_of_agreed"] < effect["agreed_high"]


def test_calls_that_come_in_bunches_prove_less() -> None:
    verdicts = []
    for bunch in (1, 8):
        community = CommunityFactory.create()
        target = running_target(community.client)
        history = days_back(BEFORE[0] - dt.timedelta(days=1), 304)
        add_calls(community, dict.fromkeys([*history, *BEFORE][::bunch], bunch))
        add_calls(community, dict.fromkeys(AFTER, 2))
        effect = measure_effect(decision_about(target), on=TODAY, at=AT)
        assert effect["test"] == ("quasi_poisson" if bunch > 1 else "poisson")
        verdicts.append(effect["verdict"])
    assert verdicts == ["helped", "not_yet"]


def test_of_wrong_data_nothing_is_checked() -> None:
    decision_about(running_target(), kind=DecisionKind.DATA_ERROR)
    patience = TODAY + dt.timedelta(days=200)
    assert check_effects(on=patience, at=AT + dt.timedelta(days=200)) == 0


def test_effect_is_stored_once_and_closes_the_flag() -> None:
    decision = called(24, 30)
    check_effects(on=TODAY, at=AT)
    decision.flag.refresh_from_db()
    assert (decision.flag.state, decision.flag.closed_at, decision.flag.evidence["closed"]) == (
        FlagState.CLOSED,
        AT,
        "checked",
    )
    Call.objects.all().delete()
    assert check_effects(on=TODAY, at=AT) == 0
    assert effect_of(decision)["after"] == 30


def test_decision_whose_day_has_not_come_waits() -> None:
    called(24, 30)
    assert check_effects(on=TODAY - dt.timedelta(days=2), at=AT) == 0


def test_a_client_whose_day_is_not_over_waits() -> None:
    decision = called(24, 30)
    # At six in the morning of the 12th in Greenwich it is the evening of the 11th in Los Angeles.
    Client.objects.update(time_zone="America/Los_Angeles")
    decision.checks.filter(due_on=decision.check_on).update(due_on=TODAY)
    assert check_effects(on=TODAY, at=AT) == 0
    assert check_effects(on=TODAY, at=AT + dt.timedelta(hours=2)) == 1
    assert effect_of(decision)


def test_of_a_client_who_has_left_nothing_is_checked() -> None:
    called(24, 30)
    Client.objects.update(status=ClientStatus.ENDED)
    assert check_effects(on=TODAY, at=AT) == 0


def test_correction_counts_from_the_first_day_of_the_next_version() -> None:
    community = CommunityFactory.create()
    target = running_target(community.client, ends_on=dt.date(2026, 2, 14))
    start = dt.date(2026, 2, 15)
    following = StrategyVersionFactory.create(
        client=target.client, starts_on=start, previous=target.version
    )
    add_calls(community, days_back(TODAY - dt.timedelta(days=1), 120))
    decision = decision_about(target, kind=DecisionKind.CORRECT, next_version=following)
    assert measure_effect(decision, on=TODAY, at=AT)["is_corrected"] is False
    approve_in_place(following)
    effect = measure_effect(decision, on=TODAY, at=AT)
    assert (effect["is_corrected"], effect["pivot"], effect["after_days"]) == (
        True,
        "2026-02-15",
        25,
    )
    assert effect["verdict"] == "not_yet"


def test_check_waits_for_measured_days_and_then_says_that_it_cannot_be_said() -> None:
    target = running_target()
    decision = decision_about(target)
    assert check_effects(on=TODAY, at=AT) == 0
    patience = decision.check_on + dt.timedelta(days=60)
    assert check_effects(on=patience, at=AT + (patience - TODAY)) == 1
    effect = effect_of(decision)
    assert (effect["verdict"], effect["reason"]) == ("unknown", "too_few_days")


def test_flag_without_target_cannot_be_said() -> None:
    decision = decision_about(None)
    assert check_effects(on=TODAY, at=AT) == 1
    assert effect_of(decision) == {"verdict": "unknown", "reason": "no_target"}


@pytest.mark.parametrize(("after", "verdict"), [(4, "helped"), (2, "no_difference"), (-2, "worse")])
def test_growth_is_compared_by_size(after: int, verdict: str) -> None:
    community = CommunityFactory.create()
    target = running_target(community.client, metric=Metric.GROWTH, is_primary=False)
    levels = {day: 1000 + 2 * n for n, day in enumerate([BEFORE[0] - dt.timedelta(1), *BEFORE])}
    levels |= {day: 1120 + after * (n + 1) for n, day in enumerate(AFTER)}
    add_followers(community, levels)
    effect = measure_effect(decision_about(target), on=TODAY, at=AT)
    assert (effect["verdict"], effect["test"], effect["before"], effect["after"]) == (
        verdict,
        "size",
        2.0,
        float(after),
    )


def test_er_is_compared_by_size_with_its_formula() -> None:
    community = CommunityFactory.create()
    target = running_target(
        community.client,
        metric=Metric.ER,
        monthly=0.02,
        is_primary=False,
        formula_code=FormulaCode.ER_POST,
    )
    add_followers(community, dict.fromkeys([*BEFORE, *AFTER], 1000))
    for day, likes in ((BEFORE[5], 10), (AFTER[5], 20)):
        post = WallPostFactory.create(
            profile=community.profile, posted_at=local_noon(community.client, day)
        )
        PostSnapshotFactory.create(wall_post=post, slot=day, likes=likes, comments=0, shares=0)
    effect = measure_effect(decision_about(target), on=TODAY, at=AT)
    assert (effect["verdict"], effect["before"], effect["after"], effect["formula"]) == (
        "helped",
        0.01,
        0.02,
        "er_post",
    )
