import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import Task, TaskState, User
from kpi.evaluation import evaluate
from kpi.findings import Finding
from kpi.flags import acknowledge, close_flags, open_or_refresh
from kpi.models import DecisionKind, Evaluation, Flag, FlagKind, FlagState, Light
from kpi.tests.running import MORNING, TODAY, YESTERDAY, add_calls, called_client, running_target
from tests.factories import (
    ClientFactory,
    DecisionFactory,
    DirectorFactory,
    EvaluationFactory,
    EventFactory,
    FlagFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

KEY = "target:calls:all"


def finding(client_id: int, **fields: Any) -> Finding:
    known: dict[str, Any] = {
        "kind": FlagKind.STRATEGY,
        "cause_key": KEY,
        "target_id": None,
        "severity": Light.AMBER,
        "day": TODAY,
        "evidence": {"actual": 3},
    }
    return Finding(client_id=client_id, **known | fields)


def test_flag_opens_once_and_keeps_what_it_opened_with() -> None:
    client = ClientFactory.create()
    (flag,) = open_or_refresh([finding(client.pk)])
    later = TODAY + dt.timedelta(days=2)
    assert open_or_refresh([finding(client.pk, day=later, evidence={"actual": 4})]) == []
    flag.refresh_from_db()
    assert (flag.opened_on, flag.last_seen_on, flag.state) == (TODAY, later, FlagState.OPEN)
    assert flag.evidence == {
        "opened": {"actual": 3},
        "newest": {"actual": 4, "day": later.isoformat()},
    }


def test_severity_rises_and_never_falls() -> None:
    client = ClientFactory.create()
    seen = []
    for severity in (Light.AMBER, Light.RED, Light.AMBER):
        open_or_refresh([finding(client.pk, severity=severity)])
        seen.append(Flag.objects.get().severity)
    assert seen == [Light.AMBER, Light.RED, Light.RED]


def test_decided_flag_is_kept_up_to_date_but_not_raised() -> None:
    client = ClientFactory.create()
    flag = FlagFactory.create(
        client=client, cause_key=KEY, state=FlagState.DECIDED, severity=Light.AMBER
    )
    assert open_or_refresh([finding(client.pk, severity=Light.RED)]) == []
    flag.refresh_from_db()
    assert (flag.severity, flag.last_seen_on, flag.state) == (
        Light.AMBER,
        TODAY,
        FlagState.DECIDED,
    )


def test_other_causes_and_other_clients_have_flags_of_their_own() -> None:
    first, second = ClientFactory.create_batch(2)
    open_or_refresh([finding(first.pk)])
    opened = open_or_refresh(
        [finding(first.pk, cause_key="target:orders:all"), finding(second.pk), finding(first.pk)]
    )
    assert [(flag.client_id, flag.cause_key) for flag in opened] == [
        (first.pk, "target:orders:all"),
        (second.pk, KEY),
    ]


def test_closed_flag_lets_the_same_cause_open_again() -> None:
    client = ClientFactory.create()
    FlagFactory.create(client=client, cause_key=KEY, state=FlagState.CLOSED)
    assert len(open_or_refresh([finding(client.pk)])) == 1


@pytest.mark.parametrize(
    ("kind", "days", "opens"),
    [
        (DecisionKind.KEEP, 13, 0),
        (DecisionKind.KEEP, 14, 1),
        (DecisionKind.CLIENT_SIDE, 13, 0),
        (DecisionKind.DATA_ERROR, 1, 1),
        (DecisionKind.CORRECT, 1, 1),
    ],
)
def test_cause_cools_down_after_the_strategy_was_kept(kind: str, days: int, opens: int) -> None:
    client = ClientFactory.create()
    old = FlagFactory.create(client=client, cause_key=KEY, state=FlagState.CLOSED)
    decided = TODAY - dt.timedelta(days=days)
    DecisionFactory.create(
        flag=old, kind=kind, decided_on=decided, check_on=decided + dt.timedelta(days=1)
    )
    other = ClientFactory.create()
    opened = open_or_refresh([finding(client.pk), finding(other.pk)])
    assert [flag.client_id for flag in opened] == [client.pk] * opens + [other.pk]


@pytest.mark.parametrize(("days", "is_same"), [(13, True), (14, False)])
def test_data_flag_that_is_back_soon_is_the_same_flag(days: int, is_same: bool) -> None:
    client = ClientFactory.create()
    TeamMemberFactory.create(client=client)
    stale = {"kind": FlagKind.DATA, "cause_key": "data:calls"}
    (flag,) = open_or_refresh([finding(client.pk, **stale)])
    close_flags([flag.pk], why="fresh", at=MORNING)
    again = TODAY + dt.timedelta(days=days)
    opened = open_or_refresh([finding(client.pk, day=again, **stale)])
    assert (Flag.objects.count(), len(opened)) == ((1, 0) if is_same else (2, 1))
    newest = Flag.objects.latest("pk")
    assert (newest.state, newest.last_seen_on, newest.closed_at) == ("open", again, None)
    assert newest.evidence.get("reopened") == (again.isoformat() if is_same else None)
    # The task of the same flag still waits: it is asked for once.
    assert Task.objects.count() == Flag.objects.count()


def test_data_flag_that_is_back_has_a_task_again() -> None:
    client = ClientFactory.create()
    stale = {"kind": FlagKind.DATA, "cause_key": "data:calls"}
    (flag,) = open_or_refresh([finding(client.pk, **stale)])
    close_flags([flag.pk], why="fresh", at=MORNING)
    Task.objects.update(state=TaskState.DONE, done_at=MORNING)
    open_or_refresh([finding(client.pk, **stale)])
    assert sorted(Task.objects.values_list("state", flat=True)) == ["done", "open"]


def test_account_managers_of_the_day_get_a_task_each() -> None:
    client = ClientFactory.create()
    manager = TeamMemberFactory.create(client=client).user
    TeamMemberFactory.create(client=client, role="designer")
    TeamMemberFactory.create(client=client, ends_on=YESTERDAY)
    (flag,) = open_or_refresh([finding(client.pk)])
    task = Task.objects.get()
    assert (task.client, task.owner, task.due_on, task.origin, task.title) == (
        client,
        manager,
        TODAY + dt.timedelta(days=3),
        flag,
        "Flag of March 12, 2026: decide whether the strategy is corrected",
    )


def test_task_is_that_of_who_stands_in_for_the_account_manager() -> None:
    own = TeamMemberFactory.create()
    here = TeamMemberFactory.create(client=own.client, stands_in_for=own)
    open_or_refresh([finding(own.client_id)])
    assert [task.owner for task in Task.objects.all()] == [here.user]


def test_client_without_account_manager_has_a_task_without_owner() -> None:
    client = ClientFactory.create()
    open_or_refresh([finding(client.pk, kind=FlagKind.DATA)])
    task = Task.objects.get()
    assert (task.owner, task.title) == (None, "Data are stale: bring them up to date")


def test_data_flag_closes_when_data_are_fresh_again() -> None:
    community = called_client()
    flag = FlagFactory.create(
        client=community.client, kind=FlagKind.DATA, cause_key="data:calls", target=None
    )
    other = FlagFactory.create(kind=FlagKind.DATA, cause_key="data:calls")
    running_target(community.client)
    assert evaluate(at=MORNING).closed == 1
    flag.refresh_from_db()
    other.refresh_from_db()
    assert (flag.state, flag.closed_at, flag.evidence["closed"]) == (
        FlagState.CLOSED,
        MORNING,
        "fresh",
    )
    assert other.state == FlagState.OPEN


def test_data_flag_stays_while_data_are_stale() -> None:
    community = called_client()
    add_calls(community, [])
    community.calls.filter(day__gt=dt.date(2026, 3, 1)).delete()
    running_target(community.client)
    assert (evaluate(at=MORNING).opened, evaluate(at=MORNING).closed) == (1, 0)
    later = evaluate(at=MORNING + dt.timedelta(days=3))
    assert (later.opened, later.closed) == (0, 0)


def green_flag(*, seen: dt.date, state: str = FlagState.OPEN) -> Flag:
    """A flag of a target that is green today."""
    target = running_target(called_client().client)
    flag: Flag = FlagFactory.create(
        client=target.client,
        cause_key=KEY,
        target=target,
        opened_on=seen,
        last_seen_on=seen,
        state=state,
    )
    return flag


@pytest.mark.parametrize(
    ("days", "state", "left"),
    [
        (14, FlagState.OPEN, FlagState.CLOSED),
        (14, FlagState.ACKNOWLEDGED, FlagState.CLOSED),
        (13, FlagState.OPEN, FlagState.OPEN),
        (14, FlagState.DECIDED, FlagState.DECIDED),
    ],
)
def test_flag_closes_after_two_green_weeks(days: int, state: str, left: str) -> None:
    flag = green_flag(seen=TODAY - dt.timedelta(days=days), state=state)
    evaluate(at=MORNING)
    flag.refresh_from_db()
    assert flag.state == left
    assert flag.evidence.get("closed") == ("green" if left == FlagState.CLOSED else None)


def test_grey_day_within_the_two_weeks_keeps_the_flag_open() -> None:
    flag = green_flag(seen=TODAY - dt.timedelta(days=20))
    EvaluationFactory.create(
        target=flag.target, day=YESTERDAY - dt.timedelta(days=13), light=Light.GREY
    )
    evaluate(at=MORNING)
    flag.refresh_from_db()
    assert flag.state == FlagState.OPEN
    Evaluation.objects.filter(light=Light.GREY).update(day=YESTERDAY - dt.timedelta(days=14))
    evaluate(at=MORNING)
    flag.refresh_from_db()
    assert flag.state == FlagState.CLOSED


@pytest.mark.parametrize(("left_out", "state"), [(7, FlagState.CLOSED), (8, FlagState.OPEN)])
def test_green_weeks_of_which_little_was_measured_end_nothing(left_out: int, state: str) -> None:
    flag = green_flag(seen=TODAY - dt.timedelta(days=14))
    EventFactory.create(
        client=flag.client, kind="outage", is_excluded=True, ends_on=None,
        starts_on=YESTERDAY - dt.timedelta(days=left_out - 1),
    )  # fmt: skip
    evaluate(at=MORNING)
    flag.refresh_from_db()
    assert (Evaluation.objects.get().light, flag.state) == (Light.GREEN, state)


def manager_of(flag: Flag) -> User:
    user: User = UserFactory.create(permissions=("kpi.change_flag",))
    TeamMemberFactory.create(client=flag.client, user=user)
    return user


def test_acknowledged_flag_says_by_whom_and_when() -> None:
    flag = FlagFactory.create()
    manager = manager_of(flag)
    acknowledged = acknowledge(flag, by=manager, at=MORNING)
    assert acknowledged.state == FlagState.ACKNOWLEDGED
    flag.refresh_from_db()
    assert flag.evidence["acknowledged"] == {"by": manager.pk, "at": MORNING.isoformat()}
    with pytest.raises(ValidationError, match="not open any more"):
        acknowledge(flag, by=DirectorFactory.create())


def test_stranger_does_not_acknowledge() -> None:
    flag = FlagFactory.create()
    with pytest.raises(ValidationError, match="not open any more"):
        acknowledge(flag, by=manager_of(FlagFactory.create()))
    with pytest.raises(ValidationError, match="may not acknowledge"):
        acknowledge(flag, by=UserFactory.create())
    flag.refresh_from_db()
    assert flag.state == FlagState.OPEN
