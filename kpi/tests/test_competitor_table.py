"""Own pages and competitors' on the same days, by the same formula; what is missing says why."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries, Settings

from clients.models import Client
from communities.models import Community, Profile, WallPost
from kpi.competitor_pages import FormatShare, PageFigures
from kpi.competitor_table import CompetitorTable, compare_competitors
from kpi.tests.comparing import (
    FIRST,
    LAST,
    before,
    level,
    own_page,
    posted,
    rival_page,
    wall_read,
)
from tests.factories import (
    DAY,
    NOON,
    ClientFactory,
    CompetitorAnalysisFactory,
    CompetitorFactory,
    KpiTargetFactory,
    ProfileFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(name="Smile")


def table_of(client: Client, **asked: Any) -> CompetitorTable:
    return compare_competitors(client, on=DAY, **asked)


def figures(page: Profile, **asked: Any) -> PageFigures:
    table = table_of(page.client, **asked)
    return next(each for _party, each in table.pages if each.profile == page.pk)


def messages(client: Client, **asked: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        table_of(client, **asked)
    return refused.value.message_dict


# --- Rows and days -------------------------------------------------------------------------------


def test_the_client_is_first_then_direct_indirect_and_benchmark(client_row: Client) -> None:
    for name, kind in (("C", "benchmark"), ("B", "indirect"), ("D", "direct"), ("A", "direct")):
        rival_page(client_row, CompetitorFactory.create(client=client_row, name=name, kind=kind))
    CompetitorFactory.create(client=client_row, name="E", kind="direct")
    own_page(client_row, title="Ours")
    parties = table_of(client_row).parties
    assert [(party.name, party.kind, len(party.pages)) for party in parties] == [
        ("Smile", "own", 1), ("A", "direct", 1), ("D", "direct", 1), ("E", "direct", 0),
        ("B", "indirect", 1), ("C", "benchmark", 1),
    ]  # fmt: skip


def test_pages_of_nobody_are_not_compared(client_row: Client) -> None:
    """A publisher's, a competitor's that is tied to none, an archived one, another client's."""
    for relation in (Profile.Relation.PUBLISHER, Profile.Relation.COMPETITOR):
        ProfileFactory.create(client=client_row, relation=relation)
    Community.objects.filter(profile=own_page(client_row)).update(state="archived")
    rival_page(ClientFactory.create())
    shown = own_page(client_row)
    assert [page.profile for _party, page in table_of(client_row).pages] == [shown.pk]


def test_thirty_whole_days_are_compared_unless_others_are_given(client_row: Client) -> None:
    table = table_of(client_row)
    assert (table.first, table.last, table.days) == (FIRST, LAST, 30)
    earlier = table_of(client_row, last=dt.date(2026, 1, 31))
    assert (earlier.first, earlier.last) == (dt.date(2026, 1, 2), dt.date(2026, 1, 31))
    week = table_of(client_row, first=before(7))
    assert (week.first, week.last, week.days) == (before(7), LAST, 7)


def test_days_that_cannot_be_are_refused_with_their_mend(client_row: Client) -> None:
    assert messages(client_row, last=DAY) == {
        "last": ["The last day is not over yet: choose March 10, 2026 or an earlier one."]
    }
    assert messages(client_row, first=LAST, last=FIRST) == {
        "first": ["The first day is after the last: swap them."]
    }
    assert table_of(client_row, first=dt.date(2025, 3, 10), last=LAST).days == 366
    assert messages(client_row, first=dt.date(2025, 3, 9), last=LAST) == {
        "first": ["Compare 366 days at most: begin with March 10, 2025 or later."]
    }


# --- Subscribers ---------------------------------------------------------------------------------


def test_growth_is_what_the_days_brought_from_the_evening_before(client_row: Client) -> None:
    page = rival_page(client_row)
    for days, followers in ((32, 1), (31, 100), (15, None), (10, 140), (2, 130)):
        level(page, days, followers)
    found = figures(page).subscribers
    assert (found.count, found.read_on) == (130, before(2))
    assert (found.growth, found.growth_share) == (30, 0.3)
    assert (found.grown_from, found.grown_to, found.measured_days) == (before(31), before(2), 2)


