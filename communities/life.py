"""A community's way from the plan to the launch and to the archive, each step written down."""

import datetime as dt
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from communities.checklist import make_items
from communities.models import Community, CommunityMove
from communities.readiness import find_missing

State = Community.State

WAY = (State.PLANNED, State.CREATION, State.DESIGN, State.SET_UP, State.READY, State.RUNNING)
# Where a person may have to take a step back.
BACK = {State.DESIGN: State.CREATION, State.SET_UP: State.DESIGN, State.READY: State.SET_UP}
# Both say that nothing is missing, so nothing may be missing.
COMPLETE = (State.READY, State.RUNNING)


class Step(NamedTuple):
    """A state that may be taken now; back and out of the archive a person says why."""

    to: Community.State
    needs_reason: bool = False


def next_steps(community: Community) -> list[Step]:
    """What may follow, the usual way first."""
    state = State(community.state)
    if state == State.ARCHIVED:
        return [Step(reopened_state(community), needs_reason=True)]
    steps = [Step(WAY[WAY.index(state) + 1])] if state != State.RUNNING else []
    if state in BACK:
        steps.append(Step(BACK[state], needs_reason=True))
    return [*steps, Step(State.ARCHIVED)]


def reopened_state(community: Community) -> Community.State:
    """Where it was before the archive; what was complete is set up and proven anew."""
    last = community.moves.filter(new=State.ARCHIVED).first()
    before = State(last.old) if last and last.old else State.PLANNED
    return State.SET_UP if before in COMPLETE else before


@transaction.atomic
def move(
    community: Community, *, to: str, by: User | None, at: dt.datetime, reason: str = ""
) -> CommunityMove:
    """Take one allowed step from the state in which the caller saw the community.

    Raises:
        ValidationError: somebody was quicker; there is no such way; no reason is given where one
            is needed; or what is missing before it is ready, a sentence for each lack.
    """
    locked = Community.objects.select_for_update(of=("self",)).get(pk=community.pk)
    if locked.state != community.state:
        raise ValidationError(
            _("Somebody has moved it meanwhile: it is “%(state)s” now. Look at it again.")
            % {"state": locked.get_state_display()}
        )
    check_step(locked, to=to, reason=reason.strip())
    return take(locked, community, to=to, by=by, at=at, reason=reason.strip())


def check_step(community: Community, *, to: str, reason: str) -> None:
    """Raises ValidationError, as `move` does."""
    step = next((step for step in next_steps(community) if step.to == to), None)
    if step is None:
        raise ValidationError(refusal(community, to))
    if step.needs_reason and not reason:
        raise ValidationError({"reason": _("Say why.")})
    if step.to in COMPLETE and (missing := find_missing(community)):
        raise ValidationError(missing)


def take(
    locked: Community,
    community: Community,
    *,
    to: str,
    by: User | None,
    at: dt.datetime,
    reason: str,
) -> CommunityMove:
    old, locked.state = locked.state, to
    if to == State.RUNNING and locked.launched_on is None:
        locked.launched_on = locked.client.day_of(at)
    locked.save(update_fields=["state", "launched_on"])
    community.state, community.launched_on = locked.state, locked.launched_on
    return CommunityMove.objects.create(
        client_id=locked.client_id,
        community=locked,
        old=old,
        new=to,
        moved_at=at,
        moved_by=by,
        reason=reason,
    )


@transaction.atomic
def begin(community: Community, *, by: User | None, at: dt.datetime) -> CommunityMove:
    """The first line of a new community's history, and its checklist."""
    make_items(community, on=community.client.day_of(at))
    return CommunityMove.objects.create(
        client_id=community.client_id,
        community=community,
        new=community.state,
        moved_at=at,
        moved_by=by,
    )


def refusal(community: Community, to: str) -> str:
    words = {
        "old": community.get_state_display(),
        "new": dict(State.choices).get(to, to),
        "allowed": ", ".join(str(step.to.label) for step in next_steps(community)),
    }
    return _("From “%(old)s” to “%(new)s” there is no way. Allowed: %(allowed)s.") % words
