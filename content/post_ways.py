"""The steps of a post: from where to where, who may take them, what they ask for.

A table, read by `content.workflow`; nothing here looks at the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from content.models import Approvals, PostState

S = PostState
ANY = frozenset(Approvals.values)
NOBODYS = frozenset({Approvals.NOBODY})
INTERNAL = frozenset({Approvals.INTERNAL})
CLIENTS = frozenset({Approvals.CLIENT})
AGENCYS = INTERNAL | CLIENTS

WRITE = "content.change_post"
APPROVE = "content.approve_post"
# Who may plan publications, may let them go and call them off.
RELEASE = "content.change_publication"
PROGRAM = ""


@dataclass(frozen=True)
class PostStep:
    """`right` is asked in the client's team; PROGRAM: no person takes it.

    `approvals`: the terms under which it stands. `is_word`: it is the client's, recorded by
    staff, given through a link, or deemed. `is_checked`: blocking problems of the post refuse it.
    """

    old: str
    new: str
    label: Any
    right: str
    approvals: frozenset[str] = ANY
    needs_reason: bool = False
    is_word: bool = False
    is_checked: bool = False
    icon: str = "arrow_forward"


def steps(olds: Iterable[str], new: str, label: Any, right: str, **asks: Any) -> list[PostStep]:
    return [PostStep(old, new, label, right, **asks) for old in olds]


# With the agency, finished and not yet out: what is cancelled or taken back.
WITH_AUTHOR = (S.IN_WORK, S.INTERNAL_REWORK, S.CLIENT_REWORK)
WAITING = (S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_REVIEW, S.CLIENT_APPROVED)

STEPS: tuple[PostStep, ...] = (
    *steps([S.IDEA], S.DRAFT, _("Make it a draft"), WRITE, icon="edit_note"),
    *steps([S.IDEA, S.DRAFT], S.IN_WORK, _("Take to work"), WRITE, icon="play_arrow"),
    *steps(
        WITH_AUTHOR, S.INTERNAL_REVIEW, _("Send to internal review"), WRITE, approvals=AGENCYS,
        icon="rate_review",
    ),
    *steps(
        [S.INTERNAL_REVIEW], S.INTERNAL_APPROVED, _("Approve for the agency"), APPROVE,
        approvals=AGENCYS, is_checked=True, icon="check",
    ),
    *steps(
        [S.INTERNAL_REVIEW], S.INTERNAL_REWORK, _("Send to rework"), APPROVE, needs_reason=True,
        icon="undo",
    ),
    *steps(
        [S.INTERNAL_APPROVED], S.CLIENT_REVIEW, _("Send to the client"), APPROVE,
        approvals=CLIENTS, icon="send",
    ),
    *steps(
        [S.CLIENT_REVIEW], S.CLIENT_APPROVED, _("The client approved"), APPROVE, is_word=True,
        icon="how_to_reg",
    ),
    *steps(
        [S.CLIENT_REVIEW], S.CLIENT_REWORK, _("The client asked for changes"), APPROVE,
        is_word=True, needs_reason=True, icon="edit",
    ),
    # What nobody has to approve is not asked for: from work, or from the last approval needed.
    *steps(
        [*WITH_AUTHOR, S.INTERNAL_REVIEW, S.INTERNAL_APPROVED, S.CLIENT_APPROVED], S.SCHEDULED,
        _("Schedule"), RELEASE, approvals=NOBODYS, is_checked=True, icon="schedule_send",
    ),
    *steps(
        [S.INTERNAL_APPROVED, S.CLIENT_APPROVED], S.SCHEDULED, _("Schedule"), RELEASE,
        approvals=INTERNAL, is_checked=True, icon="schedule_send",
    ),
    *steps(
        [S.CLIENT_APPROVED], S.SCHEDULED, _("Schedule"), RELEASE, approvals=CLIENTS,
        is_checked=True, icon="schedule_send",
    ),
    *steps(
        [S.INTERNAL_REVIEW, S.INTERNAL_APPROVED], S.IN_WORK, _("Take back to work"), WRITE,
        icon="undo",
    ),
    *steps(
        [S.CLIENT_REVIEW, S.CLIENT_APPROVED, S.SCHEDULED, S.FAILED], S.IN_WORK,
        _("Take back to work"), RELEASE, needs_reason=True, icon="undo",
    ),
    *steps(
        [S.IDEA, S.DRAFT, *WITH_AUTHOR, *WAITING, S.SCHEDULED, S.FAILED], S.CANCELLED,
        _("Cancel the post"), RELEASE, needs_reason=True, icon="block",
    ),
    *steps([S.CANCELLED], S.DRAFT, _("Open again"), RELEASE, icon="lock_open"),
    # By the publications: `content.post_standing`.
    *(
        PostStep(old, new, _("By its publications"), PROGRAM)
        for old in (S.SCHEDULED, S.PUBLISHED, S.FAILED, S.NEEDS_CHECKING)
        for new in (S.SCHEDULED, S.PUBLISHED, S.FAILED, S.NEEDS_CHECKING)
        if old != new
    ),
    # Where each of them was cancelled. (What was posted natively before it was approved is moved
    # by `content.post_standing.settle_native`, from wherever it stands.)
    PostStep(S.NEEDS_CHECKING, S.CANCELLED, _("By its publications"), PROGRAM),
)  # fmt: skip

BY_OLD: dict[str, list[PostStep]] = {
    state: [step for step in STEPS if step.old == state] for state in PostState
}

# What was approved, or is looked at by the client, is not edited.
FROZEN = (
    S.INTERNAL_APPROVED, S.CLIENT_REVIEW, S.CLIENT_APPROVED, S.SCHEDULED, S.PUBLISHED, S.FAILED,
    S.NEEDS_CHECKING, S.CANCELLED,
)  # fmt: skip
