"""What was approved stays as it is, whoever writes and however: the triggers of the database."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clients.erasure import erase_client
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
    VersionDocument,
    VersionState,
)
from tests.factories import (
    DAY,
    GoalFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    PositioningFactory,
    SegmentFactory,
    StrategyVersionFactory,
    TaskFactory,
    VersionDocumentFactory,
    approve_in_place,
)
from tests.filled_client import fill_version

pytestmark = pytest.mark.django_db

CHANGES: dict[Any, dict[str, Any]] = {
    Goal: {"text": "another"},
    KpiTarget: {"metric": "orders"},
    MonthlyTarget: {"value": Decimal(1)},
    StrategySection: {"text": "another"},
    GoalTask: {"title": "another"},
    Segment: {"name": "another"},
    Positioning: {"message": "another"},
    ContentRules: {"curated_cap": Decimal("0.50")},
    CommunityRhythm: {"posts_per_week": 9},
    Rubric: {"share": Decimal(0)},
    GridCell: {"posts": 9},
    BudgetLine: {"amount": Decimal(1)},
    VersionDocument: {"content": b"another"},
}
MODELS = tuple(CHANGES)


def full_draft() -> StrategyVersion:
    """A row of every kind."""
    version: StrategyVersion = StrategyVersionFactory.create()
    fill_version(version, "a", "b")
    version.documents.filter(kind="client_word").delete()
    MonthlyTargetFactory.create(target=KpiTargetFactory.create(version=version))
    return version


def frozen_version(state: str = VersionState.APPROVED) -> StrategyVersion:
    version = approve_in_place(full_draft())
    if state == VersionState.SUPERSEDED:
        StrategyVersion.objects.filter(pk=version.pk).update(state=state)
    return version


def sent_version() -> StrategyVersion:
    version = full_draft()
    StrategyVersion.objects.filter(pk=version.pk).update(state=VersionState.ON_APPROVAL)
    version.refresh_from_db()
    return version


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as refusal:
        return "An approved strategy" in str(refusal)
    return False


@pytest.mark.parametrize("state", [VersionState.APPROVED, VersionState.SUPERSEDED])
@pytest.mark.parametrize("model", MODELS)
def test_rows_of_an_approved_version_are_neither_changed_nor_deleted(
    model: Any, state: str
) -> None:
    frozen_version(state)
    with pytest.raises(IntegrityError, match="An approved strategy"), transaction.atomic():
        model.objects.update(**CHANGES[model])
    assert refused(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def test_nothing_is_added_to_an_approved_version() -> None:
    version = frozen_version()
    target = version.targets.get()
    additions: list[Any] = [
        lambda: GoalFactory.create(version=version),
        lambda: KpiTargetFactory.create(version=version, metric="orders", is_primary=False),
        lambda: MonthlyTargetFactory.create(target=target, month=dt.date(2026, 9, 1)),
    ]
    for add in additions:
        with pytest.raises(IntegrityError, match="An approved strategy"), transaction.atomic():
            add()


def test_row_of_a_draft_does_not_move_into_an_approved_version() -> None:
    version = frozen_version()
    draft = StrategyVersionFactory.create(client=version.client, starts_on=DAY)
    goal = GoalFactory.create(version=draft)
    with pytest.raises(IntegrityError, match="An approved strategy"), transaction.atomic():
        Goal.objects.filter(pk=goal.pk).update(version=version)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "another"},
        {"summary": "another"},
        {"starts_on": dt.date(2025, 12, 1)},
        {"ends_on": dt.date(2027, 1, 31)},
        {"number": 9},
        {"approved_at": None, "state": VersionState.DRAFT},
        {"cause": "another"},
        {"approved_by": None},
    ],
)
@pytest.mark.parametrize("state", [VersionState.APPROVED, VersionState.SUPERSEDED])
def test_approved_version_does_not_change(state: str, change: dict[str, Any]) -> None:
    version = frozen_version(state)
    with pytest.raises(IntegrityError, match="An approved strategy"), transaction.atomic():
        StrategyVersion.objects.filter(pk=version.pk).update(**change)
    assert refused(f"DELETE FROM strategy_strategyversion WHERE id = {version.pk}")  # noqa: S608


@pytest.mark.parametrize("model", [one for one in MODELS if one is not VersionDocument])
def test_rows_of_a_version_on_approval_wait_for_it_to_come_back(model: Any) -> None:
    version = sent_version()
    refusal = "A strategy on approval does not change"
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        model.objects.update(**CHANGES[model])
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        model.objects.all()._raw_delete("default")
    StrategyVersion.objects.filter(pk=version.pk).update(state=VersionState.DRAFT)
    assert model.objects.update(**CHANGES[model]) == 1


@pytest.mark.parametrize(
    "change", [{"title": "another"}, {"ends_on": dt.date(2027, 1, 31)}, {"cause": "another"}]
)
def test_version_on_approval_does_not_change(change: dict[str, Any]) -> None:
    version = sent_version()
    with pytest.raises(IntegrityError, match="A strategy on approval"), transaction.atomic():
        StrategyVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError, match="A strategy on approval"), transaction.atomic():
        StrategyVersion.objects.filter(pk=version.pk)._raw_delete("default")


def test_paper_comes_while_a_version_is_on_approval() -> None:
    version = sent_version()
    VersionDocumentFactory.create(version=version, kind="client_word")
    assert version.documents.count() == 2


def test_task_of_a_goal_is_tied_to_the_list_at_any_time() -> None:
    version = frozen_version()
    task = TaskFactory.create(client=version.client)
    assert GoalTask.objects.update(task=task) == 1
    task.delete()
    assert GoalTask.objects.get().task is None


@pytest.mark.parametrize(
    ("model", "column"),
    [(Rubric, "goal"), (Rubric, "segment"), (Rubric, "positioning"), (Positioning, "segment")],
)
def test_rows_refer_to_rows_of_their_own_version_only(model: Any, column: str) -> None:
    version = full_draft()
    other = StrategyVersionFactory.create(client=version.client, starts_on=DAY)
    factories: dict[str, Any] = {
        "goal": GoalFactory, "segment": SegmentFactory, "positioning": PositioningFactory,
    }  # fmt: skip
    row = factories[column].create(version=other)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="same_version"), transaction.atomic():
        model.objects.filter(version=version).update(**{column: row})


def test_superseded_version_does_not_stand_again() -> None:
    version = frozen_version(VersionState.SUPERSEDED)
    with pytest.raises(IntegrityError, match="An approved strategy"), transaction.atomic():
        StrategyVersion.objects.filter(pk=version.pk).update(state=VersionState.APPROVED)


def test_superseding_may_only_shorten() -> None:
    version = frozen_version()
    StrategyVersion.objects.filter(pk=version.pk).update(
        state=VersionState.SUPERSEDED, ends_on=dt.date(2026, 4, 30)
    )
    version.refresh_from_db()
    assert (version.state, version.ends_on) == (VersionState.SUPERSEDED, dt.date(2026, 4, 30))


def test_draft_changes_freely() -> None:
    version = StrategyVersionFactory.create()
    goal = GoalFactory.create(version=version)
    Goal.objects.update(text="another")
    goal.delete()
    assert StrategyVersion.objects.filter(pk=version.pk).delete()[0] == 1


def test_frozen_rows_leave_with_their_client_only() -> None:
    mine, other = frozen_version(), frozen_version()
    erase_client(mine.client)
    assert list(StrategyVersion.objects.all()) == [other]
    assert {model.objects.count() for model in MODELS} == {1}


@pytest.mark.django_db(transaction=True)
def test_row_that_comes_while_its_version_is_approved_is_refused() -> None:
    version = StrategyVersionFactory.create()
    outcomes: list[str] = []

    def add() -> None:
        try:
            GoalFactory.create(version=version)
            outcomes.append("added")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    rival = threading.Thread(target=add)
    with transaction.atomic():
        approve_in_place(version)
        rival.start()
        rival.join(timeout=1)
        assert outcomes == []
    rival.join()
    assert outcomes == ["refused"]
    assert not Goal.objects.exists()
