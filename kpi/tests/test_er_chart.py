import datetime as dt

import numpy as np
import pytest

from communities.models import Profile
from kpi.er_chart import Market
from kpi.er_posts import OF_ONE_POST
from kpi.evaluation import evaluate
from kpi.models import (
    Evaluation,
    Event,
    Flag,
    FlagKind,
    Light,
    PostSnapshot,
    RobustChart,
)
from kpi.tests.posting import add_posts, add_rival, engaged_target, every, is_new
from kpi.tests.running import MORNING, TODAY, YESTERDAY
from strategy.models import FormulaCode, KpiTarget
from tests.factories import CommunityFactory, EventFactory, local_noon

pytestmark = pytest.mark.django_db


def judged(target: KpiTarget, *, at: dt.datetime = MORNING) -> Evaluation:
    evaluate(at=at)
    return Evaluation.objects.filter(target=target).latest("day")


def test_posts_like_those_before_are_green() -> None:
    found = judged(engaged_target())
    assert (found.light, found.reason, found.rule) == (Light.GREEN, "", "er_chart")
    assert 0 <= (found.statistic or 0) < (found.threshold or 0)
    assert not Flag.objects.exists()


def test_an_own_fall_in_a_stable_market_opens_a_flag_with_its_facts() -> None:
    target = engaged_target(0.55)
    add_rival(target)
    add_rival(target)
    found = judged(target)
    assert (found.light, found.rule) == (Light.RED, "er_chart")
    flag = Flag.objects.get()
    facts = flag.evidence["opened"]
    assert (flag.kind, flag.rule, flag.opened_on) == (FlagKind.STRATEGY, "er_chart", TODAY)
    assert facts["chart_posts"] == 13
    assert facts["median_now"] == pytest.approx(0.0112, abs=0.001)
    assert facts["median_before"] == pytest.approx(0.0205, abs=0.001)
    assert facts["market_now"] == pytest.approx(facts["market_before"], rel=0.06)
    assert (facts["market_pages"], facts["market_posts"] >= 16) == (2, True)
    assert facts["statistic"] >= facts["threshold"]
    assert facts["agreed"] == 0.02
    assert {"mad", "scatter", "run_length_days", "raised_on", "first", "last"} <= set(facts)
    first = dt.date.fromisoformat(facts["first"])
    assert dt.timedelta(days=26) <= YESTERDAY - first <= dt.timedelta(days=29)


def test_a_fall_of_the_whole_market_is_not_the_strategys() -> None:
    target = engaged_target(0.55)
    add_rival(target, 0.55)
    add_rival(target, 0.55)
    found = judged(target)
    assert found.light != Light.RED
    assert found.evidence["market_now"] < 0.6 * found.evidence["market_before"]
    assert not Flag.objects.exists()


def test_a_market_that_fell_a_little_does_not_excuse_a_halving() -> None:
    target = engaged_target(0.4)
    add_rival(target, 0.85)
    add_rival(target, 0.85)
    assert judged(target).light == Light.RED


def test_a_market_that_rose_does_not_accuse() -> None:
    target = engaged_target()
    add_rival(target, 2.0)
    add_rival(target, 2.0)
    assert judged(target).light == Light.GREEN


def test_without_competitors_own_history_speaks_alone_and_says_so() -> None:
    target = engaged_target(0.55)
    assert judged(target).light == Light.RED
    assert "market_before" not in Flag.objects.get().evidence["opened"]


def test_below_the_target_without_a_fall_is_amber_and_no_flag() -> None:
    found = judged(engaged_target(agreed=0.03))
    assert (found.light, found.rule) == (Light.AMBER, "er_chart")
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    ("posts", "light", "reason"), [(7, Light.GREY, "few_posts"), (8, Light.RED, "")]
)
def test_eight_posts_are_judged_and_seven_are_too_few(
    posts: int, light: Light, reason: str
) -> None:
    target = engaged_target(0.2)
    settled = YESTERDAY - dt.timedelta(days=2)
    new = target.client.profiles.get().wall_posts.filter(
        posted_at__gte=local_noon(target.client, YESTERDAY - dt.timedelta(days=29)),
        posted_at__lt=local_noon(target.client, settled),
    )
    for post in new.order_by("posted_at")[posts:]:
        post.delete()
    found = judged(target)
    assert (found.light, found.reason) == (light, reason)
    assert found.evidence["chart_posts"] == posts


@pytest.mark.parametrize(("seconds", "posts"), [(-1, 14), (0, 13)])
def test_a_post_counts_once_it_is_older_than_72_hours(seconds: int, posts: int) -> None:
    """At the end of the judged day, by the client's clock."""
    target = engaged_target()
    client = target.client
    end = dt.datetime.combine(TODAY, dt.time(), tzinfo=client.zone)
    border = end - dt.timedelta(hours=72) + dt.timedelta(seconds=seconds)
    young = client.profiles.get().wall_posts.order_by("posted_at").last()
    assert young is not None
    young.posted_at = border
    young.save()
    PostSnapshot.objects.filter(wall_post=young).update(slot=YESTERDAY)
    assert judged(target).evidence["chart_posts"] == posts


