"""The tree of goals with their tasks: business, marketing, communication."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smm_agency.lib.document_blocks import Block, Branch, Column, Table, Tree
from strategy.contents import Contents
from strategy.models import Goal, GoalLevel, GoalTask

# The id of a task → the name of the person who does it.
Owners = Mapping[int, str]


def goal_blocks(contents: Contents, *, owners: Owners | None = None) -> list[Block]:
    """Goals below those that they serve. Without `owners`, only whose move each task is."""
    if not contents.goals:
        return []
    below: dict[int | None, list[Goal]] = defaultdict(list)
    for goal in contents.goals:
        below[goal.serves_id].append(goal)
    return [Tree(_branches(below[None], below, contents.tasks, owners or {}))]


def _branches(
    goals: Sequence[Goal],
    below: Mapping[int | None, list[Goal]],
    tasks: Mapping[int, list[GoalTask]],
    owners: Owners,
) -> list[Branch]:
    return [
        Branch(
            label=capfirst(goal.get_level_display()),
            title=goal.text,
            note=_("Measured by: %(measure)s") % {"measure": goal.measure} if goal.measure else "",
            table=_task_table(tasks[goal.pk], owners) if tasks.get(goal.pk) else None,
            branches=_branches(below.get(goal.pk, []), below, tasks, owners),
        )
        for goal in sorted(goals, key=_level)
    ]


def _level(goal: Goal) -> int:
    return GoalLevel.values.index(goal.level)


def _task_table(tasks: Sequence[GoalTask], owners: Owners) -> Table:
    columns = [
        Column(capfirst(_("task")), weight=3),
        Column(pgettext("task", "Who")),
        Column(capfirst(_("due"))),
    ]
    return Table(columns, [[task.title, _who(task, owners), _day(task)] for task in tasks])


def _who(task: GoalTask, owners: Owners) -> str:
    return owners.get(task.pk) or capfirst(task.get_side_display())


def _day(task: GoalTask) -> str:
    return date_format(task.due_on) if task.due_on else "—"
