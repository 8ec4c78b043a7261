"""Staff's pages of clients, agreements, tasks and people."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, EngagementService, Role, StatusChange, TrackingNumber, User
from clients.service_catalogue import CLIENT_MATERIALS, CLIENTS_USUALLY, service_rows
from clients.team import join_team
from tests.factories import (
    ClientFactory,
    EngagementFactory,
    PortalUserFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create(name="Dental clinic")


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
def director() -> Browser:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    browser = Browser()
    browser.force_login(user)
    return browser


def client_form(client: Client, **changes: Any) -> dict[str, Any]:
    """What the browser sends for a client's page without any inline row."""
    form = {
        "name": client.name, "country": "RU", "time_zone": "Europe/Moscow", "currency": "RUB",
        "language": "ru", "takes_calls": "on", "has_call_tracking": "on",
        "target_min_seconds": 30, "uniqueness_days": 90, "personal_data_days": 365,
    }  # fmt: skip
    for prefix in (
        "contacts", "team", "engagements", "portal_access", "tasks", "status_changes",
        "marking_changes", "calendar_feeds",
    ):  # fmt: skip
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return form | changes


def change(client: Client) -> str:
    return reverse("admin:clients_client_change", args=[client.pk])


def test_status_changes_by_its_button(browser: Browser, manager: User, client_row: Client) -> None:
    address = reverse("admin:clients_client_change_client_status", args=[client_row.pk])
    assert browser.get(address).status_code == 200
    browser.post(address, {"to": "paused", "note": "Repairs", "seen": "active"})
    [written] = StatusChange.objects.all()
    assert (written.new, written.changed_by, written.note) == ("paused", manager, "Repairs")


def test_status_button_offers_allowed_steps_only(browser: Browser, client_row: Client) -> None:
    address = reverse("admin:clients_client_change_client_status", args=[client_row.pk])
    response = browser.post(address, {"to": "lead", "seen": "active"})
    assert list(response.context["form"].errors) == ["to"]
    assert not StatusChange.objects.exists()


def test_status_is_not_a_field(browser: Browser, client_row: Client) -> None:
    assert browser.post(change(client_row), client_form(client_row, status="ended")).status_code
    client_row.refresh_from_db()
    assert client_row.status == "active"


def test_the_depth_of_uniqueness_is_no_longer_than_callers_are_remembered(
    director: Browser, client_row: Client
) -> None:
    form = client_form(client_row, uniqueness_days=90, personal_data_days=89)
    response = director.post(change(client_row), form)
    assert dict(response.context["adminform"].form.errors) == {
        "uniqueness_days": [
            "Callers are forgotten after 89 days: give at most 89 here, or keep personal data for"
            " 90 days or longer."
        ]
    }
    allowed = client_form(client_row, uniqueness_days=89, personal_data_days=89)
    assert director.post(change(client_row), allowed).status_code == 302


def test_the_database_refuses_a_depth_that_nobody_remembers(client_row: Client) -> None:
    with pytest.raises(IntegrityError, match="client_uniqueness_within_memory"):
        Client.objects.filter(pk=client_row.pk).update(personal_data_days=30, uniqueness_days=31)


def test_the_migration_shortens_the_depth_and_keeps_the_promise(client_row: Client) -> None:
    migration = import_module("clients.migrations.0004_uniqueness_within_memory")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clients_client DROP CONSTRAINT client_uniqueness_within_memory")
        Client.objects.filter(pk=client_row.pk).update(personal_data_days=30, uniqueness_days=90)
        kept = ClientFactory.create(personal_data_days=365, uniqueness_days=90)
        cursor.execute(migration.SHORTEN)
    periods = Client.objects.values_list("personal_data_days", "uniqueness_days")
    assert [periods.get(pk=row.pk) for row in (client_row, kept)] == [(30, 30), (365, 90)]


