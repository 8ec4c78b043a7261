"""The end of the work for a client: its checklist, and the last day of its portal."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import (
    ENDING,
    Client,
    ClientStatus,
    EndingCode,
    EndingItem,
    EndingState,
    NoticeKind,
    Role,
    Task,
    TaskState,
    User,
)
from clients.team import people_in_roles
from clients.todo import add_task

# How long the people of a client that has left look at their portal, where nobody says otherwise.
PORTAL_DAYS = 30
# Within so many days the checklist should be through.
WORK_DAYS = 14


def begin_ending(client: Client, *, by: User, at: dt.datetime) -> None:
    """What follows from the status "ended": the checklist, its task, the portal's last day."""
    today = client.day_of(at)
    if client.portal_until is None:
        client.portal_until = today + dt.timedelta(days=PORTAL_DAYS)
        client.save(update_fields=["portal_until"])
    rows = [EndingItem(client=client, code=code) for code in EndingCode]
    EndingItem.objects.bulk_create(rows, ignore_conflicts=True)
    managers = people_in_roles(client, (Role.ACCOUNT_MANAGER,), on=today)
    owner = managers[0] if managers else by
    with translation.override(owner.language or None):
        add_task(
            client,
            title=_("The work has ended: go through the checklist of the ending"),
            owner=owner,
            due_on=today + dt.timedelta(days=WORK_DAYS),
            origin=client,
            origin_note=_("end of the work"),
            leads_to=ENDING,
            kind=NoticeKind.TASKS,
        )


def items_of(client: Client) -> list[EndingItem]:
    """In the order of the list; what is not stored yet is open."""
    known = {row.code: row for row in client.ending_items.select_related("decided_by")}
    return [known.get(code) or EndingItem(client=client, code=code) for code in EndingCode]


@transaction.atomic
def decide_item(
    client: Client,
    code: str,
    *,
    seen: str,
    to: str,
    reason: str,
    is_done: bool | None,
    by: User,
    at: dt.datetime,
) -> EndingItem:
    """`is_done` is the fact as the program sees it; None: it cannot see.

    Raises ValidationError where the item was decided meanwhile, where the facts say otherwise, or
    where a reason is missing.
    """
    EndingItem.objects.get_or_create(client=client, code=code)
    item = EndingItem.objects.select_for_update().get(client=client, code=code)
    if item.state != seen:
        raise ValidationError(_("Somebody has decided it meanwhile: look again."))
    reason = reason.strip()
    if to == EndingState.DONE and is_done is False:
        raise ValidationError(
            _("The facts beside it say otherwise: finish it, or say why it is not needed.")
        )
    if to == EndingState.NOT_NEEDED and not reason:
        raise ValidationError({"reason": _("Say why it is not needed.")})
    item.state, item.reason = to, reason
    item.decided_by, item.decided_at = (None, None) if to == EndingState.OPEN else (by, at)
    item.save()
    if not EndingItem.objects.filter(client=client, state=EndingState.OPEN).exists():
        waiting = Task.objects.unfinished().of_endings().filter(client=client)
        update_noted(waiting, state=TaskState.DONE, done_at=at)
    return item


@transaction.atomic
def set_portal_until(
    client: Client, until: dt.date | None, *, seen: dt.date | None, on: dt.date
) -> None:
    """The last day on which the client's people look; by their own clock. None: without an end."""
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if locked.status != ClientStatus.ENDED:
        raise ValidationError(_("The portal has a last day only once the work has ended."))
    if locked.portal_until != seen:
        raise ValidationError(_("Somebody has changed it meanwhile: look again."))
    if until is not None and until < on:
        raise ValidationError({"until": _("Give today or a later day.")})
    if until is None and locked.forgotten_at is not None:
        raise ValidationError(_("The people of this client were forgotten: nobody could look."))
    locked.portal_until = until
    locked.save(update_fields=["portal_until"])
    client.portal_until = until


def ended_on(client: Client) -> dt.date | None:
    """The client's day on which the work ended; None: it has not."""
    changes = client.status_changes.filter(new=ClientStatus.ENDED).order_by("-changed_at")
    moment = changes.values_list("changed_at", flat=True).first()
    return client.day_of(moment) if moment and client.status == ClientStatus.ENDED else None
