"""An index gives rows in its order by accident: whoever means an order has to say so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def without_indexes() -> Iterator[None]:
    """Let the planner sort; inside a test's transaction."""
    names = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SET LOCAL {name} = off")
    yield
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SET LOCAL {name} = on")
