"""Processes of a run: how they end with it, and how those that did not are found.

Every process of a run carries the mark in its environment, and so do their children, whatever
their parent or session. Only where the kernel shows environments (/proc) can they be found.
"""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path

MARK = "SMM_AGENCY_RUN"
GRACE_SECONDS = 8.0
PR_SET_PDEATHSIG = 1


def mark(var_dir: Path) -> dict[str, str]:
    """The variable that all processes of this data folder's run carry."""
    return {MARK: os.path.realpath(var_dir)}


def marked_processes(var_dir: Path) -> list[int]:
    """Living processes of a run of this data folder, this one left out."""
    wanted = os.fsencode(f"{MARK}={os.path.realpath(var_dir)}")
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if int(folder.name) != os.getpid() and wanted in _environment(folder)
    ]


def _environment(process: Path) -> list[bytes]:
    try:
        # Empty for one that has ended and waits to be collected.
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def end_processes(var_dir: Path) -> int:
    """End what a run of this data folder left behind; the number of processes found.

    Called by the one process that holds the folder's run lock, so none of them is in use.
    """
    found = marked_processes(var_dir)
    _signal(found, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while left := marked_processes(var_dir):
        if time.monotonic() > deadline:
            _signal(left, signal.SIGKILL)
        time.sleep(0.05)
    return len(found)


def _signal(processes: list[int], number: signal.Signals) -> None:
    for pid in processes:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def end_with_parent() -> None:
    """Ask the kernel to send SIGTERM when the parent dies, even by SIGKILL (Linux only)."""
    set_death_signal(signal.SIGTERM)


def set_death_signal(number: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
