"""Mango Office VPBX: signed form posts, several events a call; statistics by request and result.

A call's summary counts it. The number that a dynamic substitution showed to the caller comes only
in the events of its legs; the summary and the list know the line, so their number is weak.
"""

import csv
import datetime as dt
import hashlib
import hmac
import io
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks.outcomes import Kind, Ok, Outcome, RefusedForNow
from kpi.providers.asking import ask, ask_json, unexpected
from kpi.providers.bodies import digest_of, read_form, read_json
from kpi.providers.protocol import Account, CredentialField, Provider, Reply
from kpi.providers.reading_rows import read_rows
from kpi.providers.records import (
    Delivery,
    Direction,
    Event,
    ProviderCall,
    ProviderError,
    Pulled,
    Status,
)
from kpi.providers.values import Fields, epoch_of, id_of, seconds_of

BASE = "https://app.mango-office.ru/vpbx"
DIRECTIONS = {"0": Direction.INTERNAL, "1": Direction.IN, "2": Direction.OUT}
TRACKED_TYPES = ("1", "2")
COLUMNS = (
    "records", "start", "finish", "answer", "from_extension", "from_number", "to_extension",
    "to_number", "disconnect_reason", "line_number", "location", "entry_id", "create",
)  # fmt: skip
# The result is asked for no oftener than each five seconds, and not for ever.
POLL_SECONDS, POLLS = 5.0, 24
NOT_READY = 204


