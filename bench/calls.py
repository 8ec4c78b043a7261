"""Calls of the data set, and who called. Their flags are those that `kpi.call_rules` would set."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.agency import ATTRIBUTED_SHARE, OWN_PAGES, Agency, Ids, Size
from bench.copying import Progress, copy_rows, reserve_ids
from kpi.models import Call, Caller, Evidence
from smm_agency.lib.encryption import encrypt, keyed_hash

CALLS_PER_CALLER = 1.7
# A caller's calls lie nearer together than the depth of uniqueness: the first is the unique one.
SPREAD_DAYS = 80
TARGET_SECONDS = 30
HIDDEN_SHARE = 0.05
STATUSES = np.array(["answered", "missed", "voicemail", "spam"])
STATUS_SHARES = (0.78, 0.17, 0.03, 0.02)
DAY_SECONDS = 86_400

CALLER_COLUMNS = (
    "id", "client_id", "phone_hash", "phone", "last4", "country_code", "first_seen_at",
)  # fmt: skip
CALL_COLUMNS = (
    "client_id", "source", "started_at", "day", "talk_seconds", "wait_seconds", "status",
    "caller_id", "tracking_number_id", "community_id", "evidence", "is_unique", "is_target",
    "is_unique_target", "comment", "called_number",
)  # fmt: skip

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Drawn:
    """Calls in the order of time: who called (an index), whom (an index), when (Unix seconds)."""

    caller: Ids
    client: Ids
    second: Ids


def load_calls(agency: Agency, size: Size, rng: np.random.Generator, progress: Progress) -> None:
    drawn = draw_calls(agency, size, rng)
    ids = np.array(reserve_ids(Caller, int(drawn.caller.max()) + 1))
    copy_rows(Caller, CALLER_COLUMNS, caller_rows(agency, drawn, ids), progress)
    copy_rows(Call, CALL_COLUMNS, call_rows(agency, drawn, ids, rng), progress)


def draw_calls(agency: Agency, size: Size, rng: np.random.Generator) -> Drawn:
    """Callers turn up evenly over the days, some of them before the first: those calls fall out."""
    midnight = dt.datetime.combine(agency.today, dt.time(), tzinfo=dt.UTC)
    end = int(midnight.timestamp())
    wanted = size.calls
    drawn = int(wanted * (size.days + SPREAD_DAYS) / size.days * 1.1) + 100
    callers = int(drawn / CALLS_PER_CALLER)
    caller = rng.integers(0, callers, drawn)
    base = rng.integers(-SPREAD_DAYS * DAY_SECONDS, size.days * DAY_SECONDS, callers)
    second = base[caller] + rng.integers(0, SPREAD_DAYS * DAY_SECONDS, drawn)
    inside = np.flatnonzero((second >= 0) & (second < size.days * DAY_SECONDS))[:wanted]
    inside = inside[np.argsort(second[inside], kind="stable")]
    caller, second = caller[inside], second[inside] + end - size.days * DAY_SECONDS
    _seen, numbered = np.unique(caller, return_inverse=True)
    client = rng.choice(len(agency.clients), callers, p=agency.call_shares)
    return Drawn(numbered, client[caller], second)


def caller_rows(agency: Agency, drawn: Drawn, ids: Ids) -> Iterator[tuple[Any, ...]]:
    """All have one encrypted number, which no list opens; their hashes differ."""
    token = encrypt("+70000000000")
    _callers, first = np.unique(drawn.caller, return_index=True)
    clients = agency.clients[drawn.client[first]]
    seen = drawn.second[first]
    for pk, client, second in zip(ids.tolist(), clients.tolist(), seen.tolist(), strict=True):
        digest = keyed_hash(client, pk)
        yield pk, client, digest, token, f"{pk % 10_000:04d}", "+7", moment(second)


def call_rows(
    agency: Agency, drawn: Drawn, ids: Ids, rng: np.random.Generator
) -> Iterator[tuple[Any, ...]]:
    total = len(drawn.second)
    status = rng.choice(STATUSES, total, p=STATUS_SHARES)
    talk = np.where(status == "answered", rng.integers(5, 300, total), 0)
    hidden = rng.random(total) < HIDDEN_SHARE
    target = (status == "answered") & (talk >= TARGET_SECONDS)
    unique = first_of_caller(drawn.caller, (status != "spam") & ~hidden)
    unique_target = first_of_caller(drawn.caller, target & ~hidden)
    place = rng.integers(0, OWN_PAGES, total)
    known = rng.random(total) < ATTRIBUTED_SHARE
    days = (drawn.second + agency.hours[drawn.client] * 3_600) // DAY_SECONDS
    columns = (
        agency.clients[drawn.client], drawn.second, days, talk, status, ids[drawn.caller], hidden,
        agency.numbers[drawn.client, place], agency.communities[drawn.client, place], known,
        unique, target, unique_target,
    )  # fmt: skip
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield call_row(*row)


def call_row(
    client: int, second: int, day: int, talk: int, status: str, caller: int, is_hidden: bool,
    number: int, community: int, is_known: bool, unique: bool, target: bool, unique_target: bool,
) -> tuple[Any, ...]:  # fmt: skip
    return (
        client, "import", moment(second), EPOCH + dt.timedelta(days=day), talk or None, 12, status,
        None if is_hidden else caller,
        number if is_known else None,
        community if is_known else None,
        int(Evidence.COMMUNITY_NUMBER) if is_known else None,
        None if is_hidden else unique, target, None if is_hidden else unique_target, "", "",
    )  # fmt: skip


EPOCH = dt.date(1970, 1, 1)


def moment(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.UTC).isoformat()


def first_of_caller(caller: Ids, counts: Flags) -> Flags:
    """The first of each caller's calls that count; the calls are in the order of time."""
    positions = np.flatnonzero(counts)
    _callers, first = np.unique(caller[positions], return_index=True)
    flags = np.zeros(len(caller), dtype=np.bool_)
    flags[positions[first]] = True
    return flags
