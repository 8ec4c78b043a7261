import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection
from pytest_django import Settings

from clients.models import Client, User
from clients.todo import finish_task
from strategy.approval import (
    Document,
    approve_inside,
    record_client_word,
    record_reason,
    send_for_approval,
    take_back,
)
from strategy.models import KpiTarget, Metric, StrategyVersion, VersionState
from strategy.versions import next_version
from tests.factories import (
    DAY,
    NOON,
    ClientFactory,
    CompetitorAnalysisFactory,
    DirectorFactory,
    GoalTaskFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
    VersionDocumentFactory,
    approve_whole,
    complete_draft,
)

pytestmark = pytest.mark.django_db


def make_primary(version: StrategyVersion, metric: Metric, *, reason: str = "") -> KpiTarget:
    target = version.targets.get()
    target.metric = metric
    target.reason = reason
    target.save()
    return target


def strategist(client: Client) -> User:
    user: User = UserFactory.create(permissions=("strategy.change_strategyversion",))
    TeamMemberFactory.create(client=client, user=user)
    return user


def approver_of(client: Client) -> User:
    user: User = UserFactory.create(permissions=("strategy.approve_strategyversion",))
    TeamMemberFactory.create(client=client, user=user)
    return user


def refusals(version: StrategyVersion, *, by: User | None = None) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        send_for_approval(version, by=by or DirectorFactory.create(), on=DAY)
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT
    return refused.value.messages


def test_sent_approved_inside_and_agreed_by_the_client() -> None:
    """Three people, three moments."""
    version = complete_draft()
    sender, approver = strategist(version.client), approver_of(version.client)
    at = [dt.datetime(2026, 3, 11, hour, tzinfo=dt.UTC) for hour in (9, 10, 11)]
    version = send_for_approval(version, by=sender, on=DAY, at=at[0])
    assert (version.state, version.sent_at, version.sent_by) == ("sent", at[0], sender)
    version = approve_inside(version, by=approver, on=DAY, at=at[1])
    assert (version.state, version.checked_at, version.checked_by) == (
        "sent", at[1], approver,
    )  # fmt: skip
    record_client_word(
        version, by=sender, on=DAY, at=at[2], said_by=" Zoya Testova ", said_on=DAY,
        channel="messenger",
    )  # fmt: skip
    version.refresh_from_db()
    assert (version.state, version.approved_at, version.approved_by) == (
        VersionState.APPROVED,
        at[2],
        sender,
    )
    assert (version.client_said_by, version.client_said_on, version.client_channel) == (
        "Zoya Testova", DAY, "messenger",
    )  # fmt: skip


def test_client_is_asked_after_the_agency() -> None:
    version = send_for_approval(complete_draft(), by=DirectorFactory.create(), on=DAY, at=NOON)
    assert word_refusals(version) == ["Nobody of the agency has approved this version yet."]


def test_steps_have_their_order() -> None:
    version, director = complete_draft(), DirectorFactory.create()
    draft_refusal = ["This version is a draft: send it for approval first."]
    with pytest.raises(ValidationError) as refused:
        approve_inside(version, by=director, on=DAY)
    assert refused.value.messages == draft_refusal
    with pytest.raises(ValidationError) as refused:
        take_back(version, by=director, on=DAY, note="Why")
    assert refused.value.messages == draft_refusal
    send_for_approval(version, by=director, on=DAY)
    approve_inside(version, by=director, on=DAY)
    with pytest.raises(ValidationError, match="approved this version inside the agency already"):
        approve_inside(version, by=director, on=DAY)


def test_strategist_does_not_approve_inside() -> None:
    version = complete_draft()
    sender = strategist(version.client)
    send_for_approval(version, by=sender, on=DAY)
    with pytest.raises(ValidationError) as refused:
        approve_inside(version, by=sender, on=DAY)
    assert refused.value.messages == [
        "You may not approve strategies; ask the account manager or a director."
    ]


