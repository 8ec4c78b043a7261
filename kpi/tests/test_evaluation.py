import datetime as dt
import random
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import ClientStatus
from kpi.evaluation import evaluate
from kpi.models import Call, CallConnection, Evaluation, Flag, FlagKind, Light
from kpi.tests.running import (
    MORNING,
    TODAY,
    YESTERDAY,
    add_calls,
    add_followers,
    add_target,
    called_client,
    days_back,
    running_target,
)
from strategy.models import FormulaCode, KpiTarget, Metric
from strategy.models.target import MONEY_METRICS
from tests.factories import (
    CallConnectionFactory,
    CallTallyFactory,
    ClientFactory,
    CommunityFactory,
    DayCountFactory,
    PostSnapshotFactory,
    StrategyVersionFactory,
    WallPostFactory,
    approve_in_place,
    local_noon,
)

pytestmark = pytest.mark.django_db


def judged(target: KpiTarget, *, at: dt.datetime = MORNING) -> Evaluation:
    evaluate(at=at)
    return Evaluation.objects.filter(target=target).latest("day")


def test_calls_on_target_are_green() -> None:
    target = running_target(called_client().client)
    found = judged(target)
    assert (found.client, found.day, found.light, found.reason) == (
        target.client,
        YESTERDAY,
        Light.GREEN,
        "",
    )
    assert (found.actual, found.target_value) == (Decimal(11), Decimal(31))
    assert float(found.expected or 0) == pytest.approx(11, abs=1)
    assert (found.measured_days, found.days) == (11, 11)
    assert (found.rule, found.p_value) == ("cusum", None)
    assert 0 <= (found.statistic or 0) < (found.threshold or 0)
    assert (found.statistic, found.threshold) == (
        found.evidence["statistic"],
        found.evidence["threshold"],
    )
    assert not Flag.objects.exists()


def test_half_the_calls_open_a_strategy_flag_with_evidence() -> None:
    target = running_target(called_client(missing_share=0.6).client)
    found = judged(target)
    assert found.light == Light.RED
    flag = Flag.objects.get()
    assert (flag.kind, flag.cause_key, flag.target, flag.severity, flag.opened_on) == (
        FlagKind.STRATEGY,
        "target:calls:all",
        target,
        Light.RED,
        TODAY,
    )
    opened = flag.evidence["opened"]
    assert (opened["first"], opened["last"], opened["actual"]) == ("2026-02-12", "2026-03-11", 10)
    assert len(opened["series"]) == 28
    assert opened["statistic"] >= opened["threshold"]
    assert flag.rule == "cusum"


@pytest.mark.parametrize("is_whole", [True, False])
def test_target_of_one_community_counts_its_calls_only(is_whole: bool) -> None:
    quiet = called_client(missing_share=0.6)
    loud = CommunityFactory.create(profile__client=quiet.client)
    add_calls(loud, days_back(YESTERDAY, 120))
    target = running_target(quiet.client, community=None if is_whole else quiet)
    assert judged(target).light == (Light.GREEN if is_whole else Light.RED)
    keys = [] if is_whole else [f"target:calls:{quiet.pk}"]
    assert list(Flag.objects.values_list("cause_key", flat=True)) == keys


def test_evaluation_twice_changes_nothing() -> None:
    running_target(called_client(missing_share=0.6).client)
    evaluate(at=MORNING)
    before = list(Evaluation.objects.values()), list(Flag.objects.values())
    assert evaluate(at=MORNING).opened == 0
    newest = Flag.objects.get().evidence["newest"]
    assert (list(Evaluation.objects.values()), Flag.objects.count()) == (before[0], 1)
    assert newest["day"] == TODAY.isoformat()


def test_older_moment_does_not_overwrite_a_newer_one() -> None:
    target = running_target(called_client().client)
    evaluate(at=MORNING + dt.timedelta(hours=3))
    Call.objects.filter(day=YESTERDAY).delete()
    evaluate(at=MORNING)
    assert Evaluation.objects.get(target=target).actual == Decimal(11)


