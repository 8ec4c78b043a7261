"""Clients brought by a workbook, through the admin; two people who confirm at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from clients.client_import import confirm_clients, plan_of, upload_clients
from clients.models import Client, ClientImport
from clients.role_rights import OUR_APPS
from clients.tests.import_book import CLIENTS, CONTACTS, book_of
from tests.factories import NOON, DirectorFactory, UserFactory

UPLOAD = "admin:clients_clientimport_bring_clients"


def book() -> bytes:
    return book_of(
        Clients=[CLIENTS, ("Дента", "", "", "", "", "", "")],
        Contacts=[CONTACTS, ("Дента", "<b>Пётр</b>", "", "", "")],
    )


def wrong_book() -> bytes:
    return book_of(Clients=[("Name", "Country"), ("Good", "RU"), ("Bad", "<i>Narnia</i>")])


def upload(browser: Browser, data: bytes) -> tuple[ClientImport, str]:
    """The file's row and its page."""
    file = SimpleUploadedFile("clients.xlsx", data)
    response: Any = browser.post(reverse(UPLOAD), {"file": file}, follow=True)
    return ClientImport.objects.latest("pk"), response.content.decode()


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


@pytest.mark.django_db
def test_a_director_brings_clients(browser: Browser) -> None:
    row, page = upload(browser, book())
    assert "Take everything" in page
    assert "&lt;b&gt;Пётр&lt;/b&gt;" in page
    assert not Client.objects.exists()
    address = reverse("admin:clients_clientimport_change", args=[row.pk])
    seen: Any = browser.get(address)
    done: Any = browser.post(address, {"seen": seen.context["seen"], "take": "1"}, follow=True)
    client = Client.objects.get()
    assert f"/admin/clients/client/{client.pk}/overview/" in done.content.decode()


@pytest.mark.django_db
def test_wrong_cells_are_shown_and_the_rest_may_be_taken(browser: Browser) -> None:
    row, page = upload(browser, wrong_book())
    assert "<td>B3</td>" in page
    assert "&lt;i&gt;Narnia&lt;/i&gt;" in page
    assert "Take everything" not in page
    address = reverse("admin:clients_clientimport_change", args=[row.pk])
    seen: Any = browser.get(address)
    browser.post(address, {"seen": seen.context["seen"], "take": "1"})
    assert not Client.objects.exists()
    browser.post(address, {"seen": seen.context["seen"], "partly": "1"})
    assert [client.name for client in Client.objects.all()] == ["Good"]


@pytest.mark.django_db
def test_dropping_the_file_deletes_it(browser: Browser) -> None:
    row, _page = upload(browser, book())
    browser.post(reverse("admin:clients_clientimport_change", args=[row.pk]), {"drop": "1"})
    row.refresh_from_db()
    assert (row.state, row.content, Client.objects.count()) == ("cancelled", None, 0)


@pytest.mark.django_db
def test_the_template_comes_as_a_workbook(browser: Browser) -> None:
    response: Any = browser.get(reverse("admin:clients_clientimport_template"))
    assert response.content[:2] == b"PK"


@pytest.mark.django_db
def test_nobody_but_directors_comes_near(browser: Browser) -> None:
    row, _page = upload(browser, book())
    from_apps = [f"{app}.{kind}_clientimport" for app in OUR_APPS[:1] for kind in ("view", "add")]
    person = Browser()
    person.force_login(UserFactory.create(permissions=tuple(from_apps)))
    pages = (UPLOAD, "admin:clients_clientimport_template", "admin:clients_clientimport_changelist")
    for name in pages:
        assert person.get(reverse(name)).status_code == 403
    address = reverse("admin:clients_clientimport_change", args=[row.pk])
    person.post(address, {"seen": "", "drop": "1"})
    row.refresh_from_db()
    assert (person.get(address).status_code, row.state) == (403, "previewed")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_takes_the_file() -> None:
    people = [DirectorFactory.create(), DirectorFactory.create()]
    row = upload_clients(book(), "clients.xlsx", by=people[0], at=NOON)
    seen = plan_of(row, by=people[0], at=NOON).digest()
    ready = threading.Barrier(2)

    def work(number: int) -> str:
        try:
            ready.wait(timeout=10)
            confirm_clients(row, seen=seen, partly=False, by=people[number], at=NOON)
        except ValidationError as refused:
            return refused.messages[0]
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(work, range(2)))
    assert told[1] == "taken"
    assert "already" in told[0]
    assert Client.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_of_one_client_at_once_make_one() -> None:
    director = DirectorFactory.create()
    rows = [upload_clients(book(), f"{n}.xlsx", by=director, at=NOON) for n in range(2)]
    seen = plan_of(rows[0], by=director, at=NOON).digest()
    ready = threading.Barrier(2)

    def work(number: int) -> str:
        try:
            ready.wait(timeout=10)
            confirm_clients(rows[number], seen=seen, partly=False, by=director, at=NOON)
        except ValidationError as refused:
            return refused.messages[0]
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(work, range(2)), key=lambda word: word == "taken")
    assert told == [
        "The file would do something else now than what was shown: look again.", "taken",
    ]  # fmt: skip
    assert Client.objects.count() == 1
