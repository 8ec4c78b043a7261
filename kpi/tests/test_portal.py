"""The portal's pages: what stands on them, and how many queries they take."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Side
from clients.portal_tables import Shown
from kpi.growth import measure_growth
from kpi.models import CallStatus, Evidence, Light
from kpi.portal_cards import Card
from kpi.portal_charts import ChartBlock
from strategy.models import FormulaCode, Metric
from tests import factories as make
from tests.factories import DAY, local_noon

pytestmark = pytest.mark.django_db

MARCH = {"month": "2026-03"}
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


@pytest.fixture
def house() -> Client:
    """A client with a person who is signed in by `page`."""
    return make.PortalAccessFactory.create(client__name="House").client


Page = Callable[..., Any]


@pytest.fixture
def page(client: Browser, house: Client) -> Page:
    """`page()` is the overview in March 2026, `page("calls/")` the calls."""
    client.force_login(house.portal_access.get().user)

    def ask(place: str = "", **query: str) -> Any:
        response = client.get(f"/portal/{house.pk}/{place}", MARCH | query)
        assert response.status_code == 200
        return response

    return ask


def cards_of(response: Any) -> dict[str, Card]:
    return {card.key: card for card in response.context["figures"].cards}


def charts_of(response: Any) -> dict[str, ChartBlock]:
    return {chart.key.split("-")[0]: chart for chart in response.context["figures"].charts}


def add_strategy(client: Client, metric: Metric, value: int) -> Any:
    """An approved version with a primary target, growth and ER; returns the primary target."""
    version = make.StrategyVersionFactory.create(client=client, title="The plan")
    primary = make.KpiTargetFactory.create(version=version, metric=metric)
    growth = make.KpiTargetFactory.create(version=version, metric=Metric.GROWTH, is_primary=False)
    rate = make.KpiTargetFactory.create(
        version=version, metric=Metric.ER, is_primary=False, formula_code=FormulaCode.ER_VIEW
    )
    for target, wanted in ((primary, value), (growth, 40), (rate, Decimal("0.02"))):
        make.MonthlyTargetFactory.create(target=target, value=wanted)
    make.approve_in_place(version)
    return primary


def add_rows(client: Client, count: int) -> None:
    """So many of everything that the pages list."""
    engagement = make.EngagementFactory.create(client=client)
    for number in range(count):
        make.EngagementServiceFactory.create(engagement=engagement)
        make.TaskFactory.create(client=client, side=Side.CLIENT)
        community = make.CommunityFactory.create(profile__client=client)
        make.ProfileSnapshotFactory.create(profile=community.profile)
        make.PostSnapshotFactory.create(wall_post__profile=community.profile)
        make.CallFactory.create(client=client, community=community)
        make.CallTallyFactory.create(
            community=community, starts_on=dt.date(2026, 3, 16) + number * dt.timedelta(days=7)
        )
        make.DecisionFactory.create(flag__client=client, client_text="A text", is_published=True)


# --- Queries -------------------------------------------------------------------------------------


def queries_of(page: Page, place: str) -> int:
    """Statements but for the control of transactions, of which production has two: begin, end."""
    with CaptureQueriesContext(connection) as captured:
        page(place)
    return len([row for row in captured if not row["sql"].startswith(CONTROL)])


@pytest.mark.parametrize("count", [1, 3])
def test_overview_takes_14_queries(house: Client, page: Page, count: int) -> None:
    add_strategy(house, Metric.CALLS, 31)
    add_rows(house, count)
    assert queries_of(page, "") == 14


@pytest.mark.parametrize("count", [1, 3])
def test_calls_take_13_queries(house: Client, page: Page, count: int) -> None:
    add_rows(house, count)
    assert queries_of(page, "calls/") == 13


# --- Cards ---------------------------------------------------------------------------------------


def test_empty_client_has_dashes_and_no_zeros(page: Page) -> None:
    cards = cards_of(page())
    assert {key: card.value for key, card in cards.items()} == {
        "count": "—",
        "growth": "—",
        "er": "—",
    }


def test_calls_stand_beside_their_target_and_light(house: Client, page: Page) -> None:
    target = add_strategy(house, Metric.CALLS, 31)
    make.EvaluationFactory.create(target=target, light=Light.AMBER, expected=Decimal("9.5"))
    for day in (1, 2, 31):
        moment = local_noon(house, dt.date(2026, 3, day))
        make.CallFactory.create(client=house, started_at=moment)
    card = cards_of(page())["count"]
    assert (card.title, card.value, card.target, card.light) == ("Calls", "3", "31", "amber")
    assert card.notes == [
        "Expected by 11 March: 9.5",
        "Proven by the number that was dialled: 3 of 3.",
    ]
    assert card.share == pytest.approx(3 / 31)


def test_target_calls_of_unknown_uniqueness_are_said(house: Client, page: Page) -> None:
    add_strategy(house, Metric.UNIQUE_TARGET_CALLS, 31)
    community = make.CommunityFactory.create(profile__client=house)
    make.CallFactory.create(client=house, community=community, evidence=Evidence.PROMO_CODE)
    make.CallFactory.create_batch(
        5, client=house, community=community, caller=None, is_unique=None, is_unique_target=None
    )
    card = cards_of(page())["count"]
    assert (card.value, card.notes[:2]) == (
        "1",
        [
            "and 5 of unknown uniqueness: their numbers were hidden or are forgotten",
            "Proven by the number that was dialled: 0 of 1.",
        ],
    )
    text = page("calls/").content.decode()
    assert "6 target, 1 unique-target" in text
    assert "Of 5 more target calls it is not known whether they are unique" in text
    assert "The dialled number proves where 5 of 6 came from." in text


def test_the_page_of_calls_says_nothing_of_what_there_is_not(house: Client, page: Page) -> None:
    make.CallFactory.create(client=house, evidence=None, community=None)
    text = page("calls/").content.decode()
    assert "The dialled number proves" not in text
    assert "more target calls" not in text


def test_a_voicemail_was_missed_too(house: Client, page: Page) -> None:
    for status in CallStatus:
        make.CallFactory.create(client=house, status=status)
    assert page("calls/").context["totals"]["missed"] == 2


def test_days_that_are_not_known_are_said(house: Client, page: Page) -> None:
    for day in (1, 10):
        moment = local_noon(house, dt.date(2026, 3, day))
        make.CallFactory.create(client=house, started_at=moment)
    card = cards_of(page())["count"]
    assert card.notes[-1] == "10 of 31 days measured"
    assert card.warnings == [
        "Known up to 10 March. What came later is not in yet, so the figure is too low."
    ]


def test_client_without_calls_is_stated_and_not_zero(house: Client, page: Page) -> None:
    house.takes_calls = False
    house.save()
    card = cards_of(page())["count"]
    assert (card.value, card.share) == ("not taken", None)
    assert "takes no phone calls" in page("calls/").content.decode()


def test_orders_are_counted_where_the_strategy_counts_orders(house: Client, page: Page) -> None:
    house.takes_calls = False
    house.save()
    add_strategy(house, Metric.ORDERS, 60)
    make.DayCountFactory.create(client=house, metric=Metric.ORDERS, total=5)
    card = cards_of(page())["count"]
    assert (card.title, card.value, card.target) == ("Orders", "5", "60")


def test_tally_says_that_uniqueness_is_not_measured(house: Client, page: Page) -> None:
    make.CallTallyFactory.create(community__profile__client=house, total=7)
    overview = page()
    card = cards_of(overview)["count"]
    assert card.value == "7"
    assert card.notes[1] == "By tally: uniqueness of callers is not measured."
    chart = charts_of(overview)["count"]
    assert (chart.labels, [one.values for one in chart.series]) == (["9 Mar – 15 Mar"], [[7]])


def test_growth_may_be_a_loss(house: Client, page: Page) -> None:
    profile = make.CommunityFactory.create(profile__client=house).profile
    for day, followers in ((1, 1000), (31, 988)):
        make.ProfileSnapshotFactory.create(
            profile=profile, date=dt.date(2026, 3, day), followers=followers
        )
    card = cards_of(page())["growth"]
    assert card.value == "−12"
    assert card.notes == [
        "No target in the strategy.",
        "1,000 on 1 March → 988 on 31 March",
        "2 of 31 days measured",
    ]


def test_growth_of_a_month_opens_on_the_evening_before(house: Client, page: Page) -> None:
    """As the evaluation judges it: one light cannot stand beside two numbers."""
    profile = make.CommunityFactory.create(profile__client=house).profile
    for number in range(32):
        make.ProfileSnapshotFactory.create(
            profile=profile, date=dt.date(2026, 2, 28) + number * dt.timedelta(days=1),
            followers=1000 + 2 * number, joined=3 if number else 50, left=1,
        )  # fmt: skip
    card = cards_of(page())["growth"]
    judged = measure_growth(house, first=dt.date(2026, 2, 28), last=dt.date(2026, 3, 31))
    assert (card.value, judged.net) == ("+62", 62)
    assert card.notes[1:] == [
        "1,000 on 28 February → 1,062 on 31 March",
        "93 joined, 31 left; told on 31 of 31 days",
        "31 of 31 days measured",
    ]


def test_who_joined_is_said_with_the_days_that_told_it(house: Client, page: Page) -> None:
    profile = make.CommunityFactory.create(profile__client=house).profile
    for day in range(1, 32):
        told = {"joined": 2, "left": 1} if day == 9 else {}
        make.ProfileSnapshotFactory.create(
            profile=profile, date=dt.date(2026, 3, day), followers=1000 + day, **told
        )
    assert cards_of(page())["growth"].notes[2:] == [
        "2 joined, 1 left; told on 1 of 30 days",
        "31 of 31 days measured",
    ]


def add_targets_of(community: Any, *more: Any) -> None:
    """A strategy whose targets of growth and ER are of single communities."""
    version = make.StrategyVersionFactory.create(client=community.client)
    for place in (community, *more):
        for metric, formula, wanted in ((Metric.GROWTH, "", 40), (Metric.ER, "er_post", "0.02")):
            target = make.KpiTargetFactory.create(
                version=version, metric=metric, community=place, is_primary=False,
                formula_code=formula,
            )  # fmt: skip
            make.MonthlyTargetFactory.create(target=target, value=Decimal(wanted))
    make.approve_in_place(version)


def grown_community(house: Client, *, followers: int, likes: int, title: str) -> Any:
    community = make.CommunityFactory.create(profile__client=house, profile__title=title)
    for day, count in ((1, followers), (31, followers + likes)):
        make.ProfileSnapshotFactory.create(
            profile=community.profile, date=dt.date(2026, 3, day), followers=count
        )
    post = make.WallPostFactory.create(profile=community.profile)
    make.PostSnapshotFactory.create(wall_post=post, likes=likes, comments=0, shares=0)
    return community


def test_a_target_of_one_community_is_shown_for_that_community(house: Client, page: Page) -> None:
    small = grown_community(house, followers=95, likes=10, title="Small")
    grown_community(house, followers=9_000, likes=900, title="Large")
    add_targets_of(small)
    response = page()
    found = {card.title: (card.value, card.target) for card in cards_of(response).values()}
    assert found == {
        "Calls": ("—", ""),
        "Growth of subscribers · Small": ("+10", "+40"),
        "Engagement rate (ER) · Small": ("10 %", "2 %"),
    }
    chart = charts_of(response)["er"]
    assert chart.title == "Engagement rate by week · Small"


def test_targets_of_several_communities_have_a_card_each(house: Client, page: Page) -> None:
    one = grown_community(house, followers=95, likes=10, title="One")
    other = grown_community(house, followers=450, likes=100, title="Other")
    add_targets_of(one, other)
    response = page()
    assert [(card.title, card.value) for card in cards_of(response).values()][1:] == [
        ("Growth of subscribers · One", "+10"),
        ("Growth of subscribers · Other", "+100"),
        ("Engagement rate (ER) · One", "10 %"),
        ("Engagement rate (ER) · Other", "20 %"),
    ]
    keys = [chart.key for chart in response.context["figures"].charts]
    assert len(keys) == len(set(keys))


def test_er_names_its_formula(house: Client, page: Page) -> None:
    add_strategy(house, Metric.CALLS, 31)
    profile = make.CommunityFactory.create(profile__client=house).profile
    make.PostSnapshotFactory.create(wall_post__profile=profile)
    card = cards_of(page())["er"]
    assert (card.value, card.target) == ("2.6 %", "2 %")
    assert card.notes == [
        "ER view, engagement by views = likes + comments + shares + saves of the period's posts"
        " ÷ views of the same posts",
        "13 (likes + comments + shares) ÷ 500 (views)",
        "1 of 1 posts measured",
        "1 of 31 days measured",
    ]


@pytest.mark.parametrize(("read_on", "value"), [(None, "10 %"), (2, "10 %"), (3, "5 %")])
def test_er_of_a_day_without_posts_needs_the_wall_read(
    house: Client, page: Page, read_on: int | None, value: str
) -> None:
    version = make.StrategyVersionFactory.create(client=house)
    target = make.KpiTargetFactory.create(
        version=version, metric=Metric.ER, is_primary=False, formula_code=FormulaCode.ER_DAY
    )
    make.MonthlyTargetFactory.create(target=target, value=Decimal("0.02"))
    make.approve_in_place(version)
    profile = make.CommunityFactory.create(profile__client=house).profile
    for day in (1, 2):
        make.ProfileSnapshotFactory.create(
            profile=profile, date=dt.date(2026, 3, day), followers=100
        )
    moment = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    post = make.WallPostFactory.create(profile=profile, posted_at=moment)
    make.PostSnapshotFactory.create(
        wall_post=post, slot=dt.date(2026, 3, 1), likes=10, comments=0, shares=0, saves=0
    )
    if read_on:
        profile.wall_read_at = dt.datetime(2026, 3, read_on, 9, tzinfo=dt.UTC)
        profile.save()
    assert cards_of(page())["er"].value == value


def test_grey_light_says_why(house: Client, page: Page) -> None:
    target = add_strategy(house, Metric.CALLS, 31)
    make.EvaluationFactory.create(target=target, light=Light.GREY, reason="stale_calls")
    card = cards_of(page())["count"]
    assert (card.light, card.notes[0]) == ("grey", "The calls are not up to date.")


# --- Charts --------------------------------------------------------------------------------------


def test_day_without_a_snapshot_is_a_gap(house: Client, page: Page) -> None:
    profile = make.CommunityFactory.create(profile__client=house).profile
    for day, followers in ((29, 0), (31, 5)):
        make.ProfileSnapshotFactory.create(
            profile=profile, date=dt.date(2026, 3, day), followers=followers
        )
    chart = charts_of(page())["subscribers"]
    assert chart.config["data"]["datasets"][0]["data"][-3:] == [0, None, 5]


def test_chart_of_calls_runs_to_the_end_of_the_month_with_a_pace(house: Client, page: Page) -> None:
    add_strategy(house, Metric.CALLS, 31)
    for day in (2, 2, 4):
        moment = local_noon(house, dt.date(2026, 3, day))
        make.CallFactory.create(client=house, started_at=moment)
    daily, so_far, pace = charts_of(page())["count"].series
    assert list(daily.values[:5]) == [None, 2, 0, 1, None]
    assert list(so_far.values[:5]) == [None, 2, 2, 3, None]
    assert (pace.values[0], pace.values[-1], len(pace.values)) == (1.0, 31.0, 31)


def test_chart_has_a_table_of_the_same(house: Client, page: Page) -> None:
    make.CallFactory.create(client=house)
    chart = charts_of(page())["count"]
    assert chart.rows[10] == ("11 Mar", ["1", "1"])
    assert chart.rows[11] == ("12 Mar", ["—", "—"])


# --- What was agreed -----------------------------------------------------------------------------


def test_task_of_the_client_is_overdue_after_its_day(house: Client, page: Page) -> None:
    for title, due_on in (("late", DAY), ("some day", None), ("far", dt.date(2999, 1, 1))):
        make.TaskFactory.create(client=house, title=title, side=Side.CLIENT, due_on=due_on)
    needs = [need for need, _links in page().context["asked"]]
    assert [(need.title, need.is_overdue) for need in needs] == [
        ("late", True),
        ("far", False),
        ("some day", False),
    ]


def test_strategy_shows_its_targets_by_month(house: Client, page: Page) -> None:
    add_strategy(house, Metric.CALLS, 31)
    strategy = page().context["strategy"]
    assert [(target.title, values) for target, values in strategy.table] == [
        ("calls", ["31"]),
        ("engagement rate (ER): ER view", ["2 %"]),
        ("growth of members", ["+40"]),
    ]


@pytest.mark.parametrize(
    ("effect", "sentence"),
    [
        (None, "Whether it helped is checked on 10 April 2026."),
        (
            {"verdict": "helped", "before": 18, "before_days": 60, "after": 20, "after_days": 30},
            "It helped: 18 in 60 days before, 20 in 30 after.",
        ),
        (
            {
                "verdict": "not_yet",
                "before": 18,
                "before_days": 60,
                "after": 20,
                "after_days": 30,
                "before_of_agreed": 0.304,
                "after_of_agreed": 0.98,
            },
            "Not yet visible: no difference can be told from chance: 18 in 60 days before, 20 in 30"
            " after; of what was agreed 30 % before, 98 % after.",
        ),
        (
            {"verdict": "worse", "metric": "er", "before": 0.021, "after": 0.01},
            "It got worse: 2.1 % before, 1 % after.",
        ),
        ({"verdict": "unknown"}, "Whether it helped cannot be said: too little was measured."),
    ],
)
def test_decision_tells_its_effect(
    house: Client, page: Page, effect: dict[str, object] | None, sentence: str
) -> None:
    decided = make.DecisionFactory.create(
        flag__client=house, client_text="We moved the posts.", is_published=True
    )
    if effect:
        make.EffectCheckFactory.create(
            decision=decided,
            due_on=decided.check_on,
            checked_at=make.NOON,
            verdict=effect["verdict"],
            effect=effect,
        )
    [decision] = page().context["agreement"].decisions
    assert (decision.text, decision.effect) == ("We moved the posts.", sentence)


def test_of_wrong_data_no_effect_is_told(house: Client, page: Page) -> None:
    make.DecisionFactory.create(
        flag__client=house, kind="data_error", client_text="We mended them.", is_published=True
    )
    [decision] = page().context["agreement"].decisions
    assert (decision.text, decision.effect) == ("We mended them.", "")


def test_services_stand_by_block_with_who_does_them(house: Client, page: Page) -> None:
    make.EngagementServiceFactory.create(
        engagement__client=house,
        service__name_en="Posts",
        service__unit_en="a month",
        quantity=Decimal("12.00"),
    )
    [(block, [line])] = page("people/").context["services"]
    assert (block, line.name, line.performer, line.amount) == (
        "community management", "Posts", "agency", "12 a month",
    )  # fmt: skip


# --- Calls ---------------------------------------------------------------------------------------


def shown_calls(response: Any) -> list[dict[str, Shown]]:
    """The cells of each call by column."""
    lines = response.context["tables"]["calls"].lines
    return [{column.key: cell for column, cell in line.cells} for line in lines]


def test_calls_are_masked_and_told_in_the_clients_time(house: Client, page: Page) -> None:
    house.time_zone = "Asia/Vladivostok"
    house.save()
    caller = make.CallerFactory.create(client=house, phone="+70001234567")
    make.CallFactory.create(
        client=house, caller=caller, talk_seconds=185,
        started_at=dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC),
    )  # fmt: skip
    response = page("calls/")
    text = response.content.decode()
    [line] = shown_calls(response)
    assert (line["caller"].text, line["talk"].text, line["counted"].marks) == (
        "+7 ••• •••-45-67", "3:05", ["unique-target"],
    )  # fmt: skip
    assert "11 Mar, 09:30" in text
    assert "70001234567" not in text


def test_call_of_a_hidden_or_forgotten_number_says_so(house: Client, page: Page) -> None:
    forgotten = make.CallerFactory.create(client=house)
    make.CallFactory.create(client=house, caller=forgotten)
    type(forgotten).objects.update(phone=None, phone_hash=None, last4=None)
    make.CallFactory.create(
        client=house, caller=None, is_unique=None, is_unique_target=None,
        status=CallStatus.MISSED, talk_seconds=None, is_target=False, evidence=None, community=None,
    )  # fmt: skip
    lines = shown_calls(page("calls/"))
    told = [(line["caller"].text, line["talk"].text, line["counted"].marks) for line in lines]
    assert told == [("number hidden", "", []), ("forgotten", "1:00", ["unique-target"])]
    assert [line["place"].text == "not known" for line in lines] == [True, False]


def test_call_that_is_not_counted_has_no_marks(house: Client, page: Page) -> None:
    spam = {"status": CallStatus.SPAM, "is_unique_target": True}
    nowhere = {"evidence": None, "community": None, "is_unique_target": True}
    for values in (spam, nowhere):
        make.CallFactory.create(client=house, **values)
    response = page("calls/")
    assert [line["counted"].marks for line in shown_calls(response)] == [[], []]
    assert response.context["totals"]["unique_targets"] == 0


def test_long_list_of_calls_goes_over_pages(house: Client, page: Page) -> None:
    community = make.CommunityFactory.create(profile__client=house)
    make.CallFactory.create_batch(51, client=house, caller=None, community=community)
    pages = [page("calls/", **{"calls-page": number}) for number in ("1", "2", "no such")]
    assert [len(shown_calls(one)) for one in pages] == [50, 1, 50]
    assert page("calls/").context["totals"]["calls"] == 51


def test_calls_of_other_months_are_not_in_the_list(house: Client, page: Page) -> None:
    make.CallFactory.create(client=house)
    assert shown_calls(page("calls/", month="2026-02")) == []
    assert len(shown_calls(page("calls/", month="2026-03"))) == 1


def test_unreadable_month_is_explained(page: Page) -> None:
    assert "“soon” is not a period" in page(month="soon").content.decode()


def test_text_of_a_client_cannot_run_on_the_page(house: Client, page: Page) -> None:
    evil = "</script><script>alert(1)</script>"
    profile = make.CommunityFactory.create(profile__client=house, profile__title=evil).profile
    make.ProfileSnapshotFactory.create(profile=profile)
    make.TaskFactory.create(client=house, title=evil, side=Side.CLIENT)
    assert "<script>alert" not in page().content.decode()


# --- Whose page ----------------------------------------------------------------------------------


def test_one_client_is_opened_at_once(client: Browser, house: Client) -> None:
    client.force_login(house.portal_access.get().user)
    assert client.get("/portal/")["Location"] == f"/portal/{house.pk}/"


def test_several_clients_are_a_choice(client: Browser, house: Client, page: Page) -> None:
    assert "Another client" not in page().content.decode()
    other = make.PortalAccessFactory.create(user=house.portal_access.get().user).client
    assert client.get("/portal/").context["clients"] == [
        {"pk": other.pk, "name": other.name},
        {"pk": house.pk, "name": "House"},
    ]
    assert "Another client" in page().content.decode()


def test_page_is_never_cached(page: Page) -> None:
    assert "no-store" in page()["Cache-Control"]


def test_only_published_events_are_marked_on_the_charts(house: Client, page: Page) -> None:
    add_strategy(house, Metric.CALLS, 31)
    for title, is_published in (("Prices rose", True), ("Own mistake", False)):
        make.EventFactory.create(
            client=house, title=title, starts_on=DAY, ends_on=DAY, is_published=is_published
        )
    make.EventFactory.create(title="Of another", starts_on=DAY, ends_on=DAY, is_published=True)
    make.CallFactory.create(client=house, started_at=local_noon(house, DAY))
    for answer in (page(), page("calls/")):
        text = answer.content.decode()
        assert "Prices rose" in text
        assert "Own mistake" not in text
        assert "Of another" not in text
    marks = charts_of(page())["count"].marks
    assert [(mark.first, mark.last) for mark in marks] == [(DAY.day - 1, DAY.day - 1)]
