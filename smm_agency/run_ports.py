"""Ports: taken with a plain socket first, because granian would share one silently."""

import errno
import socket
from pathlib import Path

from smm_agency.engine_errors import EngineError

HOST = "127.0.0.1"
LISTENING = "0A"


def parse_port(text: str) -> int:
    """The port that PORT names.

    Raises:
        EngineError: it is not a number from 1 to 65535.
    """
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise EngineError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def hold_port(port: int) -> socket.socket:
    """A socket bound to the port (0: any free one); nobody else gets it until it is closed.

    Raises:
        EngineError: the port is in use, by whom where that can be told, or needs more rights.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((HOST, port))
    except OSError as error:
        held.close()
        raise EngineError(_refusal(port, error)) from None
    return held


def _refusal(port: int, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"Port {port} cannot be used ({error.strerror}): choose another, PORT=8123 make run."
    holder = port_holder(port) or "another program"
    return f"Port {port} is in use by {holder}: stop it, or choose another, PORT=8123 make run."


def port_holder(port: int) -> str:
    """The listener's command and process number; empty where the system does not tell us."""
    inodes = _listening_inodes(port)
    for folder in Path("/proc").glob("[0-9]*"):
        if inodes & _socket_inodes(folder):
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            return f"`{words.strip()[:100]}` (process {folder.name})"
    return ""


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            columns = line.split()
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                inodes.add(columns[9])
    return inodes


def _socket_inodes(process: Path) -> set[str]:
    try:
        targets = [_target(link) for link in (process / "fd").iterdir()]
    except OSError:
        # It has ended, or belongs to somebody else.
        return set()
    return {target[8:-1] for target in targets if target.startswith("socket:[")}


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        # Closed since it was listed.
        return ""
