import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection
from pytest_django import Settings

from clients.models import Client, User
from strategy.approval import approve, record_reason
from strategy.models import KpiTarget, Metric, StrategyVersion, VersionState
from strategy.periods import months_between
from strategy.versions import next_version
from tests.factories import (
    DAY,
    ClientFactory,
    CompetitorAnalysisFactory,
    CompetitorFactory,
    DirectorFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    StrategyVersionFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def give_months(target: KpiTarget) -> None:
    for month in months_between(target.version.starts_on, target.version.ends_on):
        MonthlyTargetFactory.create(target=target, month=month, value=Decimal(30))


def ready_draft(*, client: Client | None = None, **fields: object) -> StrategyVersion:
    """A draft that lacks nothing."""
    client = client or ClientFactory.create()
    for _ in range(2 - client.competitors.count()):
        CompetitorAnalysisFactory.create(competitor=CompetitorFactory.create(client=client))
    version = StrategyVersionFactory.create(client=client, **fields)
    give_months(KpiTargetFactory.create(version=version))
    return version


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


def refusals(version: StrategyVersion, *, by: User | None = None) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        approve(version, by=by or DirectorFactory.create(), on=DAY)
    version.refresh_from_db()
    assert version.approved_at is None
    return refused.value.messages


def test_complete_draft_is_approved() -> None:
    director = DirectorFactory.create()
    at = dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)
    version = approve(ready_draft(), by=director, on=DAY, at=at)
    version.refresh_from_db()
    assert (version.state, version.approved_at, version.approved_by) == (
        VersionState.APPROVED,
        at,
        director,
    )


def test_everything_missing_is_told_at_once() -> None:
    assert refusals(StrategyVersionFactory.create(), by=UserFactory.create()) == [
        "You may not approve strategies; ask a strategist or a director.",
        "No target is primary: mark one, calls as a rule.",
        "2 competitors must be analysed within the last 120 days, now it is 0: add analyses.",
    ]


def test_months_without_value_are_named() -> None:
    version = ready_draft()
    version.targets.get().months.filter(month__month__in=[2, 12]).delete()
    assert refusals(version) == [
        "The primary target has no value for February 2026, December 2026: add them, or end"
        " the version earlier."
    ]


def test_old_future_and_repeated_analyses_do_not_count() -> None:
    version = ready_draft()
    analyses = [competitor.analyses.get() for competitor in version.client.competitors.all()]
    CompetitorAnalysisFactory.create(competitor=analyses[0].competitor)
    for day in (DAY - dt.timedelta(days=121), DAY + dt.timedelta(days=1)):
        analyses[1].analysed_on = day
        analyses[1].save()
        assert refusals(version) == [
            "2 competitors must be analysed within the last 120 days, now it is 1: add analyses."
        ]


def test_analysis_of_the_last_allowed_day_counts() -> None:
    version = ready_draft()
    for competitor in version.client.competitors.all():
        competitor.analyses.update(analysed_on=DAY - dt.timedelta(days=120))
    assert approve(version, by=DirectorFactory.create(), on=DAY).state == VersionState.APPROVED


def test_number_of_competitors_is_a_setting(settings: Settings) -> None:
    settings.STRATEGY_MIN_COMPETITORS = 3
    assert refusals(ready_draft()) == [
        "3 competitors must be analysed within the last 120 days, now it is 2: add analyses."
    ]


def test_analyses_of_another_client_do_not_count() -> None:
    version = ready_draft()
    version.client.competitors.all().delete()
    ready_draft()
    assert len(refusals(version)) == 1


def test_stranger_to_the_client_may_not_approve() -> None:
    user = UserFactory.create(permissions=("strategy.change_strategyversion",))
    assert refusals(ready_draft(), by=user) == ["You are not in this client's team."]


def test_strategist_of_the_team_approves() -> None:
    version = ready_draft()
    approved = approve(version, by=strategist(version.client), on=DAY)
    assert approved.state == VersionState.APPROVED