@pytest.mark.parametrize(
    "status", [ClientStatus.PAUSED, ClientStatus.LEAD, ClientStatus.ENDED, ClientStatus.ONBOARDING]
)
def test_client_that_is_not_active_raises_nothing(status: str) -> None:
    running_target(called_client(missing_share=0.6, status=status).client)
    evaluate(at=MORNING)
    assert (Evaluation.objects.count(), Flag.objects.count()) == (0, 0)


def test_draft_is_not_evaluated() -> None:
    client = called_client(missing_share=0.6).client
    add_target(StrategyVersionFactory.create(client=client), metric=Metric.CALLS, monthly=31)
    assert evaluate(at=MORNING).targets == 0


@pytest.mark.parametrize("metric", MONEY_METRICS)
def test_cost_of_a_month_without_money_is_grey_and_says_so(metric: Metric) -> None:
    target = running_target(called_client().client, metric=metric, is_primary=False)
    evaluate(at=MORNING)
    found = Evaluation.objects.get(target=target)
    assert (found.light, found.reason, found.actual) == (Light.GREY, "no_spend", None)
    assert not Flag.objects.exists()


def test_only_named_clients_are_evaluated() -> None:
    first = running_target(called_client().client)
    running_target(called_client().client)
    evaluate(at=MORNING, client_ids=[first.client_id])
    assert Evaluation.objects.get().target == first


def test_each_client_is_judged_on_its_own_day() -> None:
    moment = dt.datetime(2026, 3, 11, 22, 0, tzinfo=dt.UTC)
    days = {}
    for zone in ("America/Los_Angeles", "Europe/Moscow", "Pacific/Kiritimati"):
        community = CommunityFactory.create(profile__client=ClientFactory.create(time_zone=zone))
        add_calls(community, days_back(YESTERDAY, 60))
        target = running_target(community.client)
        days[target.pk] = zone
    evaluate(at=moment)
    found = {days[row.target_id]: row.day for row in Evaluation.objects.all()}
    assert found == {
        "America/Los_Angeles": dt.date(2026, 3, 10),
        "Europe/Moscow": dt.date(2026, 3, 11),
        "Pacific/Kiritimati": dt.date(2026, 3, 11),
    }


def test_month_is_closed_on_the_next_morning() -> None:
    target = running_target(called_client().client)
    found = judged(target, at=dt.datetime(2026, 3, 1, 5, tzinfo=dt.UTC))
    assert (found.day, found.days, found.actual) == (dt.date(2026, 2, 28), 28, Decimal(28))


def test_version_that_ended_yesterday_is_closed_without_a_flag() -> None:
    target = running_target(called_client(missing_share=0.6).client, ends_on=YESTERDAY)
    assert judged(target).light == Light.RED
    assert not Flag.objects.exists()


def test_version_that_begins_today_waits_for_its_first_day() -> None:
    running_target(called_client().client, starts_on=TODAY)
    assert evaluate(at=MORNING).targets == 0


def test_young_version_is_too_early_to_judge() -> None:
    target = running_target(called_client(missing_share=0.9).client, starts_on=dt.date(2026, 3, 6))
    found = judged(target)
    assert (found.light, found.reason, found.days) == (Light.GREY, "too_early", 6)
    assert not Flag.objects.exists()


def stale_client(days: int, *, missing_share: float = 0.6) -> KpiTarget:
    """Calls are known until so many days before today, and they are far too few."""
    community = called_client(missing_share=missing_share)
    Call.objects.filter(day__gt=TODAY - dt.timedelta(days=days)).delete()
    add_calls(community, [TODAY - dt.timedelta(days=days)])
    return running_target(community.client)


def test_calls_two_days_old_are_still_judged() -> None:
    found = judged(stale_client(2))
    assert (found.light, found.evidence["known_until"]) == (Light.RED, "2026-03-10")


