"""Connections are set up, watched and asked; what could not be read is tried again."""

import datetime as dt
import json
from typing import Any

import pytest
import respx
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Role
from clients.team import join_team
from kpi.connection_setup import store_credentials
from kpi.models import CallConnection, RawCallEvent, RawRequest
from tests.factories import (
    CallConnectionFactory,
    ClientFactory,
    PaperFactory,
    RawCallEventFactory,
    RawRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    """With the instruction that its calls may be taken by."""
    paper = PaperFactory.create(kind="data_processing", state="signed")
    client: Client = paper.client
    return client


@pytest.fixture
def browser(client_row: Client) -> Browser:
    manager = UserFactory.create()
    join_team(client_row, manager, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    browser = Browser()
    browser.force_login(manager)
    return browser


def given_up_event(client: Client) -> RawCallEvent:
    event: RawCallEvent = RawCallEventFactory.create(
        connection__client=client, client=client, attempts=3, error="EventError"
    )
    return event


def ask_to_try_again(browser: Browser, *events: RawCallEvent) -> Any:
    form = {"action": "try_again", "_selected_action": [event.pk for event in events]}
    return browser.post(reverse("admin:kpi_rawcallevent_changelist"), form, follow=True)


def test_given_up_events_of_own_clients_are_tried_again(
    browser: Browser, client_row: Client
) -> None:
    own, foreign = given_up_event(client_row), given_up_event(ClientFactory.create())
    page = browser.get(reverse("admin:kpi_callconnection_change", args=[own.connection_id]))
    query = f"connection__id__exact={own.connection_id}&amp;processed_at__isempty=1"
    assert query in page.content.decode()
    answer = ask_to_try_again(browser, own, foreign)
    assert [str(said) for said in answer.context["messages"]] == [
        "1 event is tried again within a minute."
    ]
    waiting = RawCallEvent.objects.order_by("pk").values_list("pk", "attempts")
    assert list(waiting) == [(own.pk, 0), (foreign.pk, 3)]


def test_the_link_to_given_up_events_leads_to_them(browser: Browser, client_row: Client) -> None:
    event, _other = given_up_event(client_row), given_up_event(client_row)
    query = {"connection__id__exact": event.connection_id, "processed_at__isempty": 1}
    page = browser.get(reverse("admin:kpi_rawcallevent_changelist"), query)
    assert list(page.context["cl"].result_list) == [event]


def test_trying_again_needs_the_right(client_row: Client) -> None:
    event = given_up_event(client_row)
    user = UserFactory.create()
    join_team(client_row, user, role=Role.DESIGNER, starts_on=dt.date(2020, 1, 1))
    user.user_permissions.add(Permission.objects.get(codename="view_rawcallevent"))
    browser = Browser()
    browser.force_login(user)
    ask_to_try_again(browser, event)
    event.refresh_from_db()
    assert event.attempts == 3


def test_the_right_for_one_client_does_not_try_again_for_another(client_row: Client) -> None:
    own, other = given_up_event(client_row), given_up_event(ClientFactory.create())
    user = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2020, 1, 1))
    join_team(other.client, user, role=Role.DESIGNER, starts_on=dt.date(2020, 1, 1))
    user.user_permissions.add(Permission.objects.get(codename="view_rawcallevent"))
    browser = Browser()
    browser.force_login(user)
    ask_to_try_again(browser, own, other)
    left = RawCallEvent.objects.order_by("pk").values_list("pk", "attempts")
    assert list(left) == [(own.pk, 0), (other.pk, 3)]


def page_of(name: str, connection: CallConnection) -> str:
    return reverse(f"admin:kpi_callconnection_{name}", args=[connection.pk])


@pytest.fixture
def uis(client_row: Client) -> CallConnection:
    made: CallConnection = CallConnectionFactory.create(client=client_row, provider="uis")
    return made


def stored(connection: CallConnection) -> dict[str, str]:
    connection.refresh_from_db()
    said: dict[str, str] = json.loads(connection.credentials)
    return said


def test_new_connection_asks_for_what_its_provider_gave(
    browser: Browser, client_row: Client
) -> None:
    form = {"client": client_row.pk, "label": "PBX", "provider": "mango"}
    answer = browser.post(reverse("admin:kpi_callconnection_add"), form)
    connection = CallConnection.objects.get()
    assert answer.headers["Location"] == page_of("edit_credentials", connection)
    refused = browser.post(answer.headers["Location"], {"api_key": "key"})
    assert refused.context["form"].errors == {"api_salt": ["This field is required."]}
    browser.post(answer.headers["Location"], {"api_key": "key", "api_salt": "salt"})
    assert stored(connection) == {"api_key": "key", "api_salt": "salt"}


def test_stored_secrets_stay_where_nothing_is_typed_and_are_never_shown(
    browser: Browser, uis: CallConnection
) -> None:
    address = page_of("edit_credentials", uis)
    browser.post(address, {"access_token": "hushhush", "base_url": "https://api.example.ru/v2.0"})
    CallConnection.objects.update(pull_error="refused")
    for page in (address, page_of("change", uis)):
        assert "hushhush" not in browser.get(page).content.decode()
    browser.post(address, {"access_token": "", "token": "word", "base_url": ""})
    assert stored(uis) == {"access_token": "hushhush", "token": "word"}
    # Whoever mends the credentials has the provider asked again.
    assert uis.pull_error == ""


