"""A community's way: which steps there are, who took them, and what readiness asks for."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from clients.models import Client
from communities.life import begin, move, next_steps
from communities.models import ChecklistItem, Community
from communities.readiness import CHECKS, find_missing
from tests.factories import (
    DAY,
    NOON,
    AccessGrantFactory,
    AccessProofFactory,
    ChecklistItemFactory,
    ClientFactory,
    CommunityFactory,
    CommunityMoveFactory,
    DesignAssetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = Community.State
FORWARD = {
    "planned": "creation", "creation": "design", "design": "set_up", "set_up": "ready",
    "ready": "running",
}  # fmt: skip
BACK = {"design": "creation", "set_up": "design", "ready": "set_up"}
ALLOWED = {
    *FORWARD.items(), *BACK.items(), *((state, "archived") for state in [*FORWARD, "running"]),
    # Without a history it is begun anew.
    ("archived", "planned"),
}  # fmt: skip


NO_OWNER = "Nobody is noted as the owner: the community has to stay with the client."


def complete(state: str, **more: object) -> Community:
    """A community that lacks nothing."""
    community: Community = CommunityFactory.create(state=state, launched_on=None, **more)
    ChecklistItemFactory.create(community=community, state="done", done_at=NOON)
    AccessProofFactory.create(community=community)
    AccessGrantFactory.create(
        client=community.client, profile=community.profile, kind="community", name="", user=None,
        person="Anna of the client", whose="client", role="owner",
    )  # fmt: skip
    DesignAssetFactory.create(community=community, is_needed=False, not_needed_reason="None here")
    return community


@pytest.mark.parametrize("old", State.values)
@pytest.mark.parametrize("new", State.values)
def test_moves_that_are_allowed_and_no_others(old: str, new: str) -> None:
    community, person = complete(old), UserFactory.create()
    if (old, new) not in ALLOWED:
        with pytest.raises(ValidationError, match="there is no way"):
            move(community, to=new, by=person, at=NOON, reason="Because")
        assert (Community.objects.get().state, community.moves.count()) == (old, 0)
        return
    done = move(community, to=new, by=person, at=NOON, reason=" Because ")
    assert (done.old, done.new, done.moved_at, done.moved_by, done.reason) == (
        old, new, NOON, person, "Because",
    )  # fmt: skip
    assert (Community.objects.get().state, community.state) == (new, new)


@pytest.mark.parametrize(("old", "new"), [*BACK.items(), ("archived", "planned")])
def test_a_step_back_says_why(old: str, new: str) -> None:
    community = complete(old)
    with pytest.raises(ValidationError) as refused:
        move(community, to=new, by=None, at=NOON, reason="  ")
    assert refused.value.message_dict == {"reason": ["Say why."]}
    assert Community.objects.get().state == old


@pytest.mark.parametrize("old", FORWARD)
def test_a_step_forward_and_into_the_archive_needs_no_reason(old: str) -> None:
    move(complete(old), to=FORWARD[old], by=None, at=NOON)
    move(complete(old), to="archived", by=None, at=NOON)
    assert sorted(Community.objects.values_list("state", flat=True)) == sorted(
        [FORWARD[old], "archived"]
    )


def test_a_word_that_is_no_state_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ValidationError) as refused:
        move(complete("design"), to="finished", by=None, at=NOON)
    assert refused.value.messages == [
        "From “in design” to “finished” there is no way. Allowed: in set-up, in creation, archived."
    ]


def test_the_second_of_two_people_is_refused() -> None:
    first = complete("planned")
    second = Community.objects.get()
    move(first, to="creation", by=None, at=NOON)
    with pytest.raises(ValidationError) as refused:
        move(second, to="creation", by=None, at=NOON)
    assert refused.value.messages == [
        "Somebody has moved it meanwhile: it is “in creation” now. Look at it again."
    ]
    assert first.moves.count() == 1


# --- Ready ---------------------------------------------------------------------------------------


def open_item(community: Community) -> None:
    ChecklistItemFactory.create(community=community)


def two_open_items(community: Community) -> None:
    ChecklistItemFactory.create_batch(2, community=community)


def no_list(community: Community) -> None:
    ChecklistItem.objects.all().delete()


def no_design(community: Community) -> None:
    community.design_assets.all().delete()


def no_owner(community: Community) -> None:
    community.profile.access_grants.all().delete()


def no_access(community: Community) -> None:
    community.access_proofs.all().delete()


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        (open_item, ["1 item of the set-up checklist is open."]),
        (two_open_items, ["2 items of the set-up checklist are open."]),
        (no_list, ["The set-up checklist has not been made."]),
        (no_design, ["No design is planned: add what this network needs."]),
        (no_access, ["It is not proven that the agency has access."]),
        (no_owner, [NO_OWNER]),
    ],
)
@pytest.mark.parametrize("old", ["set_up", "ready"])
def test_ready_and_running_are_refused_with_each_lack(
    old: str, spoil: Callable[[Community], None], missing: list[str]
) -> None:
    community = complete(old)
    spoil(community)
    with pytest.raises(ValidationError) as refused:
        move(community, to=FORWARD[old], by=None, at=NOON)
    assert refused.value.messages == missing
    assert find_missing(community) == missing
    assert Community.objects.get().state == old


def test_all_lacks_are_told_at_once() -> None:
    assert find_missing(CommunityFactory.create(state="set_up")) == [
        "The set-up checklist has not been made.",
        "No design is planned: add what this network needs.",
        "It is not proven that the agency has access.",
        NO_OWNER,
    ]


def test_what_is_not_needed_with_a_reason_is_no_lack() -> None:
    community = complete("set_up")
    ChecklistItemFactory.create(
        community=community, state="not_needed", reason="No menu here", done_at=NOON
    )
    move(community, to="ready", by=None, at=NOON)
    assert Community.objects.get().state == "ready"


def test_what_another_community_lacks_does_not_matter() -> None:
    community = complete("set_up")
    open_item(CommunityFactory.create(profile__client=community.client))
    assert find_missing(community) == []


def test_design_stands_among_what_is_asked() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "missing_checklist", "missing_design", "missing_access", "missing_owner",
    ]  # fmt: skip


# --- Launch, archive, birth ----------------------------------------------------------------------


def test_the_launch_is_on_the_clients_day() -> None:
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    community = complete("ready", profile__client=client)
    move(community, to="running", by=None, at=dt.datetime(2026, 3, 11, 20, 0, tzinfo=dt.UTC))
    assert community.launched_on == Community.objects.get().launched_on == dt.date(2026, 3, 12)


def test_a_second_launch_keeps_the_day_of_the_first() -> None:
    community = complete("ready")
    Community.objects.update(launched_on=DAY)
    move(community, to="running", by=None, at=NOON + dt.timedelta(days=30))
    assert Community.objects.get().launched_on == DAY


@pytest.mark.parametrize(
    ("before", "after"),
    [("planned", "planned"), ("design", "design"), ("ready", "set_up"), ("running", "set_up")],
)
def test_out_of_the_archive_it_goes_back_and_is_proven_anew(before: str, after: str) -> None:
    community = complete(before)
    move(community, to="archived", by=None, at=NOON)
    assert [step.to for step in next_steps(community)] == [after]
    move(community, to=after, by=None, at=NOON, reason="The client came back")
    assert community.state == after
    unproven = ["It is not proven that the agency has access."]
    assert find_missing(community) == unproven
    AccessProofFactory.create(community=community, proven_at=NOON + dt.timedelta(hours=1))
    assert find_missing(community) == []


def test_the_last_way_into_the_archive_counts() -> None:
    community = complete("archived")
    CommunityMoveFactory.create(community=community, old="running", new="archived")
    later = NOON + dt.timedelta(days=9)
    CommunityMoveFactory.create(community=community, old="design", new="archived", moved_at=later)
    assert [step.to for step in next_steps(community)] == ["design"]


def test_a_new_community_begins_its_history_and_its_checklist(client_row: Client) -> None:
    person = UserFactory.create()
    community = CommunityFactory.create(profile__client=client_row, state="planned")
    birth = begin(community, by=person, at=NOON)
    assert (birth.old, birth.new, birth.moved_by) == ("", "planned", person)
    assert str(birth) == "— → planned"
    first = community.checklist.earliest("position")
    assert (first.code, first.due_on) == ("type", DAY + dt.timedelta(days=1))


@pytest.fixture
def client_row() -> Client:
    return ClientFactory.create()
