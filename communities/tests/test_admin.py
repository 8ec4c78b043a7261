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
    field = response.context["adminform"].form.fields["network"]
    assert (field.help_text, name in dict(field.choices)) == (SWITCHED_OFF, False)
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


# --- What a network takes ------------------------------------------------------------------------


def errors_of(response: Any) -> dict[str, list[str]]:
    return {
        name: list(errors) for name, errors in response.context["adminform"].form.errors.items()
    }


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"kind": "bot"},
            "kind",
            "VK takes: service key of the agency's app, community key, administrator's key.",
        ),
        ({"network": "telegram", "kind": "service"}, "kind", "Telegram takes: bot token."),
        (
            {"new_refresh_secret": "refresh-me"},
            "new_refresh_secret",
            "Keys of this kind come without a refresh token: leave it empty.",
        ),
    ],
)
def test_a_kind_that_the_network_does_not_take_is_refused_with_those_it_takes(
    browser: Browser, changes: dict[str, str], field: str, message: str
) -> None:
    client = ClientFactory.create()
    response = browser.post(
        reverse("admin:communities_accesskey_add"), form(client=client.pk, **changes)
    )
    assert errors_of(response) == {field: [message]}


def test_networks_without_an_adapter_are_not_offered(browser: Browser) -> None:
    response = browser.get(reverse("admin:communities_accesskey_add"))
    choices = dict(response.context["adminform"].form.fields["network"].choices)
    assert "vk" in choices
    assert "dzen" not in choices
    assert "rutube" not in choices


def test_another_secret_clears_what_was_known_of_the_old_one(
    browser: Browser, network: respx.MockRouter, django_capture_on_commit_callbacks: Capture
) -> None:
    key = AccessKeyFactory.create(
        secret=SECRET, capabilities=["publish"], lacks={"messages": "no"}, checked_at=NOON,
        expires_at=NOON, expiry_told_for=NOON, refresh_secret="old refresh",
    )  # fmt: skip
    address = reverse("admin:communities_accesskey_change", args=[key.pk])
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(
            address,
            form(new_secret="vk1.a.new", expires_at_0="2026-03-11", expires_at_1="12:00:00"),
        )
    key = AccessKey.objects.get()
    assert (key.secret, key.refresh_secret, key.state) == ("vk1.a.new", None, "unchecked")
    assert (key.capabilities, key.lacks, key.checked_at) == ([], {}, None)
    assert (key.expires_at, key.expiry_told_for) == (None, None)


def test_the_refresh_token_goes_in_and_never_comes_out(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, network: respx.MockRouter
) -> None:
    monkeypatch.setattr("communities.admin.key_form.WITH_REFRESH_SECRET", {("vk", "user")})
    client = ClientFactory.create()
    told = form(client=client.pk, kind="user", new_refresh_secret="refresh-me-please")
    browser.post(reverse("admin:communities_accesskey_add"), told)
    key = AccessKey.objects.get()
    assert key.refresh_secret == "refresh-me-please"
    page = browser.get(reverse("admin:communities_accesskey_change", args=[key.pk]))
    assert "refresh-me-please" not in page.content.decode()
    assert "One is stored. Leave empty to keep it." in page.content.decode()


def test_a_page_chosen_with_a_new_key_is_read_with_it(
    browser: Browser, network: respx.MockRouter
) -> None:
    page = ProfileFactory.create()
    told = form(client=page.client_id, kind="community", page=page.pk)
    browser.post(reverse("admin:communities_accesskey_add"), told)
    page.refresh_from_db()
    assert page.access_key == AccessKey.objects.get()


@pytest.mark.parametrize(
    ("of_same_client", "network_of_page", "message"),
    [
        (False, "vk", "This belongs to another client."),
        (True, "telegram", "This page is on Telegram."),
    ],
)
def test_a_page_that_is_not_the_keys_is_refused(
    browser: Browser, of_same_client: bool, network_of_page: str, message: str
) -> None:
    page = ProfileFactory.create(network=network_of_page)
    client = page.client if of_same_client else ClientFactory.create()
    response = browser.post(
        reverse("admin:communities_accesskey_add"),
        form(client=client.pk, kind="community", page=page.pk),
    )
    assert errors_of(response) == {"page": [message]}


def test_the_keys_page_says_what_it_can_and_cannot_and_which_pages_it_reads(
    browser: Browser,
) -> None:
    key = AccessKeyFactory.create(
        client=ClientFactory.create(), kind="community", capabilities=["publish"],
        lacks={"publish_photo": "error <27>", "publish_video": "error <27>"},
    )  # fmt: skip
    page = ProfileFactory.create(client=key.client, access_key=key, title="Coffee")
    text = browser.get(
        reverse("admin:communities_accesskey_change", args=[key.pk])
    ).content.decode()
    assert "publishing of texts" in text
    assert "publishing of pictures, publishing of videos: error &lt;27&gt;" in text
    assert reverse("admin:communities_profile_change", args=[page.pk]) in text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, ""),
        ({"refusal": "VK knows no such community.", "refused_at": NOON},
         "VK knows no such community. (03/11/2026)"),
        ({"gone_at": NOON, "refusal": "", "refused_at": None}, "gone since March 11, 2026"),
    ],
)  # fmt: skip
def test_the_list_of_pages_says_why_one_is_not_read(
    browser: Browser, row: dict[str, Any], said: str
) -> None:
    profile = ProfileFactory.create(**row)
    response = browser.get(reverse("admin:communities_profile_changelist"))
    trouble = response.context["cl"].model_admin.trouble(profile)
    assert trouble == said
    assert trouble in response.content.decode()
