"""The state behind the simulated networks: scenario, clock, limits of calls, log of calls."""

import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from smm_agency.simulator import figures
from smm_agency.simulator.said import Said
from smm_agency.simulator.scenario import Fault, Json, Scenario, ScenarioError, load_scenario
from smm_agency.simulator.walls import Walls


@dataclass(frozen=True)
class Call:
    """One call as the network saw it, without its key."""

    network: str
    method: str
    parameters: dict[str, str]


@dataclass
class World:
    """Shared by the server's threads."""

    scenario: Scenario
    path: Path | None = None
    calls: list[Call] = field(default_factory=list)
    complaint: str = ""
    spent: dict[str, int] = field(default_factory=dict)
    # Calls that came too fast.
    refused: int = 0
    walls: Walls = field(default_factory=Walls)
    said: Said = field(default_factory=Said)
    # Where the server answers, without a slash at the end.
    base_url: str = ""
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _moments: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _loaded: float = 0.0

    def now(self) -> datetime:
        return self.scenario.now or datetime.now(UTC)

    def followers(self, profile: str) -> int:
        return self.followers_on(profile, self.now().date())

    def followers_on(self, profile: str, day: date) -> int:
        level = self.scenario.levels.get(profile)
        if level is None:
            return figures.followers(profile, day)
        start = self.scenario.levels_on or self.now().date()
        return figures.followers(profile, day, level=level, on=start)

    def replace(self, scenario: Scenario) -> None:
        with self._lock:
            self.scenario = scenario
            if scenario.levels_on is None:
                scenario.levels_on = self.now().date()

    def reload(self) -> None:
        """Read the file again if it changed; a broken file leaves the last good scenario."""
        if self.path is None or not self.path.exists():
            return
        with self._lock:
            changed = self.path.stat().st_mtime
            if changed == self._loaded:
                return
            self._loaded = changed
            try:
                self.replace(load_scenario(self.path))
                self.complaint = ""
            except ScenarioError as error:
                self.complaint = str(error)

    def note(self, network: str, method: str, parameters: dict[str, str]) -> None:
        with self._lock:
            self.calls.append(Call(network, method, parameters))
            # The demo runs for months.
            del self.calls[:-10_000]

    def is_too_fast(self, key: str, per_second: int) -> bool:
        """Whether this call is one too many; refused calls do not count."""
        if not self.scenario.limits:
            return False
        with self._lock:
            now, moments = time.monotonic(), self._moments[key]
            while moments and moments[0] <= now - 1:
                moments.popleft()
            if len(moments) >= per_second:
                self.refused += 1
                return True
            moments.append(now)
            return False

    def spend(self, account: str, units: int) -> int:
        """What is spent of an account (a key's day) with these units."""
        with self._lock:
            self.spent[account] = self.spent.get(account, 0) + units
            return self.spent[account]

    def next_fault(self, network: str, method: str) -> Fault | None:
        """The first fault that this call meets; its count goes down."""
        with self._lock:
            for fault in self.scenario.faults:
                if not fault.matches(network, method):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                fault.after = fault.every - 1
                return fault
        return None

    def delete_post(self, network: str, page: str, post: str) -> None:
        self.walls.remove(network, page, post)
        with self._lock:
            posts = self._pages_of(network).get(page, {}).get("posts", [])
            posts[:] = [item for item in posts if str(item.get("id")) != post]

    def _pages_of(self, network: str) -> dict[str, Json]:
        """By the prefix of addresses; Meta's leads to two networks."""
        if network == "vk":
            return self.scenario.groups
        names = ("facebook", "instagram") if network == "meta" else (network,)
        owners = (self.scenario.pages.get(name, {}) for name in names)
        return {name: page for pages in owners for name, page in pages.items()}

    def take_updates(self, offset: int) -> list[Json]:
        """The queue from `offset` on; earlier updates are forgotten."""
        with self._lock:
            queue = self.scenario.updates
            queue[:] = [update for update in queue if update.get("update_id", 0) >= offset]
            return list(queue)
