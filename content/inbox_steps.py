"""What people do with items besides answering: assign, name what it is, note, close, reopen."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import NoticeKind, User
from clients.notices import Words, page_of, tell
from content.models import (
    InboxCategory,
    InboxItem,
    InboxKind,
    InboxNote,
    InboxState,
)

# Nobody has to be answered.
NO_REPLY = frozenset({InboxCategory.THANKS, InboxCategory.SPAM})


@transaction.atomic
def assign(item: InboxItem, to: User | None, *, by: User, at: dt.datetime) -> bool:
    """Give the item to somebody, who is written to once; whether anything changed."""
    row = InboxItem.objects.select_for_update(of=("self",)).select_related("client", "profile")
    item = row.get(pk=item.pk)
    if item.assignee_id == (to.pk if to else None):
        return False
    item.assignee = to
    if item.state == InboxState.NEW and to is not None:
        item.state = InboxState.IN_WORK
    item.save(update_fields=["assignee", "state"])
    if to is not None and to != by:
        _write_to(item, to, at)
    return True


def _write_to(item: InboxItem, person: User, at: dt.datetime) -> None:
    """No word of the author: notices lie about in mail boxes."""
    tell(
        [person],
        kind=NoticeKind.REPLIES,
        # Whoever gets it back is told again.
        key=f"inbox-assigned:{item.pk}:{at:%Y%m%d%H%M%S%f}",
        subject=Words(gettext_lazy("%(client)s: please answer"), client=item.client.name),
        text=Words(
            gettext_lazy("It waits for you: %(what)s on %(page)s."),
            what=InboxKind(item.kind).label,
            page=item.profile or item.site,
        ),
        path=page_of(item),
        client=item.client,
        at=at,
    )


def set_category(item: InboxItem, category: str) -> None:
    """A person says what it is; thanks and spam need no reply unless somebody says so."""
    item.category = category
    fields = ["category"]
    if category in NO_REPLY:
        item.needs_reply = False
        fields.append("needs_reply")
    item.save(update_fields=fields)


@transaction.atomic
def add_note(item: InboxItem, text: str, *, by: User, at: dt.datetime) -> InboxNote:
    if not text.strip():
        raise ValidationError({"text": _("Write the note.")})
    return InboxNote.objects.create(
        client_id=item.client_id, item=item, text=text.strip(), by=by, written_at=at
    )


@transaction.atomic
def close(item: InboxItem, outcome: str, *, at: dt.datetime) -> bool:
    """With what came of it; False where it is closed already."""
    if not outcome.strip():
        raise ValidationError({"outcome": _("Say what came of it.")})
    rows = InboxItem.objects.filter(pk=item.pk).exclude(state=InboxState.CLOSED)
    return bool(
        rows.update(state=InboxState.CLOSED, closed_at=at, resolution=outcome.strip()[:300])
    )


@transaction.atomic
def reopen(item: InboxItem) -> bool:
    rows = InboxItem.objects.filter(pk=item.pk, state=InboxState.CLOSED)
    return bool(rows.update(state=InboxState.IN_WORK, closed_at=None, resolution=""))


@transaction.atomic
def set_aside(items: Iterable[InboxItem], category: str, *, at: dt.datetime) -> int:
    """Thanks and spam, many at once: named, and closed without an answer; how many."""
    done = 0
    for item in items:
        set_category(item, category)
        done += close(item, str(InboxCategory(category).label), at=at)
    return done
