"""The random keys of an installation that brings its own engines."""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet

from smm_agency.engine_addresses import home_folder, read_secrets, secrets_file
from smm_agency.engine_errors import EngineError

MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
    "PHONE_HASH_KEY": lambda: secrets.token_urlsafe(32),
}


def make_secrets(var_dir: Path, environ: Mapping[str, str]) -> None:
    """Write the keys that neither `environ` nor `var_dir/secrets.env` holds, readable by us only.

    Raises:
        EngineError: the file is gone while the data that its keys encrypted still stand.
    """
    kept = read_secrets(var_dir)
    missing = [name for name in MAKERS if not environ.get(name) and not kept.get(name)]
    if not missing:
        return
    if not kept and (home_folder(var_dir) / "postgres").exists():
        raise EngineError(
            f"{secrets_file(var_dir)} is gone, and without its keys the data in {var_dir} cannot "
            f"be read: bring the file back, or remove {var_dir} to start afresh."
        )
    _write(secrets_file(var_dir), kept | {name: MAKERS[name]() for name in missing})


def _write(path: Path, values: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Keys of this installation: without them the data cannot be read.\n" + text)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