def test_one_reading_is_a_level_without_growth(client_row: Client) -> None:
    page = rival_page(client_row)
    level(page, 2, 130)
    found = figures(page)
    assert (found.subscribers.count, found.subscribers.growth) == (130, None)
    assert (found.lacks["growth"], "subscribers" in found.lacks) == ("one_day", False)


def test_a_reading_before_the_period_is_not_of_it(client_row: Client) -> None:
    page = rival_page(client_row)
    level(page, 31, 130)
    found = figures(page)
    assert (found.subscribers.count, found.subscribers.measured_days) == (None, 0)
    assert (found.lacks["subscribers"], found.lacks["growth"]) == ("not_measured",) * 2


def test_losses_are_negative_and_zero_is_no_lack(client_row: Client) -> None:
    loser, still = rival_page(client_row), own_page(client_row)
    for page, end in ((loser, 90), (still, 100)):
        level(page, 31, 100)
        level(page, 1, end)
    assert (figures(loser).subscribers.growth, figures(still).subscribers.growth) == (-10, 0)
    assert "growth" not in figures(still).lacks


# --- Posts ---------------------------------------------------------------------------------------


def test_posts_a_week_are_over_known_days(client_row: Client) -> None:
    page = rival_page(client_row)
    for day in (21, 8):
        posted(page, day, likes=1).snapshots.update(reading="import")
    found = figures(page).posts
    assert (found.count, found.known_days, found.a_week) == (2, 14, 1.0)


def test_a_wall_without_posts_is_a_measured_zero(client_row: Client) -> None:
    page = rival_page(client_row)
    wall_read(page)
    found = figures(page)
    assert (found.posts.count, found.posts.a_week, found.posts.known_days) == (0, 0.0, 29)
    assert {name: found.lacks[name] for name in ("er", "formats", "best")} == dict.fromkeys(
        ("er", "formats", "best"), "no_posts"
    )
    assert not {"posts", "a_week"} & found.lacks.keys()


def test_fewer_than_seven_known_days_make_no_rate(client_row: Client) -> None:
    page = rival_page(client_row)
    for day in (6, 1):
        posted(page, day, likes=1).snapshots.update(reading="import")
    found = figures(page)
    assert (found.posts.count, found.posts.known_days, found.posts.a_week) == (2, 6, None)
    assert found.lacks["a_week"] == "few_days"
    posted(page, 7, likes=1).snapshots.update(reading="import")
    assert figures(page).posts.a_week == 3.0


def test_a_wall_nobody_read_is_told_from_one_that_no_network_tells(client_row: Client) -> None:
    unread = rival_page(client_row)
    untold = rival_page(client_row, network="telegram", external_id="@coffee")
    own = own_page(client_row, network="telegram", external_id="-100")
    lacks = [figures(page).lacks for page in (unread, untold, own)]
    names = ("posts", "a_week", "er", "formats", "best")
    assert [{each[name] for name in names} for each in lacks] == [
        {"not_measured"}, {"never_told"}, {"not_measured"}
    ]  # fmt: skip


def test_posts_from_a_file_are_counted_where_the_network_tells_none(client_row: Client) -> None:
    page = rival_page(client_row, network="telegram", external_id="@coffee", screen_name="coffee")
    for day in (10, 3):
        posted(page, day, likes=day, views=100).snapshots.update(reading="import")
    found = figures(page)
    assert (found.posts.count, found.posts.known_days) == (2, 8)
    assert found.er.value == 0.065
    post = page.wall_posts.get(posted_at__date=before(10))
    assert found.best[0].url == f"https://t.me/coffee/{post.external_id}"


