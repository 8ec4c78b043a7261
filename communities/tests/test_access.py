"""Access is proven by what only those who manage the page are told, or by a picture and a name."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from communities.access import is_proven_by_call, prove_by_call, prove_by_screenshot
from communities.models import AccessKey, AccessProof, Community, Profile
from communities.tests.networks.conftest import Start
from smm_agency.lib.uploads import CheckedFile
from tests.factories import (
    NOON,
    AccessKeyFactory,
    AccessProofFactory,
    ClientFileFactory,
    CommunityFactory,
    ProfileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PICTURE = CheckedFile("roles.png", "image/png", b"bytes", "0" * 64, 4, 3)
CHANNEL = "-1001234567890"


def with_key(network: str, external_id: str, **more: Any) -> tuple[Community, AccessKey]:
    community = CommunityFactory.create(
        profile__network=network, profile__external_id=external_id, state="set_up"
    )
    key = AccessKeyFactory.create(
        **{"client": community.client, "network": network, "label": "Own"} | more
    )
    Profile.objects.filter(pk=community.profile_id).update(access_key=key)
    return Community.objects.get(pk=community.pk), key


def vk(kind: str = "community", **more: Any) -> tuple[Community, AccessKey]:
    return with_key("vk", "1001", kind=kind, secret=f"vk1.a.{uuid4().hex}", **more)


def bot() -> tuple[Community, AccessKey]:
    secret = f"{uuid4().int % 10**9 + 10**9}:AA{uuid4().hex}"
    return with_key("telegram", CHANNEL, kind="bot", secret=secret)


def prove(community: Community) -> AccessProof:
    return prove_by_call(community, by=None, at=NOON)


def refusal(community: Community) -> str:
    with pytest.raises(ValidationError) as refused:
        prove(community)
    assert AccessProof.objects.count() == 0
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("kind", ["community", "user"])
def test_a_key_that_is_told_of_managers_proves_access(simulate: Start, kind: str) -> None:
    community, key = vk(kind)
    simulate(tokens={key.secret: {"kind": kind, "admin_of": ["1001"]}})
    person = UserFactory.create()
    proof = prove_by_call(community, by=person, at=NOON)
    assert (proof.kind, proof.proven_at, proof.proven_by, proof.client) == (
        "call", NOON, person, community.client,
    )  # fmt: skip
    assert proof.note.startswith("Own: ")
    key.refresh_from_db()
    assert (key.state, key.checked_at) == ("works", NOON)


def test_a_bot_that_manages_the_channel_proves_access(simulate: Start) -> None:
    community, _key = bot()
    simulate(channels={CHANNEL: {"bot_status": "administrator"}})
    assert prove(community).kind == "call"


@pytest.mark.parametrize("kind", ["community", "user"])
def test_a_working_key_of_another_page_proves_nothing(simulate: Start, kind: str) -> None:
    community, key = vk(kind)
    simulate(tokens={key.secret: {"kind": kind, "admin_of": ["2002"]}})
    assert refusal(community).startswith("The key “Own” works, but it shows nothing that only")


def test_a_bot_that_is_no_manager_proves_nothing(simulate: Start) -> None:
    community, _key = bot()
    simulate(channels={CHANNEL: {"bot_status": "member"}})
    assert refusal(community).startswith("The key “Own” works, but it shows nothing that only")


def test_what_a_bot_can_on_another_page_proves_nothing_here(simulate: Start) -> None:
    managed, key = bot()
    other = ProfileFactory.create(
        client=managed.client, network="telegram", external_id="-1009999999999", access_key=key
    )
    stranger = CommunityFactory.create(profile=other)
    there = {"bot_status": "member"}
    simulate(channels={CHANNEL: {"bot_status": "administrator"}, other.external_id: there})
    assert refusal(stranger).startswith("The key “Own” works, but it shows nothing that only")
    assert prove(managed).kind == "call"


def test_a_dead_key_proves_nothing_and_is_known_to_be_dead(simulate: Start) -> None:
    community, key = vk()
    simulate(tokens={key.secret: {"kind": "community", "state": "revoked"}})
    assert refusal(community).startswith("The key does not work: VK error 5")
    key.refresh_from_db()
    assert key.state == AccessKey.State.REFUSED


@pytest.mark.parametrize("own", [{"client": None, "kind": "service"}, {"kind": "service"}])
def test_a_service_key_proves_nothing(own: dict[str, Any]) -> None:
    community, _key = vk(**own)
    assert refusal(community).startswith("The page has no key of its own")


def test_a_page_without_a_key_proves_nothing() -> None:
    assert refusal(CommunityFactory.create()).startswith("The page has no key of its own")


@pytest.mark.parametrize(
    ("network", "by_call"), [("vk", True), ("telegram", True), ("dzen", False), ("whatsapp", False)]
)
def test_where_a_call_can_prove_it(network: str, by_call: bool) -> None:
    assert is_proven_by_call(network) == by_call


def test_a_screenshot_and_a_name_where_no_call_can() -> None:
    community, person = CommunityFactory.create(profile__network="dzen"), UserFactory.create()
    proof = prove_by_screenshot(
        community, file=PICTURE, person="Anna Sample, editor", by=person, at=NOON
    )
    assert proof.file is not None
    assert (proof.kind, proof.person, proof.proven_by, proof.file.name, proof.file.is_shown) == (
        "screenshot", "Anna Sample, editor", person, "roles.png", False,
    )  # fmt: skip


def test_a_screenshot_is_refused_where_a_call_can() -> None:
    community = CommunityFactory.create(profile__network="vk")
    with pytest.raises(ValidationError, match="by a call with the community's own key"):
        prove_by_screenshot(community, file=PICTURE, person="Anna", by=None, at=NOON)


@pytest.mark.parametrize("lack", ["file", "person"])
def test_the_database_refuses_a_screenshot_without_picture_or_name(lack: str) -> None:
    community = CommunityFactory.create()
    row = {"file": ClientFileFactory.create(client=community.client), "person": "Anna"}
    row[lack] = {"file": None, "person": ""}[lack]
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessProofFactory.create(community=community, kind="screenshot", **row)
