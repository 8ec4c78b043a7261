"""Asking the network for a community's page: findings beside what people ticked."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from communities.checklist import make_items, settle
from communities.models import Community, Finding, Profile
from communities.page_questions import Asked, ask_network
from communities.tests.networks.conftest import Start
from tests.factories import (
    DAY,
    NOON,
    AccessKeyFactory,
    ChecklistItemFactory,
    CommunityFactory,
    NumberPlacementFactory,
    TrackingNumberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE: dict[str, Any] = {
    "activity": "Dentist", "cover": {"enabled": 0}, "description": "We cure teeth.",
    "has_photo": 1, "site": "https://denta.example/", "contacts": [{"phone": "8 495 000-00-01"}],
}  # fmt: skip


@pytest.fixture
def community() -> Community:
    """A VK community with its own key and a list."""
    made: Community = CommunityFactory.create(
        profile__network="vk", profile__external_id="1001", state="set_up"
    )
    give_key(made)
    make_items(made, on=DAY)
    return made


def give_key(community: Community, **more: Any) -> None:
    secret = f"vk1.a.community.{uuid4().hex}"
    known = {"client": community.client, "kind": "community", "secret": secret}
    key = AccessKeyFactory.create(**known | more)
    Profile.objects.filter(pk=community.profile_id).update(access_key=key)
    community.profile.access_key = key


def ask(community: Community, **more: Any) -> Asked:
    return ask_network(community, by=None, at=NOON, **more)


def findings(community: Community) -> dict[str, str]:
    rows = community.checklist.exclude(check_code="")
    return dict(rows.values_list("check_code", "finding"))


def test_findings_of_one_reading_for_all_items(community: Community, simulate: Start) -> None:
    TrackingNumberFactory.create(client=community.client, number="+74950000001")
    networks = simulate(groups={"1001": {"name": "Denta", "screen_name": "denta", "page": PAGE}})
    assert ask(community) == Asked(ok=7, not_ok=2, unknown=4)
    assert findings(community) == {
        "title": "ok", "short_address": "ok", "category": "ok", "description": "ok",
        "address": "unknown", "site": "not_ok", "tracking_number": "ok", "admins": "ok",
        "avatar": "ok", "cover": "not_ok", "messages": "unknown", "comments": "unknown",
        "pinned_post": "unknown",
    }  # fmt: skip
    assert networks.methods() == ["groups.getById", "groups.getMembers"]
    item = community.checklist.get(check_code="tracking_number")
    assert (item.found, item.found_at, item.state) == ({"number": "+74950000001"}, NOON, "open")


def test_a_number_of_another_client_or_out_of_use_is_not_the_one(
    community: Community, simulate: Start
) -> None:
    TrackingNumberFactory.create(number="+74950000001")
    TrackingNumberFactory.create(client=community.client, number="+74950000002", is_active=False)
    simulate(groups={"1001": {"page": PAGE}})
    ask(community)
    item = community.checklist.get(check_code="tracking_number")
    assert (item.finding, item.found["expected"]) == ("not_ok", [])


def test_a_number_that_is_placed_in_another_community_is_not_the_one(
    community: Community, simulate: Start
) -> None:
    other = CommunityFactory.create(profile__client=community.client)
    elsewhere = TrackingNumberFactory.create(client=community.client, number="+74950000001")
    NumberPlacementFactory.create(number=elsewhere, community=other)
    free = TrackingNumberFactory.create(client=community.client, number="+74950000003")
    simulate(groups={"1001": {"page": PAGE}})
    ask(community)
    item = community.checklist.get(check_code="tracking_number")
    assert (item.finding, item.found["expected"]) == ("not_ok", [free.number])
    own = TrackingNumberFactory.create(client=community.client, number="+74950000004")
    NumberPlacementFactory.create(number=own, community=community)
    ask(community)
    item.refresh_from_db()
    assert (item.finding, item.found["expected"]) == ("not_ok", [own.number])


def test_what_a_person_ticked_stays_and_the_disagreement_is_said(
    community: Community, simulate: Start
) -> None:
    cover = community.checklist.get(code="cover")
    settle(cover, to="done", by=UserFactory.create(), at=NOON)
    simulate(groups={"1001": {"page": PAGE}})
    assert ask(community, ticks=True).disputed == 1
    cover.refresh_from_db()
    assert (cover.state, cover.finding, cover.is_disputed) == ("done", Finding.NOT_OK, True)


def test_what_the_network_confirms_is_ticked_where_that_is_wished(
    community: Community, simulate: Start
) -> None:
    person = UserFactory.create()
    left_out = community.checklist.get(code="avatar")
    settle(left_out, to="not_needed", by=person, at=NOON, reason="Has one")
    simulate(groups={"1001": {"name": "Denta", "screen_name": "denta", "page": PAGE}})
    asked = ask_network(community, by=person, at=NOON, ticks=True)
    done = community.checklist.filter(state="done")
    assert asked.ticked == done.count() == 5
    assert set(done.values_list("done_by", flat=True)) == {person.pk}
    change = done.get(code="name").changes.get()
    assert (change.note, change.changed_by) == ("The network confirms it.", person)
    left_out.refresh_from_db()
    assert left_out.state == "not_needed"


def test_what_is_no_longer_told_is_unknown_again(community: Community, simulate: Start) -> None:
    networks = simulate(groups={"1001": {"page": PAGE}})
    ask(community)
    networks.world.scenario.groups["1001"] = {"name": "Denta"}
    ask_network(community, by=None, at=NOON + dt.timedelta(days=1))
    item = community.checklist.get(check_code="description")
    assert (item.finding, item.found) == (Finding.UNKNOWN, {})


def test_a_refusal_leaves_what_was_known(community: Community, simulate: Start) -> None:
    networks = simulate(groups={"1001": {"page": PAGE}})
    ask(community)
    known = findings(community)
    networks.world.scenario.groups["1001"] = {"deactivated": "banned"}
    assert ask(community) == Asked("VK knows no such community.")
    assert findings(community) == known


def test_without_a_key_of_its_own_the_agencys_key_is_asked_with(simulate: Start) -> None:
    community = CommunityFactory.create(profile__network="vk", profile__external_id="1001")
    roles = ChecklistItemFactory.create(community=community, check_code="admins")
    assert ask(community) == Asked("There is no key to ask with: enter one first.")
    AccessKeyFactory.create(secret=f"vk1.a.{uuid4().hex}")
    simulate(groups={"1001": {"page": PAGE}})
    assert ask(community) == Asked(unknown=1)
    roles.refresh_from_db()
    assert roles.finding == Finding.UNKNOWN


def test_a_network_that_the_program_does_not_talk_to_is_not_asked() -> None:
    community = CommunityFactory.create(profile__network="dzen")
    assert ask(community) == Asked(
        "The program does not talk to this network: look at the page yourself."
    )
