"""Whose account runs the engines, and where their files lie.

PostgreSQL refuses to run as root. As root both engines run as `nobody`, which must reach its data
and its binaries; folders above them are never opened up, what is out of reach is put elsewhere.
"""

import os
import pwd
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from smm_agency.engine_addresses import folder_key, home_folder, socket_folder
from smm_agency.engine_errors import EngineError
from smm_agency.engine_locks import is_locked

# Where root's engines keep what `nobody` cannot reach below VAR_DIR or the virtual environment.
SHARED_HOME = Path("/var/lib/smm-agency")


class Account(NamedTuple):
    """The operating system's account that owns the engines' processes and files."""

    uid: int
    gid: int
    is_own: bool

    def process_options(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program as this account."""
        if self.is_own:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def engine_account() -> Account:
    """The caller's own account, or `nobody` for root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_own=True)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EngineError(
            "PostgreSQL does not run as root and this machine has no account `nobody`: start as "
            "a normal account, or name a server in DATABASE_URL."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, is_own=False)


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account gets into the folder, tried rather than worked out from modes."""
    command = ["/bin/sh", "-c", 'cd "$1" 2>/dev/null', "sh", str(folder)]
    try:
        result = subprocess.run(command, check=False, cwd="/", **account.process_options())  # noqa: S603
    except OSError as error:
        raise EngineError(
            f"The engines cannot be run as the account `nobody` ({error.strerror}): start as a "
            "normal account, or name servers in DATABASE_URL and REDIS_URL."
        ) from None
    return result.returncode == 0


def own_folder(folder: Path, account: Account) -> Path:
    """Make the folder, closed to everybody else; refuse one that is not the account's own."""
    try:
        folder.mkdir(mode=0o700, parents=False, exist_ok=False)
    except FileExistsError:
        _check_owner(folder, account)
    else:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def _check_owner(folder: Path, account: Account) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise EngineError(
            f"{folder} belongs to another account (number {found.st_uid}): start as that account, "
            "or set VAR_DIR to a folder of your own."
        )


def prepare_home(var_dir: Path, account: Account) -> Path:
    """The folder of the engines' data and logs, made where it is missing, links resolved."""
    home = home_folder(var_dir)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        real = _linked_home(var_dir, home) if home.is_symlink() else home
        own_folder(real, account)
        if not can_enter(account, real):
            real = _move_home(var_dir, home, account)
    except OSError as error:
        raise EngineError(f"Cannot use the data folder {home}: {error.strerror}.") from None
    return real


def _linked_home(var_dir: Path, home: Path) -> Path:
    target = Path(os.readlink(home))
    if target != SHARED_HOME / folder_key(var_dir):
        raise EngineError(
            f"{home} points to {target}, the data of a copy of this folder elsewhere: remove the "
            "link to start empty, or put the folder back where it was."
        )
    SHARED_HOME.mkdir(mode=0o755, exist_ok=True)
    return target


def _move_home(var_dir: Path, home: Path, account: Account) -> Path:
    """Put a home that the account cannot reach under /var/lib, with a link in its place."""
    target = SHARED_HOME / folder_key(var_dir)
    make_shared_home()
    if any(home.iterdir()):
        raise EngineError(
            f"The account `nobody` can no longer reach {home}: open the folders above it again, "
            "or move it away to start empty."
        )
    if target.exists():
        _set_aside(target)
    own_folder(target, account)
    home.rmdir()
    home.symlink_to(target)
    return target


def _set_aside(orphan: Path) -> None:
    """Keep the data of a VAR_DIR that was deleted: its keys are gone with it."""
    if any(is_locked(path) for path in orphan.glob("*.lock")):
        raise EngineError(f"The engines in {orphan} still run for a deleted folder: stop them.")
    number = 1
    while (aside := orphan.with_name(f"{orphan.name}-deleted-{number}")).exists():
        number += 1
    orphan.rename(aside)


def make_shared_home() -> None:
    SHARED_HOME.mkdir(mode=0o755, exist_ok=True)
    SHARED_HOME.chmod(0o755)


def prepare_sockets(var_dir: Path, home: Path, account: Account) -> Path:
    """The folder of the sockets as the servers see it: closed, and checked to be ours."""
    folder = socket_folder(var_dir)
    if folder.parent == home_folder(var_dir):
        folder = home / folder.name
    return own_folder(folder, account)


def engine_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """A small environment: the servers need no keys, and their messages stay in English."""
    kept = {name: environ[name] for name in ("PATH", "TMPDIR") if name in environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
