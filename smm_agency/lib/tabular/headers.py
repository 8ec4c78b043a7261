"""Tables whose columns people name: what a header seems to say, and what stands under it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from smm_agency.lib.tabular.reading import Table

# So many rows are looked at before anything is proposed.
SAMPLE_ROWS = 200
SHOWN_VALUES = 3
SHOWN_LENGTH = 60
LAST_HEADER_ROW = 20


def fingerprint(header: Sequence[str]) -> str:
    """The same for the same columns, in whatever order and case they stand."""
    names = sorted(name.strip().casefold() for name in header)
    return hashlib.sha256("\x1f".join(names).encode("utf-8", "replace")).hexdigest()


def small_letters(name: str) -> str:
    return name.strip().casefold()


def named_columns(
    names: Mapping[str, Sequence[str]],
    header: Sequence[str],
    plain: Callable[[str], str] = small_letters,
) -> dict[str, str]:
    """Our field → the file's column, by the names in small letters; the surest names stand first.

    Of two columns with the same name, neither is proposed.
    """
    found: dict[str, str] = {}
    for name, known in names.items():
        fitting = [each for each in header if plain(each) in known]
        if len(fitting) > 1:
            # The surest name wins where the names differ: an id before a link.
            fitting.sort(key=lambda each: list(known).index(plain(each)))
            if plain(fitting[0]) == plain(fitting[1]):
                continue
        if fitting and fitting[0] not in found.values():
            found[name] = fitting[0]
    return found


def sample(table: Table) -> list[dict[str, str]]:
    """The first rows of the table, which is used up by it."""
    rows: list[dict[str, str]] = []
    for _number, row in table.rows:
        rows.append(row)
        if len(rows) == SAMPLE_ROWS:
            break
    return rows


def examples(table: Table) -> list[tuple[str, list[str]]]:
    """(column, its first values) of each column; the table is used up by it."""
    rows = sample(table)
    return [(column, _examples(rows, column)) for column in table.header]


def _examples(rows: Sequence[Mapping[str, str]], column: str) -> list[str]:
    told = [text for row in rows if (text := row.get(column, "").strip())]
    return [short(text) for text in told[:SHOWN_VALUES]]


def short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_LENGTH else flat[:SHOWN_LENGTH] + "…"
