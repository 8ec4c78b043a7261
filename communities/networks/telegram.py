"""Telegram by bot: subscribers at any time, own new posts and reaction counts by updates.

A bot sees no views, no history and nobody else's posts; `never` says so in words.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import (
    addresses,
    configuration,
    http,
    shapes,
    telegram_errors,
    telegram_pages,
    telegram_rights,
)
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.one_by_one import read_each
from communities.networks.outcomes import (
    Kind,
    Ok,
    Outcome,
    Refused,
    not_available,
    not_refreshable,
    too_late,
)
from communities.networks.rate_limit import under_limit
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)
from communities.networks.telegram_updates import parse_updates

UPDATES_PER_CALL = 100
# Reaction counts are sent only to those who ask for them by name.
UPDATE_TYPES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "message_reaction_count",
)

_SECRET = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,100}", re.ASCII)
_CHAT = re.compile(r"-?\d{1,19}|@[A-Za-z][A-Za-z0-9_]{3,63}", re.ASCII)
_LACKING = frozenset({Kind.PERMISSION, Kind.NOT_FOUND, Kind.INVALID_REQUEST})


class TelegramAdapter:
    """The network's adapter; stateless. External ids are chat ids (-100…) or @names."""

    network = "telegram"
    token_kinds = (TokenKind.BOT,)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_POSTS: gettext_lazy(
            "A Telegram bot reads neither a channel's past posts nor other people's channels:"
            " new posts of the own channel come by updates, older ones from a file."
        ),
        Capability.REREAD_POSTS: gettext_lazy(
            "A Telegram bot cannot ask for a post: its counters come by updates or from a file."
        ),
        Capability.READ_VIEWS: gettext_lazy(
            "Telegram does not tell a bot how often a post was viewed: import views from a file."
        ),
        Capability.READ_STATISTICS: gettext_lazy(
            "Telegram shows a channel's statistics to its owner only, not to a bot."
        ),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        """What the bot can do (in the channel, if one is named), found out by real calls."""
        me = call(key, "getMe", {})
        if not isinstance(me, Ok):
            return me
        bot_id = shapes.identifier((shapes.mapping(me.value) or {}).get("id"))
        if bot_id is None:
            return http.wrong_shape(writes=False)
        if external_id is None:
            return Ok(telegram_rights.without_channel())
        return _channel_capabilities(key, external_id, bot_id)

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return not_refreshable()

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The channel behind a chat id, a @name or an address such as t.me/coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2]
        chat = name if _CHAT.fullmatch(name) else f"@{name.removeprefix('@')}"
        return _read_chat(key, chat)

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; each channel costs two calls."""
        return read_each(external_ids, lambda each: _read_chat(key, each))

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        return not_available(Capability.READ_POSTS, str(self.never[Capability.READ_POSTS]))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        reason = str(self.never[Capability.REREAD_POSTS])
        return dict.fromkeys(posts, not_available(Capability.REREAD_POSTS, reason))

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        """Two calls; only a bot that manages the channel knows what is not set there."""
        if not is_chat(external_id):
            return bad_chat()
        chat = call(key, "getChat", {"chat_id": external_id})
        if not isinstance(chat, Ok):
            return chat
        admins = call(key, "getChatAdministrators", {"chat_id": external_id})
        if not isinstance(admins, Ok) and admins.kind not in _LACKING:
            return admins
        body = shapes.mapping(chat.value)
        if body is None or shapes.identifier(body.get("id")) is None:
            return http.wrong_shape(writes=False)
        people = telegram_pages.people_in(admins.value) if isinstance(admins, Ok) else None
        return Ok(telegram_pages.facts(body, external_id, people, read_at=datetime.now(UTC)))

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        reason = str(self.never[Capability.READ_STATISTICS])
        return not_available(Capability.READ_STATISTICS, reason)

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        """The next batch of the bot's queue, for all its channels at once."""
        parameters: dict[str, object] = {
            "timeout": 0,
            "limit": UPDATES_PER_CALL,
            "allowed_updates": list(UPDATE_TYPES),
        }
        if offset is not None:
            parameters["offset"] = offset
        outcome = call(key, "getUpdates", parameters)
        if not isinstance(outcome, Ok):
            return outcome
        items = shapes.sequence(outcome.value)
        if items is None:
            return http.wrong_shape(writes=False)
        updates = parse_updates(items, read_at=datetime.now(UTC))
        return Ok(replace(updates, has_more=len(items) >= UPDATES_PER_CALL))


