"""Posts as the page of an approval link shows them: read as the portal's role."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch

from content.models import Post, PostFile, Publication, PublicationState
from content.outgoing import call_of, join_parts, outgoing_link, text_of
from content.portal_thread import Thread, threads_of
from smm_agency.lib.file_response import SHOWN


def cards_of(post_ids: Sequence[int]) -> list[dict[str, Any]]:
    """A post, its texts and files by community, and its thread; four statements and the thread's.

    `post`, `variants` (`community`, `network` and `planned_at` are missing where it has none yet)
    and `thread`.
    """
    posts = list(_posts(post_ids))
    threads = threads_of(post_ids)
    return [_card(post, threads[post.pk]) for post in posts]


def _posts(post_ids: Sequence[int]) -> Any:
    files = PostFile.objects.select_related("file").only(
        "id", "post_id", "community_id", "position", "file__id", "file__name",
        "file__content_type", "file__width", "file__height",
    )  # fmt: skip
    publications = (
        Publication.objects.exclude(state=PublicationState.CANCELLED)
        .select_related("community__profile")
        .only(
            "id", "post_id", "text", "planned_at", "state", "community__id",
            "community__profile__title", "community__profile__network",
        )
    )  # fmt: skip
    posts: Any = Post.objects.filter(pk__in=post_ids).only(
        "id", "title", "text", "format", "call_to_action", "link", "utm", "hashtags", "is_ad",
        "erid", "advertiser", "rounds", "consent_at", "state", "tracking_number",
        "tracking_number__number",
    )  # fmt: skip
    posts = posts.select_related("tracking_number")
    return posts.order_by("pk").prefetch_related(
        Prefetch("files", files), Prefetch("publications", publications)
    )


def _card(post: Post, thread: Thread) -> dict[str, Any]:
    variants = [
        {
            "community": row.community.profile.title,
            "network": row.community.profile.get_network_display(),
            "planned_at": row.planned_at,
            "text": _text(row),
            "files": [
                _file(each)
                for each in post.files.all()
                if each.community_id in (None, row.community_id)
            ],
        }
        for row in post.publications.all()
    ]
    return {
        "post": post,
        "variants": variants or [_bare(post)],
        "thread": thread,
    }


def _text(row: Publication) -> str:
    """As it goes out but for the marking line, whose rules the portal's role does not read."""
    post = row.post
    return join_parts(text_of(row), call_of(post, outgoing_link(row)), post.hashtags)


def _bare(post: Post) -> dict[str, Any]:
    """A post without a community yet."""
    return {"text": post.text, "files": [_file(each) for each in post.files.all()]}


def _file(row: PostFile) -> dict[str, Any]:
    return {
        "pk": row.file_id,
        "name": row.file.name,
        "is_picture": row.file.content_type in SHOWN,
    }