@pytest.mark.parametrize("base", ["http://api.example.ru", "api.example.ru", "https://a:b@c.ru/"])
def test_credentials_go_to_no_address_without_https(
    browser: Browser, uis: CallConnection, base: str
) -> None:
    answer = browser.post(page_of("edit_credentials", uis), {"base_url": base})
    assert list(answer.context["form"].errors) == ["base_url"]
    assert stored(uis) == {}


def change(browser: Browser, connection: CallConnection, **fields: str) -> Any:
    form = {"label": "PBX", "is_active": "on", "mapping": "", "time_zone": "",
            "allowed_networks": "", **fields}  # fmt: skip
    return browser.post(page_of("change", connection), form)


def test_mapping_and_senders_are_rows_of_text(browser: Browser, uis: CallConnection) -> None:
    answer = change(
        browser, uis, mapping="external_id = call_no\n\n tracked=line", time_zone="Asia/Omsk",
        allowed_networks="92.118.66.0/23\n10.0.0.1",
    )  # fmt: skip
    assert answer.status_code == 302
    uis.refresh_from_db()
    assert uis.mapping == {"external_id": "call_no", "tracked": "line"}
    assert uis.allowed_networks == ["92.118.66.0/23", "10.0.0.1/32"]
    assert uis.time_zone == "Asia/Omsk"
    page = browser.get(page_of("change", uis)).content.decode()
    assert "tracked = line\nexternal_id = call_no" in page


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("mapping", "external_id: call_no", "external_id: call_no"),
        ("mapping", "phone = x", "phone: we have no such field"),
        ("allowed_networks", "office", "office"),
        ("time_zone", "Mars/Base", "Mars/Base"),
    ],
)
def test_wrong_row_is_named_and_nothing_is_changed(
    browser: Browser, uis: CallConnection, field: str, text: str, named: str
) -> None:
    answer = change(browser, uis, **{field: text})
    [error] = answer.context["adminform"].form.errors[field]
    assert named in error
    uis.refresh_from_db()
    assert (uis.mapping, uis.allowed_networks, uis.time_zone) == ({}, [], "")


def test_provider_of_a_connection_never_changes(browser: Browser, uis: CallConnection) -> None:
    change(browser, uis, provider="mango")
    uis.refresh_from_db()
    assert (uis.provider, uis.label) == ("uis", "PBX")


def test_page_says_what_the_sender_needs(browser: Browser, uis: CallConnection) -> None:
    page = browser.get(page_of("change", uis)).content.decode()
    assert f"http://127.0.0.1:8000/hooks/calls/uis/{uis.path_token}/" in page
    assert "{{call_session_id}}" in page
    assert "none yet; with them incomplete, no list can be asked for" in page


def test_raw_requests_are_kept_looked_at_with_a_trace_and_deleted(
    browser: Browser, uis: CallConnection
) -> None:
    browser.post(page_of("watch", uis))
    uis.refresh_from_db()
    assert uis.debug_until is not None
    body = b'{"id": 1, "caller": "+79161234567"}'
    Browser().post(f"/hooks/calls/uis/{uis.path_token}/", body, content_type="application/json")
    kept = RawRequest.objects.get()
    row = reverse("admin:kpi_rawrequest_change", args=[kept.pk])
    for page in (row, reverse("admin:kpi_rawrequest_changelist")):
        assert "9161234567" not in browser.get(page).content.decode()
    whole = reverse("admin:kpi_rawrequest_show_request", args=[kept.pk])
    assert "9161234567" not in browser.get(whole).content.decode()
    shown = browser.post(whole)
    assert "+79161234567" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert LogEntry.objects.filter(change_message__contains="looked at").count() == 1
    browser.post(page_of("watch", uis))
    assert RawRequest.objects.count() == 0


def test_whole_request_needs_the_right_to_see_whole_numbers(client_row: Client) -> None:
    kept = RawRequestFactory.create(connection__client=client_row)
    user = UserFactory.create()
    join_team(client_row, user, role=Role.DESIGNER, starts_on=dt.date(2020, 1, 1))
    user.user_permissions.add(Permission.objects.get(codename="view_rawrequest"))
    browser = Browser()
    browser.force_login(user)
    answer = browser.post(reverse("admin:kpi_rawrequest_show_request", args=[kept.pk]))
    assert answer.status_code == 403


@respx.mock
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"result": {"data": [], "metadata": {"total_items": 3}}}, "The account has 3 numbers."),
        (
            {"error": {"data": {"mnemonic": "ip_not_whitelisted"}}},
            "Allow this server's address in the account's settings of the API.",
        ),
    ],
)
def test_credentials_are_tried(
    browser: Browser, uis: CallConnection, said: dict[str, Any], words: str
) -> None:
    store_credentials(uis, {"access_token": "key"})
    respx.post(settings.UIS_API_URL).respond(json=said)
    answer = browser.post(page_of("check_credentials", uis), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [words]


def test_reconciliation_is_asked_for_by_hand(browser: Browser, uis: CallConnection) -> None:
    assert browser.post(page_of("reconcile_now", uis)).status_code == 403
    store_credentials(uis, {"access_token": "key"})
    CallConnection.objects.update(pull_error="refused")
    answer = browser.post(page_of("reconcile_now", uis), follow=True)
    assert "asked for" in str(next(iter(answer.context["messages"])))
    uis.refresh_from_db()
    assert uis.pull_error == ""
