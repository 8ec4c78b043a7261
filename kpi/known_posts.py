"""What is known of a file's posts already: it may be surer than what the file says."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from communities.models import Profile, WallPost
from communities.networks.records import PostReading
from communities.wall import find_wall_posts
from kpi.column_mapping import field_title
from kpi.models import FileKind, PostSnapshot
from kpi.post_files import PostFile

# What people have seen stays seen; what they gave they may take back.
NEVER_FALL = ("views", "reach")
MAY_FALL = ("likes", "comments", "shares", "saves", "clicks")
POSTS_PER_QUERY = 1_000


def settle_with_known(profile: Profile, file: PostFile) -> None:
    """Keep known times where the file tells days only, and known figures where it has zeros.

    A 0 over known views or reach means "not filled": it is not measured, and that is said. A 0 over
    known likes, comments and the like may be true: it is taken, and said.
    """
    rows = _known_rows(profile, file.posts)
    if not rows:
        return
    if file.tells_days_only:
        file.posts = [_with_known_time(post, rows, profile) for post in file.posts]
    most = _most(rows)
    kept: dict[str, list[str]] = {}
    fallen: dict[str, list[str]] = {}
    file.posts = [_without_false_zeros(each, rows, most, kept, fallen) for each in file.posts]
    _warn(file, kept, fallen)


def _known_rows(profile: Profile, posts: Sequence[PostReading]) -> dict[str, WallPost]:
    rows: dict[str, WallPost] = {}
    for start in range(0, len(posts), POSTS_PER_QUERY):
        ids = [post.external_id for post in posts[start : start + POSTS_PER_QUERY]]
        rows |= find_wall_posts(profile, ids)
    return rows


def _with_known_time(
    post: PostReading, rows: Mapping[str, WallPost], profile: Profile
) -> PostReading:
    """The known moment, where it is within a day of the file's noon."""
    row = rows.get(post.external_id)
    is_same = row is not None and abs(row.posted_at - post.posted_at) <= dt.timedelta(days=1)
    return replace(post, posted_at=row.posted_at) if row is not None and is_same else post


def _most(rows: Mapping[str, WallPost]) -> dict[int, dict[str, Any]]:
    """Wall post's id → the largest known value of each counter."""
    ids = list({row.pk for row in rows.values()})
    largest = {f"most_{name}": Max(name) for name in (*NEVER_FALL, *MAY_FALL)}
    found: Any = PostSnapshot.objects.filter(wall_post__in=ids).order_by().values("wall_post")
    return {each["wall_post"]: each for each in found.annotate(**largest)}


def _without_false_zeros(
    post: PostReading,
    rows: Mapping[str, WallPost],
    most: Mapping[int, Mapping[str, Any]],
    kept: dict[str, list[str]],
    fallen: dict[str, list[str]],
) -> PostReading:
    row = rows.get(post.external_id)
    known = most.get(row.pk, {}) if row else {}
    unfilled: dict[str, Any] = {}
    for name in (*NEVER_FALL, *MAY_FALL):
        value = known.get(f"most_{name}")
        told = _told(post, name)
        if not value or told != 0:
            continue
        if name in NEVER_FALL:
            unfilled[name] = None
            kept.setdefault(name, []).append(f"{post.external_id}: {value}")
        elif value > 1:
            fallen.setdefault(name, []).append(f"{post.external_id}: {value}")
    return replace(post, **unfilled) if unfilled else post


def _told(post: PostReading, name: str) -> int | None:
    """As it would be stored: where a network tells reactions only, they are the likes."""
    if name == "likes" and post.likes is None:
        return post.reactions
    value: int | None = getattr(post, name)
    return value


def _warn(
    file: PostFile, kept: Mapping[str, Sequence[str]], fallen: Mapping[str, Sequence[str]]
) -> None:
    for name, posts in kept.items():
        message = _(
            "%(count)s posts have 0 in “%(counter)s” where more is known (the first is %(post)s):"
            " views and reach never fall, so the known figures are kept."
        )
        values = {
            "count": len(posts),
            "counter": field_title(FileKind.POSTS, name),
            "post": posts[0],
        }
        file.warnings.append(message % values)
    for name, posts in fallen.items():
        message = _(
            "%(count)s posts have 0 in “%(counter)s” where more is known (the first is %(post)s):"
            " people may take this back, so 0 is taken. Look whether it is true."
        )
        values = {
            "count": len(posts),
            "counter": field_title(FileKind.POSTS, name),
            "post": posts[0],
        }
        file.warnings.append(message % values)
