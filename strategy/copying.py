"""All that stands in a version, copied into the draft that follows it."""

from collections import defaultdict
from typing import Any

from django.db import models

from strategy.models import (
    BudgetLine,
    CommunityRhythm,
    ContentRules,
    Goal,
    GoalTask,
    GridCell,
    KpiTarget,
    MonthlyTarget,
    Positioning,
    Rubric,
    Segment,
    StrategySection,
    StrategyVersion,
)
from strategy.periods import month_of

# Parents before their children; by what path each hangs on its version.
PARTS: tuple[tuple[type[models.Model], str], ...] = (
    (StrategySection, "version"),
    (Goal, "version"),
    (GoalTask, "goal__version"),
    (Segment, "version"),
    (Positioning, "version"),
    (ContentRules, "version"),
    (CommunityRhythm, "version"),
    (Rubric, "version"),
    (GridCell, "rubric__version"),
    (BudgetLine, "version"),
    (KpiTarget, "version"),
    (MonthlyTarget, "target__version"),
)


def copy_parts(version: StrategyVersion, draft: StrategyVersion) -> None:
    """The rows of a version into a draft of the same client; of months, those still to come.

    A task that is done is not copied; one that waits goes on as the same task.
    """
    copies: dict[type[models.Model], dict[int, Any]] = defaultdict(dict)
    copies[StrategyVersion][version.pk] = draft
    for model, path in PARTS:
        rows = model._default_manager.filter(**{path: version}).order_by("pk")
        kept = [row for row in rows if _goes_on(row, draft)]
        old_keys = [row.pk for row in kept]
        for row in kept:
            _turn_to_copy(row, copies)
        made = model._default_manager.bulk_create(kept)
        copies[model] = dict(zip(old_keys, made, strict=True))
        _point_at_copies(model, made, copies)


def _goes_on(row: Any, draft: StrategyVersion) -> bool:
    month = getattr(row, "month", None)
    if month is not None:
        return bool(month_of(draft.starts_on) <= month <= draft.ends_on)
    return not (isinstance(row, GoalTask) and row.done_at)


def _turn_to_copy(row: Any, copies: dict[type[models.Model], dict[int, Any]]) -> None:
    row.pk = None
    row._state.adding = True
    for field in row._meta.concrete_fields:
        known = copies.get(field.related_model) if field.is_relation else None
        old = getattr(row, field.attname)
        if known and old in known:
            setattr(row, field.name, known[old])


def _point_at_copies(
    model: type[models.Model], made: list[Any], copies: dict[type[models.Model], dict[int, Any]]
) -> None:
    """A relation to the same table: its copies have their keys only now."""
    own = [field for field in model._meta.concrete_fields if field.related_model is model]
    for field in own:
        moved = [row for row in made if getattr(row, field.attname) in copies[model]]
        for row in moved:
            setattr(row, field.name, copies[model][getattr(row, field.attname)])
        model._default_manager.bulk_update(moved, [field.name])
