"""Calls are taken without a data-processing instruction by whoever says so, and it is written."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, DataWaiver, User
from kpi.models import Call, CallConnection
from tests.factories import CallConnectionFactory, ClientFactory, DirectorFactory, PaperFactory

pytestmark = pytest.mark.django_db

FILE = b"started_at,caller,status\n2026-03-02 12:00,+79261234567,answered\n"
WARNING = "House has no signed data-processing instruction that holds today"


@pytest.fixture
def house() -> Client:
    return ClientFactory.create(name="House")


@pytest.fixture
def vera() -> User:
    return DirectorFactory.create()


@pytest.fixture
def browser(vera: User) -> Browser:
    browser = Browser()
    browser.force_login(vera)
    return browser


def instruct(client: Client) -> None:
    PaperFactory.create(client=client, kind="data_processing", state="signed")


def bring(browser: Browser, client: Client, **fields: Any) -> Any:
    data = {"client": client.pk, "file": SimpleUploadedFile("calls.csv", FILE), **fields}
    return browser.post(reverse("admin:kpi_callimport_import_file"), data)


def waivers() -> list[tuple[Any, ...]]:
    return list(DataWaiver.objects.values_list("client", "occasion", "name", "confirmed_by"))


def test_import_asks_for_a_confirmation_first(browser: Browser, house: Client, vera: User) -> None:
    [said] = bring(browser, house).context["form"].errors["without_instruction"]
    assert said.startswith(WARNING)
    assert (Call.objects.count(), waivers()) == (0, [])
    bring(browser, house, without_instruction="on")
    assert Call.objects.count() == 1
    assert waivers() == [(house.pk, "file", "calls.csv", vera.pk)]


def test_import_with_an_instruction_asks_nothing(browser: Browser, house: Client) -> None:
    instruct(house)
    bring(browser, house, without_instruction="on")
    assert (Call.objects.count(), waivers()) == (1, [])


def test_import_names_the_clients_without_one(browser: Browser, house: Client) -> None:
    instruct(ClientFactory.create(name="Other"))
    page = browser.get(reverse("admin:kpi_callimport_import_file")).context["form"]
    assert "today: House. Numbers" in page.fields["without_instruction"].help_text


def connect(browser: Browser, client: Client, **fields: Any) -> Any:
    form = {"client": client.pk, "label": "Main", "provider": "generic", **fields}
    return browser.post(reverse("admin:kpi_callconnection_add"), form)


def test_connection_asks_for_a_confirmation_first(
    browser: Browser, house: Client, vera: User
) -> None:
    errors = connect(browser, house).context["adminform"].form.errors
    assert errors["without_instruction"][0].startswith(WARNING)
    assert CallConnection.objects.count() == 0
    connect(browser, house, without_instruction="on")
    assert CallConnection.objects.count() == 1
    assert waivers() == [(house.pk, "connection", "Main", vera.pk)]


def test_page_of_a_new_connection_opens_where_all_have_one(browser: Browser, house: Client) -> None:
    instruct(house)
    assert browser.get(reverse("admin:kpi_callconnection_add")).status_code == 200
    connect(browser, house)
    assert (CallConnection.objects.count(), waivers()) == (1, [])


def test_command_asks_for_the_option(house: Client, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(FILE)
    with pytest.raises(CommandError, match=WARNING):
        call_command("import_calls", str(path), "--client", "House")
    given: dict[str, Any] = {"stdout": StringIO(), "stderr": StringIO()}
    call_command("import_calls", str(path), "--client", "House", "--without-instruction", **given)
    assert Call.objects.count() == 1
    assert waivers() == [(house.pk, "file", "calls.csv", None)]


def switch_on(browser: Browser, connection: CallConnection, **fields: Any) -> Any:
    form = {"label": connection.label, "is_active": "on", "mapping": "", "time_zone": "",
            "allowed_networks": "", **fields}  # fmt: skip
    return browser.post(reverse("admin:kpi_callconnection_change", args=[connection.pk]), form)


def test_connection_that_is_switched_on_again_asks_too(
    browser: Browser, house: Client, vera: User
) -> None:
    connection = CallConnectionFactory.create(client=house, label="Main", is_active=False)
    address = reverse("admin:kpi_callconnection_change", args=[connection.pk])
    assert "today: House. Numbers" in browser.get(address).content.decode()
    errors = switch_on(browser, connection).context["adminform"].form.errors
    assert errors["without_instruction"][0].startswith(WARNING)
    connection.refresh_from_db()
    assert connection.is_active is False
    for _time in range(2):
        # One that is on asks nothing.
        switch_on(browser, connection, without_instruction="on")
    assert CallConnection.objects.get().is_active
    assert waivers() == [(house.pk, "connection", "Main", vera.pk)]
