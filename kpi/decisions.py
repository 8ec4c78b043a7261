"""What is decided about a flag, and what the client reads of it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Block, Side, Task, User
from clients.rights import may
from clients.todo import add_task
from kpi.corrections import CAUSE_LENGTH, draft_correction
from kpi.effect import plan_checks
from kpi.flag_sentence import evidence_of
from kpi.flags import close_flags
from kpi.models import Decision, DecisionKind, Flag, FlagState
from kpi.models.flags import LIVE_STATES

CHECK_DAYS = 30
# Decisions that ask somebody to do something.
TASK_SIDES = {DecisionKind.CORRECT_WORK: Side.AGENCY, DecisionKind.CLIENT_SIDE: Side.CLIENT}
TITLE_LENGTH = Task._meta.get_field("title").max_length or 200


@transaction.atomic
def decide(
    flag: Flag,
    *,
    kind: str,
    reason: str,
    by: User,
    on: dt.date,
    check_on: dt.date | None = None,
    client_text: str = "",
    publish: bool = False,
    starts_on: dt.date | None = None,
    block: str = "",
    due_on: dt.date | None = None,
    tasks: str = "",
    at: dt.datetime | None = None,
) -> Decision:
    """Decide about a live flag. `correct` drafts the next version, from `starts_on` (tomorrow).

    `correct_work` leaves the strategy and makes tasks in a block of the work; `client_side` makes
    them on the client's side: one for each line of `tasks`, to be done by `due_on`. The effect is
    checked on `check_on`, 30 days later unless another day is given, and after 60 and 90 days.
    `data_error` closes the flag at once: nothing was changed that could be checked, and what the
    mended data say tomorrow must find no flag in its way.
    Raises ValidationError with everything that is wrong.
    """
    check_on = check_on or on + dt.timedelta(days=CHECK_DAYS)
    locked = Flag.objects.select_for_update().get(pk=flag.pk)
    problems = [
        *check_decider(locked, by=by, on=on),
        *check_decision(locked, kind=kind, reason=reason, on=on, check_on=check_on),
        *check_publishing(client_text, publish=publish),
        *check_tasks(kind, block=block, due_on=due_on, tasks=tasks, on=on),
    ]
    if problems:
        raise ValidationError(problems)
    decision = Decision.objects.create(
        client_id=locked.client_id,
        flag=locked,
        kind=kind,
        reason=reason,
        client_text=client_text,
        is_published=publish,
        decided_on=on,
        decided_by=by,
        check_on=check_on,
        block=block if kind == DecisionKind.CORRECT_WORK else "",
        due_on=due_on if kind in TASK_SIDES else None,
        next_version=draft_correction(
            locked.client_id,
            cause=cause_of(locked, reason=reason),
            by=by,
            on=on,
            starts_on=starts_on,
        )
        if kind == DecisionKind.CORRECT
        else None,
    )
    locked.state = FlagState.DECIDED
    locked.save(update_fields=["state"])
    if kind == DecisionKind.DATA_ERROR:
        close_flags([locked.pk], why="data_error", at=at or timezone.now())
        locked.refresh_from_db()
        return decision
    plan_checks(decision)
    add_tasks(decision, tasks)
    return decision


def add_tasks(decision: Decision, tasks: str) -> None:
    """What the decision asks to be done; of a correction of the strategy nothing but the draft."""
    side = TASK_SIDES.get(DecisionKind(decision.kind))
    if side is None:
        return
    for title in filter(None, map(str.strip, tasks.splitlines())):
        add_task(
            decision.client,
            title=title,
            side=side,
            block=decision.block,
            due_on=decision.due_on,
            origin=decision,
        )


@transaction.atomic
def publish_decision(
    decision: Decision, *, client_text: str, by: User, on: dt.date | None = None
) -> Decision:
    """Let the client read the decision; the text may still be changed the same way.

    It is asked who is in the team today, not who was on the day of the decision.
    """
    rows = Decision.objects.select_for_update(of=("self",)).select_related("flag", "client")
    locked = rows.get(pk=decision.pk)
    problems = [
        *check_decider(locked.flag, by=by, on=on or locked.client.today()),
        *check_publishing(client_text, publish=True),
    ]
    if problems:
        raise ValidationError(problems)
    locked.client_text = client_text
    locked.is_published = True
    locked.save(update_fields=["client_text", "is_published"])
    return locked


def cause_of(flag: Flag, *, reason: str) -> str:
    """Why the next version is made: what was typed, then what the flag said. A long reason is cut,
    the evidence is not.
    """
    evidence = "\n".join(evidence_of(flag))[: CAUSE_LENGTH // 2]
    return f"{reason.strip()[: CAUSE_LENGTH - len(evidence) - 2]}\n\n{evidence}"


def check_decider(flag: Flag, *, by: User, on: dt.date) -> list[str]:
    if may(by, "kpi.add_decision", client=flag.client_id, on=on):
        return []
    is_seen = Flag.objects.visible_to(by, on=on).filter(pk=flag.pk).exists()
    if by.has_perm("kpi.add_decision") and not is_seen:
        return [_("You are not in this client's team.")]
    return [_("You may not decide about flags; ask the account manager.")]


def check_decision(
    flag: Flag, *, kind: str, reason: str, on: dt.date, check_on: dt.date
) -> list[str]:
    problems = []
    if flag.state not in LIVE_STATES:
        problems.append(_("About this flag it has been decided already, or it is closed."))
    if kind not in DecisionKind.values:
        problems.append(_("Choose what to do: %(kinds)s.") % {"kinds": _kinds()})
    if not reason.strip():
        problems.append(_("Write the reason: it is what the next person learns from."))
    if check_on <= on:
        problems.append(_("Check the effect on a day after the decision."))
    return problems


def check_tasks(
    kind: str, *, block: str, due_on: dt.date | None, tasks: str, on: dt.date
) -> list[str]:
    problems = []
    titles = [line.strip() for line in tasks.splitlines() if line.strip()]
    if kind == DecisionKind.CORRECT_WORK:
        if block not in Block.values:
            problems.append(_("Choose the block of the work that is corrected."))
        if not titles:
            problems.append(_("Write what is to be done, a line for each task."))
    elif titles and kind not in TASK_SIDES:
        problems.append(_("Tasks come with a correction of the work, or of the client's side."))
    if any(len(title) > TITLE_LENGTH for title in titles):
        problems.append(_("A task has at most %(most)s characters.") % {"most": TITLE_LENGTH})
    if kind in TASK_SIDES and titles and due_on is None:
        problems.append(_("Say by when the tasks are to be done."))
    if due_on is not None and due_on < on:
        problems.append(_("The day by which it is to be done has passed."))
    return problems


def _kinds() -> str:
    return ", ".join(str(label) for label in DecisionKind.labels)


def check_publishing(client_text: str, *, publish: bool) -> list[str]:
    if publish and not client_text.strip():
        return [_("Write the text for the client before publishing.")]
    return []
