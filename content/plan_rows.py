"""The rows of a file with a plan, read as posts: every doubt is an error of its row and field."""

import datetime as dt
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import Client
from communities.models import Community
from content.models import Post, Publication
from content.plan_choices import PlanChoices
from content.plan_words import (
    COMMUNITY,
    DATE,
    NEEDED,
    NETWORKS,
    PLAIN,
    TIME,
    TITLE,
    WORDS,
    code_of,
    column_title,
    plain,
    propose_columns,
    words_for,
)
from smm_agency.lib.tabular import (
    Errors,
    Limits,
    Table,
    TableError,
    examples,
    fitting_orders,
    read_moment,
    read_table,
    require,
    sample,
)
from smm_agency.lib.tabular.written import Written
from strategy.models import PostFormat, Rubric, StrategyVersion
from strategy.models.version import FROZEN_STATES

MOST_ROWS = 2_000
LIMITS = Limits(size=5 * 2**20, rows=MOST_ROWS, columns=60)
CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.][0-9]{2})?")
MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")
MERGED = b"<mergeCell "
SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")

T = TypeVar("T")


class PlanRow(NamedTuple):
    """One post in one community. `fields` are those of the post."""

    number: int
    community: Community
    planned_at: dt.datetime
    rubric: Rubric | None
    fields: Mapping[str, str]

    @property
    def key(self) -> tuple[str, int, dt.datetime]:
        """What makes two rows the same post."""
        return plain(self.fields[TITLE]), self.community.pk, self.planned_at


@dataclass
class PlanTable:
    """A file as it would be taken. `known` counts rows that stand in the plan already."""

    header: Sequence[str] = ()
    rows: list[PlanRow] = field(default_factory=list)
    errors: Errors = field(default_factory=Errors)
    bad_rows: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    total: int = 0
    known: int = 0


def open_plan(data: bytes, name: str, choices: PlanChoices, errors: Errors | None = None) -> Table:
    """Raises TableError for the file as a whole, here or from its rows."""
    return read_table(
        data, name, encoding=choices.encoding or None, limits=LIMITS, errors=errors, loose=True,
        header_at=choices.header_at,
    )  # fmt: skip


def propose(data: bytes, name: str, start: PlanChoices) -> PlanChoices:
    """The columns by their names and the order of dates, where they tell it apart."""
    table = open_plan(data, name, start)
    columns = propose_columns(table.header)
    texts = [row.get(columns.get(DATE, ""), "") for row in sample(table)]
    orders = fitting_orders(texts)
    told = {**start.to_json(), "columns": columns}
    return PlanChoices(**{**told, "order": orders[0].value if len(orders) == 1 else ""})


def columns_shown(data: bytes, name: str, choices: PlanChoices) -> list[tuple[str, list[str]]]:
    """(column, its first values) of each column; none where it cannot be opened."""
    try:
        return examples(open_plan(data, name, choices))
    except TableError:
        return []


def parse_plan(
    client: Client, data: bytes, name: str, choices: PlanChoices, *, at: dt.datetime
) -> PlanTable:
    """Read as chosen; nothing is written. Raises TableError for the file as a whole."""
    found = PlanTable()
    table = open_plan(data, name, choices, found.errors)
    found.header, found.notes = table.header, [*table.notes, *_merged_note(data)]
    _check_columns(table.header, choices)
    reader = RowReader(client, choices, at)
    parsed: list[PlanRow] = []
    for number, cells in table.rows:
        found.total += 1
        before = found.errors.total
        row = reader.read(number, cells, found.errors)
        if row is not None and found.errors.total == before:
            parsed.append(row)
        else:
            found.bad_rows.add(number)
    # Rows of a wrong length never came this far.
    found.bad_rows |= {each.row for each in found.errors if each.row is not None}
    known = known_keys(client, parsed)
    for row in parsed:
        if row.key in known:
            found.known += 1
        else:
            known.add(row.key)
            found.rows.append(row)
    return found


