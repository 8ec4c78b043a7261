"""The portal's list of what the agency asks of the client; read, not answered here."""

from typing import Any

from clients.models import Client
from clients.portal import PortalView
from content.models import MaterialRequest, RequestState

# What the portal's role may read; a post that the client has not seen has no name here.
COLUMNS = ("pk", "what", "why", "due_on", "asked_at", "state", "received_at", "post__title")
SHOWN_RECEIVED = 20


def read_requests(client: Client) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is waited for, the most urgent first; and what came last. Two statements."""
    rows = MaterialRequest.objects.filter(client=client).values(
        *COLUMNS, "service__name_en", "service__name_ru"
    )
    waiting = rows.filter(state=RequestState.OPEN).order_by("due_on", "pk")
    received = rows.filter(state=RequestState.RECEIVED).order_by("-received_at", "-pk")
    return list(waiting), list(received[:SHOWN_RECEIVED])


class Materials(PortalView):
    template_name = "portal/materials.html"
    section = "materials"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting, received = read_requests(self.client)
        today = self.client.today()
        for row in waiting:
            row["late_days"] = max(0, (today - row["due_on"]).days)
        return super().get_context_data(waiting=waiting, received=received, **kwargs)
