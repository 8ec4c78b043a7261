"""Real servers are started, killed and found again."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from kombu import Connection
from pytest_socket import SocketConnectBlockedError

from smm_agency import engine_home
from smm_agency.engine_addresses import home_folder
from smm_agency.engine_binaries import valkey_binary
from smm_agency.engine_home import engine_account, own_folder
from smm_agency.engine_locks import is_locked, try_lock
from smm_agency.engine_scratch import remove_engines
from smm_agency.engines import (
    EngineError,
    Engines,
    database_config,
    database_url,
    needed_engines,
    redis_addresses,
    redis_url,
)
from smm_agency.test_engines import worker_redis_url


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A data folder that the engines' account reaches; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(dir=settings.VAR_DIR))
    folder.chmod(0o711)
    yield folder
    remove_engines(folder)


def query(var_dir: Path, statement: str) -> list[tuple[Any, ...]]:
    config = database_config(database_url(var_dir))
    with closing(
        psycopg2.connect(host=config["HOST"], user=config["USER"], dbname=config["NAME"])
    ) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def process_number(var_dir: Path, file: str) -> int:
    return int((home_folder(var_dir) / file).read_text().split()[0])


@pytest.mark.faults
def test_engines_are_adopted_and_recover_from_being_killed(var_dir: Path) -> None:
    first = Engines(var_dir)
    first.start()
    query(var_dir, "CREATE TABLE kept AS SELECT 'Ё' AS letter")
    client = redis.Redis.from_url(redis_addresses(redis_url(var_dir)).limiter)
    client.set("kept", 1)
    client.close()
    numbers = [process_number(var_dir, name) for name in ("postgres/postmaster.pid", "valkey.pid")]

    Engines(var_dir).start()
    assert numbers == [
        process_number(var_dir, name) for name in ("postgres/postmaster.pid", "valkey.pid")
    ]

    for number in numbers:
        os.kill(number, signal.SIGKILL)
    second = Engines(var_dir)
    second.start()
    assert query(var_dir, "SELECT letter, upper('ё'), 'МИР' ILIKE 'мир' FROM kept") == [
        ("Ё", "Ё", True)
    ]
    assert second.dead() == []
    second.stop()
    first.stop()
    assert [sentence.split(" has ended")[0] for sentence in second.dead()] == [
        "PostgreSQL",
        "Valkey",
    ]
    assert list((home_folder(var_dir) / "run").iterdir()) == []


@pytest.mark.faults
def test_valkey_killed_after_a_second_keeps_its_keys(var_dir: Path) -> None:
    engines = Engines(var_dir, with_postgres=False)
    engines.start()
    with redis.Redis.from_url(redis_url(var_dir)) as client:
        client.config_set("appendfsync", "always")
        client.set("kept", 1)
    os.kill(process_number(var_dir, "valkey.pid"), signal.SIGKILL)
    restarted = Engines(var_dir, with_postgres=False)
    restarted.start()
    with redis.Redis.from_url(redis_url(var_dir)) as client:
        assert client.get("kept") == b"1"
    restarted.stop()
    engines.stop()


def test_engine_that_dies_at_start_shows_the_end_of_its_log(var_dir: Path) -> None:
    engines = Engines(var_dir, with_postgres=False)
    engines.start()
    engines.stop()
    (home_folder(var_dir) / "valkey/appendonlydir/appendonly.aof.manifest").write_text("broken\n")
    with pytest.raises(EngineError, match=r"(?s)Valkey did not start .* manifest") as caught:
        engines.start()
    engines.stop()
    assert len(str(caught.value).splitlines()) <= 7


def test_engines_named_by_the_environment_are_not_started(tmp_path: Path) -> None:
    engines = needed_engines(
        tmp_path, {"DATABASE_URL": "postgres://h/d", "REDIS_URL": "redis://h"}, is_durable=True
    )
    engines.start()
    assert (engines.servers, list(tmp_path.iterdir())) == ([], [])


def test_folder_of_another_account_is_refused() -> None:
    with pytest.raises(EngineError, match="/usr belongs to another account"):
        own_folder(Path("/usr"), engine_account())


def test_link_to_the_data_of_a_copied_folder_is_refused(var_dir: Path) -> None:
    home_folder(var_dir).symlink_to("/var/lib/smm-agency/000000000000")
    with pytest.raises(EngineError, match="the data of a copy of this folder"):
        Engines(var_dir).start()
    home_folder(var_dir).unlink()


def test_platform_without_binaries_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smm_agency.engine_binaries.platform.machine", lambda: "riscv64")
    with pytest.raises(EngineError, match=r"no embedded Valkey .* riscv64.* REDIS_URL"):
        valkey_binary(engine_account())


def test_lock_is_held_by_the_processes_that_inherit_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    descriptor = try_lock(path)
    assert descriptor is not None
    process = subprocess.Popen(["/bin/sleep", "60"], pass_fds=[descriptor])
    os.close(descriptor)
    assert (is_locked(path), try_lock(path)) == (True, None)
    process.kill()
    process.wait()
    assert not is_locked(path)


@pytest.mark.faults
def test_servers_of_a_killed_run_are_removed_by_the_next(var_dir: Path) -> None:
    scratch = [sys.executable, "-m", "smm_agency.engine_scratch", "sh", "-c"]
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "VAR_DIR")
    } | {"TMPDIR": str(var_dir)}
    options: dict[str, Any] = {"env": environ, "cwd": settings.BASE_DIR, "check": False}
    killed = subprocess.run([*scratch, "kill -9 $PPID"], **options)  # noqa: S603
    root = var_dir / f"smm-agency-scratch-{os.geteuid()}"
    (left,) = [path for path in root.iterdir() if path.is_dir()]
    was_alive = is_locked(left / "engines" / "postgres.lock")
    following = subprocess.run([*scratch, f"test ! -e {left}"], **options)  # noqa: S603
    assert (killed.returncode, was_alive, following.returncode) == (-signal.SIGKILL, True, 0)
    assert [path.name for path in root.iterdir()] == ["root.lock"]


def test_socket_to_an_outside_address_is_refused() -> None:
    with (
        closing(socket.socket()) as outside,
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 80))


def test_cache_is_cleared_without_touching_the_queue() -> None:
    with Connection(settings.CELERY_BROKER_URL) as connection:
        queue = connection.SimpleQueue("test_cache_is_cleared")
        queue.put({"wake": 1})
        cache.clear()
        assert queue.get(timeout=5).payload == {"wake": 1}
        queue.clear()
        queue.close()


def test_workers_have_databases_of_their_own() -> None:
    url = redis_url(Path(os.environ["VAR_DIR"]))
    addresses = [redis_addresses(worker_redis_url(url, name)) for name in ("", "gw0", "gw63")]
    assert [address.limiter.partition("?")[2] for address in addresses] == [
        "db=2",
        "db=5",
        "db=194",
    ]


def test_worker_beyond_the_databases_of_a_foreign_server_is_refused() -> None:
    assert worker_redis_url("redis://h", "gw3") == "redis://h?db=12"
    with pytest.raises(pytest.UsageError, match="-n 4"):
        worker_redis_url("redis://h", "gw4")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the engines as another account")
def test_home_that_root_alone_reaches_is_put_elsewhere(var_dir: Path) -> None:
    closed = var_dir / "closed"
    closed.mkdir(mode=0o700)
    engines = Engines(closed, with_postgres=False)
    engines.start()
    assert home_folder(closed).readlink().parent == engine_home.SHARED_HOME
    with redis.Redis.from_url(redis_url(closed)) as client:
        assert client.ping()
    engines.stop()
    remove_engines(closed)