def _check_columns(header: Sequence[str], choices: PlanChoices) -> None:
    missing = [column_title(name) for name in NEEDED if name not in choices.columns]
    if missing:
        message = _(
            "No column is “%(missing)s”: say below which one it is. The header has: %(found)s."
        )
        values = {"missing": "”, “".join(missing), "found": ", ".join(header)}
        raise TableError(None, None, message % values)
    for name, column in choices.columns.items():
        if column not in header:
            message = _("The file has no column “%(column)s”.") % {"column": column}
            raise TableError(None, column_title(name), message)
    if not choices.order:
        raise TableError(
            None, choices.columns[DATE], _("Say below which number of a date is the month.")
        )


def _merged_note(data: bytes) -> list[str]:
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [each for each in archive.namelist() if SHEETS.fullmatch(each)]
        is_merged = any(MERGED in archive.read(each) for each in sheets)
    note = _(
        "The workbook has merged cells: only the first of them holds the value, the others are"
        " read as empty. Unmerge them and fill each row."
    )
    return [note] if is_merged else []


def known_keys(client: Client, rows: Sequence[PlanRow]) -> set[tuple[str, int, dt.datetime]]:
    """What stands in the plan already at these moments. One query."""
    standing = Publication.objects.standing().filter(
        client=client, planned_at__in={row.planned_at for row in rows}
    )
    told = standing.order_by().values_list("post__title", "community_id", "planned_at")
    return {(plain(title), place, planned) for title, place, planned in told if planned}


def attempt(errors: Errors, read: Callable[[], T]) -> T | None:
    """What is read; None where it is wrong, and then the errors say why."""
    try:
        return read()
    except TableError as error:
        errors.add(error)
        return None


class RowReader:
    """Reads row after row; what they refer to is read once."""

    def __init__(self, client: Client, choices: PlanChoices, at: dt.datetime) -> None:
        self.client = client
        self.choices = choices
        self.at = at
        self.places = _places(client)
        self.rubrics = _rubrics(client)

    def read(self, number: int, cells: Mapping[str, str], errors: Errors) -> PlanRow | None:
        """None where anything is wrong, each thing by its field."""
        told = Told(number, cells, self.choices)
        fields: dict[str, str] = {}
        for name in (TITLE, *PLAIN):
            with errors.collect():
                fields[name] = told.plain(name)
        for name in WORDS:
            with errors.collect():
                fields[name] = told.code(name)
        community = attempt(errors, lambda: self.community(told))
        clock = attempt(errors, lambda: self.clock(told, told.text(TIME)))
        planned_at = attempt(errors, lambda: self.moment(told, clock))
        if planned_at is None:
            return None
        day = self.client.day_of(planned_at)
        rubric = attempt(errors, lambda: self.rubric(told, day))
        if community is None:
            return None
        return PlanRow(number, community, planned_at, rubric, fields)

    def community(self, told: "Told") -> Community:
        text = told.needed(COMMUNITY)
        name = plain(text).rstrip("/")
        found = self.places.get(name) or self.places.get(name.rpartition("/")[2].lstrip("@"), [])
        if len(found) == 1:
            return found[0]
        known = ", ".join(sorted({str(each) for rows in self.places.values() for each in rows}))
        message = (
            _("“%(text)s” is the name of several communities: write one of %(known)s.")
            if found
            else _("There is no community “%(text)s”: write one of %(known)s.")
        )
        raise told.error(COMMUNITY, message % {"text": text, "known": known or "—"})

    def moment(self, told: "Told", clock: str | None) -> dt.datetime | None:
        """`clock` is None where the time cannot be read: the date is looked at all the same."""
        date = told.needed(DATE)
        if told.text(TIME):
            date = MIDNIGHT.sub("", date)
        day = self.read_moment(told, date)
        if clock is None:
            return None
        if day.is_day:
            usual = clock or self.clock(told, self.choices.time)
            if not usual:
                raise told.error(
                    TIME, _("There is no time: give one, or say below which such rows get.")
                )
            day = self.read_moment(told, f"{date} {usual}")
        elif clock:
            raise told.error(TIME, _("The date has a time already: leave one of the two."))
        if day.moment <= self.at:
            raise told.error(DATE, _("This moment has passed: give one to come."))
        return day.moment

    def read_moment(self, told: "Told", text: str) -> Written:
        column = told.column(DATE)
        written = read_moment(
            text, order=self.choices.order, zone=self.client.zone, row=told.number, field=column
        )
        return require(written, row=told.number, field=column)

    def clock(self, told: "Told", text: str) -> str:
        if not text:
            return ""
        match = CLOCK.fullmatch(text)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            message = _("“%(text)s” is no time of day: write 10:00.")
            raise told.error(TIME, message % {"text": text[:40]})
        return f"{match[1]}:{match[2]}"

    def rubric(self, told: "Told", day: dt.date) -> Rubric | None:
        name = told.text("rubric")
        if not name:
            return None
        standing = [rows for first, last, rows in self.rubrics if first <= day <= last]
        if not standing:
            message = _("No strategy is in force on that day: leave the rubric empty.")
            raise told.error("rubric", message)
        if found := standing[0].get(plain(name)):
            return found
        known = ", ".join(rubric.name for rubric in standing[0].values())
        message = _("The strategy has no rubric “%(name)s”; it has: %(known)s.")
        raise told.error("rubric", message % {"name": name, "known": known or "—"})