def test_a_new_team_member_gets_the_role_rights(browser: Browser, client_row: Client) -> None:
    person = UserFactory.create()
    row = {"user": person.pk, "role": "designer", "starts_on": "2026-01-01"}
    form = client_form(client_row) | {f"team-0-{name}": value for name, value in row.items()}
    browser.post(change(client_row), form | {"team-TOTAL_FORMS": 1, "team-0-client": client_row.pk})
    assert list(person.groups.values_list("name", flat=True)) == ["Designer"]


def invite(browser: Browser, client: Client, email: str) -> Any:
    form = client_form(client) | {
        "portal_access-TOTAL_FORMS": 1,
        "portal_access-0-email": email,
        "portal_access-0-person": "Maria Petrova",
        "portal_access-0-client": client.pk,
    }
    return browser.post(change(client), form)


def test_a_guest_is_invited_by_mail(browser: Browser, manager: User, client_row: Client) -> None:
    invite(browser, client_row, "Maria@Clinic.example")
    [access] = client_row.portal_access.all()
    assert (access.user.email, access.user.get_full_name(), access.user.is_staff) == (
        "maria@clinic.example",
        "Maria Petrova",
        False,
    )
    assert access.granted_by == manager
    # A password that nobody knows, so that “Forgot the password?” works.
    assert access.user.has_usable_password()


def test_a_known_guest_is_not_made_twice(browser: Browser, client_row: Client) -> None:
    guest = PortalUserFactory.create(email="maria@clinic.example")
    invite(browser, client_row, "maria@clinic.example")
    assert client_row.portal_access.get().user == guest


def test_an_address_that_is_anothers_user_name_is_refused(
    browser: Browser, client_row: Client
) -> None:
    PortalUserFactory.create(username="Maria@clinic.example", email="new@clinic.example")
    response = invite(browser, client_row, "maria@clinic.example")
    assert response.status_code == 200
    assert "signs in by this address" in response.content.decode()
    assert not client_row.portal_access.exists()


def test_an_address_too_long_for_a_user_name_is_refused(
    browser: Browser, client_row: Client
) -> None:
    assert invite(browser, client_row, f"{'m' * 60}@{'c' * 60}.{'c' * 40}.ru").status_code == 200
    assert not client_row.portal_access.exists()


def invite_all(browser: Browser, client: Client, *emails: str) -> Any:
    form = client_form(client) | {"portal_access-TOTAL_FORMS": len(emails)}
    for number, email in enumerate(emails):
        form |= {
            f"portal_access-{number}-email": email,
            f"portal_access-{number}-client": client.pk,
        }
    return browser.post(change(client), form)


def test_two_guests_are_invited_at_once(browser: Browser, client_row: Client) -> None:
    emails = ["maria@clinic.example", "oleg@clinic.example"]
    invite_all(browser, client_row, *emails)
    found = client_row.portal_access.order_by("user__email").values_list("user__email", flat=True)
    assert list(found) == emails


def test_a_guest_named_twice_is_refused(browser: Browser, client_row: Client) -> None:
    response = invite_all(browser, client_row, "maria@clinic.example", "Maria@clinic.example")
    assert response.status_code == 200
    assert not client_row.portal_access.exists()


def test_staff_is_not_invited(browser: Browser, client_row: Client, manager: User) -> None:
    invite(browser, client_row, manager.email)
    assert not client_row.portal_access.exists()


def test_only_directors_erase(browser: Browser, director: Browser, client_row: Client) -> None:
    address = reverse("admin:clients_client_erase", args=[client_row.pk])
    assert browser.post(address, {"name": client_row.name}).status_code == 403
    assert list(director.post(address, {"name": "Another"}).context["form"].errors) == ["name"]
    assert director.post(address, {"name": client_row.name}).status_code == 302
    assert not Client.objects.filter(pk=client_row.pk).exists()


