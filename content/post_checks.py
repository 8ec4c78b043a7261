"""What stands in the way of a post: asked before it is approved, scheduled and sent."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from communities.models import AccessKey
from content.cap import check_cap
from content.media_rights import find_rights_problems
from content.models import Post, PostFile, Publication, PublicationState
from content.problem import Problem
from content.publication_checks import marking_problems, publication_problems
from content.source_checks import source_problems
from strategy.models import PostFormat

__all__ = ["Problem", "blocking", "find_problems"]

# Of these nothing is asked any more.
DONE = (PublicationState.SENT, PublicationState.CANCELLED)
SHOWS_PICTURE = (PostFormat.PHOTO, PostFormat.CAROUSEL)
SHOWS_VIDEO = (PostFormat.VIDEO, PostFormat.CLIP)


def find_problems(post: Post, *, at: dt.datetime) -> list[Problem]:
    """All of them, the blocking ones first. Ask inside the transaction that approves the post."""
    files = list(post.files.select_related("file").defer("file__content"))
    publications = publications_of(post)
    problems = [
        *source_problems(post),
        *_of_call(post),
        *_of_files(post, files),
        *(Problem(each.text, "files") for each in find_rights_problems(post)),
        *marking_problems(publications),
        *_of_publications(publications, files, at),
        *check_cap(post, at=at),
    ]
    return sorted(dict.fromkeys(problems), key=lambda problem: not problem.is_blocking)


def blocking(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.is_blocking]


def publications_of(post: Post) -> list[Publication]:
    """Those that are still to go out."""
    rows = post.publications.exclude(state__in=DONE)
    return list(rows.select_related("community__profile"))


def _of_call(post: Post) -> Iterator[Problem]:
    number = post.tracking_number
    if number is not None and not number.is_active:
        message = _("The tracking number %(number)s is not in use any more: choose another one.")
        yield Problem(message % {"number": number}, "tracking_number")
    if post.utm and not post.link:
        yield Problem(_("There is a UTM, but no link to add it to: give the link."), "link")


def _of_files(post: Post, files: Sequence[PostFile]) -> Iterator[Problem]:
    kinds = {row.file.content_type.partition("/")[0] for row in files}
    wanted = {"image": SHOWS_PICTURE, "video": SHOWS_VIDEO}
    for kind, formats in wanted.items():
        if post.format in formats and kind not in kinds:
            message = _("The format is “%(format)s”, but no such file is there: add it.")
            yield Problem(message % {"format": post.get_format_display()}, "files")
    empty = PostFile.objects.filter(Q(file__size=0) | Q(file__content=b""), post=post)
    for name in empty.values_list("file__name", flat=True):
        yield Problem(_("“%(name)s” is empty: upload it again.") % {"name": name}, "files")


def _of_publications(
    publications: Sequence[Publication], files: Sequence[PostFile], at: dt.datetime
) -> Iterator[Problem]:
    if not publications:
        yield Problem(_("It goes out nowhere: add a community with its time."), "publications")
        return
    client = publications[0].client_id
    keys = list(AccessKey.objects.filter(client=client).order_by("pk"))
    for publication in publications:
        yield from publication_problems(publication, files, keys, at=at)
