"""What a version changed against the one before: section by section, target by target."""

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from smm_agency.lib.one_statement import read_together
from smm_agency.lib.word_diff import Part, diff_words
from smm_agency.lib.words import as_count, as_money, as_share
from strategy.contents import COMMUNITY_COLUMNS, TARGET_COLUMNS
from strategy.metric_words import write_value
from strategy.models import (
    BudgetLine,
    CommunityRhythm,
    ContentRules,
    Goal,
    GoalTask,
    GridCell,
    KpiTarget,
    Positioning,
    Rubric,
    Segment,
    StrategySection,
    StrategyVersion,
)


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldChange(NamedTuple):
    """One field of a row, as it is written; empty where it was or is not given."""

    name: str
    old: str
    new: str

    @property
    def parts(self) -> list[Part]:
        """Both texts as one, word by word."""
        return diff_words(self.old, self.new)


@dataclass(frozen=True)
class Change:
    """One row that came, went or is another: `title` says which."""

    kind: Kind
    title: str
    fields: list[FieldChange] = field(default_factory=list)


class Group(NamedTuple):
    """Changes of one kind of rows, under its name."""

    title: str
    changes: list[Change]


@dataclass(frozen=True)
class Compared:
    """How rows of a model are recognised in two versions, and what is compared of them.

    `columns` are what is read, where the portal's role may not read whole rows.
    """

    model: type[models.Model]
    path: str
    key: Callable[[Any], Hashable]
    fields: tuple[str, ...]
    related: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class Shared(NamedTuple):
    """The days that both versions cover, and the currency of their client."""

    first: dt.date
    last: dt.date
    currency: str

    def has(self, month: dt.date) -> bool:
        return self.first.replace(day=1) <= month <= self.last


Rows = dict[Hashable, Any]

# A row that was named anew is another row: it went, and one came.
COMPARED = (
    Compared(
        StrategySection,
        "version",
        lambda row: row.kind,
        ("text",),
        columns=("version", "kind", "text", "state"),
    ),
    Compared(Goal, "version", lambda row: row.text, ("level", "measure", "serves"), ("serves",)),
    Compared(
        GoalTask,
        "goal__version",
        lambda row: (row.goal.text, row.title),
        ("side", "due_on"),
        ("goal",),
        ("title", "side", "due_on", "goal__text"),
    ),
    Compared(
        Segment,
        "version",
        lambda row: row.name,
        ("who", "need", "pains", "triggers", "objections", "platforms"),
    ),
    Compared(
        Positioning,
        "version",
        lambda row: row.message,
        ("segment", "proof", "tone"),
        ("segment",),
    ),
    Compared(
        KpiTarget,
        "version",
        lambda row: (row.metric, row.formula_code, row.community_id),
        ("is_primary", "period", "owner", "tolerance", "min_sample", "baseline_value"),
        ("community__profile",),
        (*TARGET_COLUMNS, *COMMUNITY_COLUMNS),
    ),
    Compared(
        ContentRules,
        "version",
        lambda row: 0,
        ("curated_cap", "curated_reason", "sources", "taboo"),
    ),
    Compared(
        CommunityRhythm,
        "version",
        lambda row: row.community_id,
        ("role", "posts_per_week"),
        ("community__profile",),
        ("version", "role", "posts_per_week", *COMMUNITY_COLUMNS),
    ),
    Compared(
        Rubric,
        "version",
        lambda row: row.name,
        ("kind", "share", "curated_share", "goal", "segment", "positioning", "formats", "sources"),
        ("goal", "segment", "positioning"),
    ),
    Compared(
        GridCell,
        "rubric__version",
        lambda row: (row.rubric.name, row.community_id, row.weekday),
        ("posts",),
        ("rubric", "community__profile"),
        ("weekday", "posts", "rubric__name", *COMMUNITY_COLUMNS),
    ),
    Compared(
        BudgetLine,
        "version",
        lambda row: (row.channel, row.month),
        ("amount", "expected_reach", "expected_calls"),
    ),
)
SHARES = ("share", "curated_share", "curated_cap", "tolerance")


def changes_between(before: StrategyVersion, after: StrategyVersion) -> list[Group]:
    """What `after` has that `before` had not, and the other way round; kinds without any are out.

    Months that only one of the two covers are no change of a target or of the media plan. Both are
    versions of one client; the portal reads no more than its role may.
    """
    shared = Shared(
        max(before.starts_on, after.starts_on),
        min(before.ends_on, after.ends_on),
        after.client.currency,
    )
    read = read_together(*(_rows(one, before, after) for one in COMPARED))
    groups = [
        Group(
            capfirst(str(one.model._meta.verbose_name_plural)),
            _compare(one, *_sides(one, rows, before, shared), shared),
        )
        for one, rows in zip(COMPARED, read, strict=True)
    ]
    return [group for group in groups if group.changes]


