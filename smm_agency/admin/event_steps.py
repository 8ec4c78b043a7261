"""Of an own page: its door for events, made where there is none."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import allows
from communities.models import Profile
from communities.networks.events import SENDERS
from content.event_doors import door_of, make_door

RIGHT = "content.change_eventdoor"


class EventSteps:
    """Mixed into the page of profiles."""

    def has_receive_events_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        me: Any = self
        row: Profile | None = me.row_of(request, object_id)
        if row is None or row.relation != Profile.Relation.OWN or row.network not in SENDERS:
            return False
        return allows(request, RIGHT, row)

    @button(
        gettext_lazy("Receive events"),
        path="receive-events",
        icon="webhook",
        permissions=["receive_events"],
    )
    def receive_events(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        profile: Profile | None = me.get_object(request, object_id)
        if profile is None:
            raise Http404
        if not self.has_receive_events_permission(request, profile):
            raise PermissionDenied
        if door := door_of(profile):
            return HttpResponseRedirect(page_of(door))

        def do(data: dict[str, Any]) -> HttpResponse:
            return HttpResponseRedirect(page_of(make_door(profile)))

        return Step(
            self,
            request,
            profile,
            title=_("Receive events"),
            submit=_("Make a door for events"),
            explanation=_(
                "Comments and messages then come in at once instead of by the clock. The door has"
                " an address and a secret of its own; the next page asks the network to send."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()
