"""Whether the rights in a post's files still stand on the day that it goes out."""

import datetime as dt
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from content.models import MediaItem, Post, PublicationState

GONE_OR_OUT = (PublicationState.SENT, PublicationState.CANCELLED)


class RightsProblem(NamedTuple):
    """`goes_out` is the client's day; None where the file was taken out of the bank."""

    item: MediaItem
    goes_out: dt.date | None
    text: str


def find_rights_problems(post: Post, *, on: dt.date | None = None) -> list[RightsProblem]:
    """Files of the media bank whose rights end before a planned day of the post. Three queries.

    A file only for one community is compared with that community's day. Where nothing is planned
    yet, `on` counts (the client's today).
    """
    files = post.files.exclude(file__media=None).values_list(
        "file_id", "community_id", "file__name"
    )
    places = [(file_id, community_id) for file_id, community_id, _name in files]
    if not places:
        return []
    days = _days(post)
    today = on or post.client.today()
    items = MediaItem.objects.filter(file__in={file_id for file_id, _place in places})
    found = []
    for item in items.order_by("pk"):
        communities = {place for file_id, place in places if file_id == item.file_id}
        last = max(
            (day for place, day in days if None in communities or place in communities),
            default=today,
        )
        if problem := _problem(item, last):
            found.append(problem)
    return found


def _days(post: Post) -> list[tuple[int, dt.date]]:
    """(community, the client's day) of what has yet to go out."""
    rows = post.publications.exclude(state__in=GONE_OR_OUT).exclude(planned_at=None)
    planned = rows.order_by().values_list("community_id", "planned_at")
    return [(place, post.client.day_of(at)) for place, at in planned if at is not None]


def _problem(item: MediaItem, day: dt.date) -> RightsProblem | None:
    if item.retired_at is not None:
        text = _("“%(title)s” was taken out of the media bank: use another file.")
        return RightsProblem(item, None, text % {"title": item.title})
    if item.valid_until is None or item.valid_until >= day:
        return None
    text = _(
        "The rights in “%(title)s” run until %(until)s, the post goes out on %(day)s: renew the"
        " rights, use another file, or move the post."
    )
    values = {
        "title": item.title,
        "until": date_format(item.valid_until, "SHORT_DATE_FORMAT"),
        "day": date_format(day, "SHORT_DATE_FORMAT"),
    }
    return RightsProblem(item, day, text % values)
