"""Instagram's professional accounts, by the key of the Facebook page that they are tied to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import (
    configuration,
    instagram_media,
    meta_graph,
    meta_insights,
    meta_keys,
)
from communities.networks.instagram_accounts import (
    NAME,
    NUMBER,
    Account,
    bad_id,
    find_account,
    find_own,
    read_account,
    read_others_media,
)
from communities.networks.keys import AccessToken, Capability, FreshToken, KeyReport, TokenKind
from communities.networks.meta_posts import (
    Insights,
    list_nodes,
    newest_first,
    reread,
)
from communities.networks.outcomes import (
    Kind,
    Ok,
    Outcome,
    Refused,
    by_name,
    key_failure,
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

_MEDIA = re.compile(r"\d{1,25}", re.ASCII)
_DAYS_PER_CALL = 30
_PROBED_DAYS = timedelta(days=5)
# Proven by the account's own answer, before anything else is asked.
_OF_PAGE = frozenset({Capability.READ_FOLLOWERS, Capability.READ_PAGE})
_OF_POSTS = frozenset({Capability.READ_POSTS, Capability.REREAD_POSTS, Capability.READ_REACTIONS})
_OF_INSIGHTS = frozenset({Capability.READ_VIEWS, Capability.READ_STATISTICS})
_LACKING = frozenset({Kind.PERMISSION, Kind.INVALID_REQUEST})

ACCOUNT_METRICS: Mapping[str, str] = {"reach": "reach", "follower_count": "joined"}
MEDIA_METRICS: Mapping[str, str] = {
    "views": "views",
    "reach": "reach",
    "saved": "saves",
    "shares": "shares",
}


class InstagramAdapter:
    """The network's adapter; stateless.

    External ids are the number of an account that the key owns, or the name of another's.
    """

    network = "instagram"
    token_kinds = (TokenKind.PAGE,)
    never: Mapping[Capability, str | Promise] = {
        Capability.READ_UPDATES: gettext_lazy(
            "Instagram has no queue of updates to read: posts are read from the account."
        ),
        Capability.PUBLISH: gettext_lazy(
            "Instagram has no posts of text alone: each needs a picture or a video."
        ),
    }

    def inspect_key(self, key: AccessToken, external_id: str | None = None) -> Outcome[KeyReport]:
        """What the key can do on its own account, found out by real calls."""
        account = _own_account(key, external_id)
        if not isinstance(account, Ok):
            return account
        node = read_account(key, account.value, instagram_media.ACCOUNT_FIELDS)
        if not isinstance(node, Ok):
            return node
        told = report(_probes(key, account.value.number), lacking=_LACKING)
        return meta_keys.with_scopes(key, told.value) if isinstance(told, Ok) else told

    def refresh(self, key: AccessToken) -> Outcome[FreshToken]:
        return not_refreshable()

    def find_profile(self, key: AccessToken, address: str) -> Outcome[ProfileReading]:
        """The account behind a name, @name, or an address such as instagram.com/coffee."""
        name = address.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
        account = find_account(key, name)
        return _profile(key, account.value) if isinstance(account, Ok) else account

    def read_profiles(
        self, key: AccessToken, external_ids: Sequence[str]
    ) -> dict[str, Outcome[ProfileReading]]:
        """One outcome for each: 50 own accounts cost one call, another's one or two each."""
        ids = list(dict.fromkeys(external_ids))
        numbers = [each for each in ids if NUMBER.fullmatch(each)]
        nodes = meta_graph.read_many(key, numbers, instagram_media.ACCOUNT_FIELDS)
        found = {number: _reading(Account(number), node) for number, node in nodes.items()}
        stop = key_failure(found.values())
        for name in ids:
            if name not in found:
                found[name] = stop or _by_name(key, name)
                stop = stop or key_failure([found[name]])
        return {each: found[each] for each in ids}

    def read_posts(
        self, key: AccessToken, external_id: str, since: datetime | None = None
    ) -> Outcome[list[PostReading]]:
        """Posts from `since` on, newest first; views, reach and saves of one's own account only."""
        account = find_account(key, external_id)
        if not isinstance(account, Ok):
            return account
        nodes = list_nodes(_media_pages(key, account.value), since, "timestamp")
        if not isinstance(nodes, Ok):
            return nodes
        insights = _insights(key, list(nodes.value) if account.value.is_own else [])
        if not isinstance(insights, Ok):
            return insights
        posts, read = nodes.value.values(), instagram_media.media_reading
        return Ok(newest_first(posts, external_id, insights.value, since, read))

    def reread_posts(
        self, key: AccessToken, posts: Sequence[PostId]
    ) -> dict[PostId, Outcome[PostReading]]:
        """One outcome for each post of one's own account; 50 cost two calls."""
        own = [post for post in posts if NUMBER.fullmatch(post.profile_external_id)]
        ids = list(dict.fromkeys(p.external_id for p in own if _MEDIA.fullmatch(p.external_id)))
        nodes = meta_graph.read_many(key, ids, instagram_media.MEDIA_FIELDS)
        insights = _insights(key, [name for name, node in nodes.items() if isinstance(node, Ok)])
        read = instagram_media.media_reading
        return {
            post: reread(nodes.get(post.external_id, _unknown(post)), post, insights, read)
            for post in posts
        }

    def read_page(self, key: AccessToken, external_id: str) -> Outcome[PageFacts]:
        account = find_account(key, external_id)
        if not isinstance(account, Ok):
            return account
        node = read_account(key, account.value, instagram_media.FACT_FIELDS)
        if not isinstance(node, Ok):
            return node
        read_at = datetime.now(UTC)
        return Ok(instagram_media.page_facts(node.value, external_id=external_id, read_at=read_at))

    def read_statistics(
        self, key: AccessToken, external_id: str, since: datetime, until: datetime
    ) -> Outcome[list[DayStatistics]]:
        """Days by Pacific time of one's own account; new followers from 100 followers on."""
        account = find_account(key, external_id)
        if not isinstance(account, Ok):
            return account
        if not account.value.is_own:
            return _own_only(Capability.READ_STATISTICS)
        outcome = _days(key, account.value.number, since, until)
        return outcome if isinstance(outcome, Ok) else by_name(outcome, Capability.READ_STATISTICS)

    def read_updates(self, key: AccessToken, offset: int | None = None) -> Outcome[Updates]:
        return not_available(Capability.READ_UPDATES, str(self.never[Capability.READ_UPDATES]))


