"""The stop on the pages of what it may hold: its banner, and the button."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant

from clients.admin.columns import button
from clients.admin.scoped import allows
from content.models import Stop
from content.stops import in_words


class StopSteps:
    """Mixed into the pages of clients and communities, before `ShowsBeside`."""

    def has_stop_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        return row is not None and allows(request, "content.add_stop", row)

    @button(
        gettext_lazy("Stop publications"), path="stop", icon="block", permissions=["stop"],
        variant=ActionVariant.DANGER,
    )  # fmt: skip
    def stop_publications(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        name = me.model._meta.model_name
        address = f"{reverse('admin:content_stop_begin')}?{urlencode({name: object_id})}"
        return HttpResponseRedirect(address)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        parent: Any = super()
        return {**parent.beside(request, row), "care_stops": self.standing(row)}

    def standing(self, row: Any) -> list[dict[str, str]]:
        """One query."""
        standing = Stop.objects.standing(at=timezone.now())
        community = None if row._meta.model_name == "client" else row
        stops = standing.holding(community) if community else standing.holding_client(row)
        return [
            {"words": in_words(one), "url": reverse("admin:content_stop_change", args=[one.pk])}
            for one in stops.select_related("client", "community__profile__client")
        ]