def test_no_more_than_the_newest_twenty_posts_are_judged() -> None:
    found = judged(engaged_target(each=1))
    assert found.evidence["chart_posts"] == 20


def test_a_past_day_judged_again_finds_the_same() -> None:
    target = engaged_target(0.55)
    add_rival(target)
    evaluate(at=MORNING)
    columns = ("light", "statistic", "threshold", "evidence", "actual")
    before = Evaluation.objects.values(*columns).get(day=YESTERDAY)
    # Two weeks later: more posts, more readings, another budget of false alarms.
    later = MORNING + dt.timedelta(days=14)
    own = target.client.profiles.get(relation=Profile.Relation.OWN)
    for post in own.wall_posts.all():
        PostSnapshot.objects.create(
            client=own.client, wall_post=post, slot=TODAY + dt.timedelta(days=10), likes=5_000,
            reading="api", read_at=later,
        )  # fmt: skip
    evaluate(at=later, on=YESTERDAY)
    assert Evaluation.objects.values(*columns).get(day=YESTERDAY) == before


def test_the_history_is_taken_once_a_month() -> None:
    target = engaged_target()
    evaluate(at=MORNING)
    base = RobustChart.objects.values().get()
    assert (base["month"], base["last_on"]) == (dt.date(2026, 3, 1), dt.date(2026, 1, 30))
    assert (base["last_on"] - base["first_on"]).days == 181
    PostSnapshot.objects.filter(client=target.client).update(likes=1)
    evaluate(at=MORNING)
    assert RobustChart.objects.values().get() == base


def test_pages_with_little_history_have_no_alarm_and_say_so() -> None:
    target = engaged_target(0.2, agreed=0.001)
    page = target.client.profiles.get()
    old = local_noon(target.client, YESTERDAY - dt.timedelta(days=45))
    page.wall_posts.filter(posted_at__lt=old).delete()
    found = judged(target)
    assert (found.light, found.evidence["history"]) == (Light.GREEN, "short")


def test_days_that_were_left_out_are_left_out() -> None:
    target = engaged_target()
    EventFactory.create(
        client=target.client,
        kind=Event.Kind.VIRAL_POST,
        is_excluded=True,
        starts_on=YESTERDAY - dt.timedelta(days=12),
        ends_on=YESTERDAY - dt.timedelta(days=9),
    )
    assert judged(target).evidence["chart_posts"] == 11


@pytest.mark.parametrize(
    "formula",
    [
        "er_post",
        "er_post_mean",
        "er_day",
        "er_median20",
        "er_daily",
        "lr",
        "err",
        "er_view",
        "telegram_er",
    ],
)
def test_each_formula_is_taken_of_one_post(formula: str) -> None:
    target = engaged_target(0.4, formula_code=formula)
    PostSnapshot.objects.filter(client=target.client).update(views=10_000, reach=10_000)
    assert judged(target).light == Light.RED


def test_every_formula_that_a_target_may_name_is_known_of_one_post() -> None:
    assert set(OF_ONE_POST) == set(FormulaCode.values)


@pytest.mark.parametrize("gone_at", [None, MORNING])
def test_a_post_that_is_gone_is_no_post_of_the_page(gone_at: dt.datetime | None) -> None:
    target = engaged_target()
    newest = target.client.profiles.get().wall_posts.order_by("posted_at")[95]
    newest.gone_at = gone_at and gone_at - dt.timedelta(days=2)
    newest.save()
    assert judged(target).evidence["chart_posts"] == (12 if gone_at else 13)


@pytest.mark.parametrize(("views", "light"), [(5_000, Light.GREEN), (1_000, Light.RED)])
def test_telegram_err_is_of_views_by_subscribers(views: int, light: Light) -> None:
    target = engaged_target(0.1, formula_code=FormulaCode.TELEGRAM_ERR)
    readings = PostSnapshot.objects.filter(client=target.client)
    readings.update(views=5_000)
    month = local_noon(target.client, YESTERDAY - dt.timedelta(days=29))
    readings.filter(wall_post__posted_at__gte=month).update(views=views)
    assert judged(target).light == light


def test_two_pages_are_each_held_against_their_own() -> None:
    """A page with a tenth of the ER posts more: the mix moves, the pages did not fall."""
    target = engaged_target(agreed=0.001)
    low = CommunityFactory.create(profile__client=target.client).profile
    often = [day for day in every(1) if is_new(day) or day.day % 6 == 0]
    add_posts(low, often, lambda day: 0.1)
    found = judged(target)
    assert found.evidence["median_now"] < 0.005
    assert found.light == Light.GREEN


@pytest.mark.parametrize(("near", "change"), [(5, -1.0), (4, 0.0)])
def test_the_market_is_that_of_the_days_around_a_post(near: int, change: float) -> None:
    """Of five posts or more within ten days; else of the whole window."""
    day = YESTERDAY
    days = [day + dt.timedelta(days=10)] * near + [day - dt.timedelta(days=11)] * 20
    logs = np.array([-1.0] * near + [0.0] * 20)
    assert Market(days, logs, now=0.0, before=0.0, pages=1).change_on(day) == change