def test_calls_that_chance_would_have_brought_raise_a_data_flag_only() -> None:
    """A call a day, entered by hand: eight days without one happen by chance, nine do not."""
    found = judged(stale_client(9))
    assert (found.light, found.reason) == (Light.GREY, "stale_calls")
    flag = Flag.objects.get()
    assert (flag.kind, flag.cause_key, flag.target) == (FlagKind.DATA, "data:calls", None)
    assert flag.evidence["opened"] == {
        "reason": "stale_calls",
        "known_until": "2026-03-03",
        "limit_days": 8,
    }


def test_calls_by_hand_are_judged_up_to_the_last_that_is_known() -> None:
    found = judged(stale_client(8, missing_share=0.0))
    assert (found.light, found.evidence["known_until"]) == (Light.GREEN, "2026-03-04")


def test_on_target_at_ten_a_month_calls_entered_the_same_day_are_hardly_ever_stale() -> None:
    """Once they were stale on half of the days, and each few days a flag said so."""
    community = CommunityFactory.create()
    chance = random.Random(5)
    days = [day for day in days_back(YESTERDAY, 365) if chance.random() < 10 / 30.4]
    running_target(community.client, monthly=10, starts_on=dt.date(2025, 3, 1))
    morning = MORNING - dt.timedelta(days=180)
    add_calls(community, [day for day in days if day < morning.date()])
    grey = 0
    for n in range(180):
        now = morning + dt.timedelta(days=n)
        yesterday = now.date() - dt.timedelta(days=1)
        if n and yesterday in days:
            add_calls(community, [yesterday])
        evaluate(at=now)
        grey += Evaluation.objects.get(day=yesterday).light == Light.GREY
    assert (grey, Flag.objects.filter(kind=FlagKind.DATA).count()) == (0, 0)


def weekday_client(last: dt.date) -> KpiTarget:
    """Closed at weekends, three calls on each other day, over a connection that sends events."""
    client = ClientFactory.create(days_off=[5, 6])
    community = CommunityFactory.create(profile__client=client)
    connection_row = CallConnectionFactory.create(
        client=client, last_event_at=local_noon(client, last)
    )
    days = {day: 3 for day in days_back(last, 100) if day.weekday() < 5}
    add_calls(community, days, source=Call.Source.WEBHOOK, connection=connection_row)
    return running_target(client, monthly=66)


def test_client_closed_at_weekends_is_not_stale_on_monday() -> None:
    friday = dt.date(2026, 3, 6)
    target = weekday_client(friday)
    monday = dt.datetime(2026, 3, 9, 5, tzinfo=dt.UTC)
    assert (judged(target, at=monday).light, Flag.objects.count()) == (Light.GREEN, 0)


def test_stale_data_end_no_silence() -> None:
    """The silence's flag stays while nothing can be said, and is the same one afterwards."""
    target = weekday_client(YESTERDAY - dt.timedelta(days=14))
    assert judged(target).reason == "silence"
    connections = CallConnection.objects.filter(client=target.client)
    connections.update(unread_since=MORNING - dt.timedelta(days=3))
    assert judged(target, at=MORNING + dt.timedelta(hours=1)).reason == "stale_calls"
    assert Flag.objects.get(rule="silence").state == "open"
    connections.update(unread_since=None)
    judged(target, at=MORNING + dt.timedelta(hours=2))
    states = dict(Flag.objects.values_list("cause_key", "state"))
    assert states == {"silence:all": "open", "data:calls": "closed"}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(days=st.integers(9, 60), missing=st.floats(0, 1))
def test_stale_data_never_open_a_strategy_flag(db: Any, days: int, missing: float) -> None:
    Flag.objects.all().delete()
    stale_client(days, missing_share=missing)
    evaluate(at=MORNING)
    assert not Flag.objects.filter(kind=FlagKind.STRATEGY).exists()