def test_what_comes_back_is_approved_anew() -> None:
    version, director = complete_draft(), DirectorFactory.create()
    send_for_approval(version, by=director, on=DAY)
    approve_inside(version, by=director, on=DAY)
    VersionDocumentFactory.create(version=version)
    version = take_back(version, by=director, on=DAY, note=" The budget is wrong ")
    version.refresh_from_db()
    assert (version.state, version.return_note, version.checked_at, version.sent_at) == (
        VersionState.DRAFT, "The budget is wrong", None, None,
    )  # fmt: skip
    assert not version.documents.exists()
    version = send_for_approval(version, by=director, on=DAY, at=NOON)
    assert version.return_note == ""
    assert word_refusals(version) == ["Nobody of the agency has approved this version yet."]


def test_reason_of_coming_back_is_asked_for() -> None:
    version = send_for_approval(complete_draft(), by=DirectorFactory.create(), on=DAY)
    with pytest.raises(ValidationError, match="Write what is to be mended"):
        take_back(version, by=DirectorFactory.create(), on=DAY, note="  ")


def checked_version() -> StrategyVersion:
    at = dt.datetime.combine(DAY, dt.time(9), tzinfo=dt.UTC)
    director = DirectorFactory.create()
    version = send_for_approval(complete_draft(), by=director, on=DAY, at=at)
    return approve_inside(version, by=director, on=DAY, at=at)


def word_refusals(version: StrategyVersion, **changes: Any) -> list[str]:
    word: dict[str, Any] = {"said_by": "Zoya Testova", "said_on": DAY, "channel": "email"}
    with pytest.raises(ValidationError) as refused:
        record_client_word(version, by=DirectorFactory.create(), on=DAY, **(word | changes))
    version.refresh_from_db()
    assert version.state == VersionState.ON_APPROVAL
    return refused.value.messages


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"said_by": " "}, "Write who said so for the client."),
        ({"channel": "pigeon"}, "Choose by what channel the client said so."),
        (
            {"said_on": DAY + dt.timedelta(days=1)},
            "The client cannot have said so in the future.",
        ),
        (
            {"said_on": DAY - dt.timedelta(days=1)},
            "The client cannot have agreed before the strategy was sent, on March 11, 2026.",
        ),
        ({"channel": "signed"}, "Attach the signed document."),
        (
            {"document": Document("virus.exe", b"MZ")},
            "virus.exe is no PDF, PNG or JPEG: attach the scan, the letter or a screenshot.",
        ),
        (
            {"document": Document("virus.pdf", b"<script>")},
            "virus.pdf is no PDF, PNG or JPEG: attach the scan, the letter or a screenshot.",
        ),
    ],
)
def test_word_of_the_client_is_whole(change: dict[str, Any], message: str) -> None:
    assert word_refusals(checked_version(), **change) == [message]


def test_document_is_no_larger_than_the_limit(settings: Settings) -> None:
    settings.STRATEGY_DOCUMENT_BYTES = 10
    large = Document("scan.pdf", b"%PDF-1.7 and more")
    assert "is larger than 10" in word_refusals(checked_version(), document=large)[0]


def test_document_is_kept_with_the_word() -> None:
    version = checked_version()
    scan = Document("scan.PDF", b"%PDF-1.7 signed")
    record_client_word(
        version, by=DirectorFactory.create(), on=DAY, said_by="Zoya Testova", said_on=DAY,
        channel="signed", document=scan,
    )  # fmt: skip
    kept = version.documents.get()
    assert (kept.kind, kept.file_name, kept.content_type, bytes(kept.content)) == (
        "client_word", "scan.PDF", "application/pdf", b"%PDF-1.7 signed",
    )  # fmt: skip


