"""Where a list is empty it says what to do: every list of the admin, every page of the portal."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client as Browser
from django.urls import reverse

from smm_agency.admin.empty_lists import EMPTY
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> Browser:
    browser = Browser()
    browser.force_login(make.DirectorFactory.create())
    return browser


def lists() -> list[str]:
    ours = ("clients", "communities", "strategy", "content", "promotion", "kpi")
    models = [model for model in admin.site._registry if model._meta.app_label in ours]
    return sorted(model._meta.label_lower for model in models)


def address_of(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def test_sentences_are_of_lists_that_there_are() -> None:
    assert set(EMPTY) - set(lists()) == set()


def test_every_empty_list_says_what_to_do(director: Browser) -> None:
    silent = []
    for label in lists():
        model = apps.get_model(label)
        if model._default_manager.exists():
            continue
        text = director.get(address_of(label)).content.decode()
        if "Nothing here" not in text or "No results found" in text:
            silent.append(label)
    assert silent == []


def test_search_without_a_hit_offers_to_reset_it(director: Browser) -> None:
    make.ClientFactory.create()
    text = director.get(address_of("clients.client"), {"q": "no such"}).content.decode()
    assert "Nothing matches the search and the filters" in text
    assert "Reset filters" in text
