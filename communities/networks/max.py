"""MAX by bot: subscribers of channels, the posts of those where the bot is, with their views.

Reactions, comments and statistics are not told to a bot; `never` says so in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import http, max_chats, max_messages, shapes
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.max_calls import call
from communities.networks.one_by_one import read_each
from communities.networks.outcomes import (
    Kind,
    Ok,
    Outcome,
    Refused,
    by_name,
    not_available,
    not_refreshable,
)
from communities.networks.probes import Probe, report
from communities.networks.records import (
    DayStatistics,
    PageFacts,
    PostId,
    PostReading,
    ProfileReading,
    Updates,
)

MESSAGES_PER_CALL = 100
MOST_PAGES = 1000

_LACKING = frozenset({Kind.PERMISSION, Kind.NOT_FOUND, Kind.INVALID_REQUEST})
_OF_MESSAGES = frozenset({Capability.READ_POSTS, Capability.REREAD_POSTS, Capability.READ_VIEWS})
_OF_CHAT = frozenset({Capability.READ_FOLLOWERS, Capability.READ_PAGE})


class MaxAdapter:
    """The network's adapter; stateless. External ids are chat ids (-68…) or public names."""

    network = "max"
    token_kinds = (TokenKind.BOT,)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_REACTIONS: gettext_lazy(
            "MAX tells a bot how often a post was viewed, but neither reactions nor shares."
        ),
        Capability.READ_COMMENTS: gettext_lazy("MAX does not show comments on posts to a bot."),
        Capability.READ_STATISTICS: gettext_lazy(
            "MAX shows a channel's statistics to its owner only, not to a bot."
        ),
        Capability.READ_UPDATES: gettext_lazy(
            "MAX is read by the history of its channels: updates tell nothing more of them."
        ),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        me = call(key, "me")
        if not isinstance(me, Ok):
            return me
        if shapes.identifier((shapes.mapping(me.value) or {}).get("user_id")) is None:
            return http.wrong_shape(writes=False)
        if external_id is None:
            return Ok(KeyReport(frozenset({Capability.READ_FOLLOWERS})))
        return report(_probes(key, external_id), lacking=_LACKING)

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return not_refreshable()

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The channel behind a chat id, a name or an address such as max.ru/coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
        return max_chats.read(key, name)

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each id asked for; each channel costs a call."""
        return read_each(external_ids, lambda each: max_chats.read(key, each))

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """The channel's posts from `since` on (None: all), newest first, each once."""
        channel = max_chats.number(key, external_id)
        if not isinstance(channel, Ok):
            return channel
        messages: dict[str, object] = {}
        for page in _pages(key, channel.value, since):
            if not isinstance(page, Ok):
                return by_name(page, Capability.READ_POSTS)
            messages.update(page.value)
        read_at = datetime.now(UTC)
        posts = (max_messages.reading(each, read_at=read_at) for each in messages.values())
        wanted = [post for post in posts if post and (since is None or post.posted_at >= since)]
        return Ok(sorted(wanted, key=lambda post: (post.posted_at, post.external_id), reverse=True))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """One outcome for each known post; a hundred of them cost one call."""
        asked = list(dict.fromkeys(posts))
        found: dict[PostId, Outcome[PostReading]] = {}
        for start in range(0, len(asked), MESSAGES_PER_CALL):
            found.update(_reread(key, asked[start : start + MESSAGES_PER_CALL]))
        return found

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        return max_chats.facts(key, external_id)

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        reason = str(self.never[Capability.READ_STATISTICS])
        return not_available(Capability.READ_STATISTICS, reason)

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        return not_available(Capability.READ_UPDATES, str(self.never[Capability.READ_UPDATES]))


# --- Messages ------------------------------------------------------------------------------------


def _pages(
    key: AccessToken, channel: str, since: datetime | None
) -> Iterator[Outcome[dict[str, object]]]:
    """Message's id → message, from the newest on, until a page brings nothing new or fails.

    Each page begins with the moment of the last message of the page before, so that nothing is
    missed between them; a page may be short because messages were deleted.
    """
    seen: set[str] = set()
    begins: int | None = None
    for _number in range(MOST_PAGES):
        outcome = _messages(key, _span(channel, begins, since))
        yield outcome
        if not isinstance(outcome, Ok) or not outcome.value.keys() - seen:
            return
        seen |= outcome.value.keys()
        moments = map(max_messages.milliseconds, outcome.value.values())
        begins = min((at for at in moments if at is not None), default=None)
        if begins is None:
            return
    yield http.wrong_shape(writes=False)


def _span(channel: str, begins: int | None, since: datetime | None) -> dict[str, str]:
    """Time runs backwards: `from` is the newest moment, `to` the oldest."""
    span = {"chat_id": channel, "count": str(MESSAGES_PER_CALL)}
    if begins is not None:
        span["from"] = str(begins)
    if since is not None:
        span["to"] = str(int(since.timestamp() * 1000))
    return span


def _messages(key: AccessToken, query: Mapping[str, str]) -> Outcome[dict[str, object]]:
    outcome = call(key, "messages", query)
    if not isinstance(outcome, Ok):
        return outcome
    messages = shapes.sequence((shapes.mapping(outcome.value) or {}).get("messages"))
    if messages is None:
        return http.wrong_shape(writes=False)
    named = ((max_messages.message_id(each), each) for each in messages)
    return Ok({number: each for number, each in named if number is not None})


def _reread(key: AccessToken, posts: Sequence[PostId]) -> dict[PostId, Outcome[PostReading]]:
    ids = ",".join(each.external_id for each in posts)
    outcome = _messages(key, {"message_ids": ids})
    if not isinstance(outcome, Ok):
        return dict.fromkeys(posts, outcome)
    read_at = datetime.now(UTC)
    found: dict[PostId, Outcome[PostReading]] = {}
    for each in posts:
        post = max_messages.reading(outcome.value.get(each.external_id), read_at=read_at)
        found[each] = Ok(post) if post else Refused(Kind.NOT_FOUND, _("MAX has no such post."))
    return found


# --- What a key can do ---------------------------------------------------------------------------


def _probes(key: AccessToken, external_id: str) -> Iterator[Probe]:
    chat = max_chats.read(key, external_id)
    yield _OF_CHAT, chat
    if not isinstance(chat, Ok):
        return
    channel = chat.value.external_id
    yield _OF_MESSAGES, _messages(key, {"chat_id": channel, "count": "1"})
    member = call(key, f"chats/{channel}/members/me")
    if isinstance(member, Ok) and max_chats.may_write(member.value):
        yield frozenset({Capability.PUBLISH}), member
