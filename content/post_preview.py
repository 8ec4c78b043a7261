"""A post as each of its networks shows it: for a page where it is written.

An imitation of the networks' feeds, with the cut after which they say "show more"; the text itself
is exactly what goes out.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.networks.post_limits import Counting, PostLimits, length_of, limits_of
from content.models import Post, PostFile, Publication
from content.outgoing import closing_text, files_of, join_parts, text_of
from content.publication_checks import fit_problems
from smm_agency.lib.file_types import VIDEOS

# What networks turn into links.
MARKED = re.compile(r"https?://\S+|(?<!\w)[#@]\w[\w@.]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; `is_link`: an address, a hashtag, a mention."""

    text: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """`url` is "" for a video: it is not played here."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Preview:
    """One card. `rest` is the length of all but the text, `longest` None where no rule is known."""

    key: str
    network: str
    network_name: str
    name: str
    when: str
    is_ad: bool
    shown: Sequence[Piece]
    hidden: Sequence[Piece]
    pictures: Sequence[Picture]
    length: int
    rest: int
    longest: int | None
    counting: str
    problems: Sequence[str]

    @property
    def is_over(self) -> bool:
        return self.longest is not None and self.length > self.longest


def preview_of(
    publication: Publication,
    files: Sequence[PostFile],
    *,
    key: str,
    url_of: Callable[[int], str],
) -> Preview:
    """`key` names the card on its page; `url_of` tells where a file is seen. Nothing is saved."""
    post: Post = publication.post
    profile = publication.community.profile
    limits = limits_of(profile.network)
    counting = limits.counting if limits else Counting.UTF16
    text, rest = text_of(publication), closing_text(publication)
    here = files_of(publication, files)
    whole = join_parts(text, rest)
    shown, hidden = cut(whole, limits)
    planned = publication.planned_at
    local = planned.astimezone(post.client.zone) if planned else None
    return Preview(
        key=key,
        network=profile.network,
        network_name=str(profile.get_network_display()),
        name=profile.title,
        when=date_format(local, "SHORT_DATETIME_FORMAT") if local else _("no time yet"),
        is_ad=post.is_ad,
        shown=list(pieces(shown)),
        hidden=list(pieces(hidden)),
        pictures=[picture_of(row, url_of) for row in here],
        length=length_of(whole, counting),
        rest=length_of(rest, counting),
        longest=limits.longest(has_files=bool(here)) if limits else None,
        counting=str(counting),
        problems=[problem.text for problem in fit_problems(publication, here)],
    )


def picture_of(row: PostFile, url_of: Callable[[int], str]) -> Picture:
    is_video = row.file.content_type in VIDEOS
    return Picture(row.file.name, "" if is_video else url_of(row.file_id))


def cut(text: str, limits: PostLimits | None) -> tuple[str, str]:
    """What the feed shows, and what stands behind "show more" ("" where all is shown)."""
    if limits is None or limits.cut_at is None:
        return text, ""
    end = min(len(text), limits.cut_at, _end_of_lines(text, limits.cut_lines))
    # A few words more are shown rather than hidden.
    if len(text) <= end * 1.1:
        return text, ""
    space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    end = space if space > end // 2 else end
    return text[:end].rstrip(), text[end:].lstrip()


def _end_of_lines(text: str, lines: int | None) -> int:
    if lines is None:
        return len(text)
    end = -1
    for _number in range(lines):
        end = text.find("\n", end + 1)
        if end < 0:
            return len(text)
    return end


def pieces(text: str) -> Iterator[Piece]:
    at = 0
    for found in MARKED.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()])
        yield Piece(found.group(), is_link=True)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:])
