"""The ways that people walk most: the client through the portal, the director from light to cause.

In both languages, with nothing in the console and no text left in the other language.
"""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clients.models import Client, User
from tests.browser.conftest import Screen
from tests.factories import DAY, PASSWORD, DirectorFactory
from tests.filled_client import fill_client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ("en", "ru")
MONTH = f"{DAY:%Y-%m}"
WAYS = re.compile("mailto:|https://t.me/|https://wa.me/|tel:")
# Of each page of the portal: a heading or a label that stands on it whatever the data.
MENU = {
    "en": [
        "Overview", "Calls", "Publications", "Promotion", "Communities", "Strategy", "Reports",
        "Decisions and reviews", "Audits", "Materials", "Papers", "People",
    ],
    "ru": [
        "Обзор", "Звонки", "Публикации", "Продвижение", "Сообщества", "Стратегия", "Отчёты",
        "Решения и разборы", "Аудиты", "Материалы", "Документы", "Люди",
    ],
}  # fmt: skip


@pytest.fixture
def house() -> Client:
    return fill_client("alpha")


def speak(user: User, language: str) -> User:
    user.language = language
    user.save(update_fields=["language"])
    return user


def downloaded(screen: Screen, selector: str) -> bytes:
    with screen.page.expect_download() as waiting:
        screen.page.locator(selector).first.click()
    path: Any = waiting.value.path()
    return Path(path).read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_client_walks_through_the_portal(screen: Screen, house: Client, language: str) -> None:
    person = speak(house.portal_access.get().user, language)
    screen.page.set_viewport_size({"width": 1280, "height": 1000})
    screen.sign_in(person.username, PASSWORD)
    menu = screen.page.locator("nav.portal-menu:visible a")
    assert [title.strip() for title in menu.all_inner_texts()] == MENU[language]
    tops = menu.evaluate_all("links => links.map(link => link.offsetTop)")
    assert len(set(tops)) == 1
    for place in range(menu.count()):
        with screen.page.expect_navigation(wait_until="networkidle"):
            menu.nth(place).click()
        assert screen.page.get_attribute("html", "lang") == language
        assert menu.nth(place).get_attribute("aria-current") == "page"
        assert screen.page.locator("main h1").inner_text() == house.name
    assert screen.problems == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_client_is_told_first_what_is_needed(screen: Screen, house: Client, language: str) -> None:
    person = speak(house.portal_access.get().user, language)
    screen.sign_in(person.username, PASSWORD)
    first = screen.page.locator("main section").first
    title = {"en": "What we need from you", "ru": "Что нужно от вас"}[language]
    assert first.locator("h2").inner_text() == title
    codes = first.locator(".need-code").all_inner_texts()
    assert codes != []
    assert len(set(codes)) == len(codes)
    # Nothing is written here: each way leaves the portal.
    ways = [way.get_attribute("href") or "" for way in first.locator(".need-ways a").all()]
    assert [
        way for way in ways if not re.match("mailto:|https://t.me/|https://wa.me/|tel:", way)
    ] == []
    assert first.locator("form, button").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_client_sorts_the_calls_and_takes_them_away(
    screen: Screen, house: Client, language: str
) -> None:
    person = speak(house.portal_access.get().user, language)
    screen.sign_in(person.username, PASSWORD)
    screen.open(f"/portal/{house.pk}/calls/?period={MONTH}")
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.locator("#calls .table-sort").first.click()
    assert screen.page.locator("#calls th[aria-sort]").count() == 1
    shown = screen.page.locator("#calls tbody tr").count()
    book = load_workbook(io.BytesIO(downloaded(screen, "a[href*='calls.xlsx']")))
    assert book.worksheets[0].max_row == shown + 1
    lines = downloaded(screen, "a[href*='calls.csv']").decode("utf-8-sig").splitlines()
    assert len(lines) == shown + 1
    assert (";" in lines[0]) == (language == "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_client_reads_a_report_and_its_papers(screen: Screen, house: Client, language: str) -> None:
    person = speak(house.portal_access.get().user, language)
    screen.sign_in(person.username, PASSWORD)
    screen.open(f"/portal/{house.pk}/reports/")
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.locator("main .list-group-item a.fw-semibold").first.click()
    assert screen.page.locator("main section h3").count() > 10
    assert downloaded(screen, "main a.btn-primary")[:5] == b"%PDF-"
    assert downloaded(screen, "main a.btn-secondary") == b"alpha numbers"
    assert screen.problems == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_director_goes_from_the_dashboard_to_the_evidence(
    screen: Screen, house: Client, language: str
) -> None:
    director = speak(DirectorFactory.create(), language)
    screen.page.set_viewport_size({"width": 1440, "height": 1000})
    screen.sign_in(director.username, PASSWORD)
    assert screen.page.get_attribute("html", "lang") == language
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.locator(f"a:text-is('{house.name}')").first.click()
    assert screen.page.url.endswith(f"/admin/clients/client/{house.pk}/overview/")
    with screen.page.expect_navigation(wait_until="networkidle"):
        screen.page.locator("a[href*='/admin/kpi/flag/'][href$='/change/']").first.click()
    assert screen.page.locator("canvas, .smm-card").count() > 0
    assert screen.problems == []
