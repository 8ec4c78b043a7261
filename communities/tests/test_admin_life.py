"""A community's page: its steps by buttons, its checklist, what the network says."""

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from clients.admin.form_page import page_of
from clients.models import Role
from clients.team import join_team
from communities.admin.checklist_panel import Progress, Stop, way_of
from communities.models import ChecklistItem, ChecklistTemplateItem, Community, Profile
from communities.tests.networks.conftest import Start
from tests.factories import (
    LONG_AGO,
    NOON,
    AccessKeyFactory,
    AccessProofFactory,
    ChecklistItemFactory,
    CommunityFactory,
    CommunityMoveFactory,
    DirectorFactory,
    ProfileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[Any]]

NO_OWNER = "Nobody is noted as the owner: the community has to stay with the client."


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create(first_name="Vera"))
    return browser


def step(row: Any, name: str) -> str:
    return reverse(f"admin:communities_{row._meta.model_name}_{name}", args=[row.pk])


def said(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request)]


def untouched(*inlines: str) -> dict[str, int]:
    """What a browser sends of tables that are only read."""
    ends = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {f"{inline}-{end}": 0 for inline in inlines for end in ends}


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (4, 3)).save(content, "PNG")
    return SimpleUploadedFile("roles.png", content.getvalue(), "image/png")


# --- Beginning -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["planned", "running"])
def test_a_new_community_begins_planned_or_running(browser: Browser, state: str) -> None:
    profile = ProfileFactory.create(network="telegram")
    form = {"profile": profile.pk, "state": state}
    assert browser.post(reverse("admin:communities_community_add"), form).status_code == 302
    community = Community.objects.get()
    move = community.moves.get()
    assert (move.old, move.new, str(move.moved_by)) == ("", state, str(move.moved_by))
    assert move.moved_by is not None
    assert community.checklist.filter(code="tracking-number").exists()


def test_a_new_community_cannot_begin_ready(browser: Browser) -> None:
    form = {"profile": ProfileFactory.create().pk, "state": "ready"}
    response = browser.post(reverse("admin:communities_community_add"), form)
    assert list(response.context["adminform"].form.errors) == ["state"]


def test_one_made_on_the_page_of_its_profile_begins_too(browser: Browser) -> None:
    profile = ProfileFactory.create()
    form = {
        "network": "vk", "external_id": profile.external_id, "title": profile.title,
        "relation": "own", "community-TOTAL_FORMS": 1, "community-INITIAL_FORMS": 0,
        "community-0-state": "planned",
    }  # fmt: skip
    browser.post(page_of(profile), form)
    community = Community.objects.get()
    assert (community.moves.count(), community.checklist.exists()) == (1, True)


def test_the_state_is_no_field_of_a_community_that_is_there(browser: Browser) -> None:
    community = CommunityFactory.create(state="planned")
    fields = {"state": "running", "launched_on": "2026-03-01"}
    browser.post(page_of(community), fields | untouched("moves", "access_proofs"))
    community.refresh_from_db()
    assert (community.state, community.launched_on) == ("planned", dt.date(2026, 3, 1))
    form = {
        "network": "vk", "external_id": "1", "title": "x", "relation": "own",
        "community-TOTAL_FORMS": 1, "community-INITIAL_FORMS": 1,
        "community-0-id": community.pk, "community-0-profile": community.profile_id,
        "community-0-state": "running",
    }  # fmt: skip
    browser.post(page_of(community.profile), form)
    community.refresh_from_db()
    assert community.state == "planned"


# --- Steps ---------------------------------------------------------------------------------------


def test_a_step_is_taken_by_its_button(browser: Browser) -> None:
    community = CommunityFactory.create(state="planned")
    form = {"to": "creation", "seen": "planned"}
    response = browser.post(step(community, "change_state"), form)
    assert said(response) == ["The state is “in creation” now."]
    assert community.moves.get().moved_by is not None
    assert Community.objects.get().state == "creation"


