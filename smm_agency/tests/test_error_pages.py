"""What went wrong, and what to do: in the language of who sees it."""

import pytest
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import translation
from django.views.defaults import server_error

from tests import factories as make

HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.mark.django_db
def test_wrong_method_is_told_to_a_browser_and_not_to_a_machine() -> None:
    browser = Browser()
    answer = browser.get("/account/sign-out/", headers=HTML)
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    assert "This page is only looked at" in answer.content.decode()
    assert browser.get("/account/sign-out/", headers={"accept": "*/*"}).content == b""


@pytest.mark.django_db
def test_missing_page_says_what_to_do() -> None:
    browser = Browser()
    browser.force_login(make.PortalUserFactory.create())
    answer = browser.get("/portal/999999/")
    assert answer.status_code == 404
    assert "ask the agency for a new one" in answer.content.decode()


@pytest.mark.django_db
def test_expired_form_says_what_to_do() -> None:
    answer = Browser(enforce_csrf_checks=True).post("/account/sign-in/", {})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_broken_page_reads_no_database() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "go back, look, and try again" in answer.content.decode()


@pytest.mark.parametrize("page", ["400.html", "403_csrf.html", "405.html", "500.html"])
def test_page_names_its_language(page: str) -> None:
    with translation.override("ru"):
        assert '<html lang="ru">' in render_to_string(page)


@pytest.mark.django_db
@pytest.mark.parametrize(("is_staff", "words"), [(True, "Your role"), (False, "Ask the person")])
def test_refusal_tells_staff_and_clients_apart(is_staff: bool, words: str) -> None:
    user = make.UserFactory.create() if is_staff else make.PortalUserFactory.create()
    assert words in render_to_string("403.html", {"user": user})
