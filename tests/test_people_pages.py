"""The pages of teams, substitutes, handing over and leaving."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, HandOver, Role, Task, TeamMember, User
from clients.substitutes import substitute
from clients.team import join_team
from smm_agency.dashboard.due import due_lists
from smm_agency.dashboard.reader import Reader
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    DirectorFactory,
    IncidentFactory,
    PostFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def browser_of(person: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(name="Clinic")


@pytest.fixture
def manager(client: Client) -> User:
    person = UserFactory.create(first_name="Maria", last_name="Manager", language="en")
    join_team(client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return person


@pytest.fixture
def writer(client: Client) -> User:
    person = UserFactory.create(first_name="Wanda", last_name="Writer", language="en")
    join_team(client, person, role=Role.CONTENT_MANAGER, starts_on=LONG_AGO)
    return person


@pytest.fixture
def director() -> User:
    return DirectorFactory.create(language="en")


def member_of(person: User) -> TeamMember:
    return TeamMember.objects.get(user=person, stands_in_for=None)


def errors_of(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def step(page: str, row: Any, **query: Any) -> str:
    meta = row._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])
    return address + "".join(f"?{name}={value}" for name, value in query.items())


def test_substitute_is_made_from_the_clients_page(
    client: Client, manager: User, writer: User
) -> None:
    today = client.today()
    stand_in = UserFactory.create()
    form = {"person": writer.pk, "substitute": stand_in.pk, "first": today, "last": today + DAY}
    answer = browser_of(manager).post(step("substitute", client), form)
    assert answer.status_code == 302
    [row] = TeamMember.objects.filter(user=stand_in)
    assert (row.stands_in_for, row.role, row.ends_on) == (
        member_of(writer), Role.CONTENT_MANAGER, today + DAY
    )  # fmt: skip


def test_refusal_of_a_substitute_stands_at_its_field(
    client: Client, manager: User, writer: User
) -> None:
    today = client.today()
    form = {"person": writer.pk, "substitute": writer.pk, "first": today, "last": today}
    answer = browser_of(manager).post(step("substitute", client), form)
    assert errors_of(answer) == {
        "substitute": ["Nobody stands in for themselves: choose a colleague."]
    }


def test_writer_makes_no_substitutes_and_hands_nothing_over(client: Client, writer: User) -> None:
    browser = browser_of(writer)
    pages = [step("substitute", client), step("hand_over", client)]
    assert [browser.get(page).status_code for page in pages] == [403, 403]


def test_substitute_for_all_clients_from_the_persons_page(
    client: Client, writer: User, director: User
) -> None:
    other = ClientFactory.create()
    join_team(other, writer, role=Role.DESIGNER, starts_on=LONG_AGO)
    stand_in, today = UserFactory.create(), client.today()
    form = {"person": writer.pk, "substitute": stand_in.pk, "first": today, "last": today}
    browser_of(director).post(step("substitute_everywhere", writer), form)
    rows = TeamMember.objects.filter(user=stand_in).order_by("client_id")
    assert [row.client for row in rows] == [client, other]


def test_membership_ends_by_its_step(client: Client, manager: User, writer: User) -> None:
    row, today = member_of(writer), client.today()
    page = step("end", row)
    browser = browser_of(manager)
    early = browser.post(page, {"last": today - 3 * DAY, "seen": ""})
    assert list(errors_of(early)) == ["last"]
    assert browser.post(page, {"last": today, "seen": ""}).status_code == 302
    row.refresh_from_db()
    assert row.ends_on == today
    stale = browser.post(page, {"last": today, "seen": ""})
    assert errors_of(stale) == {
        "__all__": ["Somebody has changed this membership meanwhile: look at it again."]
    }


def inline_form(client: Client, browser: Browser) -> dict[str, Any]:
    """The client's form as the browser would send it back."""
    page = browser.get(step("change", client))
    adminform = page.context["adminform"].form
    found = {name: adminform[name].value() for name in adminform.fields}
    for formset in page.context["inline_admin_formsets"]:
        for form in [formset.formset.management_form, *formset.formset.forms]:
            found.update({form.add_prefix(name): form[name].value() for name in form.fields})
    return {name: "" if value is None else value for name, value in found.items()}


