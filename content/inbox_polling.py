"""What webhooks may have missed: comments and messages of own pages, read by the clock.

A page that cannot be read stops no other, a key that another worker holds is left to it. Networks
whose comments come by events only (Telegram) have nothing to be read.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clients.models import Client
from communities.key_use import KEY_IS_DEAD, Work, holding, refuse_key, report_key
from communities.keys import token_of
from communities.models import AccessKey, Profile, WallPost
from communities.networks.keys import TokenKind
from communities.networks.moderation import InboxReading, Moderator
from communities.networks.moderators import MODERATORS
from communities.networks.outcomes import Ok, Outcome, Refused
from content.inbox import take_items
from content.inbox_keys import first_of

logger = logging.getLogger(__name__)

# Posts younger than this are looked at, the newest first and so many a run.
POST_DAYS = 14
MOST_POSTS = 20
# Messages of so long before are read again: an event may have been lost meanwhile.
MESSAGES_BACK = dt.timedelta(hours=6)
# Kinds of keys that read comments and messages, the best first.
READS_COMMENTS = {"vk": (TokenKind.USER, TokenKind.SERVICE)}
READS_MESSAGES = {"vk": (TokenKind.COMMUNITY,)}


@dataclass(slots=True)
class Polled:
    """What a run did; `failed` pages raised an error, which is in the log."""

    pages: int = 0
    new: int = 0
    changed: int = 0
    waiting: int = 0
    refused: int = 0
    failed: int = 0


def poll_inbox(*, at: dt.datetime) -> Polled:
    done = Polled()
    pages = Profile.objects.filter(
        relation=Profile.Relation.OWN,
        network__in=READS_COMMENTS,
        gone_at=None,
        client__in=Client.objects.measured(),
    )
    for page in pages.select_related("client", "access_key").order_by("pk"):
        try:
            poll_page(page, done, at=at)
            done.pages += 1
        except Exception:
            logger.exception("The inbox of profile %s could not be read.", page.pk)
            done.failed += 1
    logger.info("Inbox: %s", done)
    return done


def poll_page(page: Profile, done: Polled, *, at: dt.datetime) -> None:
    moderator = MODERATORS[page.network]
    if key := _reader(page, READS_COMMENTS[page.network]):
        _with(key, page, done, at, _each_post(moderator, key, page, at))
    if key := first_of(page, READS_MESSAGES[page.network]):
        since, token = at - MESSAGES_BACK, token_of(key)
        read = [lambda: moderator.read_messages(token, page.external_id, since)]
        _with(key, page, done, at, read)


Read = Callable[[], Outcome[list[InboxReading]]]


def _each_post(moderator: Moderator, key: AccessKey, page: Profile, at: dt.datetime) -> list[Read]:
    token = token_of(key)
    posts = WallPost.objects.filter(
        profile=page, gone_at=None, posted_at__gt=at - dt.timedelta(days=POST_DAYS)
    )
    ids = posts.order_by("-posted_at").values_list("external_id", flat=True)[:MOST_POSTS]

    def reader(post_id: str) -> Read:
        return lambda: moderator.read_comments(token, page.external_id, post_id)

    return [reader(post_id) for post_id in ids]


def _with(
    key: AccessKey, page: Profile, done: Polled, at: dt.datetime, reads: Sequence[Read]
) -> None:
    """Read what one key reads of the page, until it is refused or told to wait."""
    with holding(key, Work.INBOX) as is_ours:
        if not is_ours:
            done.waiting += 1
            return
        for read in reads:
            outcome = read()
            if isinstance(outcome, Ok):
                taken = take_items(page, outcome.value, at=at)
                done.new += len(taken.new)
                done.changed += taken.changed
            elif not isinstance(outcome, Refused):
                done.waiting += 1
                return
            elif _is_over(key, page, outcome, done, at):
                return


def _is_over(
    key: AccessKey, page: Profile, refusal: Refused, done: Polled, at: dt.datetime
) -> bool:
    """Whether the key reads nothing more here; of one post alone it says nothing of others."""
    done.refused += 1
    if refusal.kind in KEY_IS_DEAD:
        refuse_key(key, refusal, client=page.client, at=at)
        return True
    if refusal.kind in ("wrong_token_kind", "permission"):
        report_key(key, refusal, client=page.client)
        return True
    return False


def _reader(page: Profile, kinds: tuple[TokenKind, ...]) -> AccessKey | None:
    """The client's own key, else the agency's service key: comments are public."""
    agency = AccessKey.objects.filter(
        client=None, network=page.network, kind=AccessKey.Kind.SERVICE
    ).exclude(state=AccessKey.State.REFUSED)
    return first_of(page, kinds) or agency.order_by("-pk").first()