def _compare(one: Compared, old: Rows, new: Rows, shared: Shared) -> list[Change]:
    changes = [
        Change(Kind.CHANGED, _title(row), changed)
        for key, row in new.items()
        if key in old and (changed := _fields(one, old[key], row, shared))
    ]
    added = [
        Change(Kind.ADDED, _title(row), _given(one, row, shared)) for key, row in _only(new, old)
    ]
    # Tasks that are done do not go on into the next version: nothing was given up.
    gone = [] if one.model is GoalTask else _only(old, new)
    return [*changes, *added, *(Change(Kind.REMOVED, _title(row)) for _key, row in gone)]


def _only(rows: dict[Hashable, Any], others: dict[Hashable, Any]) -> list[tuple[Hashable, Any]]:
    return [(key, row) for key, row in rows.items() if key not in others]


def _rows(
    one: Compared, before: StrategyVersion, after: StrategyVersion
) -> models.QuerySet[Any, Any]:
    """The rows of both versions."""
    rows: models.QuerySet[Any, Any] = one.model._default_manager.filter(
        **{f"{one.path}__in": [before, after]}
    )
    rows = rows.annotate(of_version=models.F(one.path))
    if one.related:
        # Without a name it would follow every relation.
        rows = rows.select_related(*one.related)
    if one.columns:
        rows = rows.only(*one.columns)
    if one.model is KpiTarget:
        rows = rows.prefetch_related("months")
    return rows


def _sides(
    one: Compared, rows: list[Any], before: StrategyVersion, shared: Shared
) -> tuple[Rows, Rows]:
    """Of the version before, and of the one after, by their keys."""
    old: Rows = {}
    new: Rows = {}
    for row in rows:
        if _counts(row, shared):
            (old if row.of_version == before.pk else new)[one.key(row)] = row
    return old, new


def _counts(row: Any, shared: Shared) -> bool:
    """A section counts where it is printed; a month where both versions could have it."""
    if isinstance(row, StrategySection):
        return row.is_printed
    return not isinstance(row, BudgetLine) or shared.has(row.month)


def _title(row: Any) -> str:
    return capfirst(str(row))


def _fields(one: Compared, old: Any, new: Any, shared: Shared) -> list[FieldChange]:
    changed = [
        FieldChange(_name(one.model, name), *pair)
        for name in one.fields
        if (pair := tuple(_value(row, name, shared) for row in (old, new)))[0] != pair[1]
    ]
    return changed + (_months(old, new, shared) if one.model is KpiTarget else [])


def _months(old: KpiTarget, new: KpiTarget, shared: Shared) -> list[FieldChange]:
    was, now = (
        {row.month: row.value for row in target.months.all() if shared.has(row.month)}
        for target in (old, new)
    )
    changes = []
    for month in sorted({*was, *now}):
        a, b = (_of_month(rows.get(month), new.metric, shared) for rows in (was, now))
        if a != b:
            changes.append(FieldChange(date_format(month, "F Y"), a, b))
    return changes


def _of_month(value: Decimal | None, metric: str, shared: Shared) -> str:
    return "" if value is None else write_value(metric, value, currency=shared.currency)


def _given(one: Compared, row: Any, shared: Shared) -> list[FieldChange]:
    return [
        FieldChange(_name(one.model, name), "", text)
        for name in one.fields
        if (text := _value(row, name, shared))
    ]


def _name(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _value(row: Any, name: str, shared: Shared) -> str:
    """What a person compares: a baseline as its metric is written, money with its currency."""
    value = getattr(row, name)
    if name == "baseline_value" and value is not None:
        return write_value(row.metric, value, currency=shared.currency)
    return as_money(value, row.currency) if name == "amount" else written(row, name)


def written(row: Any, name: str) -> str:
    """A field's value as a person reads it; empty where it is not given."""
    value = getattr(row, name)
    if value in (None, "", []):
        return ""
    if name in SHARES:
        return as_share(value)
    display = getattr(row, f"get_{name}_display", None)
    if isinstance(value, list):
        choices = dict(row._meta.get_field(name).base_field.flatchoices)
        return ", ".join(str(choices.get(each, each)) for each in value)
    if display is not None:
        return str(display())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return as_count(value)
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    if hasattr(value, "isoformat"):
        return date_format(value)
    return str(value)
