"""What the portal's role reads and writes where the program connects as this owner of the tables.

`python -m tests.portal_owner`, with the owner in DATABASE_URL: fills two clients, reads every table
as the portal of the first, tries to write, and prints what it found as JSON.
"""

import json
import os
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
    django.setup()
    from smm_agency.lib.row_security import reading_as_client  # noqa: PLC0415
    from tests.filled_client import fill_client  # noqa: PLC0415

    mine, others = fill_client("alpha"), fill_client("bravo", number=7)
    tables = readable_tables()
    with reading_as_client(mine.pk):
        found = {
            "connected_as": rows("SELECT session_user")[0][0],
            "tables": len(tables),
            "empty": [table for table in tables if not clients_in(table)],
            "foreign": [table for table in tables if clients_in(table) - {mine.pk}],
            "clients": [pk for (pk,) in rows("SELECT id FROM clients_client")],
            "written": [statement for statement in writes(tables) if not is_refused(statement)],
            "statements": len(writes(tables)),
        }
    found["mine"], found["others"] = mine.pk, others.pk
    found["owner_sees"] = len(rows("SELECT id FROM clients_client"))
    print(json.dumps(found))  # noqa: T201


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def readable_tables() -> list[str]:
    """Those of a client's rows that the role is granted anything of."""
    found = rows(
        "SELECT DISTINCT table_name FROM information_schema.column_privileges"
        " WHERE grantee = 'smm_portal' AND column_name = 'client_id' ORDER BY 1"
    )
    return [table for (table,) in found]


def clients_in(table: str) -> set[int]:
    """Whose rows a query without any filter returns."""
    return {pk for (pk,) in rows(f"SELECT DISTINCT client_id FROM {table}")}  # noqa: S608


def writes(tables: list[str]) -> list[str]:
    each = ("DELETE FROM {0}", "UPDATE {0} SET client_id = client_id", "TRUNCATE {0} CASCADE")
    return [statement.format(table) for table in tables for statement in each] + [
        "INSERT INTO clients_service (id) VALUES (1)",
        "CREATE TABLE mine (id int)",
        "DROP TABLE clients_task",
        "ALTER TABLE clients_task DISABLE ROW LEVEL SECURITY",
    ]


def is_refused(statement: str) -> bool:
    from django.db import Error, connection, transaction  # noqa: PLC0415

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        # By the grants, or because the transaction only reads.
        return getattr(error.__cause__, "pgcode", "") in {"42501", "25006"}
    return False


if __name__ == "__main__":
    main()
