"""The stop on the pages of what it may hold: its banner, and one click to the next one."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from clients.admin.scoped import allows
from content.models import Stop
from content.stops import in_words


class StopSteps:
    """Mixed into the pages of clients and communities, before `ShowsBeside`."""

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        parent: Any = super()
        may_stop = allows(request, "content.add_stop", row)
        return {
            **parent.beside(request, row),
            "care_stops": self.standing(row),
            "care_stop_url": begin_url(row) if may_stop else "",
        }

    def standing(self, row: Any) -> list[dict[str, str]]:
        """One query."""
        standing = Stop.objects.standing(at=timezone.now())
        community = None if row._meta.model_name == "client" else row
        stops = standing.holding(community) if community else standing.holding_client(row)
        return [
            {"words": in_words(one), "url": reverse("admin:content_stop_change", args=[one.pk])}
            for one in stops.select_related("client", "community__profile__client")
        ]


def begin_url(row: Any) -> str:
    """The page on which this client, or this community, is stopped."""
    query = urlencode({row._meta.model_name: row.pk})
    return f"{reverse('admin:content_stop_begin')}?{query}"
