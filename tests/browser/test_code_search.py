"""A client's code, typed into the admin's search, is opened by the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from kpi.portal_needs import needs_of
from tests import factories as make
from tests.browser.conftest import Screen
from tests.factories import DAY, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_code_is_found_and_opened_by_arrow_and_enter(screen: Screen) -> None:
    task = make.TaskFactory.create(title="Say so", side="client")
    [need] = needs_of(task.client, on=DAY)
    screen.sign_in(make.DirectorFactory.create().username, PASSWORD)
    screen.open("/admin/")
    screen.page.keyboard.press("Control+k")
    field = screen.page.locator("#search-input-command")
    expect(field).to_be_focused()
    field.press_sequentially(need.code)
    expect(screen.page.locator("#command-results-list li")).to_have_count(1)
    field.press("ArrowDown")
    field.press("Enter")
    expect(screen.page).to_have_url(re.compile(rf"/admin/clients/task/{task.pk}/change/$"))
    assert screen.problems == []
