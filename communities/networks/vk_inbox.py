"""VK's comments and messages → readings. Pure. Ids of comments are unique on a wall."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from communities.networks import shapes
from communities.networks.moderation import Heard, InboxReading, Removal, SaidKind
from communities.networks.vk_posts import reading as post_reading

# Chats of several people have ids from here on: a community's own dialogue is with one person.
_CHATS_FROM = 2_000_000_000
_MESSAGES = ("message_new", "message_reply", "message_edit")
_COMMENTS = ("wall_reply_new", "wall_reply_edit", "wall_reply_restore")
# Not on the wall yet.
_NOT_POSTED = ("suggest", "postpone")
Names = Mapping[str, str]


def parse_event(body: object, *, received_at: datetime) -> Heard:
    """One body of the Callback API."""
    event = shapes.mapping(body) or {}
    name, page = shapes.text(event.get("type")), shapes.identifier(event.get("group_id")) or ""
    held = shapes.mapping(event.get("object")) or {}
    if name in _COMMENTS:
        # Of an edit VK tells the time of the comment, not of the edit.
        is_first = name == "wall_reply_new"
        comment = comment_reading(held, page, told_at=None if is_first else received_at)
        return _heard(name, comment, is_foreign=_is_elsewhere(held, page))
    if name == "wall_reply_delete":
        removal = _removal(held, page, received_at)
        is_unreadable = removal is None and not _is_elsewhere(held, page)
        return Heard(name, removed=(removal,) if removal else (), is_unreadable=is_unreadable)
    if name in _MESSAGES:
        message = shapes.mapping(held.get("message")) or held
        told_at = received_at if name == "message_edit" else None
        reading = message_reading(message, page, told_at=told_at)
        return _heard(name, reading, is_foreign=_is_chat(message))
    if name == "wall_post_new":
        is_ours = shapes.text(held.get("post_type")) not in _NOT_POSTED
        post = post_reading(held, group_id=page, read_at=received_at) if is_ours else None
        return Heard(name, posts=(post,) if post else ())
    return Heard(name)


def comment_reading(
    held: Mapping[str, object],
    page: str,
    *,
    told_at: datetime | None,
    names: Names | None = None,
    post_id: str = "",
) -> InboxReading | None:
    """None where the comment is unreadable, or stands on another wall."""
    number, said_at = shapes.identifier(held.get("id")), shapes.moment(held.get("date"))
    author = shapes.identifier(held.get("from_id")) or ""
    post = shapes.identifier(held.get("post_id")) or post_id
    if number is None or said_at is None or not post or _is_elsewhere(held, page):
        return None
    thread = _thread(held)
    place = f"https://vk.com/wall-{page}_{post}?reply={number}"
    return InboxReading(
        kind=SaidKind.COMMENT,
        page=page,
        external_id=number,
        said_at=said_at,
        told_at=told_at or said_at,
        text=_text(held),
        thread_id=thread,
        post_id=post,
        answers_id=_number(held.get("reply_to_comment")) or thread,
        author_id=author,
        author_name=(names or {}).get(author, ""),
        url=f"{place}&thread={thread}" if thread else place,
        is_own=author == f"-{page}",
        is_gone=shapes.flag(held.get("deleted")),
    )


def message_reading(
    held: Mapping[str, object],
    page: str,
    *,
    told_at: datetime | None = None,
    names: Names | None = None,
) -> InboxReading | None:
    """None where it is unreadable, or said in a chat of several people."""
    said_at, peer = shapes.moment(held.get("date")), shapes.identifier(held.get("peer_id"))
    number = _number(held.get("id")) or _number(held.get("conversation_message_id"))
    if said_at is None or peer is None or not number or _is_chat(held):
        return None
    author = shapes.identifier(held.get("from_id")) or ""
    edited_at = shapes.moment(held.get("update_time"))
    return InboxReading(
        kind=SaidKind.MESSAGE,
        page=page,
        external_id=number,
        said_at=said_at,
        told_at=edited_at or told_at or said_at,
        text=_text(held),
        thread_id=peer,
        author_id=author,
        author_name=(names or {}).get(author, ""),
        url=f"https://vk.com/gim{page}?sel={peer}",
        edited_at=edited_at,
        is_own=shapes.count(held.get("out")) == 1,
    )


def comments_in(
    answer: object, page: str, post_id: str, *, read_at: datetime
) -> list[InboxReading] | None:
    """Of `wall.getComments`, the threads' too; None for a wrong shape."""
    body = shapes.mapping(answer) or {}
    items = shapes.sequence(body.get("items"))
    if items is None:
        return None
    names = names_in(body)
    found = (
        comment_reading(each, page, told_at=read_at, names=names, post_id=post_id)
        for each in _with_threads(items)
    )
    return [each for each in found if each is not None]


def names_in(body: Mapping[str, object]) -> dict[str, str]:
    """Id → name of the people and communities that an extended answer tells of."""
    names: dict[str, str] = {}
    for item in shapes.sequence(body.get("profiles")) or []:
        person = shapes.mapping(item) or {}
        parts = [shapes.text(person.get(each)) for each in ("first_name", "last_name")]
        names[shapes.identifier(person.get("id")) or ""] = " ".join(filter(None, parts))
    for item in shapes.sequence(body.get("groups")) or []:
        group = shapes.mapping(item) or {}
        names[f"-{shapes.identifier(group.get('id'))}"] = shapes.text(group.get("name"))
    return names


def _with_threads(items: list[object]) -> Iterator[Mapping[str, object]]:
    for item in items:
        comment = shapes.mapping(item) or {}
        yield comment
        thread = shapes.mapping(comment.get("thread")) or {}
        for inner in shapes.sequence(thread.get("items")) or []:
            yield shapes.mapping(inner) or {}


def _heard(name: str, reading: InboxReading | None, *, is_foreign: bool) -> Heard:
    if reading is None:
        return Heard(name, is_unreadable=not is_foreign)
    return Heard(name, said=(reading,))


def _removal(held: Mapping[str, object], page: str, told_at: datetime) -> Removal | None:
    number = shapes.identifier(held.get("id"))
    if number is None or _is_elsewhere(held, page):
        return None
    return Removal(page, number, told_at, post_id=shapes.identifier(held.get("post_id")) or "")


def _is_elsewhere(held: Mapping[str, object], page: str) -> bool:
    owners = (held.get("post_owner_id"), held.get("owner_id"))
    owner = next((found for each in owners if (found := shapes.identifier(each))), None)
    return owner is not None and owner != f"-{page}"


def _is_chat(message: Mapping[str, object]) -> bool:
    return int(shapes.identifier(message.get("peer_id")) or 0) >= _CHATS_FROM


def _thread(held: Mapping[str, object]) -> str:
    """The comment on which the branch hangs; "" for a comment on the post itself."""
    parents = shapes.sequence(held.get("parents_stack")) or []
    return _number(parents[0]) if parents else ""


def _number(value: object) -> str:
    """An id; VK writes 0 for none."""
    return shapes.identifier(value) or ""


def _text(held: Mapping[str, object]) -> str:
    """The words, and what is attached in square brackets: a sticker has no words."""
    kinds = [
        shapes.text((shapes.mapping(each) or {}).get("type"))
        for each in shapes.sequence(held.get("attachments")) or []
    ]
    marks = [f"[{kind}]" for kind in kinds if kind]
    return " ".join(filter(None, [shapes.text(held.get("text")), *marks]))