def test_the_step_to_ready_shows_and_refuses_what_is_missing(browser: Browser) -> None:
    community = CommunityFactory.create(state="set_up")
    address = step(community, "change_state")
    shown = browser.get(address)
    assert shown.context["explanation"].splitlines() == [
        "Missing before it is ready:",
        "• The set-up checklist has not been made.",
        "• No design is planned: add what this network needs.",
        "• It is not proven that the agency has access.",
        f"• {NO_OWNER}",
    ]
    refused = browser.post(address, {"to": "ready", "seen": "set_up"})
    assert refused.context["form"].non_field_errors() == [
        "The set-up checklist has not been made.",
        "No design is planned: add what this network needs.",
        "It is not proven that the agency has access.",
        NO_OWNER,
    ]
    assert Community.objects.get().state == "set_up"


def test_somebody_who_was_slower_is_told(browser: Browser) -> None:
    community = CommunityFactory.create(state="creation")
    response = browser.post(step(community, "change_state"), {"to": "creation", "seen": "planned"})
    assert response.context["form"].non_field_errors() == [
        "Somebody has moved it meanwhile: it is “in creation” now. Look at it again."
    ]


def test_a_step_back_without_a_reason_is_refused_at_the_field(browser: Browser) -> None:
    community = CommunityFactory.create(state="design")
    response = browser.post(step(community, "change_state"), {"to": "creation", "seen": "design"})
    assert response.context["form"].errors == {"reason": ["Say why."]}


def test_the_page_says_where_it_stands_and_what_is_missing(browser: Browser) -> None:
    community = CommunityFactory.create(state="set_up")
    CommunityMoveFactory.create(community=community, old="design", new="set_up")
    late = ChecklistItemFactory.create(community=community, due_on=LONG_AGO)
    ChecklistItemFactory.create(community=community, state="done", done_at=NOON)
    ChecklistItemFactory.create(
        community=community, state="not_needed", done_at=NOON, reason="No shop"
    )
    context = browser.get(page_of(community)).context
    assert context["progress"] == Progress(done=1, needed=2, not_needed=1, late=1, share=0.5)
    assert [line.item for line in context["checklist"] if line.is_late] == [late]
    assert context["missing"] == [
        "1 item of the set-up checklist is open.",
        "No design is planned: add what this network needs.",
        "It is not proven that the agency has access.",
        NO_OWNER,
    ]
    html = browser.get(page_of(community)).content.decode()
    assert "“in set-up” since March 11, 2026, by —." in html
    assert "Not needed: No shop" in html


@pytest.mark.parametrize(
    ("state", "lacks"), [("ready", 4), ("running", 0), ("archived", 0), ("planned", 4)]
)
def test_what_is_missing_is_said_until_it_runs(browser: Browser, state: str, lacks: int) -> None:
    """What was ready may have come undone: an item was opened again."""
    community = CommunityFactory.create(state=state)
    assert len(browser.get(page_of(community)).context["missing"]) == lacks


def test_the_way_with_where_it_is() -> None:
    way = way_of(CommunityFactory.create(state="design"))
    assert [stop.place for stop in way] == ["past", "past", "here", "ahead", "ahead", "ahead"]
    assert way_of(CommunityFactory.create(state="archived")) == [Stop("archived", "here")]