def test_overlap_is_refused_and_a_change_of_days_at_once_is_not(
    client: Client, director: User, writer: User
) -> None:
    browser, today = browser_of(director), client.today()
    form = inline_form(client, browser)
    new = {
        "team-TOTAL_FORMS": 2, "team-1-user": writer.pk, "team-1-role": Role.CONTENT_MANAGER,
        "team-1-starts_on": today, "team-1-client": client.pk,
    }  # fmt: skip
    answer = browser.post(step("change", client), {**form, **new})
    [formset] = [
        each.formset for each in answer.context["inline_admin_formsets"]
        if each.formset.prefix == "team"
    ]  # fmt: skip
    assert formset.errors[1]["starts_on"][0].startswith(
        "Wanda Writer has this role with this client already from "
    )
    ended = {"team-0-ends_on": today - DAY}
    assert browser.post(step("change", client), {**form, **new, **ended}).status_code == 302
    rows = TeamMember.objects.filter(user=writer).order_by("starts_on")
    assert [(row.starts_on, row.ends_on) for row in rows] == [
        (LONG_AGO, today - DAY), (today, None)
    ]  # fmt: skip


def test_overlap_is_refused_on_the_page_of_a_membership(
    client: Client, director: User, writer: User
) -> None:
    answer = browser_of(director).post(
        reverse("admin:clients_teammember_add"),
        {"client": client.pk, "user": writer.pk, "role": Role.CONTENT_MANAGER,
         "starts_on": client.today()},
    )  # fmt: skip
    assert list(answer.context["adminform"].form.errors) == ["starts_on"]


def test_teams_are_listed_with_substitutes(client: Client, manager: User, writer: User) -> None:
    today = client.today()
    stand_in = UserFactory.create(first_name="Sofia", last_name="Standin")
    substitute(writer, by_whom=stand_in, clients=[client], first=today, last=today)
    page = browser_of(manager).get(reverse("admin:clients_teammember_changelist"))
    assert [str(row.user) for row in page.context["cl"].result_list] == [
        "Maria Manager", "Sofia Standin", "Wanda Writer"
    ]  # fmt: skip


def test_hand_over_shows_what_moves_and_moves_it(
    client: Client, manager: User, writer: User
) -> None:
    task = TaskFactory.create(client=client, owner=writer, title="Ask for photos")
    PostFactory.create(client=client, author=writer, title="Spring post")
    browser = browser_of(manager)
    page = browser.get(step("hand_over", client, person=writer.pk))
    heaps = [(each.title, each.total, [line.name for line in each.lines])
             for each in page.context["heaps"]]  # fmt: skip
    assert heaps == [("Tasks", 1, ["Ask for photos"]), ("Posts to write", 1, ["Spring post"])]
    assert reverse("admin:clients_task_change", args=[task.pk]) in page.content.decode()
    form = page.context["form"].initial
    sent = {"receiver": manager.pk, "note": "Photos by Friday.", **form}
    answer = browser.post(step("hand_over", client, person=writer.pk), sent, follow=True)
    assert "Handed over to Maria Manager: Tasks: 1, Posts to write: 1." in answer.content.decode()
    assert Task.objects.get(pk=task.pk).owner == manager
    # On the client's history.
    row = HandOver.objects.get()
    assert "Wanda Writer → Maria Manager: Tasks: 1, Posts to write: 1. Photos by Friday." in (
        answer.content.decode()
    )
    assert row.made_by == manager


def test_hand_over_leaves_out_what_is_not_ticked(
    client: Client, manager: User, writer: User
) -> None:
    TaskFactory.create(client=client, owner=writer)
    IncidentFactory.create(client=client, owner=writer)
    browser, page = browser_of(manager), step("hand_over", client, person=writer.pk)
    form = browser.get(page).context["form"].initial
    browser.post(page, {**form, "what": ["incidents"], "receiver": manager.pk, "note": "x"})
    assert list(HandOver.objects.get().moved) == ["incidents"]


def test_what_changed_meanwhile_is_said(client: Client, manager: User, writer: User) -> None:
    tasks = TaskFactory.create_batch(2, client=client, owner=writer)
    browser, page = browser_of(manager), step("hand_over", client, person=writer.pk)
    form = browser.get(page).context["form"].initial
    sent = {**form, "receiver": manager.pk, "note": "x"}
    Task.objects.filter(pk=tasks[0].pk).update(owner=None)
    answer = browser.post(page, sent, follow=True)
    assert "Tasks: 1. 1 had changed since you looked, and stayed." in answer.content.decode()
    again = browser.post(page, sent)
    assert errors_of(again) == {"__all__": [
        "Nothing of this is theirs any more: somebody was quicker. Open the page again."
    ]}  # fmt: skip


