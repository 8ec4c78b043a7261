import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import User
from kpi.decisions import decide, publish_decision
from kpi.models import Decision, DecisionKind, Flag, FlagState
from kpi.tests.running import TODAY, running_target
from strategy.models import KpiTarget, StrategyVersion, VersionState
from tests.factories import DirectorFactory, FlagFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def flag_of(target: KpiTarget, **fields: Any) -> Flag:
    flag: Flag = FlagFactory.create(client=target.client, target=target, **fields)
    return flag


def settle(flag: Flag, **fields: Any) -> Decision:
    known: dict[str, Any] = {
        "kind": DecisionKind.KEEP,
        "reason": "A holiday week",
        "by": fields.pop("by", None) or DirectorFactory.create(),
        "on": TODAY,
    }
    return decide(flag, **known | fields)


def refusals(flag: Flag, **fields: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        settle(flag, **fields)
    assert not Decision.objects.exists()
    return refused.value.messages


def test_decision_settles_the_flag_and_is_checked_in_thirty_days() -> None:
    flag = FlagFactory.create()
    decision = settle(flag)
    flag.refresh_from_db()
    assert (flag.state, decision.check_on, decision.next_version, decision.is_published) == (
        FlagState.DECIDED,
        TODAY + dt.timedelta(days=30),
        None,
        False,
    )


def test_correction_drafts_the_next_version_from_tomorrow() -> None:
    target = running_target()
    decision = settle(flag_of(target), kind=DecisionKind.CORRECT, reason="Fewer calls")
    draft = decision.next_version
    assert draft is not None
    assert (draft.state, draft.previous, draft.starts_on, draft.cause) == (
        VersionState.DRAFT,
        target.version,
        TODAY + dt.timedelta(days=1),
        "Fewer calls",
    )
    assert draft.targets.get().months.count() == 10


def test_correction_takes_the_draft_that_is_there() -> None:
    target = running_target()
    first = settle(flag_of(target), kind=DecisionKind.CORRECT)
    second = settle(flag_of(target), kind=DecisionKind.CORRECT)
    assert first.next_version == second.next_version
    assert StrategyVersion.objects.filter(client=target.client).count() == 2


def test_correction_of_a_version_that_ends_today_gives_the_next_one_time() -> None:
    target = running_target(ends_on=TODAY)
    draft = settle(flag_of(target), kind=DecisionKind.CORRECT).next_version
    assert draft is not None
    assert (draft.starts_on, draft.ends_on) == (
        TODAY + dt.timedelta(days=1),
        TODAY + dt.timedelta(days=91),
    )


def test_long_reason_is_cut_for_the_draft_only() -> None:
    decision = settle(flag_of(running_target()), kind=DecisionKind.CORRECT, reason="x" * 400)
    assert decision.next_version is not None
    assert (len(decision.reason), len(decision.next_version.cause)) == (400, 300)


def test_correction_without_approved_strategy_is_refused() -> None:
    assert refusals(FlagFactory.create(), kind=DecisionKind.CORRECT) == [
        "This client has no approved strategy that could be corrected."
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    flag = FlagFactory.create(state=FlagState.CLOSED)
    wrong = {"kind": "wait", "reason": " ", "check_on": TODAY, "publish": True}
    assert refusals(flag, by=UserFactory.create(), **wrong) == [
        "You may not decide about flags; ask the account manager.",
        "About this flag it has been decided already, or it is closed.",
        "Choose what to do: correct the work, correct the strategy, keep the strategy, act on"
        " the client's side, the data were wrong.",
        "Write the reason: it is what the next person learns from.",
        "Check the effect on a day after the decision.",
        "Write the text for the client before publishing.",
    ]


def decider() -> User:
    user: User = UserFactory.create(permissions=("kpi.add_decision",))
    return user


def test_stranger_to_the_client_does_not_decide() -> None:
    assert refusals(FlagFactory.create(), by=decider()) == ["You are not in this client's team."]


def test_account_manager_decides_but_drafts_only_with_the_right_to() -> None:
    target = running_target()
    flag = flag_of(target)
    manager = decider()
    TeamMemberFactory.create(client=target.client, user=manager)
    assert refusals(flag, by=manager, kind=DecisionKind.CORRECT) == [
        "You may not make strategies; ask a strategist."
    ]
    assert settle(flag, by=manager).decided_by == manager


def test_flag_is_decided_once() -> None:
    flag = FlagFactory.create()
    settle(flag)
    with pytest.raises(ValidationError, match="decided already"):
        settle(flag)


def test_decision_is_published_at_once_or_later() -> None:
    director = DirectorFactory.create()
    at_once = settle(FlagFactory.create(), client_text="We keep the plan", publish=True)
    later = settle(FlagFactory.create())
    with pytest.raises(ValidationError, match="Write the text"):
        publish_decision(later, client_text=" ", by=director)
    published = publish_decision(later, client_text="We wait", by=director)
    assert (at_once.is_published, published.is_published, published.client_text) == (
        True,
        True,
        "We wait",
    )
    with pytest.raises(ValidationError, match="may not decide"):
        publish_decision(later, client_text="x", by=UserFactory.create())


def test_who_joined_after_the_decision_publishes_it() -> None:
    decision = settle(FlagFactory.create())
    newcomer, today = decider(), decision.decided_on + dt.timedelta(days=5)
    TeamMemberFactory.create(client=decision.client, user=newcomer, starts_on=today)
    assert publish_decision(decision, client_text="We wait", by=newcomer, on=today).is_published
