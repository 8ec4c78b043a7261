"""The page of a post with what was measured of it: the newest snapshot in each community."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from content.portal import PostPage
from content.portal_plan import ShownPublication
from kpi.models import PostSnapshot
from smm_agency.lib.words import as_count

# What a post's figures are called, in the order of the page.
COUNTERS = (
    ("views", gettext_lazy("views")),
    ("reach", gettext_lazy("reach")),
    ("likes", gettext_lazy("likes")),
    ("comments", gettext_lazy("comments")),
    ("shares", gettext_lazy("shares")),
    ("saves", gettext_lazy("saves")),
    ("clicks", gettext_lazy("clicks")),
)
COLUMNS = ("wall_post_id", "slot", "read_at", *PostSnapshot.COUNTERS)


@dataclass(frozen=True)
class Figures:
    """As they were read last; a dash is not a zero: the network does not tell it."""

    read_at: dt.datetime
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class Variant:
    """A publication of the post with its figures; None: nothing was measured yet."""

    publication: ShownPublication
    figures: Figures | None


def figures_of(wall_posts: Iterable[int]) -> dict[int, Figures]:
    """Wall post's id → its newest snapshot. One statement."""
    rows = PostSnapshot.objects.filter(wall_post__in=list(wall_posts))
    newest = rows.order_by("wall_post_id", "-slot", "-hour").distinct("wall_post_id")
    return {row["wall_post_id"]: _figures(row) for row in newest.values(*COLUMNS)}


def _figures(row: dict[str, Any]) -> Figures:
    told = [(str(label), as_count(row[name])) for name, label in COUNTERS if row[name] is not None]
    return Figures(row["read_at"], told)


class MeasuredPost(PostPage):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        variants: list[ShownPublication] = context["variants"]
        ids = [one.wall_post_id for one in variants if one.wall_post_id is not None]
        figures = figures_of(ids) if ids else {}
        measured = [Variant(one, figures.get(one.wall_post_id or 0)) for one in variants]
        return context | {"variants": measured}
