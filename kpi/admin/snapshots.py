"""Readings of counters: written by the program, looked at by people; and how often it reads."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, VisibleFilter
from kpi.models import (
    PostSnapshot,
    ProfileSnapshot,
    SnapshotCadence,
    SnapshotCorrection,
    SnapshotRetention,
)


def counter(name: str) -> Any:
    """A column that shows a missing value as missing, never as zero."""
    field: Any = ProfileSnapshot._meta.get_field(name)

    def show(self: Any, row: Any) -> str:
        value = getattr(row, name)
        return "—" if value is None else f"{value:,}".replace(",", "\u00a0")

    return column(field.verbose_name, ordering=name)(show)


@admin.register(ProfileSnapshot)
class ProfileSnapshotAdmin(ReadOnly, ScopedAdmin):
    paginator = InfinitePaginator
    list_display = (
        "date", "profile", "client", "followers_text", "joined_text", "left_text", "reach_text",
        "reading", "read_at",
    )  # fmt: skip
    list_filter = (ClientFilter, ("profile", VisibleFilter), "reading")
    list_select_related = ("client", "profile")
    followers_text = counter("followers")
    joined_text = counter("joined")
    left_text = counter("left")
    reach_text = counter("reach")


@admin.register(PostSnapshot)
class PostSnapshotAdmin(ReadOnly, ScopedAdmin):
    paginator = InfinitePaginator
    list_display = (
        "slot_text", "wall_post", "client", "views_text", "likes_text", "comments_text",
        "shares_text", "reading", "read_at",
    )  # fmt: skip
    list_filter = (ClientFilter, "reading")
    list_select_related = ("client", "wall_post")

    @column(gettext_lazy("slot"), ordering="slot")
    def slot_text(self, row: PostSnapshot) -> str:
        """With the hour where the day has several."""
        day = date_format(row.slot)
        return f"{day}, {row.hour:02}:00" if row.hour else day

    views_text = counter("views")
    likes_text = counter("likes")
    comments_text = counter("comments")
    shares_text = counter("shares")


@admin.register(SnapshotCorrection)
class SnapshotCorrectionAdmin(ReadOnly, ScopedAdmin):
    paginator = InfinitePaginator
    list_display = ("corrected_at", "client", "of_what", "date", "old_text", "old_reading")
    list_filter = (ClientFilter, "old_reading")
    list_select_related = ("client", "profile", "wall_post")

    @column(gettext_lazy("of"))
    def of_what(self, row: SnapshotCorrection) -> str:
        return str(row.profile or row.wall_post)

    @column(gettext_lazy("old values"))
    def old_text(self, row: SnapshotCorrection) -> str:
        values = row.old.items() if isinstance(row.old, dict) else ()
        return ", ".join(f"{name}: {value}" for name, value in values if value is not None)


@admin.register(SnapshotCadence)
class SnapshotCadenceAdmin(ScopedAdmin):
    """Reference rows: a director says how closely posts are followed."""

    list_display = ("relation", "up_to_hours", "every_hours")
    list_filter = ("relation",)
    fields = (("relation", "up_to_hours", "every_hours"),)


@admin.register(SnapshotRetention)
class SnapshotRetentionAdmin(ScopedAdmin):
    """One row, which is always there; how far the thinning has come stands beside it."""

    list_display = ("__str__", "days_after", "ends_after", "days_until", "ends_until")
    fields = (("days_after", "days_until"), ("ends_after", "ends_until"))
    readonly_fields = ("days_until", "ends_until")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
