"""What was approved stays as it is, whoever writes and however: the triggers of the database."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clients.erasure import erase_client
from strategy.models import Goal, KpiTarget, MonthlyTarget, StrategyVersion, VersionState
from tests.factories import (
    DAY,
    GoalFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

MODELS = (Goal, KpiTarget, MonthlyTarget)
CHANGES: dict[Any, dict[str, Any]] = {
    Goal: {"text": "another"},
    KpiTarget: {"metric": "orders"},
    MonthlyTarget: {"value": Decimal(1)},
}


def frozen_version(state: str = VersionState.APPROVED) -> StrategyVersion:
    version = StrategyVersionFactory.create()
    GoalFactory.create(version=version)
    MonthlyTargetFactory.create(target=KpiTargetFactory.create(version=version))
    approve_in_place(version)
    if state == VersionState.SUPERSEDED:
        StrategyVersion.objects.filter(pk=version.pk).update(state=state)
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
    assert [model.objects.count() for model in MODELS] == [1, 1, 1]


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