def test_tasks_of_goals_come_into_the_list_once() -> None:
    version = complete_draft()
    goal = version.goals.get()
    row = GoalTaskFactory.create(goal=goal, title="Install the widget", side="client", due_on=DAY)
    version = approve_whole(version)
    task = version.client.tasks.get()
    assert (task.title, task.side, task.due_on, task.origin, task.origin_note) == (
        "Install the widget", "client", DAY, version, goal.text,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.task, row.done_at) == (task, None)
    director = DirectorFactory.create()
    second = next_version(version, by=director, starts_on=dt.date(2026, 4, 15))
    approve_whole(second, by=director)
    assert version.client.tasks.get() == task
    assert second.goals.get().tasks.get().task == task


def test_task_that_is_done_does_not_go_on() -> None:
    version = complete_draft()
    row = GoalTaskFactory.create(goal=version.goals.get())
    version = approve_whole(version)
    row.refresh_from_db()
    director = DirectorFactory.create()
    assert row.task is not None
    finish_task(row.task, by=director)
    row.refresh_from_db()
    assert row.done_at is not None
    draft = next_version(version, by=director, starts_on=dt.date(2026, 4, 15))
    assert not draft.goals.get().tasks.exists()


def test_everything_missing_is_told_at_once() -> None:
    assert refusals(StrategyVersionFactory.create(), by=UserFactory.create()) == [
        "You may not work on strategies; ask a strategist or a director.",
        "Nobody has said who does what: fill in the division of responsibility of the engagement.",
        "There is no goal: write at least one, and how it is measured.",
        "No target is primary: mark one, calls as a rule.",
        "2 competitors must be analysed within the last 120 days, now it is 0: add analyses.",
        "The content plan grid is empty: add rubrics, and posts by weekday.",
    ]


def test_months_without_value_are_named() -> None:
    version = complete_draft()
    version.targets.get().months.filter(month__month__in=[2, 12]).delete()
    assert refusals(version) == [
        "The primary target has no value for February 2026, December 2026: add them, or end"
        " the version earlier."
    ]


def test_old_future_and_repeated_analyses_do_not_count() -> None:
    version = complete_draft()
    analyses = [competitor.analyses.get() for competitor in version.client.competitors.all()]
    CompetitorAnalysisFactory.create(competitor=analyses[0].competitor)
    for day in (DAY - dt.timedelta(days=121), DAY + dt.timedelta(days=1)):
        analyses[1].analysed_on = day
        analyses[1].save()
        assert refusals(version) == [
            "2 competitors must be analysed within the last 120 days, now it is 1: add analyses."
        ]


def test_analysis_of_the_last_allowed_day_counts() -> None:
    version = complete_draft()
    for competitor in version.client.competitors.all():
        competitor.analyses.update(analysed_on=DAY - dt.timedelta(days=120))
    assert approve_whole(version).state == VersionState.APPROVED


def test_number_of_competitors_is_a_setting(settings: Settings) -> None:
    settings.STRATEGY_MIN_COMPETITORS = 3
    assert refusals(complete_draft()) == [
        "3 competitors must be analysed within the last 120 days, now it is 2: add analyses."
    ]


def test_analyses_of_another_client_do_not_count() -> None:
    version = complete_draft()
    version.client.competitors.all().delete()
    complete_draft()
    assert len(refusals(version)) == 1


def test_stranger_to_the_client_may_not_approve() -> None:
    user = UserFactory.create(permissions=("strategy.change_strategyversion",))
    assert refusals(complete_draft(), by=user) == ["You are not in this client's team."]


def test_strategist_of_the_team_sends() -> None:
    version = complete_draft()
    sent = send_for_approval(version, by=strategist(version.client), on=DAY)
    assert sent.state == VersionState.ON_APPROVAL


def test_other_primary_than_calls_needs_reason() -> None:
    version = complete_draft()
    make_primary(version, Metric.ORDERS)
    assert refusals(version) == [
        "Orders are primary instead of calls: a director records the reason."
    ]


def test_reason_without_director_is_refused() -> None:
    version = complete_draft()
    make_primary(version, Metric.ORDERS, reason="A shop without a phone")
    assert refusals(version, by=strategist(version.client)) == [
        "The reason why calls are not primary must be recorded by a director."
    ]


