"""Decisions as the client reads them, causes on its side as requests, and the forecast."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, Side
from kpi.diagnosis.reference import RULES
from kpi.portal_forecast import FORMULA, Forecast, forecasts_of
from kpi.portal_period import Period
from kpi.portal_requests import OTHERWISE, REQUESTS, requests_of
from kpi.portal_strategy import strategy_in_force
from kpi.tests.test_portal import add_strategy, queries_of
from smm_agency.lib.row_security import reading_as_client
from strategy.models import Metric
from tests import factories as make
from tests.factories import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Client:
    return make.PortalAccessFactory.create(client__name="House").client


@pytest.fixture
def page(client: Browser, house: Client) -> Any:
    client.force_login(house.portal_access.get().user)

    def ask(place: str = "reviews/", **query: str) -> Any:
        response = client.get(f"/portal/{house.pk}/{place}", {"month": "2026-03"} | query)
        assert response.status_code == 200
        return response

    return ask


def add_decision(client: Client, *codes: tuple[str, str], **values: Any) -> Any:
    told = {"client_text": "We changed it.", "is_published": True, "reason": "inner reason"}
    decision = make.DecisionFactory.create(flag__client=client, **told | values)
    for code, side in codes:
        make.FlagCauseFactory.create(
            flag=decision.flag, code=code, side=side, sentence_en="inner sentence",
            sentence_ru="inner sentence", facts={"tasks": "inner fact"},
        )  # fmt: skip
    return decision


def test_causes_on_the_clients_side_are_requests(house: Client, page: Any) -> None:
    add_decision(
        house,
        ("materials_overdue", Side.CLIENT),
        ("agency_overdue", Side.AGENCY),
        ("fewer_posts", ""),
        ("rule-of-a-director", Side.CLIENT),
    )
    for place in ("reviews/", ""):
        response = page(place)
        text = response.content.decode()
        assert str(REQUESTS["materials_overdue"]) in text
        assert str(OTHERWISE) in text
        assert "inner" not in text
        assert "rule-of-a-director" not in text
    [decision] = page().context["decisions"]
    assert decision.requests == [str(REQUESTS["materials_overdue"]), str(OTHERWISE)]


def test_nothing_of_a_flag_without_a_published_decision_is_told(house: Client, page: Any) -> None:
    add_decision(
        house, ("materials_overdue", Side.CLIENT), is_published=False, client_text="not yet said"
    )
    flag = make.FlagFactory.create(client=house, evidence={"note": "inner evidence"})
    make.FlagCauseFactory.create(flag=flag, code="missed_calls", side=Side.CLIENT)
    for place in ("reviews/", ""):
        text = page(place).content.decode()
        assert [words in text for words in ("not yet said", "inner", "Please")] == [False] * 3


def test_every_rule_that_lies_with_the_client_has_its_request() -> None:
    """Where the facts say whose it is, it may be the client's, too."""
    from_facts = {"market_fell"}
    maybe = {rule.code for rule in RULES if rule.side in ("", Side.CLIENT)} - from_facts
    assert maybe == set(REQUESTS)
    assert [text for text in map(str, REQUESTS.values()) if not text.startswith("Please ")] == []


def test_two_causes_of_one_request_ask_once() -> None:
    assert requests_of(["unknown", "unknown-too"]) == [str(OTHERWISE)]


def test_overview_names_the_last_three_decisions(house: Client, page: Any) -> None:
    for day in range(1, 6):
        add_decision(house, decided_on=dt.date(2026, 2, day), client_text=f"Said on {day}")
    told = [line.text for line in page("").context["agreement"].decisions]
    assert told == ["Said on 5", "Said on 4", "Said on 3"]
    assert len(page().context["decisions"]) == 5


@pytest.mark.parametrize("count", [1, 3])
def test_reviews_take_6_queries(house: Client, page: Any, count: int) -> None:
    engagement = make.EngagementFactory.create(client=house)
    for number in range(count):
        add_decision(house, ("materials_overdue", Side.CLIENT))
        make.KpiReviewFactory.create(
            engagement=engagement, starts_on=dt.date(2026, number + 1, 1),
            ends_on=dt.date(2026, number + 1, 28), closed_at=make.NOON, figures={},
            client_text="Said", is_published=True,
        )  # fmt: skip
    assert queries_of(page, "reviews/") == 6


# --- The forecast --------------------------------------------------------------------------------


MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 31), DAY, "2026-03")


def forecasts(client: Client, month: Period = MARCH, **told: Any) -> list[Forecast]:
    """As the portal's role reads them; the target of the month is 31 calls."""
    target = add_strategy(client, Metric.CALLS, 31)
    values = {"chance": 0.637, "forecast_low": 14, "forecast_high": 33}
    make.EvaluationFactory.create(target=target, **values | told)
    with reading_as_client(client.pk):
        return forecasts_of(client, strategy_in_force(client, month), month)


def test_forecast_is_told_in_words_with_its_formula() -> None:
    client = make.ClientFactory.create(shows_forecast=True)
    [forecast] = forecasts(client)
    assert forecast == Forecast(
        "Calls",
        0.637,
        "Chance to reach 31 by the end of the month: 64 %.",
        "With 80 % certainty the month ends between 14 and 33.",
        str(FORMULA),
    )


def test_forecast_is_off_until_the_client_wants_it() -> None:
    assert forecasts(make.ClientFactory.create()) == []


def test_of_a_month_that_is_over_nothing_is_foreseen() -> None:
    client = make.ClientFactory.create(shows_forecast=True)
    assert forecasts(client, replace(MARCH, today=dt.date(2026, 4, 2))) == []


def test_what_cannot_be_foreseen_is_not_told() -> None:
    client = make.ClientFactory.create(shows_forecast=True)
    assert forecasts(client, chance=None, forecast_low=None, forecast_high=None) == []


def test_forecast_stands_on_the_page(house: Client, page: Any) -> None:
    house.shows_forecast = True
    house.save()
    today = house.today()
    version = make.StrategyVersionFactory.create(
        client=house, starts_on=today.replace(day=1), ends_on=today + dt.timedelta(days=40)
    )
    target = make.KpiTargetFactory.create(version=version, metric=Metric.CALLS)
    make.MonthlyTargetFactory.create(target=target, month=today.replace(day=1), value=20)
    make.approve_in_place(version)
    make.EvaluationFactory.create(target=target, day=today, chance=0.25)
    text = page("", month=f"{today:%Y-%m}").content.decode()
    assert "Chance to reach 20 by the end of the month: 25 %." in text
    assert "A forecast is no promise" in text
