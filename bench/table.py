"""What was measured against what is wanted, as a table for the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measure; `ratio` is ours against the baseline of the same run."""

    what: str
    measured: str
    wanted: str
    is_ok: bool
    baseline: str = ""
    ratio: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return (
            self.what, self.measured, self.baseline, ratio, self.wanted,
            "ok" if self.is_ok else "NOT OK",
        )  # fmt: skip


HEADER = ("what", "measured", "raw SQL", "ratio", "wanted", "")


def draw(lines: Sequence[Line]) -> str:
    return draw_rows(HEADER, [line.cells for line in lines])


def draw_rows(header: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first to the left and the others to the right."""
    rows = [header, *cells]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join(_aligned(row, widths)).rstrip() for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if 0 < column < len(row) - 1 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