def test_director_who_approves_records_the_reason() -> None:
    version = complete_draft()
    target = make_primary(version, Metric.ORDERS, reason="A shop without a phone")
    director = DirectorFactory.create()
    send_for_approval(version, by=director, on=DAY)
    target.refresh_from_db()
    assert target.reason_by == director


def test_reason_recorded_by_director_lets_strategist_approve() -> None:
    version = complete_draft()
    target = make_primary(version, Metric.ORDERS)
    with pytest.raises(ValidationError, match="Only a director"):
        record_reason(target, reason="No phone", by=strategist(version.client))
    record_reason(target, reason="No phone", by=DirectorFactory.create())
    sent = send_for_approval(version, by=strategist(version.client), on=DAY)
    assert sent.state == VersionState.ON_APPROVAL


def test_client_without_calls_may_not_have_calls_primary() -> None:
    version = complete_draft(client=ClientFactory.create(takes_calls=False))
    assert refusals(version) == ["This client takes no phone calls: make another count primary."]
    make_primary(version, Metric.LEADS)
    assert approve_whole(version).state == VersionState.APPROVED


def test_unique_target_calls_need_call_tracking() -> None:
    version = complete_draft(client=ClientFactory.create(has_call_tracking=False))
    make_primary(version, Metric.UNIQUE_TARGET_CALLS)
    assert refusals(version) == [
        "Without call tracking nobody knows unique-target calls: make calls primary."
    ]


def test_next_version_supersedes_and_shortens_only_the_end() -> None:
    director = DirectorFactory.create()
    first = approve_whole(complete_draft(), by=director)
    second = next_version(first, by=director, starts_on=dt.date(2026, 4, 15))
    approve_whole(second, by=director)
    first.refresh_from_db()
    assert (first.state, first.ends_on) == (VersionState.SUPERSEDED, dt.date(2026, 4, 14))
    in_force = StrategyVersion.objects.filter(client=first.client)
    assert in_force.in_force(on=dt.date(2026, 4, 14)).get() == first
    assert in_force.in_force(on=dt.date(2026, 4, 15)).get() == second


def test_version_that_had_ended_keeps_its_end() -> None:
    director = DirectorFactory.create()
    first = approve_whole(complete_draft(ends_on=dt.date(2026, 6, 30)), by=director)
    second = complete_draft(client=first.client, starts_on=dt.date(2026, 9, 1))
    approve_whole(second, by=director)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.ends_on) == (VersionState.SUPERSEDED, dt.date(2026, 6, 30))
    assert second.previous == first


def test_version_may_not_start_before_the_one_it_supersedes() -> None:
    first = approve_whole(complete_draft())
    assert refusals(complete_draft(client=first.client)) == [
        "Version 1 starts on Jan. 1, 2026: let this one start on a later day."
    ]


def test_approved_version_is_not_sent_again() -> None:
    version = approve_whole(complete_draft())
    with pytest.raises(ValidationError) as refused:
        send_for_approval(version, by=DirectorFactory.create(), on=DAY)
    assert refused.value.messages == ["This version is not a draft: it has been sent already."]


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_leave_one_in_force() -> None:
    client = ClientFactory.create()
    director = DirectorFactory.create()
    drafts = [complete_draft(client=client), complete_draft(client=client)]
    for draft in drafts:
        send_for_approval(draft, by=director, on=DAY, at=NOON)
        approve_inside(draft, by=director, on=DAY)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def run(version: StrategyVersion) -> None:
        start.wait()
        try:
            record_client_word(
                version, by=director, on=DAY, said_by="Zoya", said_on=DAY, channel="email"
            )
            outcomes.append("approved")
        except ValidationError as refused:
            outcomes.extend(refused.messages)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[draft]) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    winner = StrategyVersion.objects.get(client=client, state=VersionState.APPROVED)
    assert sorted(outcomes) == [
        f"Version {winner.number} starts on Jan. 1, 2026: let this one start on a later day.",
        "approved",
    ]
