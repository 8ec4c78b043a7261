"""The preview of a post while it is typed: what is in the form, as its networks would show it."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from clients.models import TrackingNumber
from communities.admin.files import file_url
from communities.models import ClientFile, Community
from content.admin.moments import ClientMoment
from content.hashtags import normalise_hashtags
from content.models import Post, PostFile, Publication
from content.post_preview import Preview, preview_of

WORDS = (
    "title", "text", "call_to_action", "link", "utm", "erid", "advertiser", "format",
)  # fmt: skip
PUBLICATIONS, FILES = "publications", "files"


def saved_previews(post: Post) -> list[Preview]:
    """Of what is stored; the keys are those of the page's forms."""
    files = list(post.files.select_related("file").defer("file__content"))
    rows = post.publications.select_related("community__profile").order_by("planned_at", "pk")
    return [
        preview_of(row, files, key=f"{PUBLICATIONS}-{number}", url_of=file_url)
        for number, row in enumerate(rows)
    ]


def typed_preview(request: HttpRequest, post: Post) -> HttpResponse:
    """Of what is in the form; nothing is saved."""
    data = request.POST
    _take_words(post, data)
    files = list(_typed_files(post, data))
    previews = [
        preview_of(row, files, key=key, url_of=file_url)
        for key, row in _typed_publications(post, data)
    ]
    return render(request, "admin/content/_previews.html", {"previews": previews})


def _take_words(post: Post, data: QueryDict) -> None:
    """What stands in the form; fields that the page does not offer stay as they are stored."""
    for name in WORDS:
        if name in data:
            setattr(post, name, data[name])
    if "hashtags" in data:
        post.hashtags = _tags(data.get("hashtags", ""))
    if "text" in data:
        # An unticked box is not sent.
        post.is_ad = "is_ad" in data
    if "tracking_number" in data:
        numbers = TrackingNumber.objects.filter(client=post.client_id)
        chosen = _number(data.get("tracking_number", ""))
        post.tracking_number = numbers.filter(pk=chosen).first() if chosen else None


def _tags(typed: str) -> str:
    try:
        return normalise_hashtags(typed)
    except ValidationError:
        return " ".join(typed.split())


def _typed_publications(post: Post, data: QueryDict) -> Iterator[tuple[str, Publication]]:
    stored = {row.pk: row for row in post.publications.select_related("community__profile")}
    places = Community.objects.filter(client=post.client_id).select_related("profile")
    communities = {row.pk: row for row in places}
    for key in _forms(data, PUBLICATIONS):
        row = stored.get(_number(data.get(f"{key}-id", "")) or 0)
        place = communities.get(_number(data.get(f"{key}-community", "")) or 0)
        if row is None and place is None:
            continue
        row = row or Publication()
        row.post = post
        row.community = place or row.community
        row.text = data.get(f"{key}-text", row.text)
        if f"{key}-planned_at" in data:
            row.planned_at = _moment(post, data.get(f"{key}-planned_at", ""))
        yield key, row


def _typed_files(post: Post, data: QueryDict) -> Iterator[PostFile]:
    if f"{FILES}-TOTAL_FORMS" not in data:
        yield from post.files.select_related("file").defer("file__content")
        return
    chosen = {key: _number(data.get(f"{key}-file", "")) for key in _forms(data, FILES)}
    stored = ClientFile.objects.filter(client=post.client_id).defer("content")
    files = stored.in_bulk([pk for pk in chosen.values() if pk])
    for place, (key, pk) in enumerate(chosen.items()):
        if file := files.get(pk or 0):
            position = _number(data.get(f"{key}-position", ""))
            community_id = _number(data.get(f"{key}-community", ""))
            yield PostFile(
                pk=place + 1, file=file, position=position or 0, community_id=community_id
            )


def _forms(data: QueryDict, prefix: str) -> Iterator[str]:
    """The prefixes of an inline's rows, those to be deleted apart."""
    total = min(_number(data.get(f"{prefix}-TOTAL_FORMS", "")) or 0, 100)
    for number in range(total):
        key = f"{prefix}-{number}"
        if not data.get(f"{key}-DELETE"):
            yield key


def _number(text: Any) -> int | None:
    return int(text) if str(text).isdecimal() and len(str(text)) < 10 else None


def _moment(post: Post, text: str) -> Any:
    field = ClientMoment(required=False)
    field.zone = post.client.zone
    try:
        return field.clean(text)
    except ValidationError:
        return None
