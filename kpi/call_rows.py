"""Rows of a file read as calls, strictly; what cannot be a call is named by row and column."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from clients.models import Client
from kpi.attribution import dialled_number
from kpi.call_columns import SKIP, ColumnMap
from kpi.call_entry import MAX_SECONDS
from kpi.callers import caller_number
from kpi.forgetting import MADE_ID
from kpi.models import CallStatus
from smm_agency.lib.encryption import keyed_hash
from smm_agency.lib.phones import is_hidden
from smm_agency.lib.tabular import (
    Errors,
    TableError,
    parse_date,
    parse_datetime,
    parse_int,
    require,
)

CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
DURATION = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])")
_Value = TypeVar("_Value")

DATE_ONLY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
CLOCK_SKEW = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call of a file; `caller` is E.164 or None for a hidden number."""

    row: int
    external_id: str
    started_at: dt.datetime
    status: str
    talk_seconds: int | None
    wait_seconds: int | None
    caller: str | None
    called_number: str
    comment: str

    @property
    def has_made_id(self) -> bool:
        return re.match(MADE_ID, self.external_id) is not None


@dataclass
class CallReader:
    """Turns rows of cells into calls.

    `skipped` counts rows whose status says "skip"; `unreadable` are the rows whose caller is given,
    but is no phone number: their calls are taken as from a hidden one.
    """

    client: Client
    columns: ColumnMap
    zone: dt.tzinfo
    day: dt.date | None
    now: dt.datetime
    skipped: int = 0
    unreadable: list[int] = field(default_factory=list)
    _numbers: dict[str, str | None] = field(default_factory=dict)
    _dialled: dict[str, str] = field(default_factory=dict)
    _same: Counter[tuple[object, ...]] = field(default_factory=Counter)
    _seen: dict[str, int] = field(default_factory=dict)

    def read(self, rows: Iterable[tuple[int, dict[str, str]]], errors: Errors) -> list[CallRow]:
        """The good rows; what is wrong with the others is added to `errors`."""
        calls = []
        for row, cells in rows:
            with errors.collect():
                call = self._call(row, cells)
                if call is not None:
                    calls.append(call)
        return calls

    def _call(self, row: int, cells: Mapping[str, str]) -> CallRow | None:
        talk_seconds = self._seconds(row, cells, "talk_seconds")
        status = self._status(row, cells, talk_seconds)
        if status == SKIP:
            self.skipped += 1
            return None
        if status == CallStatus.MISSED and talk_seconds:
            message = _("A missed call has no talk, this one has %(seconds)s seconds.")
            raise self._refusal(row, "talk_seconds", message % {"seconds": talk_seconds})
        started_at = self._started_at(row, cells)
        caller = self._caller(cells)
        if caller is None and not is_hidden(self.columns.pick(cells, "caller")):
            self.unreadable.append(row)
        return CallRow(
            row=row,
            external_id=self._external_id(row, cells, started_at, talk_seconds, caller),
            started_at=started_at,
            status=status,
            talk_seconds=talk_seconds,
            wait_seconds=self._seconds(row, cells, "wait_seconds"),
            caller=caller,
            called_number=self._called_number(cells),
            comment=self.columns.pick(cells, "comment")[:300],
        )

    def _refusal(self, row: int, name: str, message: str) -> TableError:
        return TableError(row, self.columns.column_of(name), message)

    def _status(self, row: int, cells: Mapping[str, str], talk_seconds: int | None) -> str:
        if "status" not in self.columns.columns:
            if talk_seconds is None:
                message = _("Without a column of statuses the length of the talk is needed.")
                raise self._refusal(row, "talk_seconds", message)
            return CallStatus.ANSWERED if talk_seconds else CallStatus.MISSED
        word = self.columns.pick(cells, "status")
        status = self.columns.statuses.get(word.casefold())
        if status is None and word in CallStatus.values:
            return word
        if status is None:
            message = _(
                "“%(word)s” is no status that is known; say which one it is: "
                "%(word)s=answered (or missed, voicemail, spam, skip)."
            )
            raise self._refusal(row, "status", message % {"word": word[:40]})
        return status

    def _seconds(self, row: int, cells: Mapping[str, str], name: str) -> int | None:
        text = self.columns.pick(cells, name)
        clock = DURATION.fullmatch(text)
        if clock:
            hours, minutes, seconds = map(int, clock.groups())
            value: int | None = hours * 3600 + minutes * 60 + seconds
        else:
            value = parse_int(text, row=row, field=self.columns.column_of(name))
        if value is not None and not 0 <= value <= MAX_SECONDS:
            message = _("Give seconds from 0 to %(most)s, or h:mm:ss.") % {"most": MAX_SECONDS}
            raise self._refusal(row, name, message)
        return value

    def _started_at(self, row: int, cells: Mapping[str, str]) -> dt.datetime:
        column = self.columns.column_of("started_at")
        text = self._with_day(row, self.columns.pick(cells, "started_at"))
        parsed = parse_datetime(text, tz=self.zone, row=row, field=column)
        moment = require(parsed, row=row, field=column)
        if moment > self.now + CLOCK_SKEW:
            raise self._refusal(row, "started_at", _("This moment has not come yet."))
        return moment

    def _with_day(self, row: int, text: str) -> str:
        is_clock = CLOCK.fullmatch(text) is not None
        if is_clock and self.day is None:
            message = _("“%(text)s” has no date; say of which day the file is.")
            raise self._refusal(row, "started_at", message % {"text": text})
        if text and not is_clock and self.day is not None:
            message = _("“%(text)s” has a date of its own; leave the day of the file out.")
            raise self._refusal(row, "started_at", message % {"text": text[:40]})
        if DATE_ONLY.fullmatch(text):
            parse_date(text, row=row, field=self.columns.column_of("started_at"))
            message = _(
                "“%(text)s” has no time of day. If the file holds totals by day and not single "
                "calls, say which column is the total."
            )
            raise self._refusal(row, "started_at", message % {"text": text})
        return f"{self.day} {text}" if is_clock else text

    def _caller(self, cells: Mapping[str, str]) -> str | None:
        raw = self.columns.pick(cells, "caller")
        return _cached(self._numbers, raw, lambda: caller_number(self.client, raw))

    def _called_number(self, cells: Mapping[str, str]) -> str:
        raw = self.columns.pick(cells, "called_number")
        return _cached(self._dialled, raw, lambda: dialled_number(self.client, raw))

    def _external_id(
        self,
        row: int,
        cells: Mapping[str, str],
        started_at: dt.datetime,
        talk_seconds: int | None,
        caller: str | None,
    ) -> str:
        """The file's own id, or a keyed hash of what makes a call this call.

        Calls alike in everything are told apart by how many came before them in the file.
        """
        if "external_id" not in self.columns.columns:
            raw = self.columns.pick(cells, "caller")
            who = caller or raw or self.columns.pick(cells, "line") or self._called_number(cells)
            alike = (started_at, who, talk_seconds)
            self._same[alike] += 1
            parts = (started_at.isoformat(), who, str(talk_seconds), self._same[alike])
            return "#" + keyed_hash(self.client.pk, *parts)
        external_id = self.columns.pick(cells, "external_id")
        column = self.columns.column_of("external_id")
        require(external_id or None, row=row, field=column)
        if len(external_id) > 120:
            raise TableError(row, column, _("An id has at most 120 characters."))
        earlier = self._seen.setdefault(external_id, row)
        if earlier != row:
            message = _("The id stands already in row %(row)s.") % {"row": earlier}
            raise TableError(row, column, message)
        return external_id


def _cached(cache: dict[str, _Value], key: str, make: Callable[[], _Value]) -> _Value:
    if key not in cache:
        cache[key] = make()
    return cache[key]
