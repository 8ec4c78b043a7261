import datetime as dt
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from strategy.changes import Change, FieldChange, Group, Kind, changes_between
from strategy.models import Metric, StrategyVersion
from strategy.versions import next_version
from tests.factories import (
    BudgetLineFactory,
    CommunityFactory,
    DirectorFactory,
    GoalFactory,
    GoalTaskFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    RubricFactory,
    StrategySectionFactory,
    approve_in_place,
    complete_draft,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions() -> tuple[StrategyVersion, StrategyVersion]:
    """The whole year, and the draft that takes over in June."""
    version = complete_draft()
    StrategySectionFactory.create(version=version, kind="brief", text="Calls come at noon")
    GoalTaskFactory.create(goal=version.goals.get(), title="Install the widget")
    BudgetLineFactory.create(version=version, month=dt.date(2026, 3, 1))
    BudgetLineFactory.create(version=version, month=dt.date(2026, 7, 1), amount=Decimal(500))
    approve_in_place(version)
    draft = next_version(version, by=DirectorFactory.create(), starts_on=dt.date(2026, 6, 1))
    return version, draft


def test_copy_changes_nothing(versions: tuple[StrategyVersion, StrategyVersion]) -> None:
    assert changes_between(*versions) == []


def test_sections_are_compared_by_their_text(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    _version, draft = versions
    draft.sections.filter(kind="brief").update(text="Calls come late", internal_note="Hush")
    StrategySectionFactory.create(version=draft, kind="risks", text="A lawsuit")
    assert changes_between(*versions) == [
        Group("Sections", [
            Change(Kind.CHANGED, "Brief and business context", [
                FieldChange("text", "Calls come at noon", "Calls come late"),
            ]),
            Change(Kind.ADDED, "Risks", [FieldChange("text", "", "A lawsuit")]),
        ])
    ]  # fmt: skip


def test_targets_are_compared_month_by_month(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    _version, draft = versions
    calls = draft.targets.get()
    calls.months.filter(month=dt.date(2026, 7, 1)).update(value=45)
    calls.months.filter(month=dt.date(2026, 8, 1)).delete()
    draft.targets.update(tolerance=Decimal("0.1"))
    growth = KpiTargetFactory.create(version=draft, metric=Metric.GROWTH, is_primary=False)
    MonthlyTargetFactory.create(target=growth, month=dt.date(2026, 7, 1))
    [group] = changes_between(*versions)
    changed, added = group.changes
    assert changed == Change(Kind.CHANGED, "Calls", [
        FieldChange("tolerance", "20 %", "10 %"),
        FieldChange("July 2026", "30", "45"),
        FieldChange("August 2026", "30", ""),
    ])  # fmt: skip
    assert (added.kind, added.title) == (Kind.ADDED, "Growth of members")


def test_months_that_only_the_earlier_version_had_are_no_change(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    version, draft = versions
    assert version.budget_lines.count() == 2
    draft.budget_lines.update(amount=Decimal(700))
    [group] = changes_between(version, draft)
    assert [change.fields for change in group.changes] == [
        [FieldChange("amount", "500 RUB", "700 RUB")]
    ]


def test_what_was_named_anew_went_and_came(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    _version, draft = versions
    goal = draft.goals.get()
    old = goal.text
    draft.goals.update(text="More orders")
    groups = {group.title: group.changes for group in changes_between(*versions)}
    assert [(change.kind, change.title) for change in groups["Goals"]] == [
        (Kind.ADDED, "More orders"),
        (Kind.REMOVED, old),
    ]


def test_rubrics_say_which_goal_they_serve(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    _version, draft = versions
    goal = GoalFactory.create(version=draft, text="Trust")
    RubricFactory.create(version=draft, name="Reviews", goal=goal, formats=["photo", "clip"])
    groups = {group.title: group.changes for group in changes_between(*versions)}
    [added] = groups["Rubrics"]
    assert (added.kind, added.title) == (Kind.ADDED, "Reviews")
    assert [field for field in added.fields if field.name in ("goal", "formats")] == [
        FieldChange("goal", "", "Trust"),
        FieldChange("formats", "", "photo, clip, reel"),
    ]


def test_shares_and_baselines_are_written_as_they_are_read(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    version, draft = versions
    draft.rubrics.update(share=Decimal("0.4"))
    draft.targets.update(baseline_value=Decimal("24.5"), baseline_on=version.starts_on)
    groups = {group.title: group.changes for group in changes_between(*versions)}
    assert [change.fields for change in groups["Rubrics"]] == [
        [FieldChange("share of the plan", "100 %", "40 %")]
    ]
    assert [change.fields for change in groups["KPI targets"]] == [
        [FieldChange("baseline", "", "24.5")]
    ]


def test_both_versions_are_read_together(
    versions: tuple[StrategyVersion, StrategyVersion],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """One statement, and one for the months."""
    _version, draft = versions
    for _number in range(3):
        RubricFactory.create(version=draft)
        KpiTargetFactory.create(
            version=draft, is_primary=False,
            community=CommunityFactory.create(profile__client=draft.client),
        )  # fmt: skip
    with django_assert_num_queries(2):
        changes_between(*versions)


def test_task_that_was_done_is_no_change(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    _version, draft = versions
    draft.goals.get().tasks.all().delete()
    assert changes_between(*versions) == []
    GoalTaskFactory.create(goal=draft.goals.get(), title="Call them back")
    [group] = changes_between(*versions)
    assert [(change.kind, change.title) for change in group.changes] == [
        (Kind.ADDED, "Call them back")
    ]


def test_section_that_is_not_needed_any_more_went(
    versions: tuple[StrategyVersion, StrategyVersion],
) -> None:
    """It keeps its text, and is printed no longer."""
    _version, draft = versions
    draft.sections.filter(kind="brief").update(state="not_needed")
    [group] = changes_between(*versions)
    assert [(change.kind, change.title) for change in group.changes] == [
        (Kind.REMOVED, "Brief and business context")
    ]
