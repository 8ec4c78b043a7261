"""How the demo's communities came to be: their steps, their checklists, the proof of access."""

import datetime as dt

from clients.models import Role, Side, User
from communities.checklist import new_item, template_for
from communities.models import (
    AccessGrant,
    AccessProof,
    ChecklistChange,
    ChecklistItem,
    Community,
    CommunityMove,
    ItemState,
)
from communities.page_questions import store_findings
from smm_agency.demo.pages_set import facts_of
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stage import LAUNCH_DAYS, PageRow, Stage
from smm_agency.demo.stories import Story

State = Community.State
# State → days after the agreement began.
WAY = {
    State.PLANNED: 0, State.CREATION: 1, State.DESIGN: 3, State.SET_UP: 7, State.READY: 14,
    State.RUNNING: LAUNCH_DAYS,
}  # fmt: skip
# Where a community is still being set up, so much of its list is done.
DONE_IN_DAYS = 4
DRAWN = {"avatar", "cover", "cover-mobile", "menu", "preview", "highlights"}
LEFT_OUT = {"registry": "В канале меньше 10 000 подписчиков", "pixel": "Реклама не ведётся на сайт"}
LEFT_OUT_EN = {"registry": "Fewer than 10,000 subscribers", "pixel": "No ads lead to the site"}
NO_NUMBER, NO_NUMBER_EN = "У клиента нет коллтрекинга", "The client has no call tracking"


def write_set_up(stage: Stage) -> None:
    """After the tracking numbers are placed: the network is to be asked for them."""
    for place, row in enumerate(stage.own):
        community = row.community
        if community is None:
            continue
        _write_moves(stage, community)
        _write_checklist(stage, community)
        if community.state == State.RUNNING or place == 0:
            _write_proof(stage, row, community)
        _write_accesses(stage, community)
        if row.page.is_simulated:
            at = stage.moment(stage.yesterday, 11)
            by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
            facts = facts_of(stage, row, at=at)
            store_findings(community, facts, by=by, at=at, ticks=False)


def _write_accesses(stage: Stage, community: Community) -> None:
    """The client owns the page; the agency's people come in by roles of their own."""
    owner = stage.client.contacts.order_by("-is_main", "pk").first()
    manager = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    roles = AccessGrant.Role
    people: list[dict[str, object]] = [
        {"person": owner.name if owner else "", "whose": "client", "role": roles.OWNER},
        {"user": manager, "whose": "agency", "role": roles.ADMIN},
    ]
    if community.state == State.RUNNING:
        writer = stage.cast.member(stage.story, Role.CONTENT_MANAGER)
        people.append({"user": writer, "whose": "agency", "role": roles.EDITOR})
    AccessGrant.objects.bulk_create(
        AccessGrant(
            client=stage.client, kind=AccessGrant.Kind.COMMUNITY, profile=community.profile,
            granted_on=stage.began_on + DAY, granted_by=manager, **person,
        )
        for person in people
    )  # fmt: skip


def _write_moves(stage: Stage, community: Community) -> None:
    states = list(WAY)[: list(WAY).index(State(community.state)) + 1]
    by = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    CommunityMove.objects.bulk_create(
        CommunityMove(
            client=stage.client, community=community, old=old, new=new, moved_by=by,
            moved_at=stage.moment(stage.began_on + DAY * WAY[new], 13),
        )
        for old, new in zip(["", *states], states, strict=False)
    )  # fmt: skip


def _write_checklist(stage: Stage, community: Community) -> None:
    lines = template_for(community.profile.network)
    items = [new_item(community, line, on=stage.began_on) for line in lines]
    for item in items:
        _settle(stage, item, is_over=community.state == State.RUNNING)
    ChecklistItem.objects.bulk_create(items)
    ChecklistChange.objects.bulk_create(
        ChecklistChange(
            client=stage.client, item=item, old=ItemState.OPEN, new=item.state,
            changed_at=item.done_at, changed_by=item.done_by, note=item.reason,
        )
        for item in items
        if item.done_at is not None
    )  # fmt: skip


def _settle(stage: Stage, item: ChecklistItem, *, is_over: bool) -> None:
    due_on = item.due_on or stage.began_on
    if item.side == Side.AGENCY:
        item.owner = _owner(stage, item)
    reasons = _reasons(stage.story)
    is_early = due_on > stage.began_on + DAY * DONE_IN_DAYS
    if not is_over and is_early and item.code not in reasons:
        # Some of it is late by now.
        item.due_on = due_on + DAY * 6
        return
    item.reason = reasons.get(item.code, "")
    item.state = ItemState.NOT_NEEDED if item.reason else ItemState.DONE
    item.done_at = _moment(stage, due_on)
    item.done_by = item.owner or stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)


def _reasons(story: Story) -> dict[str, str]:
    """Why items are not needed, by their code."""
    is_english = story.language == "en"
    reasons = LEFT_OUT_EN if is_english else LEFT_OUT
    if story.takes_calls and story.has_call_tracking:
        return reasons
    return reasons | {"tracking-number": NO_NUMBER_EN if is_english else NO_NUMBER}


def _moment(stage: Stage, due_on: dt.date) -> dt.datetime:
    return stage.moment(min(due_on, stage.began_on + DAY * WAY[State.READY], stage.yesterday), 12)


def _owner(stage: Stage, item: ChecklistItem) -> User:
    role = Role.DESIGNER if item.code in DRAWN else Role.CONTENT_MANAGER
    return stage.cast.member(stage.story, role)


def _write_proof(stage: Stage, row: PageRow, community: Community) -> None:
    is_english = stage.story.language == "en"
    AccessProof.objects.create(
        client=stage.client, community=community, kind=AccessProof.Kind.CALL,
        proven_at=stage.moment(stage.began_on + DAY * 2, 14),
        proven_by=stage.cast.member(stage.story, Role.ACCOUNT_MANAGER),
        note="The community's key works" if is_english else "Ключ сообщества работает",
    )  # fmt: skip
