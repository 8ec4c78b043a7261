"""All that stands in a version, read for whoever reads it in full: the paper, the portal.

Only columns that the portal's role is granted are read, so that the same reading serves behind its
wall. What is left out (owners of tasks, the reason of a target) is an error to ask for there.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from smm_agency.lib.one_statement import read_together
from strategy.content_sums import planned_curated_share
from strategy.grid import CommunityGrid, Place, communities_of, grid_of
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
    StrategyVersion,
)

VERSION_COLUMNS = (
    "client", "engagement", "number", "title", "summary", "state", "starts_on", "ends_on",
    "previous", "approved_at", "client_said_by", "client_said_on", "client_channel",
)  # fmt: skip
COMMUNITY_COLUMNS = (
    "community__client",
    "community__profile__title",
    "community__profile__network",
)
TASK_COLUMNS = ("client", "goal", "title", "side", "block", "due_on")
TARGET_COLUMNS = (
    "client", "version", "community", "metric", "is_primary", "formula_code", "period", "owner",
    "tolerance", "min_sample", "baseline_value", "baseline_on", "baseline_days",
)  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """Rows in the order in which they are read; `tasks` by the id of their goal."""

    version: StrategyVersion
    # Kind → text, of those that are printed, in the order of the document.
    texts: dict[str, str]
    goals: list[Goal]
    tasks: dict[int, list[GoalTask]]
    segments: list[Segment]
    positionings: list[Positioning]
    rhythms: list[CommunityRhythm]
    rules: ContentRules | None
    rubrics: list[Rubric]
    grids: list[CommunityGrid]
    # 0…1, by the grid or else by the rubrics; None where neither says anything.
    curated_share: Decimal | None
    budget_lines: list[BudgetLine]
    targets: list[KpiTarget]


def read_contents(version: StrategyVersion) -> Contents:
    """Two statements: all parts, and the months of the targets."""
    (
        rubrics, cells, texts, goals, tasks, segments, positionings, rhythms, rules, communities,
        budget_lines, targets,
    ) = read_together(
        version.rubrics.select_related("goal", "segment", "positioning"),
        GridCell.objects.filter(rubric__version=version),
        version.sections.printed().only("version", "kind", "text"),
        version.goals.all(),
        GoalTask.objects.filter(goal__version=version).only(*TASK_COLUMNS),
        version.segments.all(),
        version.positionings.select_related("segment"),
        _rhythms(version),
        ContentRules.objects.filter(version=version),
        communities_of(version),
        version.budget_lines.all(),
        _targets(version),
    )  # fmt: skip
    places = {Place(cell.rubric_id, cell.community_id, cell.weekday): cell.posts for cell in cells}
    return Contents(
        version=version,
        texts={section.kind: section.text for section in texts},
        goals=goals,
        tasks=_by_goal(tasks),
        segments=segments,
        positionings=positionings,
        rhythms=rhythms,
        rules=next(iter(rules), None),
        rubrics=rubrics,
        grids=grid_of(places, communities, rubrics),
        curated_share=planned_curated_share(rubrics, cells),
        budget_lines=budget_lines,
        targets=targets,
    )


def _by_goal(tasks: Sequence[GoalTask]) -> dict[int, list[GoalTask]]:
    by_goal: dict[int, list[GoalTask]] = defaultdict(list)
    for task in tasks:
        by_goal[task.goal_id].append(task)
    return dict(by_goal)


def _rhythms(version: StrategyVersion) -> QuerySet[CommunityRhythm]:
    columns = ("client", "version", "role", "posts_per_week", *COMMUNITY_COLUMNS)
    return version.rhythms.select_related("community__profile").only(*columns)


def _targets(version: StrategyVersion) -> QuerySet[KpiTarget]:
    """The primary one first, each with its months."""
    rows = version.targets.select_related("community__profile")
    columns = (*TARGET_COLUMNS, *COMMUNITY_COLUMNS)
    return rows.only(*columns).prefetch_related("months").order_by("-is_primary", "metric", "pk")
