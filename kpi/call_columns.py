"""Which column of a file is which field of a call, and which word is which status."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.utils.translation import gettext as _

from kpi.models import CallStatus
from smm_agency.lib.tabular import TableError

# Several columns of one field are joined: a date and a time, the parts of an id.
JOINED_BY = {"started_at": " ", "external_id": "/"}
FIELDS = (
    "started_at",
    "caller",
    "called_number",
    "status",
    "talk_seconds",
    "wait_seconds",
    "external_id",
    "line",
    "comment",
)
SKIP = "skip"


@dataclass(frozen=True)
class ColumnMap:
    """`columns`: field → columns. `statuses`: a word of the file → a status, or `skip`.

    An empty map takes the columns that are named as the fields. `line` is not stored; it tells
    calls without an id apart.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_options(cls, columns: Iterable[str], statuses: Iterable[str]) -> Self:
        """From `field=column` and `word=status`, as the command takes them."""
        found: dict[str, tuple[str, ...]] = {}
        for name, column in map(_split, columns):
            found[name] = (*found.get(name, ()), column)
        return cls._checked(found, dict(map(_split, statuses)))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """From `{"columns": {field: column or [columns]}, "statuses": {word: status}}`."""
        try:
            parsed = json.loads(text)
            columns = {
                name: (value,) if isinstance(value, str) else tuple(map(str, value))
                for name, value in parsed.get("columns", {}).items()
            }
            statuses = {str(word): str(name) for word, name in parsed.get("statuses", {}).items()}
        except (ValueError, AttributeError, TypeError):
            message = _('The mapping is not JSON of the form {"columns": {}, "statuses": {}}.')
            raise TableError(None, None, message) from None
        return cls._checked(columns, statuses)

    @classmethod
    def _checked(cls, columns: dict[str, tuple[str, ...]], statuses: dict[str, str]) -> Self:
        for name, chosen in columns.items():
            _refuse_unknown(name, FIELDS)
            if len(chosen) > 1 and name not in JOINED_BY:
                raise TableError(None, name, _("The field takes one column."))
        for name in statuses.values():
            _refuse_unknown(name, (*CallStatus.values, SKIP))
        words = {word.strip().casefold(): name for word, name in statuses.items()}
        return cls(columns, words)

    def required(self) -> list[str]:
        """The columns that the file must have."""
        if not self.columns:
            return ["started_at", "status"]
        if "started_at" not in self.columns:
            message = _("Say which column holds the start of a call.")
            raise TableError(None, "started_at", message)
        return [column for chosen in self.columns.values() for column in chosen]

    def settled(self, header: Collection[str]) -> "ColumnMap":
        """The same map, with the columns named as the fields where nothing was said."""
        if self.columns:
            return self
        return ColumnMap({name: (name,) for name in FIELDS if name in header}, self.statuses)

    def pick(self, cells: Mapping[str, str], name: str) -> str:
        """The field's text in a row; empty where no column is mapped to it."""
        texts = [cells[column].strip() for column in self.columns.get(name, ())]
        if not all(texts):
            return ""
        return JOINED_BY.get(name, "").join(texts)

    def column_of(self, name: str) -> str:
        """What to call the field when speaking of the file."""
        return " + ".join(self.columns.get(name, (name,)))


def _split(option: str) -> tuple[str, str]:
    left, mark, right = option.partition("=")
    if not (left.strip() and mark and right.strip()):
        message = _("“%(option)s” is not of the form name=value.") % {"option": option}
        raise TableError(None, None, message)
    return left.strip(), right.strip()


def _refuse_unknown(name: str, known: Collection[str]) -> None:
    if name not in known:
        message = _("“%(name)s” is not known; use one of: %(known)s.")
        raise TableError(None, None, message % {"name": name, "known": ", ".join(known)})
