"""The set-up checklist of a community: made from the network's list, settled item by item."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import Side, User
from communities.models import (
    ChecklistChange,
    ChecklistItem,
    ChecklistTemplateItem,
    ClientFile,
    Community,
    ItemState,
)

COPIED = (
    "code", "position", "check_code", "side", "title_en", "title_ru", "hint_en", "hint_ru",
)  # fmt: skip


def template_for(network: str) -> list[ChecklistTemplateItem]:
    """The network's own list, or the one for all that have none."""
    lines = ChecklistTemplateItem.objects.filter(is_active=True)
    return list(lines.filter(network=network)) or list(lines.filter(network=""))


@transaction.atomic
def make_items(community: Community, *, on: dt.date, owner: User | None = None) -> int:
    """Add what the community's list lacks; how many. What is there stays as it is.

    The owner gets the agency's open items that nobody has, old ones too.
    """
    known = set(community.checklist.values_list("code", flat=True))
    lines = [line for line in template_for(community.profile.network) if line.code not in known]
    ChecklistItem.objects.bulk_create(
        (new_item(community, line, on=on) for line in lines), ignore_conflicts=True
    )
    if owner is not None:
        nobodys = community.checklist.filter(owner=None, side=Side.AGENCY, state=ItemState.OPEN)
        update_noted(nobodys, owner=owner)
    return len(lines)


def new_item(community: Community, line: ChecklistTemplateItem, *, on: dt.date) -> ChecklistItem:
    copied = {name: getattr(line, name) for name in COPIED}
    due_on = on + dt.timedelta(days=line.days)
    return ChecklistItem(
        client_id=community.client_id, community=community, due_on=due_on, **copied
    )


@transaction.atomic
def settle(
    item: ChecklistItem,
    *,
    to: str,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    evidence_url: str = "",
    evidence_file: ClientFile | None = None,
) -> ChecklistChange:
    """Done (with its evidence), not needed (with a reason), or open again.

    Raises ValidationError where somebody was quicker or the reason is missing.
    """
    locked = ChecklistItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    check_change(locked, seen=item.state, to=to, reason=reason.strip())
    change = ChecklistChange(
        client_id=locked.client_id, item=locked, old=locked.state, new=to, changed_at=at,
        changed_by=by, note=told(reason.strip(), evidence_url, evidence_file),
    )  # fmt: skip
    is_open = to == ItemState.OPEN
    locked.state = to
    locked.reason = reason.strip() if to == ItemState.NOT_NEEDED else ""
    locked.done_at, locked.done_by = (None, None) if is_open else (at, by)
    if not is_open:
        locked.evidence_url, locked.evidence_file = evidence_url, evidence_file
    locked.save()
    change.save()
    item.refresh_from_db()
    return change


def check_change(item: ChecklistItem, *, seen: str, to: str, reason: str) -> None:
    """Raises ValidationError."""
    if item.state != seen or item.state == to:
        raise ValidationError(
            _("“%(item)s” is “%(state)s” already: somebody else was here.")
            % {"item": item.title, "state": item.get_state_display()}
        )
    if to == ItemState.NOT_NEEDED and not reason:
        raise ValidationError({"reason": _("Say why it is not needed.")})


def told(reason: str, url: str, file: ClientFile | None) -> str:
    """The evidence in the history, which outlives the item's own."""
    return " · ".join(filter(None, [reason, url, file.name if file else ""]))[:500]


def settle_several(items: list[ChecklistItem], *, by: User | None, at: dt.datetime) -> int:
    """Tick those of the items that are open; how many."""
    waiting = [item for item in items if item.state == ItemState.OPEN]
    for item in waiting:
        settle(item, to=ItemState.DONE, by=by, at=at)
    return len(waiting)


def items_of(community: Community) -> list[ChecklistItem]:
    """With all that the community's page says of them; one statement."""
    rows = community.checklist.select_related("owner", "done_by", "evidence_file")
    rows = rows.defer("evidence_file__content").order_by(F("position"), "pk")
    return list(rows)