class Told:
    """What one row says of each field."""

    def __init__(self, number: int, cells: Mapping[str, str], choices: PlanChoices) -> None:
        self.number = number
        self.cells = cells
        self.choices = choices

    def column(self, name: str) -> str:
        return self.choices.columns.get(name) or column_title(name)

    def text(self, name: str) -> str:
        return self.cells.get(self.choices.columns.get(name, ""), "").strip()

    def error(self, name: str, message: str) -> TableError:
        return TableError(self.number, self.column(name), message)

    def needed(self, name: str) -> str:
        if text := self.text(name):
            return text
        raise self.error(name, _("The cell is empty."))

    def plain(self, name: str) -> str:
        text = self.needed(name) if name == TITLE else self.text(name)
        model_field: Any = Post._meta.get_field(name)
        try:
            model_field.run_validators(text)
        except ValidationError as refused:
            raise self.error(name, " ".join(refused.messages)) from None
        return text

    def code(self, name: str) -> str:
        text = self.text(name)
        if text:
            if code := code_of(name, text):
                return code
            message = _("“%(text)s” is not known here: write one of %(known)s.")
            raise self.error(name, message % {"text": text[:40], "known": words_for(name)})
        if name == "format":
            return str(PostFormat.TEXT)
        said: str = getattr(self.choices, name, "")
        if name in ("source", "text_work") and not said:
            raise self.error(name, _("It is empty: fill it, or say below what such rows are."))
        return said


def _places(client: Client) -> dict[str, list[Community]]:
    """Communities by whatever people call them. One query."""
    rows = Community.objects.filter(client=client).exclude(state=Community.State.ARCHIVED)
    found: dict[str, list[Community]] = defaultdict(list)
    by_network: dict[str, list[Community]] = defaultdict(list)
    for community in rows.select_related("profile").order_by("pk"):
        profile = community.profile
        by_network[profile.network].append(community)
        for name in {plain(profile.title), plain(str(profile)), plain(profile.screen_name)} - {""}:
            found[name.removeprefix("@")].append(community)
    for word, network in NETWORKS.items():
        if word not in found and by_network[network]:
            found[word] = by_network[network]
    return {name: list(dict.fromkeys(rows)) for name, rows in found.items()}


def _rubrics(client: Client) -> list[tuple[dt.date, dt.date, dict[str, Rubric]]]:
    """(first day, last day, rubrics by name) of each strategy that was approved. Two queries."""
    versions = StrategyVersion.objects.filter(client=client, state__in=FROZEN_STATES)
    return [
        (version.starts_on, version.ends_on, dict(_named(version)))
        for version in versions.prefetch_related("rubrics")
    ]


def _named(version: StrategyVersion) -> Iterator[tuple[str, Rubric]]:
    for rubric in version.rubrics.all():
        yield plain(rubric.name), rubric
