"""The rights of a role hold for the client where the person has it, and for no other.

The person manages client A and moderates client B; groups, which hold everywhere, are given by
`join_team` as in real work.
"""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role, Service, Task, TaskState, User
from clients.rights import clients_where, may
from clients.team import join_team
from clients.tests.test_admin import client_form
from kpi.callers import unmask
from kpi.decisions import check_decider
from kpi.flags import acknowledge
from kpi.models import FlagState, Unmasking
from strategy.approval import approve_inside, take_back
from strategy.models import StrategyVersion, VersionState
from strategy.versions import next_version
from tests.factories import (
    LONG_AGO,
    CallConnectionFactory,
    CallerFactory,
    CallFactory,
    ClientFactory,
    DirectorFactory,
    FlagFactory,
    StrategyVersionFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def managed() -> Client:
    return ClientFactory.create(name="Managed")


@pytest.fixture
def moderated() -> Client:
    return ClientFactory.create(name="Moderated")


@pytest.fixture
def person(managed: Client, moderated: Client) -> User:
    user = UserFactory.create()
    join_team(managed, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    join_team(moderated, user, role=Role.MODERATOR, starts_on=LONG_AGO)
    return user


@pytest.fixture
def browser(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def again(user: User) -> User:
    """The person as the next request finds them, with nothing remembered."""
    return User.objects.get(pk=user.pk)


def address(row: models.Model, page: str) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])


def listed(browser: Browser, label: str, **query: str) -> set[Any]:
    page = reverse(f"admin:{label.replace('.', '_').lower()}_changelist")
    return set(browser.get(page, query).context["cl"].result_list)


def offered(browser: Browser, label: str, field: str = "client") -> set[Any]:
    page = reverse(f"admin:{label.replace('.', '_').lower()}_add")
    return set(browser.get(page).context["adminform"].form.fields[field].queryset)


def end_yesterday(user: User, client: Client) -> None:
    user.memberships.filter(client=client).update(
        ends_on=timezone.localdate() - dt.timedelta(days=1)
    )


def test_a_role_holds_in_its_client(person: User, managed: Client, moderated: Client) -> None:
    asked = [
        ("kpi.unmask_caller", True, False),
        ("kpi.view_callconnection", True, False),
        ("strategy.change_strategyversion", True, False),
        ("clients.add_teammember", True, False),
        ("kpi.add_call", True, True),
        ("clients.add_client", False, False),
    ]
    found = [
        (right, may(person, right, client=managed), may(person, right, client=moderated.pk))
        for right, *_known in asked
    ]
    assert found == asked


def test_a_role_that_ended_yesterday_is_gone(person: User, managed: Client) -> None:
    end_yesterday(person, managed)
    assert not may(person, "kpi.unmask_caller", client=managed)
    assert not may(person, "kpi.add_call", client=managed)
    assert may(person, "kpi.add_call", client=managed, on=dt.date(2021, 1, 1))


def test_two_roles_in_one_client_add_up(person: User, moderated: Client) -> None:
    join_team(moderated, person, role=Role.STRATEGIST, starts_on=LONG_AGO)
    rights = ("kpi.add_call", "strategy.add_goal", "kpi.unmask_caller")
    assert [may(person, right, client=moderated) for right in rights] == [True, True, False]


def test_what_staff_edited_on_the_groups_counts(
    person: User, managed: Client, moderated: Client
) -> None:
    right = Permission.objects.get(codename="unmask_caller")
    Group.objects.get(name="Account Manager").permissions.remove(right)
    Group.objects.get(name="Moderator").permissions.add(right)
    user = again(person)
    assert not may(user, "kpi.unmask_caller", client=managed)
    assert may(user, "kpi.unmask_caller", client=moderated)


@pytest.mark.parametrize("by_group", [True, False])
def test_a_right_that_is_no_roles_counts_in_every_own_client(
    person: User, moderated: Client, by_group: bool
) -> None:
    right = Permission.objects.get(codename="unmask_caller")
    if by_group:
        group = Group.objects.create(name="Trusted")
        group.permissions.add(right)
        person.groups.add(group)
    else:
        person.user_permissions.add(right)
    assert may(again(person), "kpi.unmask_caller", client=moderated)
    assert not may(again(person), "kpi.unmask_caller", client=ClientFactory.create())


def test_clients_are_offered_by_right(person: User, managed: Client, moderated: Client) -> None:
    assert list(clients_where(person, "kpi.add_callimport")) == [managed]
    assert list(clients_where(person, "kpi.add_call")) == [managed, moderated]
    assert list(clients_where(person, "clients.add_client")) == []
    assert list(clients_where(DirectorFactory.create(), "kpi.add_call")) == [managed, moderated]


def test_callers_are_unmasked_where_the_role_allows(
    browser: Browser, person: User, managed: Client, moderated: Client
) -> None:
    own, other = (CallerFactory.create(client=client) for client in (managed, moderated))
    with pytest.raises(PermissionDenied):
        unmask(other, by=person, reason="Curious")
    assert unmask(own, by=person, reason="To call back") == own.phone
    own_call, other_call = (
        CallFactory.create(client=row.client, caller=row) for row in (own, other)
    )
    answers = [
        browser.post(address(call, "show_caller"), {"reason": "Why"}).status_code
        for call in (own_call, other_call)
    ]
    assert answers == [200, 403]
    assert set(Unmasking.objects.values_list("caller", flat=True)) == {own.pk}


def test_connections_and_secrets_are_seen_where_the_role_allows(
    browser: Browser, managed: Client, moderated: Client
) -> None:
    own = CallConnectionFactory.create(client=managed)
    other = CallConnectionFactory.create(client=moderated)
    assert listed(browser, "kpi.CallConnection") == {own}
    assert offered(browser, "kpi.CallConnection") == {managed}
    assert browser.post(address(own, "renew_secret")).status_code == 200
    secret = other.secret
    for page in ("change", "history", "delete", "renew_secret"):
        assert browser.post(address(other, page)).status_code in (302, 403, 404), page
    other.refresh_from_db()
    assert other.secret == secret


def test_a_connection_is_not_added_where_the_role_forbids(
    browser: Browser, moderated: Client
) -> None:
    form = {"client": moderated.pk, "label": "Sly", "provider": "generic", "is_active": "on"}
    browser.post(reverse("admin:kpi_callconnection_add"), form)
    browser.post(reverse("admin:kpi_callconnection_add") + f"?client={moderated.pk}", form)
    assert not apps.get_model("kpi", "CallConnection").objects.exists()


def test_files_of_calls_are_taken_where_the_role_allows(browser: Browser, managed: Client) -> None:
    form = browser.get(reverse("admin:kpi_callimport_import_file")).context["form"]
    assert list(form.fields["client"].queryset) == [managed]


def test_strategies_are_approved_where_the_role_allows(
    browser: Browser, person: User, managed: Client, moderated: Client
) -> None:
    own, other = (StrategyVersionFactory.create(client=row) for row in (managed, moderated))
    today = timezone.localdate()
    for version in (own, other):
        StrategyVersion.objects.filter(pk=version.pk).update(state=VersionState.ON_APPROVAL)
    for step in (approve_inside, partial(take_back, note="Why")):
        with pytest.raises(ValidationError, match="You may not"):
            step(other, by=person, on=today)
    assert approve_inside(own, by=person, on=today).checked_by == person
    assert take_back(own, by=person, on=today, note="Why").state == VersionState.DRAFT
    with pytest.raises(ValidationError, match="You may not make strategies"):
        next_version(other, by=person, starts_on=today)
    assert browser.get(address(own, "send_version")).status_code == 200
    for name in ("send_version", "approve_version", "take_version_back", "record_word"):
        assert browser.post(address(other, name)).status_code == 403
    assert browser.post(address(other, "edit_grid")).status_code == 200  # looks on, saves nothing
    assert browser.post(address(other, "change"), {"title": "Sly"}).status_code == 403
    assert browser.post(address(other, "delete"), {"post": "yes"}).status_code == 403
    assert offered(browser, "strategy.StrategyVersion") == {managed}


def test_flags_are_decided_where_the_role_allows(
    browser: Browser, person: User, managed: Client, moderated: Client
) -> None:
    own, other = (FlagFactory.create(client=row) for row in (managed, moderated))
    today = timezone.localdate()
    assert check_decider(own, by=person, on=today) == []
    assert len(check_decider(other, by=person, on=today)) == 1
    for page in ("decide_about", "acknowledge_flag"):
        assert browser.get(address(own, page)).status_code == 200
        assert browser.post(address(other, page)).status_code == 403
    with pytest.raises(ValidationError, match="You may not acknowledge"):
        acknowledge(other, by=person)
    assert acknowledge(own, by=person).state == FlagState.ACKNOWLEDGED


def test_a_team_is_changed_where_the_role_allows(
    browser: Browser, managed: Client, moderated: Client
) -> None:
    friend = UserFactory.create()
    row = {"user": friend.pk, "role": "designer", "starts_on": "2026-01-01"}
    answers = [
        browser.post(
            address(client, "change"),
            client_form(client)
            | {f"team-0-{name}": value for name, value in row.items()}
            | {"team-TOTAL_FORMS": 1, "team-0-client": client.pk},
        ).status_code
        for client in (managed, moderated)
    ]
    assert answers == [302, 403]
    assert list(friend.memberships.values_list("client", flat=True)) == [managed.pk]


def test_an_inline_asks_about_its_client(
    browser: Browser, person: User, managed: Client, moderated: Client
) -> None:
    """The page may be changed, but the team on it only looked at."""
    group = Group.objects.get(name="Moderator")
    group.permissions.add(Permission.objects.get(codename="change_client"))
    page = browser.get(address(moderated, "change"))
    inlines = {row.formset.prefix: row for row in page.context["inline_admin_formsets"]}
    team = inlines["team"]
    rights = (team.has_add_permission, team.has_change_permission, team.has_view_permission)
    assert rights == (False, False, True)
    assert "portal_access" not in inlines


@pytest.mark.parametrize(("with_division", "status"), [(True, 403), (False, 302)])
def test_inlines_of_a_new_row_ask_about_its_client(
    browser: Browser, moderated: Client, with_division: bool, status: int
) -> None:
    group = Group.objects.get(name="Moderator")
    group.permissions.add(Permission.objects.get(codename="add_engagement"))
    form = {
        "client": moderated.pk, "title": "New", "starts_on": "2026-01-01", "currency": "RUB",
        "review_rhythm": "month",
        "services-TOTAL_FORMS": int(with_division), "services-INITIAL_FORMS": 0,
        "services-0-service": Service.objects.filter(is_client_only=False)[0].pk,
        "services-0-performer": "agency",
    }  # fmt: skip
    answer = browser.post(reverse("admin:clients_engagement_add"), form)
    assert answer.status_code == status
    assert moderated.engagements.exists() is not with_division


def test_an_action_leaves_rows_alone_where_the_role_forbids(
    browser: Browser, managed: Client, moderated: Client
) -> None:
    group = Group.objects.get(name="Moderator")
    group.permissions.remove(Permission.objects.get(codename="change_task"))
    own, other = (TaskFactory.create(client=row) for row in (managed, moderated))
    browser.post(
        reverse("admin:clients_task_changelist") + "?whose=all&due=all",
        {"action": "finish", "_selected_action": [own.pk, other.pk]},
    )
    states = dict(Task.objects.values_list("client", "state"))
    assert states == {managed.pk: TaskState.DONE, moderated.pk: TaskState.OPEN}


def test_pages_of_a_role_that_ended_yesterday_are_gone(
    browser: Browser, person: User, managed: Client
) -> None:
    connection = CallConnectionFactory.create(client=managed)
    end_yesterday(person, managed)
    assert listed(browser, "kpi.CallConnection") == set()
    assert browser.post(address(connection, "renew_secret")).status_code in (403, 404)
    assert offered(browser, "kpi.CallConnection") == set()


def test_a_list_asks_three_questions_more_of_a_member(
    browser: Browser, person: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Who is in which team, what the roles allow, what is allowed besides: once a request."""
    for client in Client.objects.all():
        CallConnectionFactory.create_batch(3, client=client)
    director = Browser()
    director.force_login(DirectorFactory.create())
    page = reverse("admin:kpi_callconnection_changelist")
    with django_assert_num_queries(5):
        director.get(page)
    # Django itself asks a member for their own permissions and those of their groups.
    with django_assert_num_queries(5 + 2 + 3):
        browser.get(page)
