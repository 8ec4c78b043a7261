"""Static files are collected and compressed once, not at every start."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path


def collect_static(var_dir: Path, base_dir: Path, collect: Callable[[], object]) -> bool:
    """Call `collect` unless nothing has changed since it last finished; whether it was called."""
    stamp = var_dir / "static.stamp"
    wanted = _fingerprint(base_dir)
    is_fresh = stamp.exists() and stamp.read_text(encoding="ascii") == wanted
    if is_fresh and (var_dir / "static").is_dir():
        return False
    collect()
    stamp.write_text(wanted, encoding="ascii")
    return True


def _fingerprint(base_dir: Path) -> str:
    """Our own files by name, size and time; those of packages change with the requirements."""
    digest = hashlib.sha256(f"{sys.prefix}\n".encode())
    digest.update((base_dir / "requirements.txt").read_bytes())
    for folder in (base_dir / "static", *sorted(base_dir.glob("*/static"))):
        for path in sorted(folder.rglob("*")):
            found = path.stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