class Mango(Provider):
    code = "mango"
    title = "Mango Office"
    instructions = gettext_lazy(
        "In the personal account open Integrations → API connector.\n"
        "Type the address of this connection as the address of the external system, and copy the"
        " unique code of the PBX (key) and the key for the signature (salt) into the fields here.\n"
        "Events of calls are switched on there; the statistics need the same two keys."
    )
    credentials = (
        CredentialField("api_key", gettext_lazy("unique code of the PBX"), is_required=True),
        CredentialField("api_salt", gettext_lazy("key for the signature"), is_required=True),
        CredentialField(
            "base_url", gettext_lazy("address of the API, where it differs"), is_secret=False
        ),
    )
    pull_needs = ("api_key", "api_salt")
    mapping = {
        "external_id": ("entry_id",),
        "caller": ("from.number",),
        "tracked": ("line_number", "to.line_number"),
        "started_at": ("create_time",),
    }
    default_networks = (
        "81.88.80.132/32", "81.88.80.133/32", "81.88.82.36/32", "81.88.82.44/32", "81.88.82.45/32",
    )  # fmt: skip
    default_zone = "Europe/Moscow"
    reply = Reply(200, "application/json", '{"result": 1000}')

    def verify(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> bool:
        try:
            form = read_form(delivery.body)
        except ProviderError:
            return False
        key, salt = account.credential("api_key"), account.credential("api_salt")
        expected = signature(key, str(form.get("json", "")), salt)
        given = str(form.get("sign", "")).lower().encode("utf-8", "replace")
        return hmac.compare_digest(expected.encode(), given) and bool(key and salt)

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        text = str(read_form(delivery.body).get("json", ""))
        values = read_json(text.encode("utf-8", "replace"))
        fields = Fields(values, self.mapping, account.mapping)
        if delivery.path == "events/summary":
            call = _summary(fields, at=at)
            return Event(f"{call.external_id}:summary", call)
        if delivery.path == "events/call":
            leg = _leg(fields, at=at)
            number = f"{values.get('call_id', '')}:{values.get('seq', '')}"
            return Event(f"{leg.external_id}:call:{digest_of(number)[:16]}", leg)
        return Event(f"{delivery.path[:40]}:{digest_of(text)}", None)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        key = self._request(account, since, until)
        if not isinstance(key, Ok):
            return key
        for _attempt in range(POLLS):
            sent = ask("POST", _url(account, "stats/result"), form=_signed(account, key.value))
            if not isinstance(sent, Ok):
                return sent
            if sent.value.status != NOT_READY:
                return Ok(_read_table(sent.value.content, at=until))
            time.sleep(POLL_SECONDS)
        return RefusedForNow(
            Kind.TEMPORARY, _("The provider has not made the list ready in time."), 600.0
        )

    def check(self, account: Account) -> Outcome[str]:
        now = dt.datetime.now(dt.UTC)
        key = self._request(account, now - dt.timedelta(hours=1), now)
        return Ok(_("The provider accepts the keys.")) if isinstance(key, Ok) else key

    def _request(
        self, account: Account, since: dt.datetime, until: dt.datetime
    ) -> Outcome[dict[str, object]]:
        wanted = {
            "date_from": int(since.timestamp()),
            "date_to": int(until.timestamp()),
            "fields": ",".join(COLUMNS),
        }
        answer = ask_json("POST", _url(account, "stats/request"), form=_signed(account, wanted))
        if not isinstance(answer, Ok):
            return answer
        key = answer.value.get("key") if isinstance(answer.value, dict) else None
        return Ok({"key": key}) if isinstance(key, str) and key else unexpected()


def signature(key: str, text: str, salt: str) -> str:
    """Over the JSON exactly as it is transferred."""
    return hashlib.sha256(f"{key}{text}{salt}".encode("utf-8", "replace")).hexdigest()


def _url(account: Account, path: str) -> str:
    return f"{(account.credential('base_url') or BASE).rstrip('/')}/{path}"


def _signed(account: Account, wanted: dict[str, Any]) -> dict[str, str]:
    key, salt = account.credential("api_key"), account.credential("api_salt")
    text = json.dumps(wanted, separators=(",", ":"))
    return {"vpbx_api_key": key, "sign": signature(key, text, salt), "json": text}


def _leg(fields: Fields, *, at: dt.datetime) -> ProviderCall:
    """What a leg alone tells: the number that the caller saw. It counts nothing."""
    values = fields.values
    tracked, weak = fields.phone("tracked"), frozenset({"tracked"})
    dynamic = values.get("dct")
    if isinstance(dynamic, dict) and str(dynamic.get("type")) in TRACKED_TYPES:
        number = Fields(dynamic, {}, {}).phone("number")
        tracked, weak = (number, frozenset()) if number else (tracked, weak)
    moment = epoch_of(values.get("timestamp"), "timestamp", at=at)
    step = seconds_of(values.get("seq"), "seq") or 0
    return ProviderCall(
        fields.id(),
        caller=fields.phone("caller"),
        tracked=tracked,
        updated_at=moment and moment + dt.timedelta(microseconds=step),
        weak=weak,
    )


def _summary(fields: Fields, *, at: dt.datetime) -> ProviderCall:
    values = fields.values
    start, talk, end = (
        epoch_of(values.get(name), name, at=at) for name in ("create_time", "talk_time", "end_time")
    )
    direction = DIRECTIONS.get(str(values.get("call_direction")), Direction.IN)
    other = Fields(values, {"caller": ("to.number",)}, {}) if direction is Direction.OUT else fields
    return ProviderCall(
        fields.id(),
        direction=direction,
        caller=other.phone("caller"),
        tracked=fields.phone("tracked"),
        started_at=start,
        talk_seconds=_between(talk, end) if talk else 0,
        wait_seconds=_between(start, talk or end),
        status=Status.ANSWERED if talk else Status.MISSED,
        updated_at=end,
        weak=frozenset({"tracked"}),
    )


def _between(first: dt.datetime | None, last: dt.datetime | None) -> int | None:
    if first is None or last is None:
        return None
    return max(0, int((last - first).total_seconds()))


def _read_table(content: bytes, *, at: dt.datetime) -> Pulled:
    """A row for each leg; the legs of one entry are one call."""
    text = content.decode("utf-8-sig", "replace")
    legs: dict[str, list[dict[str, str]]] = defaultdict(list)
    broken = 0
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        if len(row) == len(COLUMNS):
            leg = dict(zip(COLUMNS, row, strict=True))
            legs[leg["entry_id"]].append(leg)
        else:
            broken += bool(row)
    pulled = read_rows(
        ({"legs": rows} for rows in legs.values()), lambda row: _entry(row["legs"], at=at)
    )
    return Pulled(pulled.calls, pulled.unreadable + broken)


def _entry(legs: Sequence[dict[str, str]], *, at: dt.datetime) -> ProviderCall:
    first = min(legs, key=lambda leg: leg["start"])
    talks = list(_talks(legs, at=at))
    start = epoch_of(first["create"] or first["start"], "create", at=at)
    start = start or epoch_of(first["start"], "start", at=at)
    answered = min((answer for answer, _finish in talks), default=None)
    end = max((finish for leg in legs if (finish := _moment(leg, "finish", at=at))), default=None)
    return ProviderCall(
        id_of(first["entry_id"], "entry_id"),
        direction=_direction(first),
        caller=_other_party(first),
        tracked=first["line_number"] or None,
        started_at=start,
        talk_seconds=sum(_between(*talk) or 0 for talk in talks),
        wait_seconds=_between(start, answered or end),
        status=Status.ANSWERED if talks else Status.MISSED,
        weak=frozenset({"tracked"}),
    )


def _talks(
    legs: Iterable[dict[str, str]], *, at: dt.datetime
) -> Iterable[tuple[dt.datetime, dt.datetime]]:
    for leg in legs:
        answer, finish = _moment(leg, "answer", at=at), _moment(leg, "finish", at=at)
        if answer and finish:
            yield answer, finish


def _moment(leg: dict[str, str], name: str, *, at: dt.datetime) -> dt.datetime | None:
    return epoch_of(leg[name], name, at=at)


def _direction(leg: dict[str, str]) -> Direction:
    if not leg["from_extension"]:
        return Direction.IN
    return Direction.INTERNAL if leg["to_extension"] else Direction.OUT


def _other_party(leg: dict[str, str]) -> str | None:
    number = leg["to_number"] if _direction(leg) is Direction.OUT else leg["from_number"]
    return number or None
