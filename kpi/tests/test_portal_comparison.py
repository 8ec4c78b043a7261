"""Pages of any period: figures beside earlier ones, targets of several months, tables."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from clients.models import Client
from kpi.models import CallStatus, Light
from kpi.portal_cards import Card
from strategy.models import FormulaCode, Metric
from tests import factories as make
from tests.factories import local_noon

pytestmark = pytest.mark.django_db

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")
MARCH, FEBRUARY = dt.date(2026, 3, 1), dt.date(2026, 2, 1)
BEFORE = {"period": "2026-03", "compare": "before"}
NASTY = ("", "'", "\x00", "9" * 99, "-", "²", "2026-13", "2026-q9", "_", "..", "%s", "<b>",
         "ё" * 50, "2026-02-30_2026-03-01", "-when", "0", "-1", "1e9", "calls.exe",
         ".xlsx")  # fmt: skip


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


class Page:
    def __init__(self, browser: Browser, house: Client) -> None:
        self.browser, self.house = browser, house

    def __call__(self, place: str = "", **query: str) -> Any:
        response = self.browser.get(f"/portal/{self.house.pk}/{place}", BEFORE | query)
        assert response.status_code == 200
        return response

    def cards(self, **query: str) -> dict[str, Card]:
        return {card.key: card for card in self(**query).context["figures"].cards}

    def queries(self, place: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            self(place)
        return len([row for row in captured if not row["sql"].startswith(CONTROL)])


@pytest.fixture
def page(client: Browser, house: Client) -> Page:
    client.force_login(house.portal_access.get().user)
    return Page(client, house)


def add_calls(house: Client, *days: dt.date, **fields: Any) -> None:
    for day in days:
        make.CallFactory.create(client=house, started_at=local_noon(house, day), **fields)


def add_strategy(house: Client, months: dict[dt.date, int]) -> Any:
    version = make.StrategyVersionFactory.create(client=house, starts_on=min(months))
    target = make.KpiTargetFactory.create(version=version, metric=Metric.CALLS)
    rate = make.KpiTargetFactory.create(
        version=version, metric=Metric.ER, is_primary=False, formula_code=FormulaCode.ER_VIEW
    )
    for month, value in months.items():
        make.MonthlyTargetFactory.create(target=target, month=month, value=value)
        make.MonthlyTargetFactory.create(target=rate, month=month, value=Decimal("0.02"))
    make.approve_in_place(version)
    return target


# --- Comparison ----------------------------------------------------------------------------------


def test_calls_stand_beside_those_of_the_month_before(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 1, 15), dt.date(2026, 2, 3), dt.date(2026, 2, 20))
    add_calls(house, dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 31))
    earlier = page.cards()["count"].earlier
    assert earlier is not None
    assert (earlier.days, earlier.value, earlier.change) == ("February 2026", "2", "+1 (+50 %)")
    text = page().content.decode()
    assert "Compared with February 2026" in text
    assert page.cards(compare="")["count"].earlier is None


def test_what_was_not_measured_then_is_said_and_is_no_zero(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 3, 2))
    cards = page.cards()
    found = {key: (card.earlier.value, card.earlier.change) for key, card in cards.items()
             if card.earlier}  # fmt: skip
    assert found == {
        "count": ("—", "not measured then"),
        "growth": ("—", "not measured then"),
        "er": ("—", "not measured then"),
    }


def test_growth_and_er_stand_beside_earlier_ones(house: Client, page: Page) -> None:
    profile = make.CommunityFactory.create(profile__client=house).profile
    levels = {(1, 31): 1000, (2, 28): 1010, (3, 31): 1025}
    for (month, day), followers in levels.items():
        make.ProfileSnapshotFactory.create(
            profile=profile, date=dt.date(2026, month, day), followers=followers
        )
    for month, likes in ((2, 50), (3, 100)):
        moment = local_noon(house, dt.date(2026, month, 10))
        post = make.WallPostFactory.create(profile=profile, posted_at=moment)
        make.PostSnapshotFactory.create(
            wall_post=post, likes=likes, comments=0, shares=0, slot=dt.date(2026, month, 11)
        )
    cards = page.cards()
    growth, rate = cards["growth"].earlier, cards["er"].earlier
    assert growth is not None
    assert rate is not None
    assert (growth.value, growth.change) == ("+10", "+5 (+50 %)")
    assert rate.change.endswith("percentage points")
    assert rate.change.startswith("+")


def test_a_client_without_calls_compares_none(house: Client, page: Page) -> None:
    house.takes_calls = False
    house.save()
    assert page.cards()["count"].earlier is None


def test_the_calls_page_tells_of_the_days_before(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 2, 3), status=CallStatus.MISSED)
    add_calls(house, dt.date(2026, 3, 2))
    text = page("calls/").content.decode()
    assert "February 2026: calls in the list 1 (no change)" in text
    assert "missed 1 (−1 (−100 %))" in text


def told_before(page: Page, **query: str) -> tuple[list[tuple[str, str]], list[str]]:
    earlier = page("calls/", **query).context["earlier"]
    return [(one.value, one.change) for one in earlier.totals], earlier.notes


def test_a_month_without_calls_that_was_measured_is_a_zero(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 1, 15))
    add_calls(house, dt.date(2026, 3, 2), status=CallStatus.MISSED)
    assert told_before(page) == ([("0", "+1"), ("0", "+1"), ("0", "+1"), ("0", "+1")], [])
    assert "no single calls are known" not in page("calls/").content.decode()


def test_days_before_that_were_measured_in_part_say_so(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 2, 19), dt.date(2026, 3, 31))
    totals, notes = told_before(page)
    assert (totals[0], notes) == (("1", "no change"), ["10 of 28 days measured"])
    assert "· 10 of 28 days measured." in page("calls/").content.decode()


def test_what_is_not_measured_is_no_zero_on_the_calls_page(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 3, 2))
    assert told_before(page) == ([], [])
    assert "February 2026: no single calls are known of these days." in (
        page("calls/").content.decode()
    )
    totals, _notes = told_before(page, period="2026-04")
    assert [change for _value, change in totals] == ["not measured now"] * 4


# --- Several months ------------------------------------------------------------------------------


def test_plans_of_months_are_summed_and_ratios_are_not(house: Client, page: Page) -> None:
    target = add_strategy(house, {FEBRUARY: 28, MARCH: 31})
    make.EvaluationFactory.create(target=target, light=Light.AMBER)
    cards = page.cards(period="2026-02-01_2026-03-31")
    count, rate = cards["count"], cards["er"]
    assert (count.target, count.light) == ("59", "")
    assert "The plan is the sum of the plans of its months." in count.notes
    assert (rate.target, rate.light) == ("", "")
    assert "A ratio is not summed: its plan is by month, so choose one month." in rate.notes


def test_a_month_without_a_plan_leaves_no_sum(house: Client, page: Page) -> None:
    add_strategy(house, {FEBRUARY: 28, MARCH: 31})
    count = page.cards(period="2026-q1")["count"]
    assert count.target == ""
    said = "Not every month of the period has a plan in this strategy: none is summed."
    assert said in count.notes


def test_days_that_are_no_months_have_no_plan(house: Client, page: Page) -> None:
    add_strategy(house, {FEBRUARY: 28, MARCH: 31})
    count = page.cards(period="2026-03-02_2026-03-11")["count"]
    assert count.target == ""
    assert "The plan is by month: choose whole months to see it." in count.notes


def test_the_pace_of_several_months_is_that_of_each(house: Client, page: Page) -> None:
    add_strategy(house, {FEBRUARY: 28, MARCH: 62})
    charts = page(period="2026-02-01_2026-03-31").context["figures"].charts
    pace = charts[0].series[2].values
    assert (pace[0], pace[27], pace[28], pace[-1]) == (1, 28, 30, 90)


# --- Tables --------------------------------------------------------------------------------------


def add_post(house: Client, title: str, day: dt.date, **counters: Any) -> None:
    community = make.CommunityFactory.create(profile__client=house, profile__title="Page")
    moment = local_noon(house, day)
    wall = make.WallPostFactory.create(profile=community.profile, posted_at=moment)
    make.PublicationFactory.create(
        post__client=house, post__title=title, post__state="published", community=community,
        state="sent", sent_at=moment, planned_at=moment, wall_post=wall,
    )  # fmt: skip
    if counters:
        make.PostSnapshotFactory.create(wall_post=wall, slot=day + dt.timedelta(days=9), **counters)


def titles(response: Any) -> list[str]:
    return [line.cells[0][1].text for line in response.context["tables"]["posts"].lines]


def test_posts_are_sorted_by_their_figures(house: Client, page: Page) -> None:
    add_strategy(house, {MARCH: 31})
    add_post(house, "Few", dt.date(2026, 3, 2), views=100, likes=20, comments=0, shares=0)
    add_post(house, "Many", dt.date(2026, 3, 3), views=1000, likes=20, comments=0, shares=0)
    add_post(house, "Unknown", dt.date(2026, 3, 4))
    add_post(house, "Before", dt.date(2026, 2, 4))
    assert titles(page("posts/")) == ["Unknown", "Many", "Few"]
    assert titles(page("posts/", **{"posts-sort": "views"})) == ["Few", "Many", "Unknown"]
    assert titles(page("posts/", **{"posts-sort": "-er"})) == ["Few", "Many", "Unknown"]
    text = page("posts/", **{"posts-sort": "-er"}).content.decode()
    assert 'aria-sort="descending"' in text
    assert "ER view" in text
    assert "20 %" in text
    assert "February 2026: 1 (+2 (+200 %))." in text


def test_calls_are_sorted_and_taken_away_with_masked_numbers(house: Client, page: Page) -> None:
    add_calls(house, dt.date(2026, 3, 2), talk_seconds=5)
    add_calls(house, dt.date(2026, 3, 3), talk_seconds=90)
    add_calls(house, dt.date(2026, 2, 3), talk_seconds=60)
    answer = page("calls/", file="calls.xlsx", **{"calls-sort": "talk"})
    sheet: Any = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[0] == ("when", "caller", "outcome", "talk, seconds", "where from", "counted as")
    assert [(row[0], row[3]) for row in rows[1:]] == [
        ("2026-03-02 12:00", 5), ("2026-03-03 12:00", 90),
    ]  # fmt: skip
    assert all("•••" in row[1] for row in rows[1:])


def test_tallies_are_a_table_of_their_own(house: Client, page: Page) -> None:
    make.CallTallyFactory.create(community__profile__client=house, total=7)
    answer = page("calls/", file="tallies.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "days,community,by whose word,calls"
    assert lines[1].startswith("2026-03-09 – 2026-03-15,")
    assert lines[1].endswith(",7")


NAMES = ("period", "month", "from", "to", "compare", "calls-sort", "calls-page", "tallies-sort",
         "posts-sort", "posts-page")  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_any_text_in_the_address_is_a_page(house: Client, page: Page, text: str) -> None:
    add_calls(house, dt.date(2026, 3, 2))
    for place in ("calls/", "posts/"):
        page(place, **dict.fromkeys(NAMES, text))


@pytest.mark.parametrize("place", ["", "reviews/", "promotion/", "strategy/"])
def test_any_text_is_a_page_of_every_place(page: Page, place: str) -> None:
    for text in ("\x00", "2026-02-30_2026-03-01"):
        page(place, **dict.fromkeys(NAMES, text))


@pytest.mark.parametrize("text", ["", "calls", "calls.exe", "../calls.xlsx", "\x00.xlsx"])
def test_a_file_that_there_is_none_of_is_not_there(
    house: Client, page: Page, client: Browser, text: str
) -> None:
    assert client.get(f"/portal/{house.pk}/calls/", {"file": text}).status_code == 404


# --- Queries -------------------------------------------------------------------------------------


def add_rows(house: Client, count: int) -> None:
    campaign = make.CampaignFactory.create(client=house, state="running")
    for number in range(count):
        day = dt.date(2026, 3, 2 + number)
        add_post(house, f"Post {number}", day, views=100 + number)
        add_calls(house, day)
        make.PlacementFactory.create(client=house, campaign=campaign)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("place", "queries"), [("", 14), ("calls/", 14), ("posts/", 9)])
def test_pages_with_a_comparison_ask_no_more(
    house: Client, page: Page, place: str, queries: int, count: int
) -> None:
    add_strategy(house, {MARCH: 31})
    add_rows(house, count)
    assert page.queries(place) == queries
