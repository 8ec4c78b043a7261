"""One item with what belongs to it: its thread, our answers, what its author said before."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from content.models import InboxAnswer, InboxItem, InboxKind

MOST_SAID, MOST_EARLIER = 60, 10


@dataclass(frozen=True)
class Line:
    """One thing said in the thread; `item_id` is None for our own side."""

    at: dt.datetime
    who: str
    text: str
    item_id: int | None
    is_this: bool = False
    gone_at: dt.datetime | None = None
    edited_at: dt.datetime | None = None


def thread_of(item: InboxItem) -> list[Line]:
    """The dialogue, or the comments of one branch, the oldest first; the item itself is in it."""
    items = InboxItem.objects.filter(profile=item.profile_id, kind=item.kind)
    near = items.filter(_same_thread(item)).order_by("-received_at", "-pk")[:MOST_SAID]
    shown = {row.pk: row for row in [*near, item]}
    lines = [_line_of(row, is_this=row.pk == item.pk) for row in shown.values()]
    lines += [_answer_line(each) for each in _answers(item)]
    return sorted(lines, key=lambda line: line.at)


def earlier_of(item: InboxItem) -> list[InboxItem]:
    """What the same author said elsewhere, the newest first."""
    if not item.author_id:
        return []
    rows = InboxItem.objects.filter(
        client=item.client_id, author_id=item.author_id, profile__network=_network(item)
    ).exclude(pk=item.pk)
    if item.kind == InboxKind.MESSAGE:
        rows = rows.exclude(kind=InboxKind.MESSAGE, thread_id=item.thread_id)
    return list(rows.select_related("profile").order_by("-received_at")[:MOST_EARLIER])


def _network(item: InboxItem) -> str:
    return item.profile.network if item.profile else ""


def _same_thread(item: InboxItem) -> Q:
    if item.profile_id is None or not item.external_id:
        return Q(pk=item.pk)
    if item.kind == InboxKind.MESSAGE or ":" in item.external_id:
        # A Telegram thread is all that was said about one post.
        return Q(thread_id=item.thread_id) if item.thread_id else Q(pk=item.pk)
    root = item.thread_id or item.external_id
    return Q(thread_id=root) | Q(external_id=root)


def _answers(item: InboxItem) -> list[InboxAnswer]:
    if item.profile_id is None:
        return []
    rows = InboxAnswer.objects.filter(profile=item.profile_id, kind=item.kind)
    near = Q(thread_id=item.thread_id or item.external_id)
    return list(rows.filter(near | Q(answers_id=item.external_id)).order_by("-said_at")[:MOST_SAID])


def _line_of(row: InboxItem, *, is_this: bool) -> Line:
    return Line(
        row.received_at, row.author_name, row.text, row.pk, is_this, row.gone_at, row.edited_at
    )


def _answer_line(answer: InboxAnswer) -> Line:
    return Line(answer.said_at, "", answer.text, None, gone_at=answer.gone_at)
