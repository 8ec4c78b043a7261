import datetime as dt

import pytest

from kpi.strategy_sections.goals import goal_blocks
from smm_agency.lib.document_blocks import Branch, Column, Table, Tree
from strategy.contents import read_contents
from strategy.models import StrategyVersion
from tests.factories import GoalFactory, GoalTaskFactory, StrategyVersionFactory

pytestmark = pytest.mark.django_db

TASK_COLUMNS = [Column("Task", weight=3), Column("Who"), Column("Due")]


def planned() -> StrategyVersion:
    """A goal of marketing that serves the business, and one that serves none."""
    version: StrategyVersion = StrategyVersionFactory.create()
    GoalFactory.create(version=version, level="communication", text="Known in the district")
    above = GoalFactory.create(version=version, level="business", text="Revenue", measure="+20 %")
    below = GoalFactory.create(version=version, level="marketing", text="Calls", serves=above)
    GoalTaskFactory.create(goal=below, title="Any day", side="client")
    GoalTaskFactory.create(goal=below, title="Film", due_on=dt.date(2026, 3, 1))
    return version


def test_goals_hang_on_those_that_they_serve() -> None:
    tasks = Table(TASK_COLUMNS, [["Film", "Agency", "March 1, 2026"], ["Any day", "Client", "—"]])
    assert goal_blocks(read_contents(planned())) == [
        Tree([
            Branch("Business", "Revenue", "Measured by: +20 %", None, [
                Branch("Marketing", "Calls", "", tasks, []),
            ]),
            Branch("Communication", "Known in the district", "", None, []),
        ])
    ]  # fmt: skip


def test_the_person_of_a_task_stands_in_place_of_the_side() -> None:
    contents = read_contents(planned())
    [[_any_day, film]] = [sorted(rows, key=str) for rows in contents.tasks.values()]
    [tree] = goal_blocks(contents, owners={film.pk: "Anna Testova"})
    assert isinstance(tree, Tree)
    [goal] = tree.branches[0].branches
    assert goal.table
    assert [row[1] for row in goal.table.rows] == ["Anna Testova", "Client"]


def test_no_goals_no_block() -> None:
    assert goal_blocks(read_contents(StrategyVersionFactory.create())) == []
