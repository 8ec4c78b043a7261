import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from smm_agency.lib.row_security import reading_as_client
from strategy.contents import VERSION_COLUMNS, read_contents
from strategy.models import Metric, SectionState, StrategyVersion
from tests.factories import (
    BudgetLineFactory,
    CommunityFactory,
    CommunityRhythmFactory,
    ContentRulesFactory,
    GoalFactory,
    GoalTaskFactory,
    GridCellFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    PositioningFactory,
    RubricFactory,
    SegmentFactory,
    StrategySectionFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


def full_version(count: int) -> StrategyVersion:
    """So many of all that may stand in a version."""
    version: StrategyVersion = StrategyVersionFactory.create()
    ContentRulesFactory.create(version=version)
    StrategySectionFactory.create(version=version, text="A text", internal_note="Hush")
    for number in range(count):
        goal = GoalFactory.create(version=version)
        GoalTaskFactory.create(goal=goal)
        segment = SegmentFactory.create(version=version)
        message = PositioningFactory.create(version=version, segment=segment)
        rubric = RubricFactory.create(
            version=version, goal=goal, segment=segment, positioning=message, share=None
        )
        community = CommunityFactory.create(profile__client=version.client)
        GridCellFactory.create(rubric=rubric, community=community)
        CommunityRhythmFactory.create(version=version, community=community)
        BudgetLineFactory.create(version=version, month=dt.date(2026, number + 1, 1))
        target = KpiTargetFactory.create(version=version, is_primary=False, community=community)
        MonthlyTargetFactory.create(target=target)
    return version


@pytest.mark.parametrize("count", [1, 3])
def test_a_version_takes_2_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = full_version(count)
    with django_assert_num_queries(2):
        contents = read_contents(version)
        # What is written of them asks for nothing more.
        shown = [
            *map(str, contents.targets), *map(str, contents.rhythms), *map(str, contents.goals),
            *(str(rubric.positioning) for rubric in contents.rubrics),
            *(str(grid.community) for grid in contents.grids),
        ]  # fmt: skip
    assert len(shown) == 5 * count


def test_the_portals_role_reads_all_of_it() -> None:
    version = full_version(2)
    approve_in_place(version)
    with reading_as_client(version.client_id):
        row = StrategyVersion.objects.only(*VERSION_COLUMNS).get(pk=version.pk)
        contents = read_contents(row)
        counts = [
            len(rows)
            for rows in (
                contents.texts, contents.goals, contents.tasks, contents.segments,
                contents.positionings, contents.rhythms, contents.rubrics, contents.grids,
                contents.budget_lines, contents.targets,
            )
        ]  # fmt: skip
    assert counts == [1, *[2] * 9]


def test_only_sections_with_a_text_are_read_in_their_order() -> None:
    version = StrategyVersionFactory.create()
    for kind, text, state in (
        ("risks", "Rain", SectionState.READY),
        ("brief", "A shop", SectionState.TO_DO),
        ("trends", "", SectionState.READY),
        ("goals", "Left out", SectionState.NOT_NEEDED),
    ):
        StrategySectionFactory.create(version=version, kind=kind, text=text, state=state)
    assert list(read_contents(version).texts.items()) == [("brief", "A shop"), ("risks", "Rain")]


def test_the_primary_target_comes_first() -> None:
    version = StrategyVersionFactory.create()
    KpiTargetFactory.create(version=version, metric=Metric.BOOKINGS, is_primary=False)
    KpiTargetFactory.create(version=version, metric=Metric.CALLS)
    assert [target.metric for target in read_contents(version).targets] == ["calls", "bookings"]


def test_an_empty_version_has_nothing() -> None:
    contents = read_contents(StrategyVersionFactory.create())
    assert (contents.texts, contents.targets, contents.rules, contents.curated_share) == (
        {}, [], None, None,
    )  # fmt: skip
