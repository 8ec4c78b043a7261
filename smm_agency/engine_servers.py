"""Starting, adopting and stopping one PostgreSQL or Valkey server.

A server inherits a locked file, so "does it live?" is answered by the kernel, for it and for the
children it may have left behind. A file with a process number alone is never believed.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg2
import redis

from smm_agency.engine_addresses import DATABASE, POSTGRES_SOCKET, ROLE, VALKEY_SOCKET
from smm_agency.engine_binaries import postgres_binaries, valkey_binary
from smm_agency.engine_errors import EngineError
from smm_agency.engine_home import Account, engine_environment
from smm_agency.engine_locks import is_locked, try_lock

PATIENCE_SECONDS = 60.0
LOG_BYTES = 10_000_000
LOG_LINES_SHOWN = 6


class Server:
    """What both engines have in common; all paths are real ones, without links."""

    title: str
    variable: str
    program: str
    stop_signal: signal.Signals
    sockets_left_behind: tuple[str, ...]

    def __init__(self, home: Path, sockets: Path, account: Account, *, is_durable: bool) -> None:
        self.home, self.sockets, self.account = home, sockets, account
        self.is_durable = is_durable
        self.data = home / self.program
        self.log = home / f"{self.program}.log"
        self.lock = home / f"{self.program}.lock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Adopt the running server, or start it; returns when it answers.

        Raises:
            EngineError: it died, does not answer, or has no binaries for this platform.
        """
        descriptor = self._claim()
        if descriptor is None:
            return
        try:
            self._prepare()
            self._remove_sockets()
            log_start = self._launch(descriptor)
        finally:
            os.close(descriptor)
        self._wait_until_it_answers(log_start)
        self._after_start()

    def stop(self) -> None:
        """Stop the server that lives in this home, whoever started it, and wait for its end."""
        if is_locked(self.lock):
            self._signal(self.stop_signal)
            if not self._has_ended(PATIENCE_SECONDS):
                self._signal(signal.SIGKILL)
                self._has_ended(PATIENCE_SECONDS)
        self._remove_sockets()
        if self.process is not None:
            self.process.wait()

    def is_alive(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            return False
        return is_locked(self.lock)

    def answers(self) -> bool:
        """Whether a server of exactly this data folder answers on the socket."""
        raise NotImplementedError

    def log_tail(self, start: int = 0) -> str:
        """The last lines of the log after byte `start`, indented; empty where there are none."""
        try:
            with self.log.open("rb") as log:
                log.seek(start)
                lines = log.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "".join(f"\n    {line}" for line in lines[-LOG_LINES_SHOWN:])

    def _claim(self) -> int | None:
        """The lock for a server to be started, or None where a live one was adopted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            descriptor = try_lock(self.lock)
            if descriptor is not None:
                return descriptor
            if self.answers():
                return None
            time.sleep(0.05)
        raise EngineError(
            f"{self.title} of {self.home} runs (process {self._pid() or 'unknown'}) but does not "
            f"answer; stop that process and start again. Its log: {self.log}{self.log_tail()}"
        )

    def _launch(self, descriptor: int) -> int:
        """Start the program in a session of its own, so that Ctrl-C does not reach it."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            start = log.tell()
            self.process = subprocess.Popen(  # noqa: S603
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data,
                env=engine_environment(os.environ),
                pass_fds=(descriptor,),
                start_new_session=True,
                umask=0o077,
                **self.account.process_options(),
            )
        return start

    def _wait_until_it_answers(self, log_start: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            if self.process is not None and self.process.poll() is not None:
                raise EngineError(
                    f"{self.title} did not start (it ended with code {self.process.returncode}). "
                    f"The last lines of {self.log}:{self.log_tail(log_start)}"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise EngineError(
                    f"{self.title} did not answer within {PATIENCE_SECONDS:.0f} seconds. "
                    f"The last lines of {self.log}:{self.log_tail(log_start)}"
                )
            time.sleep(0.03)

    def _has_ended(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while is_locked(self.lock):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _signal(self, number: signal.Signals) -> None:
        pid = self._pid()
        if pid is None or not _works_in(pid, self.data):
            # Only its children live on; they notice by themselves that it has gone.
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return

    def _pid(self) -> int | None:
        """The server's process by its own file, to be believed only while the lock is held."""
        try:
            return int(self._pid_file().read_text(encoding="ascii").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _remove_sockets(self) -> None:
        for name in self.sockets_left_behind:
            (self.sockets / name).unlink(missing_ok=True)

    def _pid_file(self) -> Path:
        raise NotImplementedError

    def _prepare(self) -> None:
        raise NotImplementedError

    def _command(self) -> Sequence[str]:
        raise NotImplementedError

    def _after_start(self) -> None:
        """What must hold before the server is used; nothing by default."""


class Postgres(Server):
    """PostgreSQL on a socket only; who gets into the socket's folder is trusted."""

    title = "PostgreSQL"
    variable = "DATABASE_URL"
    program = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, keeps every commit
    sockets_left_behind = (POSTGRES_SOCKET, f"{POSTGRES_SOCKET}.lock")

    def answers(self) -> bool:
        try:
            with closing(self._connect()) as connection, connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                row = cursor.fetchone()
        except psycopg2.OperationalError:
            return False
        return row is not None and Path(row[0]) == self.data

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.sockets), user=ROLE, dbname="postgres", connect_timeout=5
        )

    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def _prepare(self) -> None:
        binaries = postgres_binaries(self.account)
        if not self.data.exists():
            self._make_cluster(binaries)
        self._check_version(binaries)
        self._forget_former_pid()

    def _make_cluster(self, binaries: Path) -> None:
        """Make the data folder under another name first: a killed `initdb` leaves no half."""
        half = self.data.with_suffix(".new")
        shutil.rmtree(half, ignore_errors=True)
        command = [
            str(binaries / "initdb"),
            f"--pgdata={half}",
            f"--username={ROLE}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        made = subprocess.run(  # noqa: S603
            command if self.is_durable else [*command, "--no-sync"],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=engine_environment(os.environ),
            **self.account.process_options(),
        )
        if made.returncode != 0:
            last = "".join(f"\n    {line}" for line in made.stderr.splitlines()[-LOG_LINES_SHOWN:])
            raise EngineError(f"PostgreSQL could not make its data folder {self.data}:{last}")
        half.rename(self.data)

    def _check_version(self, binaries: Path) -> None:
        version = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        program = binaries.parent.name.removeprefix("pginstall")
        if version != program:
            raise EngineError(
                f"The data in {self.data} were made by PostgreSQL {version}, and this program "
                f"brings {program}: carry them over with pg_dump, or move the folder away."
            )

    def _forget_former_pid(self) -> None:
        """Remove the file of a server that is gone: PostgreSQL gives up when its number lives on.

        The number may be a stranger's by now, or a dead process that nobody has collected yet.
        Safe because we hold the lock that every process of the former server inherited.
        """
        pid = self._pid()
        if pid is not None and not _works_in(pid, self.data):
            self._pid_file().unlink()

    def _command(self) -> Sequence[str]:
        folder = str(self.sockets).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{folder}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
        }
        if not self.is_durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        options = (f"--{name}={value}" for name, value in settings.items())
        return [str(postgres_binaries(self.account) / "postgres"), f"-D{self.data}", *options]

    def _after_start(self) -> None:
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")


class Valkey(Server):
    """Valkey on a socket only, with an append-only file, so a killed one loses a second at most."""

    title = "Valkey"
    variable = "REDIS_URL"
    program = "valkey"
    stop_signal = signal.SIGTERM
    sockets_left_behind = (VALKEY_SOCKET,)

    def answers(self) -> bool:
        try:
            with redis.Redis(
                unix_socket_path=str(self.sockets / VALKEY_SOCKET), socket_timeout=5
            ) as client:
                folder = client.config_get("dir")["dir"]
        except redis.RedisError:
            return False
        return Path(folder) == self.data

    def _pid_file(self) -> Path:
        return self.home / "valkey.pid"

    def _prepare(self) -> None:
        if not self.data.exists():
            self.data.mkdir(mode=0o700)
            os.chown(self.data, self.account.uid, self.account.gid)

    def _command(self) -> Sequence[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.sockets / VALKEY_SOCKET),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self._pid_file()),
            "daemonize": "no",
            "databases": "256",
            "appendonly": "yes" if self.is_durable else "no",
            "save": "",
        }
        words = (word for name, value in options.items() for word in (f"--{name}", value))
        return [str(valkey_binary(self.account)), *words]


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and works in the folder, as a server does in its data.

    Without /proc only whether it lives.
    """
    if not Path("/proc/self").exists():
        return _is_running(pid)
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