def _own_only(capability: Capability) -> Refused:
    message = _("Instagram tells this of the key's own account only.")
    return not_available(capability, message)


def _unknown(post: PostId) -> Refused:
    """A post that was not asked for: it is another's, or its number is none."""
    if not NUMBER.fullmatch(post.profile_external_id):
        return _own_only(Capability.REREAD_POSTS)
    return Refused(Kind.NOT_FOUND, _("Instagram has no post of such a number."))


# --- Accounts ------------------------------------------------------------------------------------


def _own_account(key: AccessToken, external_id: str | None) -> Outcome[Account]:
    if external_id and NUMBER.fullmatch(external_id):
        return Ok(Account(external_id))
    own = find_own(key)
    return Ok(Account(own.value[0])) if isinstance(own, Ok) else own


def _by_name(key: AccessToken, name: str) -> Outcome[ProfileReading]:
    if not NAME.fullmatch(name):
        return bad_id("external_id")
    account = find_account(key, name)
    return _profile(key, account.value) if isinstance(account, Ok) else account


def _profile(key: AccessToken, account: Account) -> Outcome[ProfileReading]:
    return _reading(account, read_account(key, account, instagram_media.ACCOUNT_FIELDS))


def _reading(account: Account, node: Outcome[dict[str, object]]) -> Outcome[ProfileReading]:
    if not isinstance(node, Ok):
        return node
    return Ok(
        instagram_media.account_reading(
            node.value, external_id=account.external_id, read_at=datetime.now(UTC)
        )
    )


# --- Posts ---------------------------------------------------------------------------------------


def _media_pages(key: AccessToken, account: Account) -> Iterator[Outcome[list[object]]]:
    fields = instagram_media.MEDIA_FIELDS
    if account.is_own:
        return meta_graph.read_pages(key, f"{account.number}/media", {"fields": fields})
    return read_others_media(key, account, fields)


def _insights(key: AccessToken, ids: Sequence[str]) -> Outcome[Insights]:
    metrics = meta_insights.named(configuration.instagram_media_metrics(), MEDIA_METRICS)
    return meta_insights.read_of_posts(key, ids, metrics)


# --- Days and keys -------------------------------------------------------------------------------


def _days(
    key: AccessToken, number: str, since: datetime, until: datetime
) -> Outcome[list[DayStatistics]]:
    metrics = meta_insights.named(configuration.instagram_account_metrics(), ACCOUNT_METRICS)
    return meta_insights.read_days(
        key, number, metrics, since=since, until=until, longest=_DAYS_PER_CALL
    )


def _probes(key: AccessToken, number: str) -> Iterator[Probe]:
    yield _OF_PAGE, Ok(None)
    one = {"fields": "id,like_count", "limit": "1"}
    yield _OF_POSTS, meta_graph.read(key, f"{number}/media", one)
    now = datetime.now(UTC)
    yield _OF_INSIGHTS, _days(key, number, now - _PROBED_DAYS, now)
