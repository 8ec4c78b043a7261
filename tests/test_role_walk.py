"""Every address of the admin, opened as everybody: own clients by the table, others' never.

What a role of the team may open with GET stands in `tests/role_table.py`. Nobody but a director
sees a byte of a client whose team they are not in; whoever may not open a page may not send to it
either; looking at pages changes nothing in the database.
"""

import datetime as dt
import logging
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client as Browser
from django.urls import reverse

from clients.models import (
    Client,
    Engagement,
    EngagementService,
    Paper,
    Role,
    Task,
    TeamMember,
    User,
)
from clients.role_rights import OUR_APPS
from clients.team import join_team
from content.models import Post
from kpi.models import Report
from kpi.report_figures import read_figures
from tests.factories import (
    NOON,
    ArchiveJobFactory,
    ArchivePartFactory,
    ClientFactory,
    ClientImportFactory,
    PortalAccessFactory,
    PortalUserFactory,
    UserFactory,
)
from tests.role_table import NOT_WALKED, opened_by, told
from tests.role_walk import (
    BARE,
    OF_THE_AGENCY,
    Address,
    addresses,
    is_refused,
    names_a_client,
    state_of_tables,
    text_of,
    url_of,
)
from tests.test_admin_scoping import fill

pytestmark = pytest.mark.django_db

LONG_AGO = dt.date(2020, 1, 1)
OWN, FOREIGN = "Ownmark", "Hiddenmark"
FEE = "98765.43"
FACES_OF_FEE = ("98765.43", "98,765.43", "98\xa0765,43")
DIRECTOR = "director"
# Whose pages are drawn and read; of the others it is asked whether they open.
DRAWN = (Role.ACCOUNT_MANAGER, Role.CONTRACTOR)
SENT = {"post": "yes", "reason": "why", "action": "finish"}
# What a contractor reads of the client: its name, the work that is theirs, the pages that a picture
# of theirs may be for, and what stands on a wall for their publication.
CONTRACTORS_READ = {
    "client", "task", "origin", "words", "text", "photo", "said", "reason", "place", "photos",
    "arrival", "community", "again", "slots", "found",
}  # fmt: skip


