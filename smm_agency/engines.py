"""The program's own PostgreSQL and Valkey: where they stand, how they start and stop.

Settings use the addresses only; whoever starts servers (`make run`, the tests) uses `Engines`.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from smm_agency.engine_addresses import (
    RedisAddresses,
    database_config,
    database_url,
    home_folder,
    load_secrets,
    redis_addresses,
    redis_url,
    socket_folder,
)
from smm_agency.engine_errors import EngineError
from smm_agency.engine_home import engine_account, prepare_home, prepare_sockets
from smm_agency.engine_locks import locked
from smm_agency.engine_servers import Postgres, Server, Valkey

__all__ = [
    "EngineError",
    "Engines",
    "RedisAddresses",
    "database_config",
    "database_url",
    "load_secrets",
    "needed_engines",
    "redis_addresses",
    "redis_url",
]


class Engines:
    """The servers of one data folder; those whose address the environment names are not ours."""

    def __init__(
        self,
        var_dir: Path,
        *,
        with_postgres: bool = True,
        with_valkey: bool = True,
        is_durable: bool = True,
    ) -> None:
        self.var_dir = Path(var_dir)
        self.account = engine_account()
        self.is_durable = is_durable
        self.wanted: list[type[Server]] = [Postgres] * with_postgres + [Valkey] * with_valkey

    def start(self) -> None:
        """Adopt or start the servers; all answer when this returns.

        Raises:
            EngineError: with the sentence to print.
        """
        if not self.wanted:
            return
        home = prepare_home(self.var_dir, self.account)
        prepare_sockets(self.var_dir, home, self.account)
        with locked(home / "start.lock"):
            for server in self.servers:
                server.start()

    def stop(self) -> None:
        """Stop the servers, those that an earlier run left behind too."""
        for server in reversed(self.servers):
            if server.home.exists():
                server.stop()

    def dead(self) -> list[str]:
        """The sentences about servers that have ended by themselves; empty while all live."""
        return [
            f"{server.title} has ended. The last lines of {server.log}:{server.log_tail()}"
            for server in self.servers
            if not server.is_alive()
        ]

    @cached_property
    def servers(self) -> list[Server]:
        home = home_folder(self.var_dir).resolve()
        sockets = socket_folder(self.var_dir).resolve()
        return [
            server(home, sockets, self.account, is_durable=self.is_durable)
            for server in self.wanted
        ]


def needed_engines(var_dir: Path, environ: Mapping[str, str], *, is_durable: bool) -> Engines:
    """The engines for the addresses that the environment leaves open."""
    return Engines(
        var_dir,
        with_postgres=not environ.get("DATABASE_URL"),
        with_valkey=not environ.get("REDIS_URL"),
        is_durable=is_durable,
    )
