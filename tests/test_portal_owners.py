"""The portal's wall holds whoever owns the tables: a superuser, one who makes roles, a plain one.

A server of its own: roles belong to the whole server, and here the portal's role is not there yet.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings

from smm_agency.engine_addresses import database_config, database_url
from smm_agency.engine_scratch import remove_engines
from smm_agency.engines import Engines

ROLE_MIGRATION = ("manage.py", "migrate", "clients", "0002", "--verbosity", "0")


class Server:
    """A fresh PostgreSQL, and its administrator."""

    def __init__(self, var_dir: Path) -> None:
        self.url = database_url(var_dir)
        config = database_config(self.url)
        self.host, self.admin = str(config["HOST"]), str(config["USER"])

    def run(self, *statements: str, database: str = "postgres") -> None:
        with closing(
            psycopg2.connect(host=self.host, user=self.admin, dbname=database)
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)

    def url_of(self, owner: str) -> str:
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=f"{owner}@", path=f"/{owner}"))

    def program(self, owner: str, *command: str) -> subprocess.CompletedProcess[str]:
        """The program in a process of its own, connected as this owner to the owner's database."""
        return subprocess.run(  # noqa: S603
            [sys.executable, *command],
            check=False,
            capture_output=True,
            text=True,
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": self.url_of(owner)},
        )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # The engines' account must reach the folder; pytest's own are closed to others.
    folder = Path(tempfile.mkdtemp(dir=settings.VAR_DIR))
    folder.chmod(0o711)
    engines = Engines(folder, with_valkey=False, is_durable=False)
    try:
        engines.start()
        yield Server(folder)
        engines.stop()
    finally:
        remove_engines(folder)


def test_portal_reads_its_client_only_whoever_owns_the_tables(server: Server) -> None:
    """The superuser's turn is the rest of the suite: its database belongs to one."""
    assert_told_what_to_run(server)
    server.run("CREATE ROLE maker LOGIN CREATEROLE", "CREATE DATABASE maker OWNER maker")
    migrated = server.program("maker", "manage.py", "migrate", "--verbosity", "0")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    # The same tables, owned by somebody who was only given the role.
    server.run("CREATE DATABASE plain TEMPLATE maker OWNER plain", "GRANT smm_portal TO plain")
    server.run("REASSIGN OWNED BY maker TO plain", database="plain")
    check_wall(server, "maker")
    check_wall(server, "plain")


def assert_told_what_to_run(server: Server) -> None:
    """An owner who may make no role is stopped by the very statements that an administrator runs;
    these are enough. Afterwards the server is as it was, but for the owner.
    """
    server.run("CREATE ROLE plain LOGIN", "CREATE DATABASE plain OWNER plain")
    refused = server.program("plain", *ROLE_MIGRATION)
    assert refused.returncode != 0
    asked = re.search(r"An administrator runs: (CREATE ROLE .+?;) (GRANT .+?;)", refused.stderr)
    assert asked is not None, refused.stderr
    server.run(asked[1], asked[2])
    migrated = server.program("plain", *ROLE_MIGRATION)
    assert (migrated.returncode, migrated.stderr) == (0, "")
    server.run("DROP DATABASE plain", "DROP ROLE smm_portal")


def check_wall(server: Server, owner: str) -> None:
    answer = server.program(owner, "-m", "tests.portal_owner")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found["connected_as"] == owner
    assert found["tables"] > 60
    assert (found["empty"], found["foreign"]) == ([], [])
    assert found["clients"] == [found["mine"]]
    assert found["statements"] == 3 * found["tables"] + 4
    assert found["written"] == []
    assert found["owner_sees"] == 2
