"""Row-level security for rows that belong to a client: migration operations and the portal's role.

A table of rows with a client gets, by `client_rows()`: a unique (id, client_id) for children to
refer to, foreign keys that keep a child's client equal to its parent's, a trigger that refuses to
move a row to another client, and a policy by which the portal's role reads one client only.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, migrations, transaction

PORTAL_ROLE = "smm_portal"
CLIENT_SETTING = "smm.client_id"
CURRENT_CLIENT = f"NULLIF(current_setting('{CLIENT_SETTING}', true), '')::bigint"

# Roles belong to the whole server: another database, or another test worker, may have made it.
CREATE_ROLE = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{PORTAL_ROLE}') THEN
        BEGIN
            CREATE ROLE {PORTAL_ROLE} NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'The portal needs a role that % may not create.'
                    ' An administrator runs: CREATE ROLE {PORTAL_ROLE} NOLOGIN;'
                    ' GRANT {PORTAL_ROLE} TO "%";',
                    current_user, current_user;
        END;
    END IF;
    IF NOT pg_has_role(current_user, '{PORTAL_ROLE}', 'SET') THEN
        BEGIN
            EXECUTE format('GRANT {PORTAL_ROLE} TO %I', current_user);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'The portal needs its role. An administrator runs:'
                ' GRANT {PORTAL_ROLE} TO "%";', current_user;
        END;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO {PORTAL_ROLE}', current_schema());
END $$;
"""

CREATE_KEEP_CLIENT = """
CREATE FUNCTION smm_keep_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row of % never moves to another client.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
"""


@dataclass(frozen=True)
class Portal:
    """What the portal's role reads of a table: the columns, and which of the client's rows.

    `columns` is None for all of them. `where` is SQL over the table's own columns.
    """

    columns: Sequence[str] | None = None
    where: str = ""

    def grant(self, table: str) -> str:
        columns = f" ({', '.join(self.columns)})" if self.columns is not None else ""
        return f"GRANT SELECT{columns} ON {table} TO {PORTAL_ROLE};"


def sql(forward: str, backward: str = "") -> migrations.RunSQL:
    return migrations.RunSQL(forward, backward or migrations.RunSQL.noop)


def portal_role() -> list[migrations.RunSQL]:
    """The role and the trigger function; the first migration of the lowest app runs them."""
    return [sql(CREATE_ROLE), sql(CREATE_KEEP_CLIENT, "DROP FUNCTION smm_keep_client();")]


def same_client(table: str, column: str, parent: str) -> migrations.RunSQL:
    """`table.column` may only refer to a row of `parent` that has the same client."""
    name = f"{table}_{column}_same_client"[:63]
    return sql(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, client_id)"
        f" REFERENCES {parent} (id, client_id) DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def portal_policy(table: str, portal: Portal | None, client_column: str) -> list[migrations.RunSQL]:
    operations = [
        sql(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
    ]
    if portal is None:
        return operations
    rows = f"{client_column} = {CURRENT_CLIENT}" + (
        f" AND ({portal.where})" if portal.where else ""
    )
    operations.append(
        sql(
            f"CREATE POLICY portal_reads ON {table} FOR SELECT TO {PORTAL_ROLE} USING ({rows});"
            + portal.grant(table),
            f"DROP POLICY portal_reads ON {table}; REVOKE ALL ON {table} FROM {PORTAL_ROLE};",
        )
    )
    return operations


def client_rows(
    table: str, *, parents: Mapping[str, str] | None = None, portal: Portal | None = None
) -> list[migrations.RunSQL]:
    """All that a table of a client's rows needs. `parents`: own column → parent's table."""
    unique = f"{table}_id_client"[:63]
    return [
        sql(
            f"ALTER TABLE {table} ADD CONSTRAINT {unique} UNIQUE (id, client_id);",
            f"ALTER TABLE {table} DROP CONSTRAINT {unique};",
        ),
        *(same_client(table, column, parent) for column, parent in (parents or {}).items()),
        sql(
            f"CREATE TRIGGER keep_client BEFORE UPDATE OF client_id ON {table} FOR EACH ROW"
            " WHEN (OLD.client_id IS DISTINCT FROM NEW.client_id)"
            " EXECUTE FUNCTION smm_keep_client();",
            f"DROP TRIGGER keep_client ON {table};",
        ),
        *portal_policy(table, portal, "client_id"),
    ]


def reference_rows(table: str) -> list[migrations.RunSQL]:
    """A table of the agency's reference rows that every client may read."""
    return [
        sql(
            f"GRANT SELECT ON {table} TO {PORTAL_ROLE};",
            f"REVOKE ALL ON {table} FROM {PORTAL_ROLE};",
        )
    ]


@contextmanager
def reading_as_client(client_id: int) -> Iterator[None]:
    """A read-only transaction as the portal's role that sees one client; always rolled back.

    Whatever is read must be read inside: a lazy template or a generator that runs afterwards would
    read as the owner of the tables, who sees every client.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One statement; `set_config('role', …)` is SET LOCAL ROLE.
            cursor.execute(
                "SELECT set_config(%s, %s, true), set_config('transaction_read_only', 'on', true),"
                " set_config('role', %s, true)",
                [CLIENT_SETTING, str(client_id), PORTAL_ROLE],
            )
        try:
            yield
        finally:
            transaction.set_rollback(True)
