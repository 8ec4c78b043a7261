"""The processes of the Procfile under honcho: one stops, all stop, and it is said which."""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message
from honcho.process import Popen, Process

from smm_agency.run_leftovers import end_with_parent, set_death_signal

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _popen(command: str, **options: Any) -> Popen:
    return Popen(command, preexec_fn=end_with_parent, **options)


class _Process(Process):  # type: ignore[misc]  # honcho has no types
    """One line of the Procfile, in a process that relays its output and dies with the manager."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._child_ctor = _popen

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        set_death_signal(signal.SIGKILL)
        # A closed terminal hangs up on this process too; it has to see its child's end.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        super().run(events, ignore_signals)


class Processes(Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's manager that remembers why it stops, and stops between two lines of output."""

    def __init__(self) -> None:
        multiprocessing.set_start_method("fork", force=True)
        super().__init__()
        self._process_ctor = _Process
        self.reason = ""
        self.signal_received = 0
        self._watcher: Callable[[], None] | None = None

    def add_procfile(self, path: Path, env: Mapping[str, str], *, without: set[str]) -> None:
        for name, command in parse_procfile(path.read_text(encoding="utf-8")).processes.items():
            if name not in without:
                self.add_process(name, command, env=dict(env), cwd=str(path.parent))

    def run(self, watcher: Callable[[], None]) -> None:
        """Run until one process ends or a signal comes; `watcher` runs in a thread meanwhile."""
        self._watcher = watcher
        self.loop()

    def say(self, text: str) -> None:
        """Print from any thread, between the lines of the processes."""
        for line in text.splitlines():
            self.events.put(Message("line", f"{line}\n", self._clock.now(), "system", None))

    def stop(self, reason: str) -> None:
        """Stop everything from any thread; the first reason is kept."""
        self.reason = self.reason or reason

    def terminate(self) -> None:
        if not self.reason and not self.signal_received:
            self.reason = self._ended_processes()
        super().terminate()

    def _ended_processes(self) -> str:
        ended = [
            f"{name} (code {process['returncode']})"
            for name, process in self._processes.items()
            if "returncode" in process
        ]
        return f"Everything was stopped because this ended by itself: {', '.join(ended)}."

    def _start(self) -> None:
        super()._start()
        for number in STOP_SIGNALS:
            # honcho's own handlers print, which breaks when a line is just being printed.
            signal.signal(number, self._remember)
        if self._watcher is not None:
            threading.Thread(target=self._watcher, daemon=True).start()

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self.signal_received = number

    def _all_started(self) -> bool:
        """Called by honcho's loop about ten times a second: the place to act on what came in."""
        has_started = bool(super()._all_started())
        if has_started and (self.reason or self.signal_received):
            self.terminate()
        return has_started
