import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from clients.models import Client, Task
from communities.models import Community
from kpi.evaluation import evaluate
from kpi.findings import Finding
from kpi.flag_sentence import others_of
from kpi.flags import open_or_refresh
from kpi.models import Flag, FlagKind, FlagState, Light
from kpi.review_figures import figures_of
from kpi.same_cause import Scope, is_one_cause, join_findings, scope_of
from kpi.tests.running import (
    MORNING,
    TODAY,
    YESTERDAY,
    add_calls,
    add_target,
    called_client,
    days_back,
)
from strategy.models import Metric
from tests.factories import (
    ClientFactory,
    CommunityFactory,
    DecisionFactory,
    DirectorFactory,
    FlagFactory,
    KpiReviewFactory,
    KpiTargetFactory,
    StrategyVersionFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def finding(client_id: int, key: str, **fields: Any) -> Finding:
    known: dict[str, Any] = {
        "kind": FlagKind.STRATEGY,
        "target_id": None,
        "severity": Light.AMBER,
        "day": TODAY,
        "evidence": {"actual": 3},
    }
    return Finding(client_id=client_id, cause_key=key, **known | fields)


def watched_four_times(community: Community) -> None:
    """Calls of the client, of the community, the unique-target ones of both, and leads."""
    version = StrategyVersionFactory.create(client=community.client)
    add_target(version, metric=Metric.LEADS, monthly=31, is_primary=False)
    add_target(version, metric=Metric.CALLS, monthly=31, is_primary=False, community=community)
    add_target(version, metric=Metric.CALLS, monthly=31)
    add_target(version, metric=Metric.UNIQUE_TARGET_CALLS, monthly=31, is_primary=False)
    approve_in_place(version)


def test_one_fall_that_four_targets_see_is_one_flag_and_one_task() -> None:
    community = called_client(missing_share=0.6)
    watched_four_times(community)
    assert evaluate(at=MORNING).opened == 1
    flag = Flag.objects.get()
    assert (flag.cause_key, flag.target and flag.target.is_primary) == ("target:calls:all", True)
    assert {other["key"] for other in flag.evidence["others"]} == {
        f"target:calls:{community.pk}",
        "target:unique_target_calls:all",
        "target:leads:all",
    }
    assert all(other["actual"] < other["expected"] for other in flag.evidence["others"])
    assert Task.objects.count() == 1
    later = evaluate(at=MORNING + DAY)
    assert (later.opened, Flag.objects.count()) == (0, 1)
    flag.refresh_from_db()
    (first,) = {other["seen_first"] for other in flag.evidence["others"]}
    (last,) = {other["seen_last"] for other in flag.evidence["others"]}
    assert (first, last) == (TODAY.isoformat(), (TODAY + DAY).isoformat())


def test_one_silence_that_two_targets_hear_is_one_flag() -> None:
    community = CommunityFactory.create()
    add_calls(community, days_back(YESTERDAY - 20 * DAY, 90))
    # A call from elsewhere says until when calls are known.
    add_calls(community, [YESTERDAY], evidence=None)
    version = StrategyVersionFactory.create(client=community.client)
    add_target(version, metric=Metric.CALLS, monthly=31, is_primary=False, community=community)
    add_target(version, metric=Metric.CALLS, monthly=31)
    approve_in_place(version)
    assert evaluate(at=MORNING).opened == 1
    flag = Flag.objects.get()
    assert (flag.cause_key, flag.rule) == ("silence:all", "silence")
    assert [other["key"] for other in flag.evidence["others"]] == [f"silence:{community.pk}"]


def test_falls_of_two_communities_are_two_causes_unless_the_whole_fell() -> None:
    client = ClientFactory.create()
    parts = [finding(client.pk, "target:calls:1"), finding(client.pk, "target:calls:2")]
    assert len(join_findings(parts)) == 2
    (one,) = join_findings([*parts, finding(client.pk, "target:calls:all")])
    assert (one.cause_key, len(one.others)) == ("target:calls:all", 2)


def test_a_count_joins_the_flag_that_stands_and_changes_nothing_it_says() -> None:
    client = ClientFactory.create()
    (flag,) = open_or_refresh([finding(client.pk, "target:calls:7")])
    whole = finding(
        client.pk, "target:calls:all", severity=Light.RED, day=TODAY + DAY, evidence={"actual": 9}
    )
    assert open_or_refresh(join_findings([whole])) == []
    flag.refresh_from_db()
    assert (flag.severity, flag.last_seen_on) == (Light.RED, TODAY + DAY)
    assert (flag.evidence["opened"], "newest" in flag.evidence) == ({"actual": 3}, False)
    assert [other["actual"] for other in flag.evidence["others"]] == [9]


def test_a_cause_that_cools_down_does_not_come_back_by_another_count() -> None:
    client = ClientFactory.create()
    old = FlagFactory.create(client=client, cause_key="target:calls:all", state=FlagState.CLOSED)
    decided = TODAY - 5 * DAY
    DecisionFactory.create(flag=old, kind="keep", decided_on=decided, check_on=TODAY)
    part = finding(client.pk, "target:calls:7")
    assert open_or_refresh(join_findings([part])) == []
    assert len(open_or_refresh(join_findings([finding(client.pk, "target:orders:all")]))) == 1


def test_the_primary_target_leads_wherever_it_is_counted() -> None:
    primary = KpiTargetFactory.create(metric=Metric.UNIQUE_TARGET_CALLS)
    rows = [
        finding(primary.client_id, "target:calls:all"),
        finding(primary.client_id, "target:unique_target_calls:all", target_id=primary.pk),
    ]
    (one,) = join_findings(rows)
    assert one.target_id == primary.pk


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("target:leads:all", "target:messages:5", True),
        ("target:calls:all", "target:messages:all", False),
        ("target:leads:4", "target:calls:5", False),
        ("target:growth:all", "target:growth:5", True),
        ("silence:all", "target:calls:all", False),
    ],
)
def test_one_cause_is_where_count_and_place_hold_each_other(
    one: str, other: str, same: bool
) -> None:
    scopes = scope_of(one), scope_of(other)
    assert scopes[0]
    assert scopes[1]
    assert is_one_cause(scopes[0], scopes[1]) is same
    assert is_one_cause(scopes[1], scopes[0]) is same


def test_what_is_no_count_is_left_alone() -> None:
    assert (scope_of("data:calls"), scope_of("target:er:all")) == (None, Scope("er", "all"))
    rows = [finding(1, "data:calls"), finding(1, "review:5")]
    assert join_findings(rows) == rows


def test_the_page_of_the_flag_names_the_others() -> None:
    community = called_client(missing_share=0.6)
    watched_four_times(community)
    evaluate(at=MORNING)
    flag = Flag.objects.get()
    with translation.override("en"):
        said = others_of(flag)
    assert f"{community}: Calls: in 4 weeks 29 were expected, 10 came." in said
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    page = browser.get(reverse("admin:kpi_flag_change", args=[flag.pk])).content.decode()
    assert "The same cause is seen in" in page


def test_an_alarm_of_the_same_cause_leaves_no_excuse_by_chance_in_the_review() -> None:
    community = called_client(missing_share=0.6)
    watched_four_times(community)
    evaluate(at=MORNING)
    Client.objects.update(status="active")
    version = community.client.strategy_versions.get()
    review = KpiReviewFactory.create(
        client=community.client, engagement=version.engagement,
        starts_on=dt.date(2026, 3, 1), ends_on=dt.date(2026, 3, 31), due_on=dt.date(2026, 4, 7),
    )  # fmt: skip
    assert {figure["alarm"] for figure in figures_of(review)} == {True}