def test_client_without_any_data_is_grey_and_flagged_once_due() -> None:
    target = running_target(starts_on=dt.date(2026, 3, 10))
    assert judged(target).reason == "no_data"
    assert not Flag.objects.exists()
    evaluate(at=MORNING + dt.timedelta(days=1))
    assert Flag.objects.get().kind == FlagKind.DATA


def test_client_that_takes_no_calls_is_grey_without_a_flag() -> None:
    target = running_target(ClientFactory.create(takes_calls=False))
    assert (judged(target).reason, judged(target).actual) == ("not_taken", None)
    assert not Flag.objects.exists()


def weekly_client(weeks: int, *, total: int, until: dt.date) -> KpiTarget:
    """Tallies of whole weeks, the last ending on `until`."""
    community = CommunityFactory.create(profile__client__has_call_tracking=False)
    for n in range(weeks):
        start = until - dt.timedelta(days=6 + 7 * n)
        CallTallyFactory.create(community=community, starts_on=start, total=total)
    return running_target(community.client)


def test_weekly_tally_may_be_nine_days_old() -> None:
    fresh = weekly_client(10, total=7, until=dt.date(2026, 3, 3))
    old = weekly_client(10, total=7, until=dt.date(2026, 3, 2))
    assert (judged(fresh).light, judged(old).reason) == (Light.GREEN, "stale_calls")


def test_weekly_tallies_that_halve_raise_a_flag() -> None:
    target = weekly_client(10, total=3, until=dt.date(2026, 3, 8))
    found = judged(target)
    assert found.light == Light.RED
    assert (found.evidence["actual"], found.evidence["measured_days"]) == (27, 63)
    assert Flag.objects.get().kind == FlagKind.STRATEGY


def test_days_without_a_count_are_left_out_of_the_expectation() -> None:
    target = running_target(metric=Metric.ORDERS, monthly=31)
    days = days_back(YESTERDAY, 28)
    for day in [*days[::2], YESTERDAY]:
        DayCountFactory.create(client=target.client, metric="orders", day=day, total=1)
    found = judged(target)
    assert (found.light, found.measured_days) == (Light.GREEN, 6)
    assert found.evidence["measured_days"] == 15


def test_month_without_target_is_grey() -> None:
    community = called_client()
    version = StrategyVersionFactory.create(client=community.client)
    target = add_target(version, metric=Metric.CALLS, monthly=31)
    target.months.filter(month=dt.date(2026, 3, 1)).delete()
    approve_in_place(version)
    assert judged(target).reason == "no_target"


def growing_client(per_day: int) -> KpiTarget:
    """Ten a day as agreed, and since thirty days so many."""
    community = CommunityFactory.create()
    levels, level = {}, 1000
    for n, day in enumerate(days_back(YESTERDAY, 120)):
        levels[day] = level
        level += per_day if n >= 90 else 10 + (-3, 2, 1, -1, 3, -2, 0)[n % 7]
    add_followers(community, levels)
    return running_target(community.client, metric=Metric.GROWTH, monthly=310, is_primary=False)


@pytest.mark.parametrize(
    ("per_day", "light", "flags"),
    [(10, Light.GREEN, 0), (9, Light.GREEN, 0), (3, Light.RED, 1), (-2, Light.RED, 1)],
)
def test_growth_is_red_by_its_chart(per_day: int, light: Light, flags: int) -> None:
    found = judged(growing_client(per_day))
    assert (found.light, found.actual) == (light, Decimal(11 * per_day))
    assert Flag.objects.count() == flags
    assert float(found.expected or 0) == pytest.approx(110)


def test_growth_with_stale_readings_is_a_data_flag() -> None:
    target = growing_client(3)
    target.client.profiles.get().snapshots.filter(date__gt=dt.date(2026, 3, 8)).delete()
    assert judged(target).reason == "stale_metrics"
    assert Flag.objects.get().cause_key == "data:metrics"


