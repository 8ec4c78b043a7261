"""The media bank: files come in with their rights, and are taken out without being lost."""

import datetime as dt
from collections.abc import Sequence
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import User
from content.models import MaterialRequest, MediaItem, Post, PostFile, PostState

# A post that is out, or is going out, keeps the files it was approved with.
OPEN_FOR_FILES = (
    PostState.IDEA,
    PostState.DRAFT,
    PostState.IN_WORK,
    PostState.INTERNAL_REWORK,
    PostState.CLIENT_REWORK,
)


@transaction.atomic
def add_received(
    request: MaterialRequest,
    *,
    source: str,
    rights: str,
    credit: str = "",
    valid_until: dt.date | None = None,
    by: User,
    at: dt.datetime,
) -> int:
    """The pictures and videos that came for a request, with one word on their rights; how many.

    Raises ValidationError where there is none that is not in the bank.
    """
    MaterialRequest.objects.select_for_update().get(pk=request.pk)
    files = request.files.filter(file__media=None).select_related("file").defer("file__content")
    new = [
        MediaItem(
            client=request.client,
            file=row.file,
            title=PurePath(row.file.name).stem[:200],
            source=source,
            rights=rights,
            credit=credit,
            valid_until=valid_until,
            request=request,
            is_scanned=row.is_scanned,
            made_at=at,
            made_by=by,
        )
        for row in files
        if row.file.content_type.partition("/")[0] in ("image", "video")
    ]
    if not new:
        raise ValidationError(_("No picture or video came that is not in the bank already."))
    MediaItem.objects.bulk_create(new)
    return len(new)


def usable_for(post: Post, *, on: dt.date) -> QuerySet[MediaItem]:
    """What may be put into the post: of its client, with rights that stand, not in it yet."""
    rows = MediaItem.objects.filter(client=post.client).usable(on=on)
    rows = rows.exclude(file__in=post.files.values("file"))
    return rows.select_related("file").defer("file__content").order_by("-made_at", "-pk")


@transaction.atomic
def put_into_post(post: Post, items: Sequence[MediaItem], *, on: dt.date) -> int:
    """At the end of the post's files. Raises ValidationError where the post is past that."""
    locked = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if locked.state not in OPEN_FOR_FILES:
        message = _("The post is “%(state)s”: take it back to work before you change its files.")
        raise ValidationError(message % {"state": locked.get_state_display()})
    allowed = set(usable_for(locked, on=on).values_list("pk", flat=True))
    if not items or not {item.pk for item in items} <= allowed:
        raise ValidationError(_("Choose files whose rights stand and that are not in it yet."))
    last = locked.files.aggregate(last=Max("position"))["last"] or 0
    for number, item in enumerate(items, start=1):
        PostFile.objects.create(post=locked, file_id=item.file_id, position=last + number)
    return len(items)


def take_out(item: MediaItem, *, at: dt.datetime) -> None:
    """Nobody picks it any more; posts that have it are told of."""
    update_noted(MediaItem.objects.filter(pk=item.pk, retired_at=None), retired_at=at)


def put_back(item: MediaItem) -> None:
    update_noted(MediaItem.objects.filter(pk=item.pk), retired_at=None)
