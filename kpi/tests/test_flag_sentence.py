from typing import Any

import pytest
from django.utils import translation

from kpi.flag_sentence import length_of, rarity_of, sentence_of
from kpi.models import Flag, FlagKind
from strategy.models import KpiTarget, Metric

FALL = {
    "first": "2026-02-01", "last": "2026-03-14", "actual": 5.0, "expected": 14.2,
    "run_length_days": 740,
}  # fmt: skip


ER_FALL = {
    "chart_posts": 14, "median_now": 0.012, "median_before": 0.02, "market_now": 0.0149,
    "market_before": 0.015,
}  # fmt: skip


def flag(facts: dict[str, Any], *, metric: str = Metric.CALLS, **fields: Any) -> Flag:
    target = KpiTarget(metric=metric)
    known = {"kind": FlagKind.STRATEGY, "target": target, "evidence": {"opened": facts}}
    return Flag(**known | fields)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            flag(FALL, rule="cusum"),
            "Calls: in 6 weeks 14 were expected, 5 came; by chance this happens less than once in"
            " 2 years.",
        ),
        (
            flag({"first": "2026-03-01", "last": "2026-03-20", "actual": -3, "expected": 40.0},
                 metric=Metric.GROWTH),
            "Growth of members: in 20 days +40 were expected, −3 came.",
        ),
        (
            flag({"first": "2026-03-01", "last": "2026-03-30", "actual": 0.004, "expected": 0.02},
                 metric=Metric.ER),
            "Engagement rate (ER): 2 % was agreed, in 4 weeks it was 0.4 %.",
        ),
        (
            flag({"first": "2026-03-01", "last": "2026-03-30", "actual": 0.004, "expected": 0.02,
                  "formula": "telegram_err"}, metric=Metric.ER),
            "Engagement rate (Telegram ERR, views by subscribers): 2 % was agreed, in 4 weeks it"
            " was 0.4 %.",
        ),
        (
            flag(ER_FALL, metric=Metric.ER, rule="er_chart"),
            "The median ER of the last 14 posts is 1.2 %, in the six months before it was 2 %; the"
            " competitors' did not fall.",
        ),
        (
            flag(ER_FALL | {"market_now": 0.012}, metric=Metric.ER, rule="er_chart"),
            "The median ER of the last 14 posts is 1.2 %, in the six months before it was 2 %; the"
            " competitors' fell less, from 1.5 % to 1.2 %.",
        ),
        (
            flag(
                {name: ER_FALL[name] for name in ("chart_posts", "median_now", "median_before")},
                metric=Metric.ER,
                rule="er_chart",
            ),
            "The median ER of the last 14 posts is 1.2 %, in the six months before it was 2 %; the"
            " competitors posted too little to compare with.",
        ),
        (
            flag({"first": "2026-03-01", "expected": 8.1}, kind=FlagKind.DATA, rule="silence"),
            "No calls since 1 March 2026, though 8 were expected: make a test call to find out"
            " whether the number works.",
        ),
        (
            flag({"known_until": "2026-03-01"}, kind=FlagKind.DATA),
            "The data end on 1 March 2026: nothing can be judged until they are brought up to"
            " date.",
        ),
        (
            flag({"known_until": None}, kind=FlagKind.DATA),
            "There are no data yet: nothing can be judged.",
        ),
        (
            flag({"due_on": "2026-03-01"}, kind=FlagKind.PROCESS),
            "The KPI review was due on 1 March 2026 and is not closed.",
        ),
        (flag({}), "This is far below what was agreed."),
    ],
)  # fmt: skip
def test_a_flag_says_it_in_one_plain_sentence(made: Flag, said: str) -> None:
    with translation.override("en"):
        assert sentence_of(made) == said


def test_the_newest_evidence_speaks_first() -> None:
    made = flag(FALL)
    made.evidence["newest"] = FALL | {"actual": 2.0}
    with translation.override("en"):
        assert "2 came" in sentence_of(made)


@pytest.mark.parametrize(
    ("days", "length"),
    [(182, "5 months"), (729, "23 months"), (731, "2 years"), (2000, "5 years"), (10, "1 month")],
)
def test_nothing_is_called_rarer_than_it_is(days: float, length: str) -> None:
    with translation.override("en"):
        assert rarity_of(days) == length


def test_periods_are_told_in_days_then_in_weeks() -> None:
    with translation.override("en"):
        assert [length_of(days) for days in (1, 21, 25, 42)] == [
            "1 day",
            "21 days",
            "4 weeks",
            "6 weeks",
        ]
