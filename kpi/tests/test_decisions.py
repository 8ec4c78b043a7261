import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import Block, Side, Task, User
from kpi.decisions import decide, publish_decision
from kpi.evaluation import evaluate
from kpi.models import Decision, DecisionKind, Flag, FlagState
from kpi.tests.running import MORNING, TODAY, called_client, running_target
from strategy.models import KpiTarget, StrategyVersion, VersionState
from tests.factories import (
    DirectorFactory,
    FlagCauseFactory,
    FlagFactory,
    TeamMemberFactory,
    UserFactory,
)

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
    assert (draft.state, draft.previous, draft.starts_on) == (
        VersionState.DRAFT,
        target.version,
        TODAY + dt.timedelta(days=1),
    )
    assert draft.cause.startswith("Fewer calls\n\nFlag of ")
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


FALL = {
    "first": "2026-02-01", "last": "2026-03-11", "actual": 5, "expected": 14,
    "run_length_days": 900,
}  # fmt: skip
SAID = (
    "Calls: in 6 weeks 14 were expected, 5 came; by chance this happens less than once in 2 years."
)


def diagnosed_flag(target: KpiTarget) -> Flag:
    flag = flag_of(
        target, evidence={"opened": FALL}, block=Block.MANAGEMENT, side=Side.AGENCY,
        opened_on=TODAY,
    )  # fmt: skip
    for code, block, facts in (
        ("fewer_posts", Block.MANAGEMENT, {"posts_week": 1, "before_week": 3}),
        ("event", "", {"title": "Prices rose", "since": "2026-02-03"}),
    ):
        side = Side.AGENCY if block else ""
        FlagCauseFactory.create(flag=flag, code=code, block=block, side=side, facts=facts)
    return flag


def test_correction_names_the_flag_its_evidence_and_the_diagnosis() -> None:
    draft = settle(
        diagnosed_flag(running_target()), kind=DecisionKind.CORRECT, reason="Reels instead of texts"
    ).next_version
    assert draft is not None
    assert draft.cause.splitlines() == [
        "Reels instead of texts",
        "",
        f"Flag of March 12, 2026. {SAID}",
        "To be corrected: community management (whose side: agency). Posts a week: 1, in the 90"
        " days before: 3.",
        "Likely causes: Posts a week: 1, in the 90 days before: 3. Recorded for these days: Prices"
        " rose (since Feb. 3, 2026).",
    ]


def test_a_second_flag_adds_its_evidence_to_the_draft_that_is_there() -> None:
    target = running_target()
    settle(flag_of(target), kind=DecisionKind.CORRECT, reason="First")
    draft = settle(diagnosed_flag(target), kind=DecisionKind.CORRECT, reason="Second").next_version
    assert draft is not None
    assert draft.cause.startswith("First\n\nFlag of ")
    assert f"\n\nSecond\n\nFlag of March 12, 2026. {SAID}" in draft.cause


def test_long_reason_is_cut_for_the_draft_only_and_the_evidence_is_not() -> None:
    flag = diagnosed_flag(running_target())
    decision = settle(flag, kind=DecisionKind.CORRECT, reason="x" * 4000)
    assert decision.next_version is not None
    assert (len(decision.reason), len(decision.next_version.cause)) == (4000, 2000)
    assert decision.next_version.cause.endswith("(since Feb. 3, 2026).")


def test_correction_of_the_work_makes_its_tasks_in_the_block_and_leaves_the_strategy() -> None:
    target = running_target()
    due_on = TODAY + dt.timedelta(days=7)
    decision = settle(
        flag_of(target), kind=DecisionKind.CORRECT_WORK, block=Block.MANAGEMENT, due_on=due_on,
        tasks="Post four times a week\n\n  Answer comments  \n",
    )  # fmt: skip
    assert (decision.block, decision.due_on, decision.next_version) == (
        Block.MANAGEMENT,
        due_on,
        None,
    )
    tasks = Task.objects.filter(client=target.client).order_by("pk")
    assert [(task.title, task.block, task.side, task.due_on, task.origin) for task in tasks] == [
        (title, Block.MANAGEMENT, Side.AGENCY, due_on, decision)
        for title in ("Post four times a week", "Answer comments")
    ]
    assert StrategyVersion.objects.filter(client=target.client).count() == 1


def test_the_clients_side_gets_tasks_of_its_own_without_a_block() -> None:
    due_on = TODAY + dt.timedelta(days=3)
    decision = settle(
        FlagFactory.create(), kind=DecisionKind.CLIENT_SIDE, due_on=due_on, tasks="Answer calls"
    )
    task = Task.objects.get(client=decision.client_id)
    assert (task.side, task.block, task.due_on, task.origin) == (Side.CLIENT, "", due_on, decision)


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        (
            {"kind": "correct_work"},
            [
                "Choose the block of the work that is corrected.",
                "Write what is to be done, a line for each task.",
            ],
        ),
        (
            {"kind": "correct_work", "block": "management", "tasks": "Post more"},
            ["Say by when the tasks are to be done."],
        ),
        (
            {"kind": "client_side", "tasks": "x" * 201, "due_on": TODAY},
            ["A task has at most 200 characters."],
        ),
        (
            {"kind": "keep", "tasks": "Post more"},
            ["Tasks come with a correction of the work, or of the client's side."],
        ),
        (
            {"kind": "client_side", "tasks": "Call", "due_on": TODAY - dt.timedelta(days=1)},
            ["The day by which it is to be done has passed."],
        ),
    ],
)
def test_tasks_that_cannot_be_made_are_refused(fields: dict[str, Any], messages: list[str]) -> None:
    assert refusals(FlagFactory.create(), **fields) == messages
    assert not Task.objects.exists()


def test_wrong_data_close_the_flag_at_once_and_nothing_is_checked() -> None:
    flag = FlagFactory.create()
    decision = settle(flag, kind=DecisionKind.DATA_ERROR, at=MORNING)
    flag.refresh_from_db()
    assert (flag.state, flag.closed_at, flag.evidence["closed"]) == (
        FlagState.CLOSED,
        MORNING,
        "data_error",
    )
    assert not decision.checks.exists()


def test_what_the_mended_data_still_say_opens_a_new_flag_the_next_day() -> None:
    running_target(called_client(missing_share=0.6).client)
    evaluate(at=MORNING)
    settle(Flag.objects.get(), kind=DecisionKind.DATA_ERROR)
    assert evaluate(at=MORNING + dt.timedelta(days=1)).opened == 1


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
