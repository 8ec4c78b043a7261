import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from strategy.models import KpiTarget, Metric, StrategyVersion, VersionState
from strategy.versions import create_draft, next_version
from tests.factories import (
    BudgetLineFactory,
    ClientFactory,
    CommunityFactory,
    DirectorFactory,
    EngagementFactory,
    GoalFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)
from tests.filled_client import fill_version

pytestmark = pytest.mark.django_db

MAY = dt.date(2026, 5, 10)


def approved_version() -> StrategyVersion:
    """Goals, calls for each month of 2026, and growth of one community."""
    version = StrategyVersionFactory.create()
    GoalFactory.create(version=version, text="More patients", measure="calls")
    calls = KpiTargetFactory.create(version=version, reason="why")
    for month in range(1, 13):
        MonthlyTargetFactory.create(target=calls, month=dt.date(2026, month, 1), value=month)
    KpiTargetFactory.create(
        version=version,
        metric=Metric.GROWTH,
        is_primary=False,
        community=CommunityFactory.create(profile__client=version.client),
    )
    return approve_in_place(version)


def test_next_version_copies_goals_targets_and_months_from_its_start() -> None:
    version = approved_version()
    draft = next_version(
        version, by=DirectorFactory.create(), starts_on=MAY, cause="Calls fell by half"
    )
    assert (draft.number, draft.state, draft.previous, draft.cause, draft.ends_on) == (
        2,
        VersionState.DRAFT,
        version,
        "Calls fell by half",
        version.ends_on,
    )
    assert list(draft.goals.values_list("text", "measure")) == [("More patients", "calls")]
    calls = draft.targets.get(is_primary=True)
    assert list(calls.months.values_list("month", "value")) == [
        (dt.date(2026, month, 1), Decimal(month)) for month in range(5, 13)
    ]
    fields = ("metric", "is_primary", "community", "formula_code", "reason", "reason_by")
    assert list(draft.targets.values_list(*fields)) == list(version.targets.values_list(*fields))


def test_next_version_is_made_once() -> None:
    version = approved_version()
    director = DirectorFactory.create()
    next_version(version, by=director, starts_on=MAY)
    with pytest.raises(ValidationError) as refused:
        next_version(version, by=director, starts_on=MAY)
    assert refused.value.messages == ["Version 2 already follows this one; work on that one."]


def test_next_version_tells_all_that_is_wrong() -> None:
    with pytest.raises(ValidationError) as refused:
        next_version(
            StrategyVersionFactory.create(),
            by=UserFactory.create(),
            starts_on=dt.date(2026, 1, 1),
            ends_on=dt.date(2025, 12, 1),
        )
    assert refused.value.messages == [
        "You may not make strategies; ask a strategist.",
        "Only an approved version that still stands has a next one.",
        "Start the next version after Jan. 1, 2026, the first day of this one.",
        "This version ends on Dec. 31, 2026: give the next one a later last day of its own.",
    ]


def test_next_version_after_the_end_needs_its_own_end() -> None:
    version = approved_version()
    director = DirectorFactory.create()
    with pytest.raises(ValidationError, match="later last day"):
        next_version(version, by=director, starts_on=dt.date(2027, 1, 1))
    draft = next_version(
        version, by=director, starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2027, 6, 30)
    )
    assert draft.targets.get(is_primary=True).months.count() == 0


def test_draft_of_a_month_that_runs_backwards_is_refused() -> None:
    client = ClientFactory.create()
    with pytest.raises(ValidationError, match="The last day is before the first"):
        create_draft(
            client,
            engagement=EngagementFactory.create(client=client),
            title="Strategy",
            starts_on=MAY,
            ends_on=MAY - dt.timedelta(days=1),
        )


def test_numbers_are_of_each_client() -> None:
    first, second = EngagementFactory.create_batch(2)
    numbers = [
        create_draft(
            engagement.client, engagement=engagement, title="S", starts_on=MAY, ends_on=MAY
        ).number
        for engagement in (first, second, first)
    ]
    assert numbers == [1, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_drafts_made_at_once_get_different_numbers() -> None:
    engagement = EngagementFactory.create()
    start = threading.Barrier(3)
    numbers: list[int] = []

    def run() -> None:
        start.wait()
        draft = create_draft(
            engagement.client, engagement=engagement, title="S", starts_on=MAY, ends_on=MAY
        )
        numbers.append(draft.number)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert sorted(numbers) == [1, 2, 3]


def test_a_target_of_er_is_named_with_its_formula() -> None:
    assert str(KpiTarget(metric=Metric.ER, formula_code="telegram_err")) == (
        "engagement rate (ER): Telegram ERR"
    )
    assert str(KpiTarget(metric=Metric.CALLS)) == "calls"


def test_next_version_copies_everything_that_is_agreed() -> None:
    """Each copy points at the copies of its own version, and at none of the earlier one's rows."""
    version = StrategyVersionFactory.create()
    fill_version(version, "a", "b")
    higher = GoalFactory.create(version=version, level="business", text="Profit")
    version.goals.filter(text="a goal").update(serves=higher)
    approve_in_place(version)
    draft = next_version(version, by=DirectorFactory.create(), starts_on=MAY)
    rubric = draft.rubrics.get()
    named: list[Any] = [rubric.goal, rubric.segment, rubric.positioning]
    assert [row.version for row in named] == [draft] * 3
    assert draft.goals.get(text="a goal").serves == draft.goals.get(text="Profit")
    assert draft.goals.get(text="a goal").tasks.get().title == "a task of a goal"
    assert [(cell.weekday, cell.posts) for cell in rubric.cells.all()] == [(0, 1)]
    assert draft.content_rules.taboo == "a taboo"
    assert draft.sections.get().text == "a section"
    counts = (draft.segments, draft.positionings, draft.rhythms, draft.budget_lines)
    assert [rows.count() for rows in counts] == [1, 1, 1, 0]
    assert not draft.documents.exists()


def test_media_plan_of_the_months_to_come_goes_on() -> None:
    version = StrategyVersionFactory.create()
    for month in (4, 5, 12):
        BudgetLineFactory.create(version=version, month=dt.date(2026, month, 1))
    approve_in_place(version)
    draft = next_version(version, by=DirectorFactory.create(), starts_on=MAY)
    assert [line.month.month for line in draft.budget_lines.all()] == [5, 12]
