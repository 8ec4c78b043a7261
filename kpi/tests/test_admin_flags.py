"""Flags in the admin: evidence that a person reads, acknowledging, deciding."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.admin.form_page import page_of
from clients.models import Client, Role, User
from clients.team import join_team
from kpi.admin.evidence import comparison, lines, plot_of, series_of
from kpi.chart_events import ChartEvents
from kpi.models import Decision, Flag, FlagState
from smm_agency.lib.charts import FlagMark, Mark
from strategy.models import StrategyVersion
from tests.factories import (
    ClientFactory,
    DecisionFactory,
    EvaluationFactory,
    EventFactory,
    FlagCauseFactory,
    FlagFactory,
    KpiTargetFactory,
    StrategyVersionFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

EVIDENCE = {
    "opened": {
        "first": "2026-03-01", "last": "2026-03-11", "actual": 4, "expected": 11.0,
        "p_value": 0.0151, "series": [["2026-03-10", None, 1.0], ["2026-03-11", 4, 1.0]],
    },
    "newest": {"first": "2026-03-01", "last": "2026-03-12", "actual": 4, "day": "2026-03-13"},
}  # fmt: skip


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create()


@pytest.fixture
def manager(client_row: Client) -> User:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    return user


@pytest.fixture
def browser(manager: User) -> Browser:
    browser = Browser()
    browser.force_login(manager)
    return browser


@pytest.fixture
def flag(client_row: Client) -> Flag:
    version = StrategyVersionFactory.create(
        client=client_row, starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2099, 12, 31)
    )
    target = KpiTargetFactory.create(version=version)
    approve_in_place(version)
    return FlagFactory.create(client=client_row, target=target, evidence=EVIDENCE)


def address(flag: Flag, page: str) -> str:
    return reverse(f"admin:kpi_flag_{page}", args=[flag.pk])


def test_flag_page_says_what_is_to_be_corrected_and_marks_events(
    browser: Browser, flag: Flag
) -> None:
    FlagCauseFactory.create(
        flag=flag, code="fewer_posts", block="management", side="agency",
        facts={"posts_week": 1, "before_week": 3},
    )  # fmt: skip
    EventFactory.create(
        client=flag.client, title="<b>Prices</b>", starts_on="2026-03-11", ends_on="2026-03-11"
    )
    EventFactory.create(
        client=flag.client, title="Long ago", starts_on="2020-01-01", ends_on="2020-01-01"
    )
    page = browser.get(address(flag, "change"))
    text = page.content.decode()
    assert "community management (whose side: agency). Posts a week: 1" in text
    assert page.context["chart"].marks == [Mark(1, 1, "11 Mar: <b>Prices</b>")]
    assert "<b>Prices</b>" not in text
    assert "Long ago" not in text


def decision(**changes: Any) -> dict[str, Any]:
    return {"kind": "keep", "reason": "Season", "check_on": "2099-01-31"} | changes


def test_evidence_is_compared_side_by_side() -> None:
    found = {line.name: (line.opened, line.newest) for line in comparison(EVIDENCE, "calls")}
    assert found == {
        "first day": ("March 1, 2026", "March 1, 2026"),
        "last day": ("March 11, 2026", "March 12, 2026"),
        "came": ("4", "4"),
        "expected": ("11", "—"),
        "chance of so few, had the rate been as agreed": ("1.51 %", "—"),
        "seen on": ("—", "March 13, 2026"),
    }


def test_chart_keeps_a_gap_where_nothing_was_measured() -> None:
    plot = plot_of(series_of(EVIDENCE), ChartEvents([], [], []))
    assert [list(one.values) for one in plot.series] == [[None, 4], [1, 1]]


def test_evidence_without_a_series_has_no_chart() -> None:
    assert series_of({"opened": {"actual": 4}}) == []


def test_er_is_written_as_a_share() -> None:
    assert [line.opened for line in lines({"actual": 0.0208}, "er")] == ["2.08 %"]


def test_money_is_written_with_its_currency() -> None:
    found = lines({"actual": 450, "expected": 300}, "cost_per_call", currency="RUB")
    assert [line.opened for line in found] == ["450 RUB", "300 RUB"]


def test_an_evaluation_names_the_currency_of_its_money(
    browser: Browser, client_row: Client
) -> None:
    Client.objects.filter(pk=client_row.pk).update(currency="KZT")
    target = KpiTargetFactory.create(
        version__client=client_row, metric="cost_per_call", is_primary=False
    )
    row = EvaluationFactory.create(target=target, actual=450, evidence={"spent": 900})
    page = browser.get(f"/admin/kpi/evaluation/{row.pk}/change/").content.decode()
    assert [f"{money} KZT" in page for money in (450, 900)] == [True, True]


def test_flag_stands_on_its_own_chart(browser: Browser, flag: Flag) -> None:
    Flag.objects.filter(pk=flag.pk).update(opened_on="2026-03-11")
    FlagFactory.create(client=flag.client, opened_on="2026-03-11")
    chart = browser.get(address(flag, "change")).context["chart"]
    assert chart.flags == [FlagMark(1, "11 Mar: flag, calls: below target", "amber")]


def test_page_shows_evidence_chart_and_buttons(browser: Browser, flag: Flag) -> None:
    response = browser.get(address(flag, "change"))
    page = response.content.decode()
    assert 'id="flag-chart"' in page
    assert [action["title"] for action in response.context["actions_detail"]] == [
        "Acknowledge",
        "Decide",
    ]


def test_a_flag_is_acknowledged_by_its_button_only(browser: Browser, flag: Flag) -> None:
    browser.get(address(flag, "acknowledge_flag"))
    flag.refresh_from_db()
    assert flag.state == FlagState.OPEN
    browser.post(address(flag, "acknowledge_flag"))
    flag.refresh_from_db()
    assert flag.state == FlagState.ACKNOWLEDGED


def test_a_decision_closes_the_question(browser: Browser, manager: User, flag: Flag) -> None:
    response = browser.post(address(flag, "decide_about"), decision())
    assert response.status_code == 302
    made = Decision.objects.get()
    flag.refresh_from_db()
    assert (made.decided_by, made.reason, flag.state) == (manager, "Season", FlagState.DECIDED)
    assert browser.get(address(flag, "decide_about")).status_code == 403


def test_correcting_leads_to_the_next_draft(browser: Browser, flag: Flag) -> None:
    response = browser.post(address(flag, "decide_about"), decision(kind="correct"))
    draft = StrategyVersion.objects.get(state="draft")
    assert response["Location"] == reverse("admin:strategy_strategyversion_change", args=[draft.pk])


def test_wrong_data_close_the_flag(browser: Browser, flag: Flag) -> None:
    page = browser.post(address(flag, "decide_about"), decision(kind="data_error"), follow=True)
    flag.refresh_from_db()
    assert flag.state == FlagState.CLOSED
    assert "Decided. The flag is closed." in page.content.decode()


def test_a_refused_decision_says_why(browser: Browser, flag: Flag) -> None:
    response = browser.post(address(flag, "decide_about"), decision(publish="on"))
    assert response.context["form"].non_field_errors() == [
        "Write the text for the client before publishing."
    ]
    assert not Decision.objects.exists()


def test_deciding_needs_the_right(client_row: Client, flag: Flag) -> None:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.DESIGNER, starts_on=dt.date(2020, 1, 1))
    browser = Browser()
    browser.force_login(user)
    assert browser.get(address(flag, "change")).status_code == 200
    for page in ("decide_about", "acknowledge_flag"):
        assert browser.post(address(flag, page), decision()).status_code == 403


def test_the_text_for_the_client_is_published(browser: Browser, client_row: Client) -> None:
    made = DecisionFactory.create(flag__client=client_row)
    page = reverse("admin:kpi_decision_publish", args=[made.pk])
    browser.post(page, {"client_text": "We change the offer."})
    made.refresh_from_db()
    assert (made.is_published, made.client_text) == (True, "We change the offer.")


def test_waiting_flags_are_listed_unless_asked(browser: Browser, flag: Flag) -> None:
    closed = FlagFactory.create(client=flag.client, state=FlagState.CLOSED)
    shown = {
        state: list(
            browser.get(reverse("admin:kpi_flag_changelist"), {"state": state} if state else {})
            .context["cl"]
            .result_list
        )
        for state in ("", "closed")
    }
    assert shown == {"": [flag], "closed": [closed]}


def test_the_pages_of_a_flag_and_an_evaluation_explain_the_metric(
    browser: Browser, flag: Flag
) -> None:
    for row in (flag, EvaluationFactory.create(target=flag.target)):
        text = browser.get(page_of(row)).content.decode()
        assert text.count('popovertarget="help-calls"') == 1
        assert text.count('<div popover id="help-calls"') == 1