def test_posts_of_other_days_and_of_gone_posts_are_not_counted(client_row: Client) -> None:
    page = rival_page(client_row)
    wall_read(page)
    for day in (31, 30, 1, 0):
        posted(page, day, likes=1)
    gone = posted(page, 5, likes=99)
    WallPost.objects.filter(pk=gone.pk).update(gone_at=NOON - dt.timedelta(days=4))
    found = figures(page)
    assert (found.posts.seen, len(found.best), found.er.posts) == (2, 2, 2)


def test_formats_are_shares_of_all_posts(client_row: Client) -> None:
    page = rival_page(client_row)
    for day, kind in ((1, "photo"), (2, "photo"), (3, "album"), (4, "")):
        posted(page, day, kind=kind, likes=1)
    assert figures(page).posts.formats == (
        FormatShare("photo", 0.5), FormatShare("album", 0.25), FormatShare("", 0.25)
    )  # fmt: skip


def test_formats_that_nobody_told_are_lacking(client_row: Client) -> None:
    page = rival_page(client_row)
    posted(page, 1, likes=1)
    found = figures(page)
    assert (found.posts.formats, found.lacks["formats"]) == ((), "no_formats")


def test_the_best_three_posts_by_the_latest_engagement(client_row: Client) -> None:
    page = rival_page(client_row, external_id="1001")
    for day, likes in ((9, 5), (8, 50), (7, 7), (6, None), (5, 30)):
        posted(page, day, likes=likes, shares=likes and 1, views=1000)
    WallPost.objects.filter(posted_at__date=before(8)).update(text="  Long\n" + "word " * 40)
    best = figures(page).best
    assert [(post.engagement, post.posted_on, post.views) for post in best] == [
        (51, before(8), 1000), (31, before(5), 1000), (8, before(7), 1000)
    ]  # fmt: skip
    assert best[0].text == "Long " + "word " * 22 + "word…"
    number = page.wall_posts.get(posted_at__date=before(5)).external_id
    assert best[1].url == f"https://vk.com/wall-1001_{number}"


def test_posts_without_reactions_have_no_best(client_row: Client) -> None:
    page = rival_page(client_row)
    posted(page, 1, views=10)
    found = figures(page)
    assert (found.lacks["best"], found.lacks["er"]) == ("no_reactions", "no_reactions")


# --- The formula ---------------------------------------------------------------------------------


def engaged(page: Profile, *, followers: int | None = None, views: int | None = None) -> None:
    posted(page, 3, likes=10, views=views)
    if followers is not None:
        level(page, 3, followers)


def test_the_usual_formula_is_by_subscribers(client_row: Client) -> None:
    engaged(own_page(client_row), followers=1000, views=100)
    engaged(rival_page(client_row), followers=500, views=200)
    table = table_of(client_row)
    assert table.formula == "er_post"
    assert [page.er.value for _party, page in table.pages] == [0.01, 0.02]


def test_where_a_side_has_no_subscribers_it_is_by_views(client_row: Client) -> None:
    own, rival = own_page(client_row), rival_page(client_row)
    engaged(own, followers=1000, views=100)
    engaged(rival, views=200)
    assert table_of(client_row).formula == "er_view"
    found = figures(rival, formula="er_post")
    assert (found.er.value, found.lacks["er"]) == (None, "no_subscribers")


def test_the_clients_own_er_target_names_the_formula(client_row: Client) -> None:
    engaged(own_page(client_row), followers=1000, views=100)
    engaged(rival_page(client_row), followers=500, views=200)
    target = KpiTargetFactory.create(
        version__client=client_row, metric="er", formula_code="er_view", is_primary=False
    )
    approve_in_place(target.version)
    assert table_of(client_row).formula == "er_view"
    assert table_of(client_row, formula="er_post").formula == "er_post"


def test_a_target_by_reach_cannot_be_compared(client_row: Client) -> None:
    target = KpiTargetFactory.create(
        version__client=client_row, metric="er", formula_code="err", is_primary=False
    )
    approve_in_place(target.version)
    assert table_of(client_row).formula == "er_post"


