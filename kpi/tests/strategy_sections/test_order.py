import pytest

from kpi.strategy_sections.order import sections_of
from smm_agency.lib.document_blocks import Markdown, Note, Section
from strategy.contents import read_contents
from strategy.models import SectionKind
from tests.factories import GoalFactory, StrategySectionFactory, StrategyVersionFactory

pytestmark = pytest.mark.django_db


def test_sections_that_say_nothing_are_left_out() -> None:
    version = StrategyVersionFactory.create()
    StrategySectionFactory.create(version=version, kind="risks", text="Rain")
    StrategySectionFactory.create(version=version, kind="trends", text="  \n")
    goal = GoalFactory.create(version=version)
    sections = sections_of(read_contents(version))
    assert [section.title for section in sections] == ["Goals and tasks", "Risks"]
    assert sections[1] == Section("Risks", [Markdown("Rain")])
    assert goal.text in str(sections[0])


def test_other_blocks_take_their_place_or_follow() -> None:
    version = StrategyVersionFactory.create()
    GoalFactory.create(version=version)
    StrategySectionFactory.create(version=version, kind="goals", text="Why")
    sections = sections_of(
        read_contents(version),
        instead={SectionKind.GOALS: [Note("in place")]},
        more={SectionKind.TEAM: [Note("people")], SectionKind.GOALS: [Note("after")]},
    )
    assert sections == [
        Section("Goals and tasks", [Markdown("Why"), Note("in place"), Note("after")]),
        Section("Team, responsibilities and approval", [Note("people")]),
    ]