def test_other_primary_than_calls_needs_reason() -> None:
    version = ready_draft()
    make_primary(version, Metric.ORDERS)
    assert refusals(version) == [
        "Orders are primary instead of calls: a director records the reason."
    ]


def test_reason_without_director_is_refused() -> None:
    version = ready_draft()
    make_primary(version, Metric.ORDERS, reason="A shop without a phone")
    assert refusals(version, by=strategist(version.client)) == [
        "The reason why calls are not primary must be recorded by a director."
    ]


def test_director_who_approves_records_the_reason() -> None:
    version = ready_draft()
    target = make_primary(version, Metric.ORDERS, reason="A shop without a phone")
    director = DirectorFactory.create()
    approve(version, by=director, on=DAY)
    target.refresh_from_db()
    assert target.reason_by == director


def test_reason_recorded_by_director_lets_strategist_approve() -> None:
    version = ready_draft()
    target = make_primary(version, Metric.ORDERS)
    with pytest.raises(ValidationError, match="Only a director"):
        record_reason(target, reason="No phone", by=strategist(version.client))
    record_reason(target, reason="No phone", by=DirectorFactory.create())
    approved = approve(version, by=strategist(version.client), on=DAY)
    assert approved.state == VersionState.APPROVED


def test_client_without_calls_may_not_have_calls_primary() -> None:
    version = ready_draft(client=ClientFactory.create(takes_calls=False))
    assert refusals(version) == ["This client takes no phone calls: make another count primary."]
    make_primary(version, Metric.LEADS)
    assert approve(version, by=DirectorFactory.create(), on=DAY).state == VersionState.APPROVED


def test_unique_target_calls_need_call_tracking() -> None:
    version = ready_draft(client=ClientFactory.create(has_call_tracking=False))
    make_primary(version, Metric.UNIQUE_TARGET_CALLS)
    assert refusals(version) == [
        "Without call tracking nobody knows unique-target calls: make calls primary."
    ]


def test_next_version_supersedes_and_shortens_only_the_end() -> None:
    director = DirectorFactory.create()
    first = approve(ready_draft(), by=director, on=DAY)
    second = next_version(first, by=director, starts_on=dt.date(2026, 4, 15))
    approve(second, by=director, on=DAY)
    first.refresh_from_db()
    assert (first.state, first.ends_on) == (VersionState.SUPERSEDED, dt.date(2026, 4, 14))
    in_force = StrategyVersion.objects.filter(client=first.client)
    assert in_force.in_force(on=dt.date(2026, 4, 14)).get() == first
    assert in_force.in_force(on=dt.date(2026, 4, 15)).get() == second


def test_version_that_had_ended_keeps_its_end() -> None:
    director = DirectorFactory.create()
    first = approve(ready_draft(ends_on=dt.date(2026, 6, 30)), by=director, on=DAY)
    second = ready_draft(client=first.client, starts_on=dt.date(2026, 9, 1))
    approve(second, by=director, on=DAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.ends_on) == (VersionState.SUPERSEDED, dt.date(2026, 6, 30))
    assert second.previous == first


def test_version_may_not_start_before_the_one_it_supersedes() -> None:
    director = DirectorFactory.create()
    first = approve(ready_draft(), by=director, on=DAY)
    assert refusals(ready_draft(client=first.client)) == [
        "Version 1 starts on Jan. 1, 2026: let this one start on a later day."
    ]


def test_approved_version_is_not_approved_again() -> None:
    director = DirectorFactory.create()
    version = approve(ready_draft(), by=director, on=DAY)
    with pytest.raises(ValidationError) as refused:
        approve(version, by=director, on=DAY)
    assert refused.value.messages[0] == (
        "This version is not a draft any more: it has been approved already."
    )


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_leave_one_in_force() -> None:
    client = ClientFactory.create()
    drafts = [ready_draft(client=client), ready_draft(client=client)]
    director = DirectorFactory.create()
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def run(version: StrategyVersion) -> None:
        start.wait()
        try:
            approve(version, by=director, on=DAY)
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
