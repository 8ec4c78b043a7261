"""What people say comes into the inbox: each item once, in whatever order it is heard of.

Webhooks and polling bring the same comment again and again, a deletion may overtake the comment it
speaks of, and our own replies come back as events. So an item is known by its id on the network,
what was told for an earlier moment changes nothing, and what our side says is an answer.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from communities.models import Profile, WallPost
from communities.networks.moderation import InboxReading, Removal
from communities.wall import find_wall_posts
from content.models import (
    InboxAnswer,
    InboxItem,
    InboxKind,
    InboxState,
    ReplyClock,
    SuggestionRule,
)
from content.suggestions import load_rules, suggest

LONGEST_TEXT = 20_000
CHANGEABLE = (
    "thread_id",
    "post_external_id",
    "author_id",
    "author_name",
    "text",
    "url",
    "received_at",
    "edited_at",
    "gone_at",
    "suggested",
    "needs_reply",
)
WRITTEN = (*CHANGEABLE, "wall_post", "told_at")


@dataclass(slots=True)
class Taken:
    """What a batch did; `new` are the items that nobody has seen yet."""

    new: list[InboxItem] = field(default_factory=list)
    changed: int = 0
    answers: int = 0


@dataclass(slots=True)
class _Inbox:
    """The items of one page that readings may concern."""

    profile: Profile
    at: dt.datetime
    rules: Sequence[SuggestionRule]
    known: dict[tuple[str, str], InboxItem]
    posts: dict[str, WallPost]
    new: list[InboxItem] = field(default_factory=list)
    changed: dict[int, InboxItem] = field(default_factory=dict)

    def take(self, reading: InboxReading) -> None:
        name = (reading.kind.value, reading.external_id)
        item = self.known.get(name)
        if item is None:
            item = self.known[name] = _new_item(self.profile, reading, self.at)
            self.new.append(item)
        is_changed = _tell(item, reading, self.rules)
        post = self.posts.get(reading.post_id)
        if post is not None and item.wall_post_id is None:
            item.wall_post, is_changed = post, True
        if is_changed and item.pk:
            self.changed[item.pk] = item

    def save(self) -> None:
        InboxItem.objects.bulk_create(self.new, batch_size=500)
        InboxItem.objects.bulk_update(self.changed.values(), WRITTEN, batch_size=200)


def take_items(profile: Profile, readings: Sequence[InboxReading], *, at: dt.datetime) -> Taken:
    """Take what was said to one page, own answers among it. Atomic; workers wait for each other."""
    if not readings:
        return Taken()
    own = [each for each in readings if _is_own(each, profile)]
    said = [each for each in readings if not _is_own(each, profile)]
    with transaction.atomic():
        _lock(profile)
        posts = find_wall_posts(profile, [each.post_id for each in said if each.post_id])
        inbox = _Inbox(profile, at, load_rules(), _known(profile, said), posts)
        for reading in said:
            inbox.take(reading)
        inbox.save()
        answers = sum(take_answer(profile, each, at=at) for each in own)
        _apply_known_answers(profile, inbox.new)
    return Taken(inbox.new, len(inbox.changed), answers)


@transaction.atomic
def take_answer(profile: Profile, reading: InboxReading, *, at: dt.datetime) -> bool:
    """What our side said on the network; whether it was new. Marks what it answers."""
    text = reading.text[:LONGEST_TEXT]
    answer, is_new = InboxAnswer.objects.get_or_create(
        profile=profile,
        kind=reading.kind.value,
        external_id=reading.external_id,
        defaults={
            "client_id": profile.client_id,
            "thread_id": reading.thread_id,
            "answers_id": reading.answers_id,
            "text": text,
            "said_at": reading.said_at,
            "heard_at": at,
        },
    )
    gone_at = reading.told_at if reading.is_gone else None
    if not is_new and (answer.text, answer.gone_at) != (text, gone_at):
        answer.text, answer.gone_at = text, gone_at
        answer.save(update_fields=["text", "gone_at"])
    if is_new:
        mark_answered(_answered_by(answer), answer.said_at)
    return is_new


def take_removals(profile: Profile, removals: Iterable[Removal], *, at: dt.datetime) -> int:
    """Comments that their authors or somebody of ours deleted: kept, with a mark; how many."""
    done = 0
    with transaction.atomic():
        _lock(profile)
        for removal in removals:
            known = InboxAnswer.objects.filter(
                profile=profile, kind=InboxKind.COMMENT, external_id=removal.external_id
            )
            if known.update(gone_at=removal.told_at):
                continue
            done += _take_removal(profile, removal, at)
    return done


def _take_removal(profile: Profile, removal: Removal, at: dt.datetime) -> bool:
    """A deletion that overtook its comment leaves a mark, which the comment fills in."""
    item, is_new = InboxItem.objects.get_or_create(
        profile=profile,
        kind=InboxKind.COMMENT,
        external_id=removal.external_id,
        defaults={
            "client_id": profile.client_id,
            "received_at": removal.told_at,
            "heard_at": at,
            "told_at": removal.told_at,
            "gone_at": removal.told_at,
            "needs_reply": False,
        },
    )
    if is_new:
        return True
    if item.told_at is not None and item.told_at > removal.told_at:
        return False
    item.told_at = item.gone_at = removal.told_at
    item.save(update_fields=["told_at", "gone_at"])
    return True


def mark_answered(items: Iterable[InboxItem], at: dt.datetime) -> int:
    """The first reply counts from the network's moment, wherever it was written."""
    ids = [item.pk for item in items]
    first = InboxItem.objects.filter(pk__in=ids, received_at__lte=at)
    # What was counted to a later reply is counted anew (`reply_clock.settle_clocks`).
    ReplyClock.objects.running().filter(item__in=first.filter(first_reply_at__gt=at)).update(
        first_taken=None
    )
    marked = first.filter(Q(first_reply_at=None) | Q(first_reply_at__gt=at)).update(
        first_reply_at=at
    )
    first.waiting().update(state=InboxState.ANSWERED)
    return marked