def test_a_lead_without_pages_is_compared_by_what_competitors_have(client_row: Client) -> None:
    engaged(rival_page(client_row), views=200)
    assert table_of(client_row).formula == "er_view"


def test_where_no_formula_has_both_sides_the_first_with_one_is_taken(client_row: Client) -> None:
    own_page(client_row)
    engaged(rival_page(client_row), views=200)
    assert table_of(client_row).formula == "er_view"
    assert table_of(ClientFactory.create()).formula == "er_post"


@pytest.mark.parametrize("code", ["err", "er_daily", "er_one_post", "x'; --"])
def test_a_formula_that_competitors_cannot_have_is_refused(client_row: Client, code: str) -> None:
    assert messages(client_row, formula=code) == {
        "formula": ["Competitors' pages have no such ER: choose another formula."]
    }


# --- Analyses ------------------------------------------------------------------------------------


def test_the_newest_written_analysis_stands_beside(client_row: Client, settings: Settings) -> None:
    settings.STRATEGY_COMPETITOR_ANALYSIS_DAYS = 120
    rival = CompetitorFactory.create(client=client_row)
    for days, idea in ((130, "old"), (121, "new")):
        CompetitorAnalysisFactory.create(
            competitor=rival, analysed_on=before(days), idea=idea, reply_minutes=0, tone="warm"
        )
    CompetitorAnalysisFactory.create(competitor=rival, analysed_on=before(1), strengths="")
    CompetitorFactory.create(client=client_row, name="Nobody looked")
    [_own, party, bare] = table_of(client_row).parties
    assert party.analysis is not None
    assert (party.analysis.idea, party.analysis.tone) == ("new", "warm")
    assert (party.analysis.days_old, party.analysis.is_stale) == (121, True)
    assert (party.analysis.reply_minutes, bare.analysis) == (0, None)
    # Older than 120 days on DAY; on the day before it still counted.
    fresh = compare_competitors(client_row, on=before(1)).parties[1].analysis
    assert fresh is not None
    assert fresh.is_stale is False


# --- The whole -----------------------------------------------------------------------------------


def filled(client: Client, competitors: int) -> None:
    pages = [own_page(client), *(rival_page(client) for _ in range(competitors))]
    for page in pages:
        wall_read(page)
        level(page, 31, 1000)
        level(page, 1, 1010)
        for day in (2, 5):
            posted(page, day, kind="photo", likes=10, views=500)
    for competitor in client.competitors.all():
        CompetitorAnalysisFactory.create(competitor=competitor)


def test_a_frozen_copy_is_json_and_holds_all(client_row: Client) -> None:
    filled(client_row, 1)
    facts = table_of(client_row).as_facts()
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["first"], facts["last"], facts["formula"]) == (
        "2026-02-09", "2026-03-10", "er_post"
    )  # fmt: skip
    [own, rival] = facts["parties"]
    assert own["competitor"] is None
    page = rival["pages"][0]
    assert page["subscribers"]["growth_share"] == 0.01
    assert page["er"] == {
        "formula": "er_post", "numerator": 20, "denominator": 2020.0, "posts": 2,
        "posts_measured": 2, "measured_days": 1, "days": 30, "parts": ["likes"],
        "value": 20 / 2020,
    }  # fmt: skip
    assert page["posts"]["formats"] == [{"kind": "photo", "share": 1.0}]
    assert page["best"][0]["posted_on"] == "2026-03-09"
    assert rival["analysis"]["analysed_on"] == "2026-03-11"
    assert page["lacks"] == {}


@pytest.mark.parametrize("competitors", [1, 3])
def test_many_competitors_take_as_many_queries(
    client_row: Client, competitors: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filled(client_row, competitors)
    # Profiles; the target's formula; three of the ER; levels, walls, posts, the best of them;
    # analyses, competitors. By views the ER needs no subscribers.
    with django_assert_num_queries(11):
        table = table_of(client_row)
    assert len(list(table.pages)) == competitors + 1
    with django_assert_num_queries(9):
        table_of(client_row, formula="er_view")