def test_a_new_engagement_gets_the_whole_catalogue(browser: Browser, client_row: Client) -> None:
    form = {
        "client": client_row.pk, "title": "SMM", "starts_on": "2026-01-01", "currency": "RUB",
        "review_rhythm": "month",
        "services-TOTAL_FORMS": 0, "services-INITIAL_FORMS": 0,
    }  # fmt: skip
    browser.post(reverse("admin:clients_engagement_add"), form)
    rows = EngagementService.objects.filter(client=client_row)
    assert rows.count() == len(service_rows())
    clients = rows.filter(performer="client").values_list("service__code", flat=True)
    assert set(clients) == {work[0] for work in CLIENT_MATERIALS} | CLIENTS_USUALLY


def test_the_catalogue_button_adds_what_is_missing(browser: Browser, client_row: Client) -> None:
    engagement = EngagementFactory.create(client=client_row)
    address = reverse("admin:clients_engagement_add_whole_catalogue", args=[engagement.pk])
    browser.get(address)
    assert not engagement.services.exists()
    for _ in range(2):
        browser.post(address)
    assert engagement.services.count() == len(service_rows())


def test_own_tasks_are_listed_first(browser: Browser, manager: User, client_row: Client) -> None:
    mine = TaskFactory.create(client=client_row, owner=manager)
    TaskFactory.create(client=client_row)
    TaskFactory.create(client=client_row, owner=manager, state="cancelled")
    shown = browser.get(reverse("admin:clients_task_changelist")).context["cl"].result_list
    assert list(shown) == [mine]


def test_overdue_filter(browser: Browser, client_row: Client) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    late = TaskFactory.create(client=client_row, due_on=yesterday)
    TaskFactory.create(client=client_row, due_on=timezone.localdate())
    address = reverse("admin:clients_task_changelist")
    shown = browser.get(address, {"whose": "all", "due": "overdue"}).context["cl"].result_list
    assert list(shown) == [late]


@pytest.mark.parametrize(("state", "is_done"), [("done", True), ("in_work", False)])
def test_done_has_a_moment(browser: Browser, client_row: Client, state: str, is_done: bool) -> None:
    task = TaskFactory.create(client=client_row)
    form = {"title": task.title, "side": "agency", "state": state}
    browser.post(reverse("admin:clients_task_change", args=[task.pk]), form)
    task.refresh_from_db()
    assert (task.state, task.done_at is not None) == (state, is_done)


def test_exported_text_does_not_run(browser: Browser, client_row: Client) -> None:
    TaskFactory.create(client=client_row, title="=HYPERLINK(1)")
    address = reverse("admin:clients_task_export") + "?whose=all"
    text = browser.post(address, {"format": "0", "resource": "0"}).content.decode()
    assert ",'=HYPERLINK(1)," in text


def test_tracking_number_is_normalised(browser: Browser, client_row: Client) -> None:
    form = {"client": client_row.pk, "number": "8 (495) 123-45-67", "kind": "static"}
    browser.post(reverse("admin:clients_trackingnumber_add"), form)
    assert TrackingNumber.objects.get().number == "+74951234567"


def test_tracking_number_that_is_none_is_refused(browser: Browser, client_row: Client) -> None:
    form = {"client": client_row.pk, "number": "12345", "kind": "static"}
    response = browser.post(reverse("admin:clients_trackingnumber_add"), form)
    assert response.context["adminform"].form.errors["number"] == [
        "No telephone of this country looks like that."
    ]


def test_a_director_does_not_make_superusers(director: Browser) -> None:
    person = UserFactory.create()
    form = {"username": person.username, "is_active": "on", "is_superuser": "on"}
    director.post(reverse("admin:clients_user_change", args=[person.pk]), form)
    person.refresh_from_db()
    assert person.is_superuser is False


def test_a_director_does_not_change_a_superuser(director: Browser) -> None:
    above = UserFactory.create(is_superuser=True)
    password = reverse("admin:auth_user_password_change", args=[above.pk])
    assert director.get(password).status_code == 403
    form = {"username": "renamed", "is_active": "on"}
    page = reverse("admin:clients_user_change", args=[above.pk])
    assert director.post(page, form).status_code == 403
