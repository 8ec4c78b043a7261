"""What a community's page says above its form: where its life stands, and the checklist."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from clients.admin.form_page import page_of
from clients.admin.scoped import allows
from clients.models import Side
from communities.admin.files import file_url
from communities.checklist import items_of
from communities.finding_words import finding_words
from communities.life import WAY
from communities.models import AccessProof, ChecklistItem, Community, Finding, ItemState
from communities.readiness import find_missing

LIGHTS = {ItemState.DONE: "green", ItemState.NOT_NEEDED: "grey", ItemState.OPEN: "grey"}


class Stop(NamedTuple):
    """A state on the way; `place` is past, here or ahead."""

    label: str
    place: str


class Line(NamedTuple):
    item: ChecklistItem
    url: str
    light: str
    found: str
    found_light: str
    is_late: bool
    file_url: str
    done_url: str
    not_needed_url: str
    reopen_url: str


class Progress(NamedTuple):
    """`share` is done items of those that are needed, 0…1; None where none is."""

    done: int
    needed: int
    not_needed: int
    late: int
    share: float | None


def way_of(community: Community) -> list[Stop]:
    """The whole way, with where the community is; the archive is beside it."""
    if community.state == Community.State.ARCHIVED:
        return [Stop(str(Community.State.ARCHIVED.label), "here")]
    here = WAY.index(Community.State(community.state))
    places = {-1: "past", 0: "here", 1: "ahead"}
    return [
        Stop(str(state.label), places[(place > here) - (place < here)])
        for place, state in enumerate(WAY)
    ]


def lines_of(items: Sequence[ChecklistItem], *, on: dt.date) -> list[Line]:
    return [line_of(item, on=on) for item in items]


def line_of(item: ChecklistItem, *, on: dt.date) -> Line:
    is_open = item.state == ItemState.OPEN
    is_late = is_open and item.due_on is not None and item.due_on < on
    light = "amber" if item.is_disputed else "red" if is_late else LIGHTS[ItemState(item.state)]
    return Line(
        item=item,
        url=page_of(item),
        light=light,
        found=finding_words(item),
        found_light=found_light(item),
        is_late=is_late,
        file_url=file_url(item.evidence_file_id) if item.evidence_file_id else "",
        done_url=step_url(item, "tick") if is_open else "",
        not_needed_url=step_url(item, "leave_out") if is_open else "",
        reopen_url="" if is_open else step_url(item, "reopen"),
    )


def found_light(item: ChecklistItem) -> str:
    if item.finding == Finding.NOT_OK:
        return "amber"
    return "green" if item.finding == Finding.OK else "grey"


def step_url(item: ChecklistItem, step: str) -> str:
    return reverse(f"admin:communities_checklistitem_{step}", args=[item.pk])


def progress_of(lines: Sequence[Line]) -> Progress:
    states = [line.item.state for line in lines]
    done, not_needed = states.count(ItemState.DONE), states.count(ItemState.NOT_NEEDED)
    needed = len(states) - not_needed
    share = done / needed if needed else None
    return Progress(done, needed, not_needed, sum(line.is_late for line in lines), share)


def missing_now(community: Community) -> list[str]:
    """Nothing is asked of what runs or is put away; what is ready may have come undone."""
    is_over = community.state in (Community.State.RUNNING, Community.State.ARCHIVED)
    return [] if is_over else find_missing(community)


def last_proof(community: Community) -> AccessProof | None:
    return community.access_proofs.select_related("proven_by").first()


def panel_of(request: HttpRequest, community: Community) -> dict[str, Any]:
    last_move = community.moves.select_related("moved_by").first()
    lines = lines_of(items_of(community), on=community.client.today())
    proof = last_proof(community)
    return {
        "community": community,
        "way": way_of(community),
        "last_move": last_move,
        "missing": missing_now(community),
        "proof": proof,
        "proof_url": file_url(proof.file_id) if proof and proof.file_id else "",
        "checklist": lines,
        "progress": progress_of(lines),
        "may_tick": allows(request, "communities.change_checklistitem", community),
        "client_side": Side.CLIENT,
    }
