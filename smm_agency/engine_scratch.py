"""Throw-away engines for tests and checks: `python -m smm_agency.engine_scratch COMMAND …`.

Each run has a folder of its own in the temporary folder and holds a lock in it. A run that was
killed holds no lock any more, and the next one stops its servers and removes its files.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from smm_agency.engine_addresses import read_secrets
from smm_agency.engine_locks import locked, try_lock
from smm_agency.engine_secrets import make_secrets
from smm_agency.engines import EngineError, Engines, database_url, needed_engines, redis_url

LOCK = "run.lock"


def scratch_root() -> Path:
    """The folder of all runs of this account; others may pass through it, not look into it."""
    root = Path(tempfile.gettempdir()) / f"smm-agency-scratch-{os.geteuid()}"
    root.mkdir(mode=0o711, exist_ok=True)
    if root.is_symlink() or root.stat().st_uid != os.geteuid():
        raise EngineError(f"{root} belongs to another account: remove it, or set TMPDIR.")
    root.chmod(0o711)
    return root


@contextmanager
def scratch_engines(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Engines for the addresses that `environ` leaves open; yields the variables to set."""
    var_dir, descriptor = _new_folder()
    try:
        make_secrets(var_dir, {})
        needed_engines(var_dir, environ, is_durable=False).start()
        # WhiteNoise warns of a folder that is not there, and warnings are errors in tests.
        (var_dir / "static").mkdir()
        yield {"EMBEDDED_ENGINES": "1", "VAR_DIR": str(var_dir)}
    finally:
        remove_engines(var_dir)
        os.close(descriptor)


def _new_folder() -> tuple[Path, int]:
    root = scratch_root()
    with locked(root / "root.lock"):
        _reap(root)
        folder = Path(tempfile.mkdtemp(dir=root))
        folder.chmod(0o711)
        descriptor = try_lock(folder / LOCK)
    if descriptor is None:
        raise EngineError(f"{folder} was taken by another run.")
    return folder, descriptor


def _reap(root: Path) -> None:
    """Stop and remove what killed runs left; called with the root locked."""
    for folder in root.iterdir():
        if not folder.is_dir():
            continue
        descriptor = try_lock(folder / LOCK)
        if descriptor is not None:
            remove_engines(folder)
            os.close(descriptor)


def remove_engines(var_dir: Path) -> None:
    """Stop the engines of the folder and delete them and the folder."""
    engines = Engines(var_dir)
    engines.stop()
    for server in engines.servers[:1]:
        shutil.rmtree(server.sockets, ignore_errors=True)
        shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(var_dir, ignore_errors=True)


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into what Ctrl-C raises, so that `finally` is reached."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def main(command: list[str]) -> int:
    """Run the command with addresses and keys of throw-away engines; its exit code."""
    stop_on_signals()
    with scratch_engines(os.environ) as variables:
        var_dir = Path(variables["VAR_DIR"])
        environ = dict(os.environ) | variables | read_secrets(var_dir)
        environ["DATABASE_URL"] = environ.get("DATABASE_URL") or database_url(var_dir)
        environ["REDIS_URL"] = environ.get("REDIS_URL") or redis_url(var_dir)
        return subprocess.run(command, check=False, env=environ).returncode  # noqa: S603


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EngineError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
