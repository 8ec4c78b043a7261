"""Rows into a table by COPY."""

import io
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

CHUNK_ROWS = 50_000

Model = type[models.Model]
Progress = Callable[[int], object]


def copy_rows(
    model: Model, columns: Sequence[str], rows: Iterable[Sequence[Any]], progress: Progress
) -> None:
    """Numbers, dates, codes and None only: nothing is escaped, and "None" is NULL."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK_ROWS)):
        copy_text(model._meta.db_table, columns, as_text(chunk))
        progress(len(chunk))


def as_text(rows: Sequence[Sequence[Any]]) -> str:
    line = "\t".join(["%s"] * len(rows[0])) + "\n"
    return "".join([line % tuple(row) for row in rows])


def copy_text(table: str, columns: Sequence[str], text: str) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {table} ({names}) FROM STDIN WITH (NULL 'None')", io.StringIO(text)
        )


def reserve_ids(model: Model, count: int) -> range:
    """Ids that the table's sequence will not give to anybody else."""
    sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval({sequence})")
        first: int = cursor.fetchone()[0]
        cursor.execute(f"SELECT setval({sequence}, %s)", [first + count - 1])
    return range(first, first + count)
