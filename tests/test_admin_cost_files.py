"""Files of costs in the browser: who may, what is shown, what is stored."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role, User
from clients.team import join_team
from promotion.cost_files import choices_of, upload_costs
from promotion.models import AdAccount, AdFigure, CostColumns, CostFile
from tests.factories import (
    AdAccountFactory,
    ClientFactory,
    CostFileFactory,
    DirectorFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

UPLOAD = reverse("admin:promotion_costfile_import_costs")
TABLE = "When;Campaign ID;<b>Paid</b>\n01.02.2025;11;5,00\n02.02.2025;11;6,00\n"
State = CostFile.State


@pytest.fixture
def house() -> Client:
    return ClientFactory.create()


@pytest.fixture
def account(house: Client) -> AdAccount:
    return AdAccountFactory.create(client=house, currency="RUB")


def member(house: Client, role: str) -> User:
    user = UserFactory.create(language="en")
    join_team(house, user, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def browser(house: Client) -> Browser:
    return browser_of(member(house, Role.PAID_SOCIAL))


def send(browser: Browser, account: AdAccount, text: str = TABLE) -> Any:
    file = SimpleUploadedFile("ads.csv", text.encode())
    return browser.post(UPLOAD, {"kind": "ads", "account": account.pk, "file": file})


def address(row: CostFile, page: str = "change") -> str:
    return reverse(f"admin:promotion_costfile_{page}", args=[row.pk])


def sent(row: CostFile, button: str, **told: Any) -> dict[str, Any]:
    return {
        "order": "dmy", "mark": "", "encoding": "", "delimiter": "", "header_at": "1",
        "first": "", "last": "",
        "remember": "on", "column_0": "day", "column_1": "campaign_id", "column_2": "spend",
        "seen": choices_of(row).digest(), button: "1", **told,
    }  # fmt: skip


def test_columns_are_named_looked_at_and_taken(browser: Browser, account: AdAccount) -> None:
    response = send(browser, account)
    row = CostFile.objects.get()
    assert (response.status_code, response.url) == (302, address(row))
    shown = browser.get(address(row)).content.decode()
    assert "No column is a figure: say which one is the money spent." in shown
    assert ("<b>Paid</b>" in shown, "&lt;b&gt;Paid&lt;/b&gt;" in shown) == (False, True)
    # Pressed too early, it is shown first.
    browser.post(address(row), sent(row, "take"))
    row.refresh_from_db()
    assert (row.state, row.new, AdFigure.objects.count()) == (State.PREVIEWED, 2, 0)
    assert "February 2025" in browser.get(address(row)).content.decode()
    browser.post(address(row), sent(row, "take"))
    row.refresh_from_db()
    assert (row.state, row.new, AdFigure.objects.count()) == (State.TAKEN, 2, 2)
    assert CostColumns.objects.get().client == account.client
    assert "Result" in browser.get(address(row)).content.decode()
    send(browser, account)
    shown = browser.get(address(CostFile.objects.latest("pk"))).content.decode()
    assert "All of it stands here already: taking the file changes nothing." in shown
    assert "The same bytes were taken on" in shown


def test_stale_page_takes_nothing(browser: Browser, account: AdAccount) -> None:
    send(browser, account)
    row = CostFile.objects.get()
    browser.post(address(row), sent(row, "again"))
    row.refresh_from_db()
    response = browser.post(address(row), sent(row, "take", seen="old"))
    assert "Somebody has changed the choices meanwhile" in response.content.decode()
    assert not AdFigure.objects.exists()


def test_account_of_another_client_cannot_be_chosen(browser: Browser) -> None:
    other = AdAccountFactory.create()
    assert send(browser, other).status_code == 200
    assert not CostFile.objects.exists()
    row = CostFileFactory.create(client=other.client)
    assert browser.get(address(row)).status_code == 302
    assert browser.get(address(row, "refused_rows")).status_code == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESIGNER, Role.CONTENT_MANAGER])
def test_others_of_the_team_bring_no_costs(house: Client, account: AdAccount, role: str) -> None:
    browser = browser_of(member(house, role))
    assert send(browser, account).status_code == 403
    row = CostFileFactory.create(client=house)
    assert browser.get(address(row)).status_code == 403


def test_fee_of_the_agency_is_told_by_who_may_see_it(browser: Browser, house: Client) -> None:
    def costs(by: User) -> CostFile:
        table = "День;Вид;Сумма, руб.\n01.02.2025;гонорар;5,00\n".encode()
        at = dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
        return upload_costs(house, table, "c.csv", kind="costs", by=by, at=at)

    told = costs(DirectorFactory.create())
    assert (told.new, told.refused) == (1, 0)
    refused = costs(member(house, Role.ACCOUNT_MANAGER))
    words = "What the agency earns is written down by who may see it: leave the row out."
    assert refused.problems == [[2, "Вид", words]]
    assert browser.get(address(told)).status_code == 302
    plain = CostFileFactory.create(client=house)
    rows = browser.get(reverse("admin:promotion_costfile_changelist")).context["cl"].result_list
    assert set(rows) == {plain, refused}


def test_figures_of_ads_need_an_account(browser: Browser, house: Client) -> None:
    file = SimpleUploadedFile("ads.csv", b"a;b\n1;2\n")
    told = {"kind": "ads", "client": house.pk, "file": file}
    shown = browser.post(UPLOAD, told).content.decode()
    assert "Choose the account whose figures these are." in shown
    file.seek(0)
    shown = browser.post(UPLOAD, {"kind": "costs", "file": file}).content.decode()
    assert "Choose whose costs these are." in shown


def test_dropped_file_is_gone(browser: Browser, account: AdAccount) -> None:
    send(browser, account)
    row = CostFile.objects.get()
    browser.post(address(row), sent(row, "drop"))
    row.refresh_from_db()
    assert (row.state, row.content) == (State.CANCELLED, None)


def test_form_is_refused_without_its_token(house: Client, account: AdAccount) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(member(house, Role.PAID_SOCIAL))
    assert send(browser, account).status_code == 403
