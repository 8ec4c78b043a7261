"""VK's comments and messages: read, answered, deleted, restored; their authors banned."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from django.utils.functional import Promise

from communities.networks import http, shapes
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.moderation import (
    NEVER_HIDES,
    Act,
    Heard,
    InboxReading,
    SaidKind,
    Sent,
    Target,
)
from communities.networks.outcomes import Ok, Outcome
from communities.networks.vk_call import call
from communities.networks.vk_groups import bad_id, is_group_id
from communities.networks.vk_inbox import comments_in, message_reading, names_in, parse_event

PER_CALL, IN_THREAD, DIALOGUES = 100, 10, 200
# A post with more comments, or a wall with more dialogues at once, is read as far as this.
MOST_PAGES, MOST_DIALOGUES = 20, 50
LONGEST = {SaidKind.COMMENT: 16_000, SaidKind.MESSAGE: 4_096}
_KINDS: Mapping[Act, tuple[TokenKind, ...]] = {
    Act.REPLY: (TokenKind.COMMUNITY, TokenKind.USER),
    Act.DELETE: (TokenKind.USER,),
    Act.RESTORE: (TokenKind.USER,),
    Act.BAN: (TokenKind.USER,),
}


class VkModerator:
    """Pages are positive group ids. A reply has an idempotency key, so it is sent once."""

    network = "vk"
    never: Mapping[Act, str | Promise] = {Act.HIDE: NEVER_HIDES}
    sends_once = True

    def kinds_for(self, act: Act, kind: SaidKind) -> tuple[TokenKind, ...]:
        if kind is SaidKind.MESSAGE and act is Act.REPLY:
            return (TokenKind.COMMUNITY,)
        return _KINDS.get(act, ())

    def longest_text(self, kind: SaidKind) -> int:
        return LONGEST[kind]

    def length_of(self, text: str) -> int:
        return len(text)

    def parse_event(self, body: object, *, received_at: datetime, me: str) -> Heard:
        return parse_event(body, received_at=received_at)

    def read_comments(
        self, key: AccessToken, page: str, post_id: str
    ) -> Outcome[list[InboxReading]]:
        """Long threads cost calls of their own."""
        if not is_group_id(page):
            return bad_id("external_id")
        found: dict[str, InboxReading] = {}
        for answer in _comment_pages(key, page, post_id):
            if not isinstance(answer, Ok):
                return answer
            read = comments_in(answer.value, page, post_id, read_at=datetime.now(UTC))
            if read is None:
                return http.wrong_shape(writes=False)
            found |= {each.external_id: each for each in read}
        return Ok(list(found.values()))

    def read_messages(
        self, key: AccessToken, page: str, since: datetime
    ) -> Outcome[list[InboxReading]]:
        asked = {"group_id": page, "count": str(DIALOGUES), "filter": "all", "extended": "1"}
        answer = call(key, "messages.getConversations", asked)
        if not isinstance(answer, Ok):
            return answer
        body = shapes.mapping(answer.value) or {}
        names = names_in(body)
        found: list[InboxReading] = []
        for peer in _peers_since(body, page, since)[:MOST_DIALOGUES]:
            asked = {"group_id": page, "peer_id": peer, "count": str(PER_CALL)}
            history = call(key, "messages.getHistory", asked)
            if not isinstance(history, Ok):
                return history
            items = shapes.sequence((shapes.mapping(history.value) or {}).get("items")) or []
            read = (message_reading(shapes.mapping(it) or {}, page, names=names) for it in items)
            found += [each for each in read if each is not None and each.said_at >= since]
        return Ok(found)

    def reply(
        self, key: AccessToken, page: str, target: Target, text: str, *, guid: int
    ) -> Outcome[Sent]:
        """A message quotes nothing: it goes to the dialogue. A comment goes under the one meant."""
        if target.kind is SaidKind.MESSAGE:
            asked = {"group_id": page, "peer_id": target.thread_id, "message": text}
            answer = call(key, "messages.send", {**asked, "random_id": str(guid)}, writes=True)
            return _sent(answer, shapes.identifier)
        asked = {
            "owner_id": f"-{page}",
            "post_id": target.post_id,
            "from_group": page,
            "message": text,
            "reply_to_comment": target.external_id,
            "guid": str(guid),
        }
        answer = call(key, "wall.createComment", asked, writes=True)
        return _sent(
            answer,
            lambda value: shapes.identifier((shapes.mapping(value) or {}).get("comment_id")),
        )

    def delete_comment(self, key: AccessToken, page: str, target: Target) -> Outcome[None]:
        return _done(key, "wall.deleteComment", _comment(page, target))

    def restore_comment(self, key: AccessToken, page: str, target: Target) -> Outcome[None]:
        """VK restores for a limited time."""
        return _done(key, "wall.restoreComment", _comment(page, target))

    def ban(
        self, key: AccessToken, page: str, target: Target, *, until: datetime | None, reason: str
    ) -> Outcome[None]:
        asked = {"group_id": page, "owner_id": target.author_id, "comment": reason[:200]}
        if until is not None:
            asked["end_date"] = str(int(until.timestamp()))
        return _done(key, "groups.ban", asked)


def _comment_pages(key: AccessToken, page: str, post_id: str) -> Iterator[Outcome[object]]:
    """Pages of the comments on the post, then of the threads that do not fit into them."""
    asked = {
        "owner_id": f"-{page}",
        "post_id": post_id,
        "sort": "asc",
        "extended": "1",
        "thread_items_count": str(IN_THREAD),
    }
    threads: list[str] = []
    for answer in _pages(key, asked):
        yield answer
        if isinstance(answer, Ok):
            threads += _long_threads(answer.value)
    for thread in threads:
        yield from _pages(key, {**asked, "comment_id": thread})


def _pages(key: AccessToken, asked: Mapping[str, str]) -> Iterator[Outcome[object]]:
    for number in range(MOST_PAGES):
        place = {"count": str(PER_CALL), "offset": str(number * PER_CALL)}
        answer = call(key, "wall.getComments", {**asked, **place})
        yield answer
        body = shapes.mapping(answer.value) if isinstance(answer, Ok) else None
        if len(shapes.sequence((body or {}).get("items")) or []) < PER_CALL:
            return


def _long_threads(answer: object) -> list[str]:
    items = shapes.sequence((shapes.mapping(answer) or {}).get("items")) or []
    found: list[str] = []
    for item in items:
        comment = shapes.mapping(item) or {}
        thread = shapes.mapping(comment.get("thread")) or {}
        shown = len(shapes.sequence(thread.get("items")) or [])
        number = shapes.identifier(comment.get("id"))
        if number and (shapes.count(thread.get("count")) or 0) > shown:
            found.append(number)
    return found


def _peers_since(body: Mapping[str, object], page: str, since: datetime) -> list[str]:
    """Dialogues whose last message is not older, the newest first."""
    last = (
        message_reading(
            shapes.mapping((shapes.mapping(each) or {}).get("last_message")) or {}, page
        )
        for each in shapes.sequence(body.get("items")) or []
    )
    found = [each for each in last if each is not None and each.said_at >= since]
    found.sort(key=lambda each: each.said_at, reverse=True)
    return [each.thread_id for each in found]


def _comment(page: str, target: Target) -> dict[str, str]:
    return {"owner_id": f"-{page}", "comment_id": target.external_id}


def _done(key: AccessToken, method: str, asked: Mapping[str, str]) -> Outcome[None]:
    answer = call(key, method, asked, writes=True)
    return Ok(None) if isinstance(answer, Ok) else answer


def _sent(answer: Outcome[object], number_in: Callable[[object], str | None]) -> Outcome[Sent]:
    if not isinstance(answer, Ok):
        return answer
    number = number_in(answer.value)
    return Ok(Sent(number, datetime.now(UTC))) if number else http.wrong_shape(writes=True)