def call(
    key: AccessToken,
    method: str,
    parameters: Mapping[str, object],
    *,
    files: Mapping[str, http.File] | None = None,
    chat: str = "",
    writes: bool = False,
    write_by: datetime | None = None,
) -> Outcome[object]:
    """One call of a bot method; Ok holds what stands under `result`, of any shape.

    `chat` is given by calls that write to a chat, which have a narrower limit of their own. With
    `files` the parameters go as a form. After `write_by` the call is not made any more.
    """
    if not _SECRET.fullmatch(key.secret):
        return Refused(
            Kind.TOKEN_INVALID, _("A Telegram bot's key looks like 123456789:AA…, this one not.")
        )
    return under_limit(
        key,
        method,
        lambda: too_late(write_by) or _call_now(key, method, parameters, files, writes=writes),
        chat=chat,
        goes_first=writes,
    )


def _call_now(
    key: AccessToken,
    method: str,
    parameters: Mapping[str, object],
    files: Mapping[str, http.File] | None,
    *,
    writes: bool,
) -> Outcome[object]:
    url = f"{configuration.telegram_url()}/bot{key.secret}/{method}"
    if files:
        answer = http.post(url, form=_as_form(parameters), files=files, writes=writes)
    else:
        answer = http.post(url, body=parameters, writes=writes)
    if not isinstance(answer, Ok):
        return answer
    body = shapes.mapping(answer.value.body)
    if body is not None and body.get("ok") is False:
        return telegram_errors.failure(body, secret=key.secret, writes=writes)
    if failure := http.status_failure(answer.value, writes=writes):
        return failure
    if body is None or body.get("ok") is not True or "result" not in body:
        return http.wrong_shape(writes=writes)
    return Ok(body["result"])


def _as_form(parameters: Mapping[str, object]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in parameters.items()
    }


def is_chat(external_id: str) -> bool:
    """A number (-100…) or a @name."""
    return bool(_CHAT.fullmatch(external_id))


# --- Channels ------------------------------------------------------------------------------------


def _read_chat(key: AccessToken, external_id: str) -> Outcome[ProfileReading]:
    if not is_chat(external_id):
        return bad_chat()
    chat = call(key, "getChat", {"chat_id": external_id})
    if not isinstance(chat, Ok):
        return chat
    members = call(key, "getChatMemberCount", {"chat_id": external_id})
    if not isinstance(members, Ok):
        return members
    return _profile(chat.value, members.value)


def bad_chat() -> Refused:
    message = _("A Telegram channel is named by its @name or its number (-100…).")
    return Refused(Kind.INVALID_REQUEST, message, field="external_id")


def _profile(chat: object, members: object) -> Outcome[ProfileReading]:
    body = shapes.mapping(chat) or {}
    chat_id, followers = shapes.identifier(body.get("id")), shapes.count(members)
    if chat_id is None or followers is None:
        return http.wrong_shape(writes=False)
    name = shapes.text(body.get("username"))
    return Ok(
        ProfileReading(
            external_id=chat_id,
            read_at=datetime.now(UTC),
            screen_name=name,
            title=shapes.text(body.get("title")),
            url=addresses.profile_url("telegram", chat_id, name),
            followers=followers,
        )
    )


def _channel_capabilities(key: AccessToken, external_id: str, bot_id: str) -> Outcome[KeyReport]:
    """Of a public channel anybody's bot may count the subscribers; the rest needs an admin."""
    chat = {"chat_id": external_id}
    count = call(key, "getChatMemberCount", chat)
    member = call(key, "getChatMember", {**chat, "user_id": int(bot_id)})
    for outcome in (count, member):
        if not isinstance(outcome, Ok) and outcome.kind not in _LACKING:
            return outcome
    if isinstance(member, Ok):
        able, lacks = telegram_rights.rights_of(member.value)
    else:
        able, lacks = set(), dict.fromkeys(telegram_rights.OF_ADMINISTRATORS, member.message)
    if isinstance(count, Ok):
        able |= telegram_rights.OF_ANYBODY
    else:
        lacks |= dict.fromkeys(telegram_rights.OF_ANYBODY, count.message)
    return Ok(KeyReport(frozenset(able), lacks))
