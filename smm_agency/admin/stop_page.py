"""Stops with what promotion knows: the advertising that runs on while publications are held."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clients.admin.scoped import allowed_rows
from content.admin import StopAdmin
from content.models import Stop
from content.stops import covered
from promotion.models import Campaign, Placement, PlacementState

SHOWN = 50
# Agreed with somebody outside: it stands there, or it will.
STANDING = (
    PlacementState.BOOKED,
    PlacementState.PAID,
    PlacementState.PUBLISHED,
    PlacementState.COLLECTED,
)


@dataclass(frozen=True)
class Place:
    title: str
    url: str


@dataclass
class Ad:
    """A campaign that is running: its page in the workbench, and where it stands outside."""

    title: str
    kind: str
    client: str
    url: str
    places: list[Place] = field(default_factory=list)


def running_ads(request: HttpRequest, stop: Stop) -> list[Ad]:
    """Of the clients whose campaigns the person may see; two queries."""
    today = timezone.localdate()
    campaigns = Campaign.objects.running(on=today).visible_to(request.user)
    seen = allowed_rows(request, campaigns, "promotion.view_campaign")
    seen = seen.filter(client__in=covered(stop).values("client")).select_related("client")
    ads = {
        row.pk: Ad(
            row.title,
            row.get_kind_display(),
            row.client.name,
            reverse("admin:promotion_campaign_change", args=[row.pk]),
        )
        for row in seen.order_by("client__name", "pk")[:SHOWN]
    }
    standing = Placement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        campaign__in=list(ads),
        state__in=STANDING,
        removed_at=None,
    )
    for place in standing.order_by("pk"):
        ads[place.campaign_id].places.append(Place(place.title, place.url))
    return list(ads.values())


admin.site.unregister(Stop)


@admin.register(Stop)
class StopPage(StopAdmin):
    def held_context(self, request: HttpRequest, stop: Stop) -> dict[str, Any]:
        found = super().held_context(request, stop)
        return {**found, "ads": running_ads(request, stop) if found["stands"] else []}
