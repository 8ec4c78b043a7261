"""From claimed publications to calls: read the posts, check them once more, write down, send."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communities.keys import token_of
from communities.models import AccessKey
from communities.networks.outcomes import Kind, Outcome, OutcomeUnknown, RefusedForNow
from communities.networks.publishing import (
    Attachment,
    Draft,
    Published,
    Publisher,
    publisher_for,
)
from content.claiming import (
    WRITE_WITH_FILES_WITHIN,
    WRITE_WITHIN,
    Held,
    mark_sending,
    set_if_held,
)
from content.models import PostFile, Publication, PublicationAttempt, PublicationState
from content.outgoing import files_of, outgoing_link, outgoing_text
from content.post_checks import find_problems
from content.sent_outcomes import fail, put_off
from content.twice import hold_twice
from content.wall_matches import standing_already

logger = logging.getLogger(__name__)

CLAIMED = PublicationState.CLAIMED


@dataclass(frozen=True, slots=True)
class Ready:
    """All that a call needs; the call itself touches no database."""

    held: Held
    row: Publication
    key: AccessKey
    publisher: Publisher
    draft: Draft

    def send(self) -> Outcome[Published]:
        """An error in the middle may have come after the write: then nobody knows."""
        try:
            page = self.row.community.profile.external_id
            return self.publisher.publish(token_of(self.key), page, self.draft)
        except Exception as error:
            logger.exception("Publishing of %s failed in the program.", self.held.pk)
            return OutcomeUnknown(type(error).__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """A call that is written down and may be made."""

    ready: Ready
    attempt: PublicationAttempt


def prepare(
    held: Sequence[Held],
    keys: Mapping[int, AccessKey],
    *,
    at: dt.datetime,
    is_native: bool = False,
    is_fit: Callable[[int], bool] = lambda _pk: False,
) -> list[Ready]:
    """Read what was claimed; `keys` by the publication's id. What may not go out is settled.

    `is_native`: the network itself is to wait until the planned time. `is_fit` says by its id of
    which publication nothing need be asked again.
    """
    by_id = {each.pk: each for each in held}
    rows = list(read(list(by_id)))
    files = files_by_post(rows)
    texts = {row.pk: outgoing_text(row, on=row.client.day_of(at)) for row in rows}
    twice = standing_already(rows, texts, at=at)
    ready: list[Ready] = []
    for row in rows:
        mine = by_id[row.pk]
        try:
            if row.pk in twice:
                hold_twice(row, mine, twice[row.pk], at=at)
            elif problem := "" if is_fit(row.pk) else why_not(row, at=at):
                fail(row, Kind.INVALID_REQUEST, problem, held=mine, state=CLAIMED, at=at)
            else:
                draft = draft_of(
                    row, texts[row.pk], files.get(row.post_id, []), at=at,
                    publish_at=row.next_try_at if is_native else None,
                )  # fmt: skip
                ready.append(Ready(mine, row, keys[row.pk], publisher_of(row), draft))
        except Exception as error:
            # One broken post keeps no other waiting; three times, and it is a person's.
            logger.exception("Publication %s could not be prepared.", row.pk)
            words = _("An error of the program: %(error)s.") % {"error": type(error).__name__}
            broken = RefusedForNow(Kind.UNKNOWN, words)
            put_off(mine, broken, state=CLAIMED, at=at)
    return ready


def start(ready: Sequence[Ready], *, at: dt.datetime) -> list[Sending]:
    """Write down that the calls are made; those that may not be made go back."""
    started: list[Sending] = []
    for group in (plain for plain in by_write_time(ready) if plain):
        held = [each.held for each in group]
        tries = mark_sending(held, write_by=group[0].draft.write_by or at, at=at)
        for each in group:
            if each.held.pk in tries:
                started.append(Sending(each, tries[each.held.pk]))
            else:
                give_back(each.held)
    return started


def by_write_time(ready: Sequence[Ready]) -> tuple[list[Ready], list[Ready]]:
    """Texts, and those with files: their leases differ."""
    return (
        [each for each in ready if not each.draft.attachments],
        [each for each in ready if each.draft.attachments],
    )


def give_back(held: Held) -> None:
    """Not sent by us: due as before. The attempt stays counted, as for a worker that died."""
    set_if_held(held, CLAIMED, state=PublicationState.DUE, lease_until=None, lease_token=None)


def read(ids: list[int]) -> QuerySet[Publication]:
    return Publication.objects.filter(pk__in=ids).select_related(
        "client", "post__client", "post__author", "post__tracking_number",
        "community__profile__client",
    )  # fmt: skip


def files_by_post(
    rows: Sequence[Publication], *, with_content: bool = True
) -> dict[int, list[PostFile]]:
    files = PostFile.objects.filter(post__in=[row.post_id for row in rows]).select_related("file")
    found: dict[int, list[PostFile]] = {}
    for file in files if with_content else files.defer("file__content"):
        found.setdefault(file.post_id, []).append(file)
    return found


def why_not(row: Publication, *, at: dt.datetime) -> str:
    """What stands in the way now, though it was let through before; "" where nothing does.

    A problem of another community of the post, which begins with its name, is that one's.
    """
    problems = [each.text for each in find_problems(row.post, at=at) if each.is_blocking]
    if problems:
        others = row.post.publications.exclude(pk=row.pk).select_related("community__profile")
        names = tuple(f"{other.community}: " for other in others)
        problems = [each for each in problems if not each.startswith(names or "\0")]
    elif row.community.profile.gone_at is not None:
        problems = [_("The page is gone from the network.")]
    return " ".join(problems)


def publisher_of(row: Publication) -> Publisher:
    publisher = publisher_for(row.community.profile.network)
    if publisher is None:
        raise LookupError(row.community.profile.network)
    return publisher


def draft_of(
    row: Publication, text: str, files: Sequence[PostFile], *, at: dt.datetime,
    publish_at: dt.datetime | None = None,
) -> Draft:  # fmt: skip
    attachments = [
        Attachment(each.file.name, each.file.content_type, bytes(each.file.content))
        for each in files_of(row, files)
    ]
    return Draft(
        text=text,
        guid=row.guid,
        attachments=attachments,
        link=outgoing_link(row),
        is_ad=row.post.is_ad,
        publish_at=publish_at,
        write_by=at + (WRITE_WITH_FILES_WITHIN if attachments else WRITE_WITHIN),
    )
