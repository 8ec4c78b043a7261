"""All that stands in a version, read for whoever reads it in full: the paper, the portal.

Only columns that the portal's role is granted are read, so that the same reading serves behind its
wall. What is left out (owners of tasks, the reason of a target) is an error to ask for there.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from strategy.content_sums import planned_curated_share
from strategy.grid import CommunityGrid, read_grid
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
    rubrics = list(version.rubrics.select_related("goal", "segment", "positioning"))
    cells = list(GridCell.objects.filter(rubric__version=version))
    return Contents(
        version=version,
        texts=dict(version.sections.printed().values_list("kind", "text")),
        goals=list(version.goals.all()),
        tasks=_tasks(version),
        segments=list(version.segments.all()),
        positionings=list(version.positionings.select_related("segment")),
        rhythms=_rhythms(version),
        rules=ContentRules.objects.filter(version=version).first(),
        rubrics=rubrics,
        grids=read_grid(version),
        curated_share=planned_curated_share(rubrics, cells),
        budget_lines=list(version.budget_lines.all()),
        targets=_targets(version),
    )


def _tasks(version: StrategyVersion) -> dict[int, list[GoalTask]]:
    by_goal: dict[int, list[GoalTask]] = defaultdict(list)
    for task in GoalTask.objects.filter(goal__version=version).only(*TASK_COLUMNS):
        by_goal[task.goal_id].append(task)
    return dict(by_goal)


def _rhythms(version: StrategyVersion) -> list[CommunityRhythm]:
    columns = ("client", "version", "role", "posts_per_week", *COMMUNITY_COLUMNS)
    return list(version.rhythms.select_related("community__profile").only(*columns))


def _targets(version: StrategyVersion) -> list[KpiTarget]:
    """The primary one first, each with its months."""
    rows = version.targets.select_related("community__profile")
    columns = (*TARGET_COLUMNS, *COMMUNITY_COLUMNS)
    return list(
        rows.only(*columns).prefetch_related("months").order_by("-is_primary", "metric", "pk")
    )
