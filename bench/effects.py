"""How often a check of an effect says "it helped" where nothing was done, and where it did help.

Clients are simulated as for the alarm (`bench.quality`); a flag opens when the chart raises an
alarm, is decided about some days later, and is checked after 30 and 90 days by the functions of the
nightly check. The last table of `make bench`; what it says is in docs/decisions/0005-effect.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.quality import (
    CASES,
    CHARTS,
    FALSE_ALARMS_A_MONTH,
    MONDAY,
    YEAR,
    Case,
    Known,
    learn,
    series_of,
    simulate,
)
from bench.table import draw_rows
from kpi.alarm_rule import chart_steps
from kpi.cusum import run_length_days
from kpi.effect import BEFORE_DAYS, LEAST_FALL_DAYS, Fall, verdict_of
from kpi.models import EffectCheck
from kpi.statistics import FloatArray, compare_rates

CALM_DAYS, RUN_DAYS = 200, 1400
CHECKS = (30, 90)
HEADER = (
    "calls, dispersion", "what happened", "days", "checks", "helped, %", "worse, %",
    "by 60 days: helped, %", "worse, %",
)  # fmt: skip
Verdict = EffectCheck.Verdict


@dataclass(frozen=True)
class Story:
    """`fall` is the rate before the decision, `then` after it, as shares of what was agreed."""

    name: str
    fall: float
    then: float
    days_to_decide: int


STORIES = (
    Story("false alarm, nothing done", 1.0, 1.0, 5),
    Story("halved, nothing done", 0.5, 0.5, 5),
    Story("halved, restored after 5 days", 0.5, 1.0, 5),
    Story("halved, restored after 21 days", 0.5, 1.0, 21),
)


@dataclass(frozen=True)
class Alarm:
    """Of one client: the columns where the fall seems to begin and where the alarm was raised."""

    client: int
    first: int
    raised: int
    statistic: float


def first_alarms(
    case: Case, known: Known, counts: FloatArray, measured: FloatArray, since: int
) -> Iterator[Alarm]:
    """Of each client the first one from a day on that leaves room for the checks."""
    clients, days = counts.shape
    first, is_told = np.zeros(clients, dtype=int), np.zeros(clients, dtype=bool)
    for column, step in enumerate(chart_steps(series_of(case, known, counts, measured))):
        if since <= column < days - max(CHECKS) - 30:
            for client in np.flatnonzero(step.raised & ~is_told):
                is_told[client] = True
                yield Alarm(int(client), int(first[client]), column, float(step.statistic[client]))
        first[step.statistic <= 0] = column + 1


def verdicts(
    rng: np.random.Generator, case: Case, story: Story, *, clients: int
) -> dict[int, list[tuple[Verdict, Verdict]]]:
    """By days to the check: what is said, and what comparing with the last 60 days would say."""
    run_length = run_length_days(charts=CHARTS, false_alarms_a_month=FALSE_ALARMS_A_MONTH)
    known = learn(case, *simulate(rng, case, clients, YEAR), run_length)
    counts, measured = simulate(rng, case, clients, RUN_DAYS)
    if story.fall < 1:
        fallen, _measured = simulate(rng, case, clients, RUN_DAYS, story.fall)
        counts[:, CALM_DAYS:] = fallen[:, CALM_DAYS:]
    after, _measured = simulate(rng, case, clients, RUN_DAYS, story.then)
    said: dict[int, list[tuple[Verdict, Verdict]]] = {days: [] for days in CHECKS}
    for alarm in first_alarms(case, known, counts, measured, CALM_DAYS):
        turn = alarm.raised + 1 + story.days_to_decide
        row = np.where(np.arange(RUN_DAYS) < turn, counts[alarm.client], after[alarm.client])
        row, seen = row * measured[alarm.client], measured[alarm.client]
        dispersion = float(known.setup.dispersion[alarm.client])
        fall = Fall(MONDAY, alarm.statistic, float(known.setup.ratio[alarm.client]))
        for days in CHECKS:
            last = slice(turn, turn + days)
            mine = compare(row, seen, slice(min(alarm.first, turn - LEAST_FALL_DAYS), turn), last,
                           dispersion=dispersion, chosen=fall.chosen(dispersion))  # fmt: skip
            plain = compare(row, seen, slice(turn - BEFORE_DAYS, turn), last)
            said[days].append((mine, plain))
    return said


def compare(
    row: FloatArray, seen: FloatArray, before: slice, after: slice,
    *, dispersion: float = 1.0, chosen: float = 0.0,
) -> Verdict:  # fmt: skip
    change = compare_rates(
        before=int(row[before].sum()),
        before_days=float(seen[before].sum()),
        after=int(row[after].sum()),
        after_days=float(seen[after].sum()),
        dispersion=dispersion,
        chosen=chosen,
    )
    return verdict_of(change)


def share(said: list[Verdict], wanted: Verdict) -> str:
    return f"{100 * sum(verdict == wanted for verdict in said) / max(len(said), 1):.1f}"


def rows(clients: int) -> Iterator[Sequence[str]]:
    """A row for each kind of client, story and check."""
    for number, case in enumerate(CASES):
        for story in STORIES:
            rng = np.random.default_rng(number)
            for days, said in verdicts(rng, case, story, clients=clients).items():
                mine, plain = [row[0] for row in said], [row[1] for row in said]
                yield (
                    f"{case.name}, {case.dispersion:g}", story.name, str(days), str(len(said)),
                    share(mine, Verdict.HELPED), share(mine, Verdict.WORSE),
                    share(plain, Verdict.HELPED), share(plain, Verdict.WORSE),
                )  # fmt: skip


def draw_effects(scale: float = 1.0) -> str:
    return draw_rows(HEADER, list(rows(max(40, round(800 * scale)))))