def _answered_by(answer: InboxAnswer) -> list[InboxItem]:
    """A message answers all that was said in its dialogue before; a comment the one it names."""
    items = InboxItem.objects.filter(
        profile=answer.profile_id, kind=answer.kind, received_at__lte=answer.said_at
    )
    if answer.kind == InboxKind.MESSAGE:
        return list(items.filter(thread_id=answer.thread_id, first_reply_at=None))
    return list(items.filter(external_id=answer.answers_id)) if answer.answers_id else []


def _apply_known_answers(profile: Profile, new: Sequence[InboxItem]) -> None:
    """An answer may be heard of before what it answers."""
    if not new:
        return
    threads = {item.thread_id for item in new if item.kind == InboxKind.MESSAGE}
    comments = {item.external_id for item in new if item.kind == InboxKind.COMMENT}
    known = InboxAnswer.objects.filter(
        Q(kind=InboxKind.MESSAGE, thread_id__in=threads)
        | Q(kind=InboxKind.COMMENT, answers_id__in=comments),
        profile=profile,
    )
    for answer in known.order_by("said_at"):
        mark_answered(_answered_by(answer), answer.said_at)


def _lock(profile: Profile) -> None:
    Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)


def _is_own(reading: InboxReading, profile: Profile) -> bool:
    """A channel that comments in its discussion group speaks under its own id."""
    return reading.is_own or reading.author_id == profile.external_id


def _known(profile: Profile, said: Sequence[InboxReading]) -> dict[tuple[str, str], InboxItem]:
    ids = {each.external_id for each in said}
    rows = InboxItem.objects.filter(profile=profile, external_id__in=ids)
    return {(row.kind, row.external_id): row for row in rows}


def _new_item(profile: Profile, reading: InboxReading, at: dt.datetime) -> InboxItem:
    return InboxItem(
        client_id=profile.client_id,
        profile=profile,
        kind=reading.kind.value,
        external_id=reading.external_id,
        received_at=reading.said_at,
        heard_at=at,
    )


def _tell(item: InboxItem, reading: InboxReading, rules: Sequence[SuggestionRule]) -> bool:
    """Write what the reading tells; whether anything changed. An erased item stays erased."""
    if item.erased_at is not None:
        return False
    before = [getattr(item, name) for name in CHANGEABLE]
    is_later = item.told_at is None or reading.told_at >= item.told_at
    is_mark = not item.author_id and not item.text and item.gone_at is not None
    item.author_id = item.author_id or reading.author_id
    item.author_name = item.author_name or reading.author_name[:200]
    item.thread_id = item.thread_id or reading.thread_id
    item.url = item.url or reading.url
    item.post_external_id = item.post_external_id or reading.post_id
    if is_mark:
        item.received_at, item.needs_reply = reading.said_at, True
    if is_later or is_mark:
        _tell_text(item, reading, rules)
    if is_later:
        item.gone_at = (item.gone_at or reading.told_at) if reading.is_gone else None
        item.told_at = reading.told_at
    return before != [getattr(item, name) for name in CHANGEABLE]


def _tell_text(item: InboxItem, reading: InboxReading, rules: Sequence[SuggestionRule]) -> None:
    """Of a deleted comment the network tells no text: ours stays for those who work on it."""
    text = reading.text[:LONGEST_TEXT]
    if text == item.text or not text:
        return
    if item.text:
        item.edited_at = reading.edited_at or reading.told_at
    item.text = text
    item.suggested = suggest(text, rules)
