"""When somebody leaves the agency, or the agency a client: the lists, and a task once."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clients.client_status import change_status
from clients.models import Client, Role, Task, TaskState, User
from clients.team import give_role_rights
from communities import tasks
from communities.access_register import remove_access
from communities.hand_over import ask_for_hand_overs, open_accesses_at, open_accesses_of
from communities.models import AccessGrant
from tests.factories import (
    DAY,
    LONG_AGO,
    NOON,
    AccessGrantFactory,
    ClientFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ONE_DAY = dt.timedelta(days=1)
ALL = "Hand over all accesses: the work has ended"


def titles() -> list[str]:
    return list(Task.objects.order_by("pk").values_list("title", flat=True))


def finish_all() -> None:
    Task.objects.update(state=TaskState.DONE, done_at=NOON)


def end_work(client: Client) -> None:
    change_status(client, to="ended", by=UserFactory.create())
    # The checklist's own is told of elsewhere.
    Task.objects.filter(leads_to="ending").delete()


# --- What is open --------------------------------------------------------------------------------


def test_what_is_open_of_a_person_and_at_a_client() -> None:
    person, client = UserFactory.create(), ClientFactory.create()
    mine = AccessGrantFactory.create(client=client, user=person)
    elsewhere = AccessGrantFactory.create(user=person)
    helper = AccessGrantFactory.create(client=client, user=None, person="Freelancer")
    AccessGrantFactory.create(client=client, user=None, person="Olga", whose="client")
    AccessGrantFactory.create(client=client, user=None, person="Shop", whose="third")
    remove_access(AccessGrantFactory.create(client=client, user=person), on=DAY, by=person)
    assert set(open_accesses_of(person)) == {mine, elsewhere}
    assert set(open_accesses_at(client)) == {mine, helper}


# --- The task ------------------------------------------------------------------------------------


def test_the_end_of_the_work_makes_one_task_with_the_list() -> None:
    client = ClientFactory.create(status="active")
    for name in ("site.example", "shop.example"):
        AccessGrantFactory.create(client=client, name=name, user__first_name="Ivan")
    end_work(client)
    assert [ask_for_hand_overs(at=NOON) for _ in range(2)] == [1, 0]
    task = Task.objects.get()
    assert (task.title, task.client) == (ALL, client)
    assert [name in task.details for name in ("site.example", "shop.example", "Ivan")] == [True] * 3
    finish_all()
    assert ask_for_hand_overs(at=NOON + ONE_DAY) == 0


def test_the_end_of_work_without_open_accesses_makes_none() -> None:
    client = ClientFactory.create(status="active")
    AccessGrantFactory.create(client=client, user=None, person="Olga", whose="client")
    end_work(client)
    assert (ask_for_hand_overs(at=NOON), titles()) == (0, [])


@pytest.mark.parametrize(("ends_on", "is_told"), [(DAY - ONE_DAY, True), (DAY, False)])
def test_who_has_left_the_team_gives_back_once(ends_on: dt.date, is_told: bool) -> None:
    client, person = ClientFactory.create(), UserFactory.create(first_name="Ivan", last_name="T")
    AccessGrantFactory.create(client=client, user=person)
    TeamMemberFactory.create(client=client, user=person, starts_on=LONG_AGO, ends_on=ends_on)
    ask_for_hand_overs(at=NOON)
    assert titles() == (["Take back the accesses of Ivan T"] if is_told else [])
    finish_all()
    ask_for_hand_overs(at=NOON)
    assert len(titles()) == is_told


def test_who_is_still_in_the_team_or_never_was_keeps_theirs() -> None:
    client = ClientFactory.create()
    director, member = UserFactory.create(), UserFactory.create()
    for person in (director, member):
        AccessGrantFactory.create(client=client, user=person)
    TeamMemberFactory.create(client=client, user=member, role=Role.DESIGNER, ends_on=DAY - ONE_DAY)
    TeamMemberFactory.create(client=client, user=member, role=Role.STRATEGIST)
    assert ask_for_hand_overs(at=NOON) == 0


def test_who_signs_in_no_more_gives_back_at_every_client() -> None:
    person = UserFactory.create(is_active=False)
    grants = [AccessGrantFactory.create(user=person) for _ in range(2)]
    tasks.ask_for_hand_overs()
    assert set(Task.objects.values_list("client", flat=True)) == {
        grant.client_id for grant in grants
    }


# --- The lists in the admin ----------------------------------------------------------------------


@pytest.fixture
def manager() -> User:
    user = UserFactory.create()
    give_role_rights(user, role=Role.ACCOUNT_MANAGER)
    return user


@pytest.fixture
def own(manager: User) -> Client:
    client = ClientFactory.create(name="Own client")
    TeamMemberFactory.create(client=client, user=manager, role=Role.ACCOUNT_MANAGER)
    return client


@pytest.fixture
def browser(manager: User) -> Browser:
    browser = Browser()
    browser.force_login(manager)
    return browser


def director_browser() -> Browser:
    user, browser = UserFactory.create(), Browser()
    user.groups.add(Group.objects.get(name="Director"))
    browser.force_login(user)
    return browser


def leaves_agency(person: User) -> str:
    return reverse("admin:communities_accessgrant_leaving_person", args=[person.pk])


def leaves_client(client: Client) -> str:
    return reverse("admin:communities_accessgrant_leaves_client", args=[client.pk])


def test_leaving_the_agency_shows_the_clients_that_the_reader_sees(
    browser: Browser, own: Client
) -> None:
    person = UserFactory.create()
    mine = AccessGrantFactory.create(client=own, user=person, name="seen.example")
    foreign = AccessGrantFactory.create(user=person, name="hidden.example")
    text = browser.get(leaves_agency(person)).content.decode()
    assert ("seen.example" in text, "hidden.example" in text) == (True, False)
    whole = director_browser().get(leaves_agency(person)).content.decode()
    assert ("seen.example" in whole, "hidden.example" in whole) == (True, True)
    browser.post(
        leaves_agency(person), {"grants": [mine.pk, foreign.pk], "removed_on": "2026-03-11"}
    )
    assert AccessGrant.objects.standing().count() == 2


def test_all_or_some_are_marked_removed_with_who_did_it(
    browser: Browser, own: Client, manager: User
) -> None:
    person = UserFactory.create()
    first, second = (AccessGrantFactory.create(client=own, user=person) for _ in range(2))
    told = {"grants": [first.pk], "removed_on": "2026-03-11"}
    assert browser.post(leaves_agency(person), told).status_code == 302
    first.refresh_from_db()
    assert (first.removed_on, first.removed_by) == (DAY, manager)
    assert list(open_accesses_of(person)) == [second]


def test_a_foreign_client_has_no_list(browser: Browser, own: Client) -> None:
    foreign = AccessGrantFactory.create().client
    assert browser.get(leaves_client(foreign)).status_code == 404
    assert browser.get(leaves_client(own)).status_code == 200


def test_a_role_that_only_reads_the_register_has_no_button() -> None:
    user, client, browser = UserFactory.create(), ClientFactory.create(), Browser()
    give_role_rights(user, role=Role.MODERATOR)
    TeamMemberFactory.create(client=client, user=user, role=Role.MODERATOR)
    browser.force_login(user)
    grant = AccessGrantFactory.create(client=client, name="site.example")
    page = browser.get(leaves_client(client))
    assert "site.example" in page.content.decode()
    assert 'name="removed_on"' not in page.content.decode()
    browser.post(leaves_client(client), {"grants": [grant.pk], "removed_on": "2026-03-11"})
    assert AccessGrant.objects.standing().count() == 1


def test_ending_a_client_in_the_admin_asks_for_the_hand_over_at_once(
    browser: Browser, own: Client
) -> None:
    AccessGrantFactory.create(client=own)
    own.status = "active"
    own.save()
    address = reverse("admin:clients_client_change_client_status", args=[own.pk])
    browser.post(address, {"to": "ended", "note": "", "seen": "active"})
    # Beside the task of the ending's whole checklist.
    assert ALL in titles()
    assert Task.objects.filter(leads_to="ending").count() == 1


def test_the_client_page_leads_to_the_open_accesses(browser: Browser, own: Client) -> None:
    AccessGrantFactory.create(client=own)
    page = browser.get(reverse("admin:clients_client_overview", args=[own.pk]))
    assert leaves_client(own) in page.content.decode()


def test_a_person_is_chosen_among_those_with_open_accesses(browser: Browser, own: Client) -> None:
    with_access = UserFactory.create()
    AccessGrantFactory.create(client=own, user=with_access)
    AccessGrantFactory.create()
    address = reverse("admin:communities_accessgrant_leaves_agency")
    page = browser.get(address)
    choices = [value for value, _label in page.context["form"].fields["person"].choices]
    assert choices == [with_access.pk]
    sent = browser.post(address, {"person": with_access.pk})
    assert sent.headers["Location"] == leaves_agency(with_access)


def test_an_access_is_added_by_hand_and_a_password_refused(
    browser: Browser, own: Client, manager: User
) -> None:
    address = reverse("admin:communities_accessgrant_add")
    told = {
        "client": own.pk, "person": "Olga", "whose": "client", "kind": "website",
        "name": "site.example", "role": "owner", "granted_on": "2026-03-11",
    }  # fmt: skip
    refused = browser.post(address, told | {"note": "пароль 12345"})
    assert list(refused.context["adminform"].form.errors) == ["note"]
    browser.post(address, told)
    grant = AccessGrant.objects.get()
    assert (grant.person, grant.granted_by) == ("Olga", manager)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    browser: Browser, own: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = UserFactory.create()
    for _ in range(count):
        AccessGrantFactory.create(client=own, user=person)
    browser.get(leaves_agency(person))
    with django_assert_num_queries(QUERIES):
        browser.get(leaves_agency(person))


QUERIES = 10
