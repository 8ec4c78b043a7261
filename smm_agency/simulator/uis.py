"""UIS's Data API as far as the program asks it: the lines of a scenario and their calls.

A line's calls of a day follow from its key and the day alone, so that they are the same whenever
they are asked for; those that are not over by now are not listed yet.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from smm_agency.simulator.figures import share
from smm_agency.simulator.scenario import Json
from smm_agency.simulator.world import World

# The account's clock, which the API speaks by.
ZONE = ZoneInfo("Europe/Moscow")
CLOCK = "%Y-%m-%d %H:%M:%S"
OPENS, OPEN_SECONDS = 9 * 3600, 11 * 3600
LONGEST_PERIOD = timedelta(days=90)


class UisError(Exception):
    """What the API refuses; the text is its mnemonic."""


def answer(world: World, method: str, parameters: Mapping[str, str]) -> Json:
    """The JSON-RPC envelope."""
    try:
        wanted = json.loads(parameters.get("params") or "{}")
        line = world.scenario.lines.get(str(wanted.get("access_token", "")))
        if line is None:
            raise UisError("access_token_invalid")
        rows = _rows(world, method, wanted, line)
    except UisError as error:
        data = {"mnemonic": str(error)}
        return {"jsonrpc": "2.0", "id": "1", "error": {"code": -32001, "data": data}}
    first = int(wanted.get("offset", 0))
    shown = rows[first : first + int(wanted.get("limit", 1000))]
    result = {"data": shown, "metadata": {"total_items": len(rows)}}
    return {"jsonrpc": "2.0", "id": "1", "result": result}


def _rows(world: World, method: str, wanted: Json, line: Json) -> list[Json]:
    if method == "get.virtual_numbers":
        return [{"virtual_phone_number": number} for number in line["numbers"]]
    if method != "get.calls_report":
        raise UisError("method_not_found")
    since, till = (_moment(wanted, name) for name in ("date_from", "date_till"))
    if till - since > LONGEST_PERIOD:
        raise UisError("error_date_interval")
    found = [
        call
        for day in _days(max(since.date(), date.fromisoformat(line["since"])), till.date())
        for call in _calls_of(line, day)
    ]
    now = world.now()
    return [call for call in found if since <= _start(call) <= till and _end(call) <= now]


def _moment(wanted: Json, name: str) -> datetime:
    try:
        return datetime.strptime(str(wanted.get(name)), CLOCK).replace(tzinfo=ZONE)
    except ValueError:
        raise UisError("invalid_parameter_value") from None


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _calls_of(line: Json, day: date) -> list[Json]:
    """So many that a month's worth is right: the fraction left over is a throw of the day's."""
    whole, rest = divmod(float(line["a_day"]), 1)
    count = int(whole) + (share(line["key"], day, "count") < rest)
    calls = [_call(line, day, number) for number in range(count)]
    return sorted(calls, key=lambda call: str(call["start_time"]))


def _call(line: Json, day: date, number: int) -> Json:
    """Each caller is new; every eighth call is missed."""

    def throw(what: str) -> float:
        return share(line["key"], day, number, what)

    second = OPENS + int(throw("second") * OPEN_SECONDS)
    start = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001
    is_lost = throw("lost") < 0.125
    prefix, digits = line["callers"]
    caller = int(throw("caller") * 10**digits)
    return {
        "id": day.toordinal() * 1000 + number,
        "start_time": start.strftime(CLOCK),
        "direction": "in",
        "is_lost": is_lost,
        "virtual_phone_number": line["numbers"][int(throw("number") * len(line["numbers"]))],
        "contact_phone_number": f"{prefix}{caller:0{digits}d}",
        "wait_duration": int(25 + throw("wait") * 40) if is_lost else int(3 + throw("wait") * 15),
        "talk_duration": 0 if is_lost else int(35 + throw("talk") * 300),
        "visits_count": 0,
    }


def _start(call: Json) -> datetime:
    return datetime.strptime(str(call["start_time"]), CLOCK).replace(tzinfo=ZONE)


def _end(call: Json) -> datetime:
    return _start(call) + timedelta(seconds=call["wait_duration"] + call["talk_duration"])
