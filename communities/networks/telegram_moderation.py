"""Telegram's comments and messages, answered by a bot that is in the discussion group."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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
    never_done,
)
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.telegram import call
from communities.networks.telegram_inbox import parse_update

LONGEST_TEXT = 4_096
_ONLY_EVENTS = gettext_lazy(
    "Telegram has no list of comments or messages to read: they come by events only."
)


class TelegramModerator:
    """Ids of what was said are `chat:message`. A lost answer is a person's to look up."""

    network = "telegram"
    never: Mapping[Act, str | Promise] = {
        Act.HIDE: NEVER_HIDES,
        Act.RESTORE: gettext_lazy("Telegram keeps nothing of a deleted message to restore."),
    }
    sends_once = False

    def kinds_for(self, act: Act, kind: SaidKind) -> tuple[TokenKind, ...]:
        is_moderating = act in (Act.DELETE, Act.BAN)
        if act in self.never or (is_moderating and kind is SaidKind.MESSAGE):
            return ()
        return (TokenKind.BOT,)

    def longest_text(self, kind: SaidKind) -> int:
        return LONGEST_TEXT

    def length_of(self, text: str) -> int:
        """Telegram counts units of UTF-16: an emoji is two."""
        return len(text.encode("utf-16-le")) // 2

    def parse_event(self, body: object, *, received_at: datetime, me: str) -> Heard:
        return parse_update(body, bot_id=me)

    def read_comments(
        self, key: AccessToken, page: str, post_id: str
    ) -> Outcome[list[InboxReading]]:
        return Refused(Kind.PERMISSION, str(_ONLY_EVENTS))

    def read_messages(
        self, key: AccessToken, page: str, since: datetime
    ) -> Outcome[list[InboxReading]]:
        return Refused(Kind.PERMISSION, str(_ONLY_EVENTS))

    def reply(
        self, key: AccessToken, page: str, target: Target, text: str, *, guid: int
    ) -> Outcome[Sent]:
        """Under the comment, in the topic of the channel's messages, or in the private chat."""
        chat, _, number = target.external_id.partition(":")
        asked: dict[str, object] = {"chat_id": chat, "text": text}
        _chat, _, topic = target.thread_id.partition(":")
        if target.kind is SaidKind.COMMENT:
            asked["reply_parameters"] = {"message_id": _whole(number)}
        elif topic:
            asked["direct_messages_topic_id"] = _whole(topic)
        answer = call(key, "sendMessage", asked, chat=chat, writes=True)
        if not isinstance(answer, Ok):
            return answer
        body = shapes.mapping(answer.value) or {}
        sent, at = shapes.identifier(body.get("message_id")), shapes.moment(body.get("date"))
        if sent is None:
            return http.wrong_shape(writes=True)
        return Ok(Sent(f"{chat}:{sent}", at or datetime.now(UTC)))

    def delete_comment(self, key: AccessToken, page: str, target: Target) -> Outcome[None]:
        chat, _, number = target.external_id.partition(":")
        return _done(key, "deleteMessage", {"chat_id": chat, "message_id": _whole(number)})

    def restore_comment(self, key: AccessToken, page: str, target: Target) -> Outcome[None]:
        return never_done(self, Act.RESTORE)

    def ban(
        self, key: AccessToken, page: str, target: Target, *, until: datetime | None, reason: str
    ) -> Outcome[None]:
        """Telegram keeps no reason. Who writes as a channel is banned as a channel."""
        chat, _, _number = target.external_id.partition(":")
        if target.author_id.startswith("-"):
            asked = {"chat_id": chat, "sender_chat_id": _whole(target.author_id)}
            return _done(key, "banChatSenderChat", asked)
        asked = {"chat_id": chat, "user_id": _whole(target.author_id)}
        if until is not None:
            asked["until_date"] = int(until.timestamp())
        return _done(key, "banChatMember", asked)


def _whole(number: str) -> int:
    return int(number or 0)


def _done(key: AccessToken, method: str, asked: Mapping[str, object]) -> Outcome[None]:
    answer = call(key, method, asked, writes=True)
    return Ok(None) if isinstance(answer, Ok) else answer
