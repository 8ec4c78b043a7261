"""Beside a publication: what goes out, ready to copy and to download, and what looks like it."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communities.admin.files import file_url
from communities.networks.addresses import post_url, profile_url
from communities.networks.publishing import publisher_for
from content.admin.publication_steps import suggestions
from content.models import PostFile, Publication, PublicationState
from content.outgoing import files_of, outgoing_link, outgoing_text
from content.reconciling import what_to_do as what_to_check
from content.sent_outcomes import what_to_do
from content.sorting import DECIDE

# Before it is out there is something to paste.
NOT_OUT = frozenset(set(PublicationState) - {PublicationState.SENT, PublicationState.CANCELLED})


class FileLine(NamedTuple):
    name: str
    url: str
    size: int


class MatchLine(NamedTuple):
    text: str
    likeness: int
    posted_at: Any
    url: str


def panel_of(row: Publication) -> dict[str, Any]:
    profile = row.community.profile
    files = chosen_files(row, with_content=False)
    return {
        "publication": row,
        "is_by_hand": publisher_for(profile.network) is None,
        "is_open": row.state in NOT_OUT,
        "advice": advice(row),
        "page_url": profile_url(profile.network, profile.external_id, profile.screen_name),
        "outgoing": outgoing_text(row),
        "outgoing_link": outgoing_link(row),
        "files": [
            FileLine(each.file.name, file_url(each.file_id), each.file.size) for each in files
        ],
        "archive_url": reverse("admin:content_publication_archive", args=[row.pk]),
        "matches": [
            MatchLine(
                each.wall_post.text,
                each.likeness,
                each.wall_post.posted_at,
                post_url(
                    profile.network,
                    profile.external_id,
                    profile.screen_name,
                    each.wall_post.external_id,
                ),
            )
            for each in (suggestions(row) if row.state in NOT_OUT else [])
        ],
    }


def advice(row: Publication) -> str:
    """What the person is to do now; "" where nothing."""
    if row.state == PublicationState.UNKNOWN:
        return what_to_check() if row.next_try_at is None else _("The program looks it up itself.")
    if row.state == PublicationState.FAILED:
        return what_to_do(row.failure_kind)
    if row.state == PublicationState.MISSED:
        return str(DECIDE)
    if row.state == PublicationState.BY_HAND:
        return _("Post it on the network, then press “It is there” and paste its address.")
    return ""


def chosen_files(row: Publication, *, with_content: bool) -> list[PostFile]:
    files = row.post.files.select_related("file")
    return files_of(row, list(files if with_content else files.defer("file__content")))


def archive_of(row: Publication) -> HttpResponse:
    """The text and the files in one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{_('text')}.txt", outgoing_text(row))
        for name, file in numbered(chosen_files(row, with_content=True)):
            archive.writestr(name, bytes(file.file.content))
    name = f"{slugify(row.post.title, allow_unicode=True)[:60] or row.pk}.zip"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        packed.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": str(disposition), "Cache-Control": "private, no-store"},
    )


def numbered(files: Sequence[PostFile]) -> list[tuple[str, PostFile]]:
    """In the order of the post; no path of a name is kept."""
    return [
        (f"{place:02d} {each.file.name.replace('/', '_').replace(chr(92), '_')}", each)
        for place, each in enumerate(files, 1)
    ]
