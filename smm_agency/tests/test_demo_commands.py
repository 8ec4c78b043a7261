"""The demo's commands, and the first director."""

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from clients.erasure import models_with_client
from clients.models import Client, PortalAccess, Role, Task, User
from clients.team import join_team
from communities.models import AccessKey
from smm_agency.demo import loading
from smm_agency.demo.clients_counts import NEWCOMER
from smm_agency.demo.removal import rows_that_name
from tests.factories import (
    AccessKeyFactory,
    CallFactory,
    ClientFactory,
    DirectorFactory,
    PortalAccessFactory,
    StrategyVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "horse battery staple 7"


@pytest.fixture(autouse=True)
def one_story(monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path) -> None:
    """One client is enough here: the newcomer, who has no year to live through."""
    monkeypatch.setattr(loading, "STORIES", (NEWCOMER,))
    monkeypatch.setattr("smm_agency.demo.simulated.settings.VAR_DIR", tmp_path)


@pytest.fixture
def run(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[..., str]:
    def call(*words: str) -> str:
        out = io.StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command(*words, stdout=out)
        return out.getvalue()

    return call


def test_state_is_empty_then_demo_then_empty_again(run: Callable[..., str], tmp_path: Path) -> None:
    assert run("demo_state") == "empty\n"
    run("load_demo")
    assert run("demo_state") == "demo\n"
    levels = json.loads((tmp_path / "simulator.json").read_text(encoding="utf-8"))["levels"]
    assert levels["999000501"] > 700
    run("remove_demo")
    assert run("demo_state") == "empty\n"
    assert not (tmp_path / "simulator.json").exists()
    left = [
        model._meta.label
        for model in models_with_client()
        if model._base_manager.exclude(client=None).exists()
    ]
    assert left == []
    assert not AccessKey.objects.exists()


def test_state_is_real_with_a_client_or_a_person_of_ones_own(run: Callable[..., str]) -> None:
    UserFactory.create()
    assert run("demo_state") == "real\n"


def test_logins_name_a_director_a_manager_and_a_client(run: Callable[..., str]) -> None:
    run("load_demo")
    lines = run("demo_state", "--logins").splitlines()
    assert [line.split() for line in lines] == [
        ["director", "vera", "/", "demo-agency"],
        ["account", "manager", "boris", "/", "demo-agency"],
        ["client", "proba.hloya", "/", "demo-agency"],
    ]


def test_demo_is_refused_beside_rows_of_ones_own(run: Callable[..., str]) -> None:
    ClientFactory.create()
    with pytest.raises(CommandError, match="empty database only: here are 1 clients and 0 people"):
        run("load_demo")
    assert not User.objects.filter(is_demo=True).exists()


def test_demo_is_not_loaded_twice(run: Callable[..., str]) -> None:
    run("load_demo")
    with pytest.raises(CommandError, match="remove_demo"):
        run("load_demo")
    assert Client.objects.count() == 1


def test_removal_leaves_everything_of_ones_own(run: Callable[..., str]) -> None:
    run("load_demo")
    person = DirectorFactory.create(username="real")
    call = CallFactory.create()
    version = StrategyVersionFactory.create(client=call.client)
    key = AccessKeyFactory.create(network="vk", kind="service", secret="a real key")
    guest = PortalAccessFactory.create(client=Client.objects.get(is_demo=True)).user
    said = run("remove_demo")
    assert said.startswith("Removed: clients 1, with them rows ")
    assert "people 14; keys of the agency 1." in said
    assert set(Client.objects.all()) == {call.client}
    assert set(User.objects.filter(pk__in=[person.pk, guest.pk])) == {person, guest}
    assert not User.objects.filter(is_demo=True).exists()
    assert set(AccessKey.objects.all()) == {key}
    version.refresh_from_db()
    call.refresh_from_db()
    assert run("demo_state") == "real\n"


def test_person_whom_a_real_row_names_is_closed_and_kept(run: Callable[..., str]) -> None:
    run("load_demo")
    anna = User.objects.get(username="anna")
    client = ClientFactory.create()
    join_team(client, anna, role=Role.ACCOUNT_MANAGER, starts_on=dt.date(2026, 1, 1))
    task = Task.objects.create(client=client, title="Ring back", owner=anna)
    call = CallFactory.create(client=client, entered_by=anna)
    PortalAccess.objects.create(client=client, user=anna)
    said = run("remove_demo")
    assert "Kept, but closed: anna" in said
    assert "(clients.Task 1, clients.TeamMember 1, kpi.Call 1)" in said
    anna.refresh_from_db()
    assert (anna.is_active, anna.has_usable_password()) == (False, False)
    for row in (task, call):
        row.refresh_from_db()
    assert (task.owner, call.entered_by) == (anna, anna)
    assert list(User.objects.filter(is_demo=True)) == [anna]
    assert run("demo_state") == "real\n"


def test_rows_that_name_somebody_leave_out_the_portals_door() -> None:
    access = PortalAccessFactory.create()
    assert rows_that_name(access.user) == {}


def test_removal_without_a_demo_removes_nothing(run: Callable[..., str]) -> None:
    client = ClientFactory.create()
    assert run("remove_demo").startswith("Removed: clients 0, with them rows 0; people 0;")
    assert list(Client.objects.all()) == [client]


def test_director_is_made_from_the_environment(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIRECTOR_PASSWORD", GOOD_PASSWORD)
    assert run("create_director", "--username", "chief") == "chief can sign in as a director.\n"
    chief = User.objects.get(username="chief")
    assert chief.check_password(GOOD_PASSWORD)
    assert (chief.is_staff, chief.is_superuser, chief.is_demo) == (True, False, False)
    assert list(chief.groups.all()) == [Group.objects.get(name="Director")]
    assert chief.sees_all_clients


@pytest.mark.parametrize(
    ("username", "password", "said"),
    [
        ("chief", "12345", "too short"),
        ("a name", GOOD_PASSWORD, "valid username"),
        ("taken", GOOD_PASSWORD, "already exists"),
    ],
)
def test_director_with_a_wrong_name_or_password_is_refused(
    run: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    username: str,
    password: str,
    said: str,
) -> None:
    UserFactory.create(username="taken")
    monkeypatch.setenv("DIRECTOR_PASSWORD", password)
    with pytest.raises(CommandError, match=said):
        run("create_director", "--username", username)
    assert User.objects.count() == 1


def test_director_is_asked_for_until_the_answers_will_do(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIRECTOR_PASSWORD", raising=False)
    monkeypatch.delenv("DIRECTOR_USERNAME", raising=False)
    passwords = iter(["one", "other", GOOD_PASSWORD, GOOD_PASSWORD])
    monkeypatch.setattr("builtins.input", lambda _prompt: "chief")
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(passwords))
    run("create_director")
    assert User.objects.get().check_password(GOOD_PASSWORD)


def test_director_cannot_be_asked_for_without_a_terminal(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_terminal(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", no_terminal)
    with pytest.raises(CommandError, match="DIRECTOR_PASSWORD"):
        run("create_director")


def test_demo_is_loaded_as_of_today(run: Callable[..., str]) -> None:
    run("load_demo")
    client = Client.objects.get()
    assert client.created_at < timezone.now() - dt.timedelta(days=15)
