"""Versions of a post: what stood there when somebody was asked about it."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from clients.models import User
from content.models import Post, PostState, PostVersion, Publication, PublicationState
from smm_agency.lib.word_diff import Part, diff_words

S = PostState
# What is written, as it stands on the post itself.
FIELDS = (
    "title", "text", "format", "call_to_action", "link", "utm", "hashtags", "source",
    "source_url", "licence", "text_work", "is_ad", "erid", "advertiser",
)  # fmt: skip
NAMES: dict[str, Any] = {
    "title": _("topic"),
    "text": _("text"),
    "call_to_action": _("call to action"),
    "link": _("link"),
    "utm": _("UTM"),
    "hashtags": _("hashtags"),
    "source_url": _("address of the source"),
    "licence": _("licence, whose it is"),
    "erid": _("identifier of the advertising (erid)"),
    "advertiser": _("advertiser"),
}
# Looked at, or mended after it was: each change is kept as a version.
KEPT = (S.INTERNAL_REVIEW, S.INTERNAL_REWORK, S.CLIENT_REWORK)


def content_of(post: Post) -> dict[str, Any]:
    """All that an approval is about: words, files, texts of communities. Times are not part of it.

    `files` and `variants` are lists of dicts; a variant's `text` is "" where it is the post's.
    """
    return {
        **{name: getattr(post, name) for name in FIELDS},
        "tracking_number": post.tracking_number_id,
        "files": _files(post),
        "variants": [_variant(row) for row in _publications(post)],
    }


def _files(post: Post) -> list[dict[str, Any]]:
    rows = post.files.select_related("file").defer("file__content").order_by("position", "pk")
    return [
        {
            "file_id": row.file_id,
            "community_id": row.community_id,
            "name": row.file.name,
            "sha256": row.file.sha256,
        }
        for row in rows
    ]


def _publications(post: Post) -> Any:
    rows = post.publications.exclude(state=PublicationState.CANCELLED)
    return rows.select_related("community__profile").order_by("community_id")


def _variant(row: Publication) -> dict[str, Any]:
    return {"community_id": row.community_id, "name": str(row.community), "text": row.text}


def digest_of(content: dict[str, Any]) -> str:
    """Two contents that differ in any letter differ here; a community renamed is no difference."""
    variants = [{**each, "name": ""} for each in content["variants"]]
    written = json.dumps({**content, "variants": variants}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def latest_version(post: Post) -> PostVersion | None:
    return post.versions.order_by("-number").first()


def save_version(post: Post, *, by: User | None, at: dt.datetime) -> PostVersion:
    """The content as it stands; the latest version where nothing has changed since."""
    content = content_of(post)
    digest = digest_of(content)
    last = latest_version(post)
    if last is not None and last.digest == digest:
        return last
    return PostVersion.objects.create(
        post=post,
        number=last.number + 1 if last else 1,
        made_at=at,
        made_by=by,
        content=content,
        digest=digest,
    )


def keep_change(post: Post, *, by: User, at: dt.datetime) -> PostVersion | None:
    """After the post was edited: a version where somebody has looked at it before."""
    return save_version(post, by=by, at=at) if post.state in KEPT else None


def is_as_in(post: Post, version: PostVersion) -> bool:
    return digest_of(content_of(post)) == version.digest


def approved_version(post: Post) -> PostVersion | None:
    """Of the last approval, the agency's or the client's."""
    approved = (S.INTERNAL_APPROVED, S.CLIENT_APPROVED)
    moves = post.moves.filter(new__in=approved, version__isnull=False)
    move = moves.select_related("version").first()
    return move.version if move else None


def diff_versions(old: PostVersion, new: PostVersion) -> list[tuple[str, list[Part]]]:
    """What changed, by the name of the field, word by word."""
    before, after = _words(old.content), _words(new.content)
    names = list(dict.fromkeys([*before, *after]))
    pairs = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [(name, diff_words(was, now)) for name, was, now in pairs if was != now]


def _words(content: dict[str, Any]) -> dict[str, str]:
    words = {str(name): str(content.get(field, "")) for field, name in NAMES.items()}
    words[str(_("files"))] = "\n".join(
        f"{file['name']} ({file['sha256'][:8]})" for file in content.get("files", [])
    )
    for variant in content.get("variants", []):
        words[str(variant["name"])] = variant["text"]
    return words
