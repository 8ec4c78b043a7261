"""What the simulated networks know and how they misbehave. A scenario is plain JSON.

Keys, all optional:
    tokens      {key: {"kind": "service" | "community" | "user" | "vk_id" | "bot",
                       "state": "expired" | "revoked", "rights": ["wall", …],
                       "channels": ["-100…"], "admin_of": [VK group ids],
                       "owner_of": [YouTube channel ids], "refresh": Google's refresh token,
                       "units": YouTube's units a day}}
    any_token   take keys that are not listed (their kind is guessed from their text)
    groups      {VK group id: {"name", "screen_name", "members_count": number or null (hidden),
                               "deactivated", "wall": "closed", "language", "posts": [wall items],
                               "statistics": {"2026-11-23": {"activity": {…}, "reach": {…}}},
                               "page": {further fields of groups.getById}, "managers": number,
                               "comments": [{"id", "post_id", "from_id", "date", "text"}],
                               "messages": [{"id", "peer_id", "from_id", "date", "text", "out"}]}}
    channels    {Telegram chat id: {"title", "username", "members", "bot_status", "language",
                                    "bot_rights": ["can_post_messages", …],
                                    "description", "photo", "pinned_message", "linked_chat_id",
                                    "admins": number of people}}
    pages       {network: {page's id: what the network's player reads}}, of all other networks
    updates     Telegram updates, as they stand in the queue
    lines       {UIS key: {"key": any name, "numbers": ["7495…", …], "a_day": calls a day,
                           "since": "2026-11-23", "callers": [beginning, digits that follow]}}
    levels      {id: followers on the day `levels_on`}, from where invented figures move on
    levels_on   "2026-11-23"; without it the day on which the scenario was loaded
    invent      answer plausibly for ids that are not listed
    limits      keep the networks' limits of calls per second
    ids_per_call  how many VK groups one call may name
    faults      [{"method": "wall.get" or "*", "network", "fault", "times": number or null (always),
                  "after": calls to let pass first, "every": only each n-th from there on,
                  "seconds", "group", "post", "body"}]
                group is the page of any network whose post is deleted
                fault: drop, half, slow, http<status>, body, vk_error:<code>,
                telegram_error:<code>[:<retry_after>], delete_post (after the answer),
                error:<the network's own code>, of all other networks
    now         "2026-11-23T12:00:00+00:00", a clock that stands
"""

import json
import re
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_FAULT = re.compile(
    r"drop|half|slow|http\d{3}|body|vk_error:\d+|telegram_error:\d+(:\d+)?|delete_post|error:.+"
)


class ScenarioError(ValueError):
    """The scenario is wrong; the message names the key."""


@dataclass
class Fault:
    """One way to misbehave, for so many calls of a method."""

    method: str
    fault: str
    network: str = ""
    times: int | None = 1
    after: int = 0
    every: int = 1
    seconds: float = 2.0
    group: str = ""
    post: int | str = 0
    body: Any = None

    def matches(self, network: str, method: str) -> bool:
        return self.method in ("*", method) and self.network in ("", network) and self.times != 0


@dataclass
class Scenario:
    tokens: dict[str, Json] = field(default_factory=dict)
    any_token: bool = True
    groups: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    pages: dict[str, dict[str, Json]] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    lines: dict[str, Json] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    levels_on: date | None = None
    invent: bool = True
    limits: bool = True
    ids_per_call: int = 500
    faults: list[Fault] = field(default_factory=list)
    now: datetime | None = None


_SHAPES: dict[str, type | tuple[type, ...]] = {
    "tokens": dict,
    "any_token": bool,
    "groups": dict,
    "channels": dict,
    "pages": dict,
    "updates": list,
    "lines": dict,
    "levels": dict,
    "levels_on": str,
    "invent": bool,
    "limits": bool,
    "ids_per_call": int,
    "faults": list,
    "now": str,
}


def default_scenario(now: datetime) -> Json:
    """Answers for any id and any key; levels start on the day of `now`."""
    return {"levels_on": now.astimezone(UTC).date().isoformat()}


def read_scenario(source: object) -> Scenario:
    """JSON → Scenario. ScenarioError names what is wrong."""
    if not isinstance(source, dict):
        raise ScenarioError("A scenario is a JSON object.")
    for key, value in source.items():
        if key not in _SHAPES:
            raise ScenarioError(f"{key}: no such key; known are {', '.join(_SHAPES)}.")
        if not isinstance(value, _SHAPES[key]):
            raise ScenarioError(f"{key}: of a wrong type ({type(value).__name__}).")
    _check_inner(source)
    values = dict(source)
    values["faults"] = [read_fault(fault) for fault in source.get("faults", [])]
    values["levels_on"] = _parsed(source, "levels_on", date.fromisoformat)
    values["now"] = _parsed(source, "now", datetime.fromisoformat)
    if values["now"] is not None and values["now"].tzinfo is None:
        raise ScenarioError("now: needs a time zone, such as +00:00.")
    return Scenario(**values)


def _check_inner(source: Json) -> None:
    for key in ("tokens", "groups", "channels", "pages", "lines"):
        for name, inner in source.get(key, {}).items():
            if not isinstance(inner, dict):
                raise ScenarioError(f"{key}: {name}: needs to be an object.")
    for name, line in source.get("lines", {}).items():
        if missing := {"key", "numbers", "a_day", "since", "callers"} - line.keys():
            raise ScenarioError(f"lines: {name}: needs {', '.join(sorted(missing))}.")
    for name, level in source.get("levels", {}).items():
        if not isinstance(level, int) or isinstance(level, bool) or level < 0:
            raise ScenarioError(f"levels: {name}: needs to be a whole number from 0.")


def read_fault(source: object) -> Fault:
    """JSON → Fault; ScenarioError names what is wrong."""
    if not isinstance(source, dict) or not {"method", "fault"} <= source.keys():
        raise ScenarioError("faults: each one needs a method and a fault.")
    if unknown := source.keys() - {each.name for each in fields(Fault)}:
        raise ScenarioError(f"faults: no such key: {', '.join(sorted(unknown))}.")
    if not _FAULT.fullmatch(str(source["fault"])):
        raise ScenarioError(f"faults: unknown fault {source['fault']!r}.")
    return Fault(**source)


def load_scenario(path: Path) -> Scenario:
    """The file's scenario; its levels hold for the day of the file unless it says otherwise."""
    try:
        scenario = read_scenario(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ScenarioError(f"{path}: {error}") from error
    if scenario.levels_on is None:
        scenario.levels_on = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    return scenario


def _parsed(source: Json, key: str, parse: Any) -> Any:
    if key not in source:
        return None
    try:
        return parse(source[key])
    except ValueError as error:
        raise ScenarioError(f"{key}: {error}") from error
