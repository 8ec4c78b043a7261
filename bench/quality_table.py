"""The quality of the alarm as a table: a row for each kind of client."""

from collections.abc import Iterable, Sequence

from bench.quality import WANTED, Quality
from bench.table import draw_rows

HEADER = (
    "calls, dispersion", "false a year", "95 % bound", "wanted", "85 % of pace",
    "days to -30 %", "best chart", "ratio", "85 % of pace", "days to -50 %", "best chart", "ratio",
    "85 % of pace", "silence", "",
)  # fmt: skip


def draw_quality(found: Iterable[Quality]) -> str:
    """False flags by client-year; days as mean (median), beside the mean of the best chart and the
    days of the dashboards' rule.
    """
    return draw_rows(HEADER, [_cells(quality) for quality in found])


def is_as_wanted(quality: Quality) -> bool:
    return quality.false_most <= WANTED * quality.set_rate and all(
        delay.ratio <= WANTED for delay in quality.delays.values()
    )


def _cells(quality: Quality) -> Sequence[str]:
    delays = [
        cell
        for _factor, delay in sorted(quality.delays.items(), reverse=True)
        for cell in (
            f"{delay.mean:.1f} ({delay.median:.0f})",
            f"{delay.optimum:.1f}",
            f"{delay.ratio:.2f}",
            f"{delay.pace_mean:.1f} ({delay.pace_median:.0f})",
        )
    ]
    return (
        f"{quality.case.name}, {quality.case.dispersion:g}",
        f"{quality.false_rate:.2f}",
        f"{quality.false_most:.2f}",
        f"≤ {WANTED * quality.set_rate:.2f}",
        f"{quality.pace_false_rate:.2f}",
        *delays,
        f"{quality.silence_days:.0f}",
        "ok" if is_as_wanted(quality) else "NOT OK",
    )
