"""System checks of the database that the program stands on."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

NEEDED = 180_000


def check_version(version: int) -> list[checks.CheckMessage]:
    """Snapshots tell the old values by `RETURNING old`, which PostgreSQL 18 brought."""
    if version >= NEEDED:
        return []
    return [
        checks.Error(
            f"PostgreSQL 18 or later is needed; this is {version // 10_000}.",
            hint="Name another server in DATABASE_URL.",
            id="smm_agency.E201",
        )
    ]


def check_letters(upper: str) -> list[checks.CheckMessage]:
    """With the C locale Russian words are not found whatever their case."""
    if upper == "Ё":
        return []
    return [
        checks.Error(
            "The database does not know Russian letters: upper('ё') is not 'Ё'.",
            hint="Make the database with a UTF-8 locale, such as the builtin C.UTF-8.",
            id="smm_agency.E202",
        )
    ]


@checks.register(checks.Tags.database)
def check_database(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    if "default" not in (databases or []):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, upper('ё')")
        version, upper = cursor.fetchone()
    return [*check_version(version), *check_letters(upper)]