@pytest.mark.parametrize("items", [1, 3])
def test_the_page_asks_as_much_for_many_items(
    items: int, browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    community = CommunityFactory.create(state="set_up")
    for _number in range(items):
        ChecklistItemFactory.create(
            community=community, owner=UserFactory.create(), done_by=UserFactory.create(),
            state="done", done_at=NOON,
        )  # fmt: skip
        CommunityMoveFactory.create(community=community, moved_by=UserFactory.create())
        AccessProofFactory.create(community=community, proven_by=UserFactory.create())
    browser.get(page_of(community))
    with django_assert_num_queries(23):
        browser.get(page_of(community))


# --- The checklist -------------------------------------------------------------------------------


def test_an_item_is_done_with_a_link_and_a_file(browser: Browser) -> None:
    item = ChecklistItemFactory.create(title_en="Menu")
    form = {"evidence_url": "vk.com/denta", "evidence_file": picture()}
    response = browser.post(step(item, "tick"), form)
    assert (response["Location"], said(response)) == (page_of(item.community), ["“Menu” is done."])
    item.refresh_from_db()
    assert item.evidence_file is not None
    assert (item.state, item.evidence_url, item.evidence_file.name, item.done_by is None) == (
        "done", "https://vk.com/denta", "roles.png", False,
    )  # fmt: skip
    html = browser.get(page_of(item.community)).content.decode()
    assert f'href="/admin/communities/clientfile/{item.evidence_file.pk}/content/"' in html


def test_evidence_that_is_no_picture_is_refused(browser: Browser) -> None:
    item = ChecklistItemFactory.create()
    page = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    response = browser.post(step(item, "tick"), {"evidence_file": page})
    assert list(response.context["form"].errors) == ["evidence_file"]
    item.refresh_from_db()
    assert item.state == "open"


def test_an_item_is_not_needed_with_a_reason_and_opened_again(browser: Browser) -> None:
    item = ChecklistItemFactory.create()
    refused = browser.post(step(item, "leave_out"), {"reason": ""})
    assert list(refused.context["form"].errors) == ["reason"]
    browser.post(step(item, "leave_out"), {"reason": "No shop"})
    item.refresh_from_db()
    assert (item.state, item.reason) == ("not_needed", "No shop")
    browser.post(step(item, "reopen"), {"reason": "A shop is planned"})
    item.refresh_from_db()
    assert (item.state, item.changes.count()) == ("open", 2)


@pytest.mark.parametrize(
    ("state", "open_steps"), [("open", {"tick", "leave_out"}), ("done", {"reopen"})]
)
def test_steps_of_an_item_by_its_state(browser: Browser, state: str, open_steps: set[str]) -> None:
    moment = None if state == "open" else NOON
    item = ChecklistItemFactory.create(state=state, done_at=moment)
    answers = {
        name: browser.get(step(item, name)).status_code for name in ("tick", "leave_out", "reopen")
    }
    assert {name for name, code in answers.items() if code == 200} == open_steps


def test_owner_and_deadline_are_fields_and_the_state_is_not(browser: Browser) -> None:
    item, person = ChecklistItemFactory.create(), UserFactory.create()
    form = {"owner": person.pk, "due_on": "2026-04-01", "side": "agency", "state": "done"}
    browser.post(page_of(item), form | untouched("changes"))
    item.refresh_from_db()
    assert (item.owner, item.due_on, item.state) == (person, dt.date(2026, 4, 1), "open")


def test_several_items_are_ticked_on_one_page(browser: Browser) -> None:
    community = CommunityFactory.create()
    first, second, third = ChecklistItemFactory.create_batch(3, community=community)
    foreign = ChecklistItemFactory.create()
    address = step(community, "tick_several")
    response = browser.post(address, {"items": [first.pk, third.pk]})
    assert said(response) == ["2 items are ticked."]
    states = dict(community.checklist.values_list("pk", "state"))
    assert states == {first.pk: "done", second.pk: "open", third.pk: "done"}
    assert browser.post(address, {"items": [foreign.pk]}).status_code == 200
    foreign.refresh_from_db()
    assert foreign.state == "open"


def test_the_list_is_made_by_a_button_for_one_that_has_none(browser: Browser) -> None:
    community, person = CommunityFactory.create(profile__network="telegram"), UserFactory.create()
    form = {"starts_on": "2026-03-11", "owner": person.pk}
    address = step(community, "make_checklist")
    count = ChecklistTemplateItem.objects.filter(network="telegram").count()
    assert said(browser.post(address, form)) == [f"{count} items were added."]
    avatar = community.checklist.get(code="avatar")
    assert (avatar.owner, avatar.due_on) == (person, dt.date(2026, 3, 18))
    browser.post(address, form)
    assert community.checklist.count() == count


def test_the_list_of_what_is_overdue(browser: Browser) -> None:
    late = ChecklistItemFactory.create(due_on=LONG_AGO)
    soon = ChecklistItemFactory.create(due_on=None)
    ChecklistItemFactory.create(due_on=LONG_AGO, state="done", done_at=NOON)
    address = reverse("admin:communities_checklistitem_changelist")

    def rows(**query: str) -> set[ChecklistItem]:
        return set(browser.get(address, query).context["cl"].result_list)

    assert rows(due="overdue") == {late}
    assert rows() == {late, soon}
    assert (rows(due="mine"), len(rows(due="all"))) == (set(), 3)


# --- The network ---------------------------------------------------------------------------------


def own_key(community: Community) -> None:
    secret = f"vk1.a.community.{uuid4().hex}"
    key = AccessKeyFactory.create(client=community.client, kind="community", secret=secret)
    Profile.objects.filter(pk=community.profile_id).update(access_key=key)


def test_the_network_is_asked_and_the_disagreement_is_said(
    browser: Browser, simulate: Start, django_capture_on_commit_callbacks: Capture
) -> None:
    community = CommunityFactory.create(profile__network="vk", profile__external_id="1001")
    own_key(community)
    ChecklistItemFactory.create(community=community, check_code="cover", state="done", done_at=NOON)
    ChecklistItemFactory.create(community=community, check_code="description")
    ChecklistItemFactory.create(community=community, check_code="pinned_post")
    simulate(groups={"1001": {"page": {"cover": {"enabled": 0}, "description": "x" * 312}}})
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(step(community, "ask_network"), {"ticks": "on"})
    assert said(response) == [
        "As it should be: 1, not as it should be: 1, not told with this key: 1, ticked: 1.",
        "1 item is ticked, and the network says otherwise.",
    ]
    context = browser.get(page_of(community)).context
    assert [(line.found, line.light) for line in context["checklist"]] == [
        ("The cover: no", "amber"),
        ("The description: 312 characters", "green"),
        ("The pinned post: not told with this key", "grey"),
    ]


def test_a_network_that_does_not_tell_says_why(
    browser: Browser, django_capture_on_commit_callbacks: Capture
) -> None:
    community = CommunityFactory.create(profile__network="dzen")
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(step(community, "ask_network"), {})
    assert said(response) == [
        "The network did not tell: The program does not talk to this network: look at the page"
        " yourself."
    ]


def test_access_is_proven_by_a_call(
    browser: Browser, simulate: Start, django_capture_on_commit_callbacks: Capture
) -> None:
    community = CommunityFactory.create(profile__network="vk", profile__external_id="1001")
    address = step(community, "prove_access")
    with django_capture_on_commit_callbacks(execute=True):
        refused = browser.post(address, {})
    assert said(refused)[0].startswith("The page has no key of its own")
    own_key(community)
    simulate(groups={"1001": {}})
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(address, {})
    assert community.access_proofs.get().proven_by is not None
    assert "Access is proven by a call to the network on" in (
        browser.get(page_of(community)).content.decode()
    )


def test_access_is_proven_by_a_screenshot_where_no_call_can(browser: Browser) -> None:
    community = CommunityFactory.create(profile__network="dzen")
    address = step(community, "prove_access")
    refused = browser.post(address, {})
    assert set(refused.context["form"].errors) == {"person", "file"}
    form = {"person": "Anna Sample, editor", "file": picture()}
    assert said(browser.post(address, form)) == ["The screenshot is kept: access is proven."]
    proof = community.access_proofs.get()
    assert (proof.kind, proof.person) == ("screenshot", "Anna Sample, editor")


# --- Rights --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "buttons"),
    [
        (
            Role.ACCOUNT_MANAGER,
            {"change_state", "ask_network", "prove_access", "tick_several", "make_checklist"},
        ),
        (Role.CONTENT_MANAGER, {"change_state", "ask_network", "tick_several"}),
        (Role.DESIGNER, {"ask_network", "tick_several"}),
    ],
)
def test_buttons_by_role(role: str, buttons: set[str]) -> None:
    community, person = CommunityFactory.create(), UserFactory.create()
    join_team(community.client, person, role=role, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(person)
    names = ("change_state", "ask_network", "prove_access", "tick_several", "make_checklist")
    answers = {name: browser.get(step(community, name)).status_code for name in names}
    assert {name for name, code in answers.items() if code == 200} == buttons
    assert browser.get(page_of(community)).status_code == 200


def test_the_lists_of_the_networks_are_the_directors(browser: Browser) -> None:
    address = reverse("admin:communities_checklisttemplateitem_changelist")
    assert browser.get(address).status_code == 200
    person, community = UserFactory.create(), CommunityFactory.create()
    join_team(community.client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    other = Browser()
    other.force_login(person)
    assert other.get(address).status_code == 403