# A contractor writes down time for a client, and so reads its name.
NAMES_WHOM_ONE_SERVES = {"clients_timeentry_add"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Each refusal would be written down with all that led to it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def own() -> Client:
    return filled(OWN)


@pytest.fixture
def foreign() -> Client:
    return filled(FOREIGN)


def filled(mark: str) -> Client:
    client = ClientFactory.create(name=f"{mark} client")
    fill(client, mark)
    join_team(client, UserFactory.create(), role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    job = ArchiveJobFactory.create(client=client, state="done", made_for="agency")
    ArchivePartFactory.create(job=job, content=f"{mark} archive".encode())
    ClientImportFactory.create(touched=[client.pk], problems=[["", "", "", f"{mark} cell"]])
    Engagement.objects.filter(client=client).update(fee=FEE)
    EngagementService.objects.filter(client=client).update(price=FEE)
    Paper.objects.filter(client=client).update(amount=FEE)
    for report in Report.objects.filter(client=client):
        days = (report.starts_on, report.ends_on)
        report.figures = read_figures(client, *days, review=report.review, at=NOON)
        report.save(update_fields=["figures"])
    return client


def member(*clients: Client, role: str, **besides: Any) -> User:
    user = UserFactory.create()
    for client in clients:
        join_team(client, user, role=role, starts_on=LONG_AGO, **besides)
    return user


def director() -> User:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    return user


def give_work(client: Client, user: User) -> None:
    """The first task and post are theirs; the pages of the walk are of the first rows."""
    first: Any = Task.objects.filter(client=client).earliest("pk")
    Task.objects.filter(pk=first.pk).update(owner=user)
    Post.objects.filter(client=client).update(author=user)


class Walk:
    """One person's way through the admin; what is `wrong` is told at its end."""

    def __init__(self, user: User | None) -> None:
        self.browser = Browser(raise_request_exception=False)
        if user is not None:
            self.browser.force_login(user)
        self.wrong: list[str] = []
        self.requests = 0
        # What of the own client was read, by the word that stands after its mark.
        self.read: set[str] = set()

    def get(self, url: str, *never: str) -> Any:
        """The answer, none of whose text holds one of these."""
        return self.look("GET", url, self.browser.get(url), never)

    def send(self, url: str, *never: str) -> Any:
        return self.look("POST", url, self.browser.post(url, SENT), never)

    def look(self, method: str, url: str, response: Any, never: tuple[str, ...]) -> Any:
        self.requests += 1
        if response.status_code >= 500:
            self.wrong.append(f"{method} {url}: {response.status_code}")
        else:
            text = text_of(response)
            self.read |= set(re.findall(rf"{OWN} (\w+)", text))
            self.wrong += [f"{method} {url} shows {word}" for word in never if word in text]
        return response

    def is_open(self, address: Address, client: Client, *never: str) -> bool:
        """Whether a page of the client's opens; where it does not, nothing is sent to it either."""
        url = url_of(address, client)
        response = self.get(url, *never)
        if response.status_code == 405:
            return not is_refused(self.send(url, *never))
        opens = not is_refused(response)
        if not opens or is_view_only(response):
            self.must_refuse(url, *never)
        return opens

    def must_refuse(self, url: str, *never: str) -> None:
        sent = self.send(url, *never)
        # A step that the row's state does not allow is refused in words, on its own page.
        if not is_refused(sent) and not is_told(sent):
            self.wrong.append(f"POST {url}: {sent.status_code}")

    def stays_out(self, address: Address, client: Client, *never: str) -> None:
        """Of a client that is not theirs: neither looked at nor sent to."""
        url = url_of(address, client)
        for response in (self.get(url, *never), self.send(url, *never)):
            if not is_refused(response):
                self.wrong.append(f"{response.request['REQUEST_METHOD']} {url}: open")


def is_told(response: Any) -> bool:
    """The page stands there again, with what is wrong."""
    context = getattr(response, "context", None)
    return response.status_code == 200 and context is not None and bool(context["form"].errors)


def is_view_only(response: Any) -> bool:
    """A row's form that is only looked at."""
    context = getattr(response, "context", None)
    return (
        context is not None
        and context.get("has_change_permission") is False
        and ("adminform" in context)
    )


def draw_nothing(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.role_walk.WithoutTemplates"]


def walked() -> list[Address]:
    return [
        each for each in addresses()
        if each.name not in NOT_WALKED and not each.name.startswith(BARE)
    ]  # fmt: skip


def opened_with(walk: Walk, client: Client, *never: str) -> set[str]:
    return {each.name for each in walked() if walk.is_open(each, client, *never)}


def check(walk: Walk, before: dict[str, str]) -> None:
    after = state_of_tables()
    changed = [table for table in before if before[table] != after[table]]
    assert (walk.wrong, changed) == ([], [])


def test_every_address_is_in_the_table() -> None:
    """A new page stands there with those who may open it, or with nobody."""
    names = {each.name for each in walked()}
    new, gone = sorted(names - set(told())), sorted(set(told()) - names)
    assert not new, (
        f"New pages of the admin: {', '.join(new)}. Look who opens them, and put each in"
        " tests/role_table.py with those who may; with nobody, where its first row does not fit."
    )
    assert not gone, f"Take out of tests/role_table.py what is no page any more: {', '.join(gone)}."
    twice = sorted(name for name, times in Counter(told()).items() if times > 1)
    assert not twice, f"Each page stands in tests/role_table.py once: {', '.join(twice)}."
    assert {each.name for each in addresses()} >= NOT_WALKED.keys()


@pytest.mark.parametrize("who", [DIRECTOR, *Role.values])
def test_a_role_opens_what_the_table_says(
    who: str, own: Client, foreign: Client, settings: Any
) -> None:
    if who not in DRAWN:
        draw_nothing(settings)
    user = director() if who == DIRECTOR else member(own, role=who)
    if who == Role.CONTRACTOR:
        give_work(own, user)
    never = () if who == DIRECTOR else (FOREIGN, *FACES_OF_FEE)
    walk = Walk(user)
    before = state_of_tables()
    opened, told_of = opened_with(walk, own, *never), opened_by(who)
    assert (sorted(opened - told_of), sorted(told_of - opened)) == ([], [])
    if who == Role.CONTRACTOR:
        assert walk.read - CONTRACTORS_READ == set()
        check(walk, before)
        # Without work of theirs there, a contractor of the client sees no more than a stranger.
        join_team(foreign, user, role=who, starts_on=LONG_AGO)
        before = state_of_tables()
        stay_out(walk, foreign, *never)
    check(walk, before)


def stay_out(walk: Walk, client: Client, *never: str) -> None:
    """Of every page of the client's, and of lists and forms that are asked for it."""
    for address in walked():
        if names_a_client(address):
            walk.stays_out(address, client, *never)
        elif address.name in NAMES_WHOM_ONE_SERVES:
            walk.get(url_of(address, client), *FACES_OF_FEE)
        elif not address.parts or set(address.parts) & OF_THE_AGENCY:
            url = url_of(address, client).partition("?")[0]
            walk.get(f"{url}?client={client.pk}", *never)


def test_a_substitute_opens_what_their_role_opens(own: Client, settings: Any) -> None:
    draw_nothing(settings)
    away = TeamMember.objects.filter(client=own, role=Role.ACCOUNT_MANAGER).earliest("pk")
    user = member(own, role=Role.ACCOUNT_MANAGER)
    TeamMember.objects.filter(user=user).update(stands_in_for=away, ends_on=dt.date(2099, 1, 1))
    walk = Walk(user)
    before = state_of_tables()
    answers = {each.name: walk.get(url_of(each, own)) for each in walked()}
    # What is only sent to is not looked at.
    asked = {name for name, response in answers.items() if response.status_code != 405}
    opened = {name for name in asked if not is_refused(answers[name])}
    assert opened == opened_by(Role.ACCOUNT_MANAGER) & asked
    check(walk, before)


@pytest.mark.parametrize("who", ["of another client", "left", "of no team"])
def test_who_is_not_in_the_team_opens_nothing_of_the_client(
    who: str, foreign: Client, settings: Any
) -> None:
    user = UserFactory.create()
    if who != "of another client":
        draw_nothing(settings)
    if who == "of another client":
        user = member(ClientFactory.create(), role=Role.ACCOUNT_MANAGER)
    elif who == "left":
        user = member(foreign, role=Role.ACCOUNT_MANAGER, ends_on=dt.date(2021, 1, 1))
    walk = Walk(user)
    before = state_of_tables()
    stay_out(walk, foreign, FOREIGN)
    check(walk, before)


@pytest.mark.parametrize("who", ["client's person", "anonymous"])
def test_who_is_no_staff_opens_nothing(who: str, foreign: Client) -> None:
    user = None
    if who != "anonymous":
        user = PortalUserFactory.create()
        PortalAccessFactory.create(client=foreign, user=user)
    walk = Walk(user)
    before = state_of_tables()
    for address in walked():
        if address.name != "jsi18n":
            walk.stays_out(address, foreign, FOREIGN)
    check(walk, before)


@pytest.mark.parametrize("who", DRAWN)
def test_autocomplete_offers_nothing_foreign(who: Role, own: Client, foreign: Client) -> None:
    walk = Walk(member(own, role=who))
    for model in ours():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                walk.get(f"{reverse('admin:autocomplete')}?{asking(field)}", FOREIGN)
    assert walk.wrong == []


def asking(field: Any) -> str:
    meta = field.model._meta
    names = {"app_label": meta.app_label, "model_name": meta.model_name, "field_name": field.name}
    return urlencode(names)


def ours() -> list[type[models.Model]]:
    return [each for each in apps.get_models() if each._meta.app_label in OUR_APPS]
