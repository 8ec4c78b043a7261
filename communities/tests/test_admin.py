"""Keys in the admin: the secret goes in, is checked by a real call, and never comes out."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
import respx
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from communities.keys import check_key
from communities.models import AccessKey, Profile
from tests.factories import NOON, AccessKeyFactory, ClientFactory, ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "vk1.a.a-very-secret-key"
Capture = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def browser() -> Browser:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def network() -> Iterator[respx.MockRouter]:
    """A network that answers nothing."""
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=httpx.ConnectError("no route"))
        yield router


def form(**changes: Any) -> dict[str, Any]:
    return {"network": "vk", "kind": "service", "label": "Ours", "new_secret": SECRET} | changes


def test_an_unreachable_network_leaves_the_key_unchecked(
    browser: Browser, network: respx.MockRouter, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("admin:communities_accesskey_add"), form())
    key = AccessKey.objects.get()
    assert (key.secret, key.state) == (SECRET, AccessKey.State.UNCHECKED)
    assert key.state_note
    assert SECRET not in key.state_note


def test_a_network_without_an_adapter_is_not_asked(network: respx.MockRouter) -> None:
    key = AccessKeyFactory.create(network="dzen")
    assert check_key(key, at=NOON) == AccessKey.State.UNCHECKED
    assert (key.state_note, key.checked_at) == ("Its figures come from files.", NOON)
    assert not network.calls


SWITCHED_OFF = (
    "Facebook and Instagram are switched off here by the setting META_ENABLED:"
    " their figures come from files."
)


@pytest.mark.parametrize("name", ["facebook", "instagram"])
def test_while_meta_is_switched_off_its_keys_are_not_taken(
    browser: Browser, network: respx.MockRouter, name: str
) -> None:
    data = form(network=name, kind="page", client=ClientFactory.create().pk)
    response = browser.post(reverse("admin:communities_accesskey_add"), data)
    assert response.context["errors"][0] == [SWITCHED_OFF]
    assert not AccessKey.objects.exists()
    assert not network.calls


def test_a_key_from_before_meta_was_switched_off_is_not_asked_with(
    browser: Browser, network: respx.MockRouter
) -> None:
    key = AccessKeyFactory.create(network="facebook", kind="page", client=ClientFactory.create())
    assert check_key(key, at=NOON) == AccessKey.State.UNCHECKED
    assert (key.state_note, network.calls.call_count) == (SWITCHED_OFF, 0)
    # What it is called may still be changed.
    data = {"client": key.client_id, "network": "facebook", "kind": "page", "label": "Old"}
    browser.post(reverse("admin:communities_accesskey_change", args=[key.pk]), data)
    key.refresh_from_db()
    assert key.label == "Old"


def test_meta_is_asked_once_it_is_switched_on(
    network: respx.MockRouter, settings: Settings
) -> None:
    settings.META_ENABLED = True
    key = AccessKeyFactory.create(network="facebook", kind="page", client=ClientFactory.create())
    check_key(key, at=NOON)
    assert key.state_note == "The network could not be reached."


def test_a_refused_key_says_what_the_network_said() -> None:
    key = AccessKeyFactory.create(secret=SECRET)
    refusal = {"error": {"error_code": 5, "error_msg": "User authorization failed"}}
    with respx.mock() as router:
        router.route().mock(return_value=httpx.Response(200, json=refusal))
        assert check_key(key, at=NOON) == AccessKey.State.REFUSED
    key.refresh_from_db()
    assert (key.state, key.capabilities) == (AccessKey.State.REFUSED, [])
    assert SECRET not in key.state_note


def test_the_secret_is_never_shown(browser: Browser) -> None:
    key = AccessKeyFactory.create(secret=SECRET)
    for page, args in (("change", [key.pk]), ("changelist", []), ("history", [key.pk])):
        response = browser.get(reverse(f"admin:communities_accesskey_{page}", args=args))
        assert SECRET not in response.content.decode()


def test_an_empty_secret_keeps_the_stored_one(browser: Browser, network: respx.MockRouter) -> None:
    key = AccessKeyFactory.create(secret=SECRET)
    address = reverse("admin:communities_accesskey_change", args=[key.pk])
    browser.post(address, form(label="Renamed", new_secret=""))
    key = AccessKey.objects.get()
    assert (key.label, key.secret) == ("Renamed", SECRET)


def test_a_new_key_needs_a_secret(browser: Browser) -> None:
    response = browser.post(reverse("admin:communities_accesskey_add"), form(new_secret=""))
    assert list(response.context["adminform"].form.errors) == ["new_secret"]


def test_a_clients_key_names_its_client(browser: Browser) -> None:
    response = browser.post(
        reverse("admin:communities_accesskey_add"), form(kind="community", client="")
    )
    assert response.context["adminform"].form.errors
    client = ClientFactory.create()
    browser.post(
        reverse("admin:communities_accesskey_add"), form(kind="community", client=client.pk)
    )
    assert AccessKey.objects.get().client == client


@pytest.mark.parametrize(
    ("was_measured", "changes", "is_asked"),
    [
        (True, {"title": "Renamed"}, False),
        (True, {"external_id": "778"}, True),
        (False, {"is_measured": "on"}, True),
    ],
)
def test_a_page_that_was_gone_is_asked_for_again(
    browser: Browser, was_measured: bool, changes: dict[str, str], is_asked: bool
) -> None:
    profile = ProfileFactory.create(external_id="777", gone_at=NOON, is_measured=was_measured)
    form = {
        "network": "vk", "external_id": "777", "title": "Smile", "relation": profile.relation,
        "community-TOTAL_FORMS": 0, "community-INITIAL_FORMS": 0,
    }  # fmt: skip
    form |= {"is_measured": "on"} if was_measured else {}
    browser.post(reverse("admin:communities_profile_change", args=[profile.pk]), form | changes)
    assert (Profile.objects.get().gone_at is None) == is_asked
    assert Profile.objects.measured().exists() == is_asked