def posting_client(likes: int, *, posts: int = 9) -> KpiTarget:
    community = CommunityFactory.create()
    days = days_back(YESTERDAY, 30)
    add_followers(community, dict.fromkeys(days, 1000))
    for n in range(posts):
        day = days[n * 3]
        post = WallPostFactory.create(
            profile=community.profile, posted_at=local_noon(community.client, day)
        )
        PostSnapshotFactory.create(
            wall_post=post, slot=YESTERDAY, likes=likes, comments=0, shares=0
        )
    return running_target(
        community.client,
        metric=Metric.ER,
        monthly=0.02,
        is_primary=False,
        formula_code=FormulaCode.ER_POST,
    )


@pytest.mark.parametrize(("likes", "light"), [(20, Light.GREEN), (12, Light.AMBER)])
def test_er_is_held_against_its_target(likes: int, light: Light) -> None:
    found = judged(posting_client(likes))
    assert (found.light, Flag.objects.count()) == (light, 0)
    assert float(found.actual or 0) == pytest.approx(likes / 1000)


def test_er_is_stored_with_all_that_it_was_made_of() -> None:
    """A light on a share alone can be neither checked nor compared."""
    target = posting_client(20)
    snapshots = target.client.profiles.get().snapshots
    snapshots.filter(date__gt=YESTERDAY - dt.timedelta(days=4)).update(followers=None)
    found = judged(target)
    made = {name: found.evidence[name] for name in (
        "formula", "numerator", "denominator", "posts", "posts_measured", "measured_days", "days",
        "parts", "first", "last",
    )}  # fmt: skip
    assert made == {
        "formula": "er_post", "numerator": 180, "denominator": 9_000, "posts": 9,
        "posts_measured": 9, "measured_days": 26, "days": 30,
        "parts": ["likes", "comments", "shares"], "first": "2026-02-10", "last": "2026-03-11",
    }  # fmt: skip
    assert (found.measured_days, found.days) == (26, 30)


def test_er_that_is_not_measured_says_what_is_missing() -> None:
    target = posting_client(20)
    target.client.profiles.get().snapshots.exclude(date=YESTERDAY).update(followers=None)
    target.client.profiles.get().snapshots.update(followers=0)
    found = judged(target)
    assert (found.actual, found.evidence["numerator"], found.evidence["posts"]) == (None, None, 9)


def test_er_of_posts_nobody_read_lately_is_stale() -> None:
    target = posting_client(20)
    for post in target.client.profiles.get().wall_posts.all():
        post.snapshots.update(slot=dt.date(2026, 3, 8))
    assert judged(target).reason == "stale_metrics"


def client_with_three_targets() -> None:
    community = called_client(missing_share=0.6)
    version = StrategyVersionFactory.create(client=community.client)
    add_target(version, metric=Metric.CALLS, monthly=31)
    add_target(version, metric=Metric.GROWTH, monthly=310, is_primary=False)
    add_target(
        version,
        metric=Metric.ER,
        monthly=0.02,
        is_primary=False,
        formula_code=FormulaCode.ER_POST,
    )
    approve_in_place(version)
    add_followers(community, dict.fromkeys(days_back(YESTERDAY, 60), 1000))


@pytest.mark.parametrize("clients", [1, 3])
def test_queries_of_a_second_run_are_the_same_for_one_and_three(
    clients: int, django_assert_num_queries: Any
) -> None:
    for _ in range(clients):
        client_with_three_targets()
    assert evaluate(at=MORNING).opened == 2 * clients
    with django_assert_num_queries(41):
        evaluate(at=MORNING)


@pytest.mark.django_db(transaction=True)
def test_two_evaluations_at_once_open_one_flag() -> None:
    running_target(called_client(missing_share=0.6).client)
    running_target(called_client().client)
    start = threading.Barrier(3)
    failures: list[Exception] = []

    def run() -> None:
        start.wait()
        try:
            evaluate(at=MORNING)
        except Exception as failure:  # the thread's failure is the test's
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert failures == []
    assert (Evaluation.objects.count(), Flag.objects.count()) == (2, 1)
    assert Flag.objects.get().client.tasks.count() == 1