@pytest.mark.parametrize("asked", ["0", "nobody", "9999999"])
def test_hand_over_of_nobody_is_not_found(asked: str, client: Client, manager: User) -> None:
    assert browser_of(manager).get(step("hand_over", client, person=asked)).status_code == 404


def test_director_takes_all_access_away(client: Client, writer: User, director: User) -> None:
    TaskFactory.create(client=client, owner=writer)
    gone = browser_of(writer)
    assert gone.get(reverse("admin:index")).status_code == 200
    page = browser_of(director).post(step("leaves", writer), follow=True)
    assert gone.get(reverse("admin:index")).status_code == 302
    assert [(each.client, each.words) for each in page.context["work"]] == [("Clinic", "Tasks: 1")]
    assert page.context["work"][0].url == step("hand_over", client, person=writer.pk)


def user_form(person: User, browser: Browser) -> dict[str, Any]:
    form = browser.get(step("change", person)).context["adminform"].form
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value not in (None, False)} | {
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip


def test_unticking_active_in_the_form_is_leaving(
    client: Client, writer: User, director: User
) -> None:
    browser = browser_of(director)
    form = user_form(writer, browser)
    del form["is_active"]
    answer = browser.post(step("change", writer), form)
    assert answer.status_code == 302
    row = member_of(writer)
    assert (User.objects.get(pk=writer.pk).is_active, row.ends_on) == (False, client.today())
    assert Task.objects.filter(title="Hand over the work of Wanda Writer, who has left").exists()


def test_last_director_is_not_unticked(director: User) -> None:
    superuser = UserFactory.create(is_superuser=True, is_active=True)
    browser = browser_of(superuser)
    other = browser_of(director)
    form = user_form(director, other)
    del form["is_active"]
    answer = other.post(step("change", director), form)
    said = answer.context["adminform"].form.errors["is_active"]
    assert said == ["Nobody removes themselves: ask another director to do it."]
    form = user_form(superuser, browser)
    del form["is_active"]
    User.objects.filter(pk=director.pk).update(is_active=False)
    answer = browser.post(step("change", superuser), form)
    assert list(answer.context["adminform"].form.errors) == ["is_active"]


def test_manager_opens_no_page_of_leaving(manager: User, writer: User) -> None:
    assert browser_of(manager).get(step("leaves", writer)).status_code in (302, 403)


def heap_of(person: User, code: str, today: dt.date) -> list[Any]:
    reader = Reader(User.objects.get(pk=person.pk), today=today)
    lists = due_lists(reader)
    assert code in lists
    from smm_agency.dashboard.due.panel import kinds_of  # noqa: PLC0415

    [kind] = [each for each in kinds_of(reader) if each.code == code]
    return list(kind.waiting(reader))


def test_heaps_hold_the_work_of_who_is_away_and_of_who_has_left(
    client: Client, manager: User, writer: User
) -> None:
    today = client.today()
    stand_in = UserFactory.create()
    task = TaskFactory.create(client=client, owner=writer, due_on=today)
    post = PostFactory.create(client=client, author=writer, state="draft")
    substitute(writer, by_whom=stand_in, clients=[client], first=today, last=today)
    assert heap_of(stand_in, "tasks", today) == [task]
    assert heap_of(stand_in, "to_write", today) == [post]
    assert heap_of(manager, "tasks_of_gone", today) == []
    User.objects.filter(pk=writer.pk).update(is_active=False)
    assert heap_of(manager, "tasks_of_gone", today) == [task]
    assert heap_of(manager, "posts_of_gone", today) == [post]


def test_list_of_tasks_shows_those_of_whom_one_stands_in_for(client: Client, writer: User) -> None:
    today, stand_in = client.today(), UserFactory.create()
    task = TaskFactory.create(client=client, owner=writer)
    substitute(writer, by_whom=stand_in, clients=[client], first=today, last=today)
    page = browser_of(stand_in).get(reverse("admin:clients_task_changelist"))
    assert list(page.context["cl"].result_list) == [task]


def test_overview_says_who_stands_in(client: Client, manager: User, writer: User) -> None:
    today = client.today()
    stand_in = UserFactory.create(first_name="Sofia", last_name="Standin")
    substitute(writer, by_whom=stand_in, clients=[client], first=today, last=today)
    page = browser_of(manager).get(step("overview", client)).content.decode()
    text = " ".join(re.sub("<[^>]+>", " ", page).split())
    day = today.strftime("%m/%d/%Y")
    assert f"Wanda Writer · content manager, away until {day}" in text
    assert f"Sofia Standin · content manager, stands in for Wanda Writer until {day}" in text
