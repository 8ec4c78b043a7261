"""The staff's admin does not make what its pages do not show."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client as Browser
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from smm_agency.admin_site import AgencySite
from tests.factories import DirectorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The lists of applications that were really made."""
    made: list[str | None] = []
    whole = UnfoldAdminSite.get_app_list

    def count(self: Any, request: Any, app_label: str | None = None) -> Any:
        made.append(app_label)
        return whole(self, request, app_label)

    monkeypatch.setattr(UnfoldAdminSite, "get_app_list", count)
    return made


@pytest.mark.parametrize(
    ("page", "lists"),
    [("admin:index", []), ("admin:clients_task_changelist", []), ("admin:app_list", ["clients"])],
)
def test_applications_are_listed_where_they_are_shown(
    page: str, lists: list[str], asked: list[str | None]
) -> None:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    kwargs = {"app_label": "clients"} if page == "admin:app_list" else {}
    answer = browser.get(reverse(page, kwargs=kwargs))
    assert (answer.status_code, asked) == (200, lists)


def test_the_admin_is_the_agencys() -> None:
    assert isinstance(getattr(admin.site, "_wrapped", admin.site), AgencySite)
