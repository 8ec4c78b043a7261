"""Where networks send their events: addresses, secrets, what came and what was not understood."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.paginator import InfinitePaginator

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allowed_rows
from communities.networks.outcomes import Ok
from content.event_doors import address_of, close_door, open_door, renew_secret, why_unreachable
from content.models import EventDoor, NetworkEvent
from content.network_events import queue
from smm_agency.lib.event_queue import given_up


@admin.register(EventDoor)
class EventDoorAdmin(ScopedAdmin):
    named_by = ("profile", "access_key")
    list_display = (
        "name", "client", "is_active", "asked_at", "last_event_at", "unread_since", "refused",
    )  # fmt: skip
    list_filter = (ClientFilter, "network", "is_active")
    list_select_related = ("client", "profile", "access_key")
    fields = (
        ("client", "network"), ("profile", "access_key"), ("address", "confirmation"),
        ("is_active", "asked_at"), ("last_event_at", "unread_since"), ("refused", "failed"),
        "reachable",
    )  # fmt: skip
    readonly_fields = (
        "network", "profile", "access_key", "address", "asked_at", "last_event_at",
        "unread_since", "refused", "failed", "reachable",
    )  # fmt: skip
    actions_detail = ("receive_events", "stop_events", "show_secret", "new_secret")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("secret", "access_key__secret")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A door is made from its page, by “Receive events”."""
        return False

    @column(gettext_lazy("door for events"))
    def name(self, door: EventDoor) -> str:
        return str(door)

    @column(gettext_lazy("address for the network"))
    def address(self, door: EventDoor) -> str:
        return address_of(door)

    @column(gettext_lazy("events given up"))
    def failed(self, door: EventDoor) -> str:
        return str(NetworkEvent.objects.filter(given_up(), door_id=door.pk).count() or "—")

    @column(gettext_lazy("can networks reach it"))
    def reachable(self, door: EventDoor) -> str:
        return why_unreachable(door.network) or _("yes, by the setting PUBLIC_URL")

    def door_or_404(self, request: HttpRequest, object_id: str) -> EventDoor:
        door = self.get_object(request, object_id)
        if door is None:
            raise Http404
        return EventDoor.objects.select_related("client", "profile", "access_key").get(pk=door.pk)

    @button(gettext_lazy("Receive events"), path="receive", icon="webhook", permissions=["change"])
    def receive_events(self, request: HttpRequest, object_id: str) -> HttpResponse:
        door = self.door_or_404(request, object_id)

        def do(data: dict[str, Any]) -> HttpResponse:
            outcome = open_door(door, at=timezone.now())
            if isinstance(outcome, Ok):
                messages.success(request, _("The network sends its events here from now on."))
                self.log_change(request, door, _("The network was asked for events."))
            else:
                words = _("The network refused it: %(message)s")
                messages.error(request, words % {"message": outcome.message})
            return HttpResponseRedirect(page_of(door))

        return Step(
            self, request, door,
            title=_("Receive events"),
            submit=_("Ask the network"),
            explanation="\n".join(filter(None, [why_unreachable(door.network), by_hand(door)])),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()  # fmt: skip

    @button(gettext_lazy("Receive no more"), path="stop", icon="block", permissions=["change"])
    def stop_events(self, request: HttpRequest, object_id: str) -> HttpResponse:
        door = self.door_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            outcome = close_door(door)
            if not isinstance(outcome, Ok):
                words = _("The network refused it: %(message)s")
                raise ValidationError(words % {"message": outcome.message})
            self.log_change(request, door, _("The network was asked for no more events."))
            return _("No events are taken any more.")

        return Step(
            self, request, door,
            title=_("Receive no more"),
            submit=_("Stop"),
            explanation=_(
                "Comments are then read by the clock, and a bot's updates from its queue."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()  # fmt: skip

    @button(gettext_lazy("Show the secret"), path="secret", icon="key", permissions=["change"])
    def show_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        door = self.door_or_404(request, object_id)

        def do(data: dict[str, Any]) -> HttpResponse:
            self.log_change(request, door, _("The secret was looked at."))
            return self.secret_page(request, door, door.secret)

        return Step(
            self, request, door,
            title=_("Show the secret"),
            submit=_("Show the secret"),
            explanation=_("For entering it on the network by hand. It is written down who looked."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()  # fmt: skip

    @button(gettext_lazy("New secret"), path="renew", icon="autorenew", permissions=["change"])
    def new_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        door = self.door_or_404(request, object_id)

        def do(data: dict[str, Any]) -> HttpResponse:
            secret = renew_secret(door)
            self.log_change(request, door, _("A new secret was made."))
            return self.secret_page(request, door, secret)

        return Step(
            self, request, door,
            title=_("New secret"),
            submit=_("Make a new secret"),
            explanation=_(
                "What comes with the old one is refused from then on: press “Receive events” again,"
                " or enter it on the network."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()  # fmt: skip

    def secret_page(self, request: HttpRequest, door: EventDoor, secret: str) -> HttpResponse:
        response = Step(
            self, request, door,
            title=_("The secret of the door"),
            submit="",
            form=forms.Form(),
            do=lambda data: "",
            template="admin/secret.html",
        ).render(secret=secret, address=address_of(door), page=page_of(door))  # fmt: skip
        add_never_cache_headers(response)
        return response


def by_hand(door: EventDoor) -> str:
    """What is entered on the network where no key may ask for it."""
    if door.network == "vk":
        return _(
            "By hand: in the community's settings, API, Callback API. Address: %(address)s. First"
            " copy the confirmation code from there to this door, then enter the secret (button"
            " “Show the secret”), and tick new, edited, deleted and restored comments, messages"
            " and posts."
        ) % {"address": address_of(door)}
    return _(
        "While events come by this door, the bot's queue of updates is not read. The bot has to be"
        " in the channel's discussion group, with its privacy mode off, to hear comments."
    )


@admin.register(NetworkEvent)
class NetworkEventAdmin(ReadOnly, ScopedAdmin):
    """What came in, without its body: that holds people's words."""

    paginator = InfinitePaginator
    list_display = (
        "received_at", "client", "door", "name", "event_id", "processed_at", "attempts", "error",
    )  # fmt: skip
    list_filter = (ClientFilter, ("processed_at", admin.EmptyFieldListFilter), "door__network")
    list_select_related = ("client", "door__profile", "door__access_key")
    search_fields = ("event_id", "name", "error")
    actions = ("try_again",)
    fields = (
        "client",
        "door",
        "name",
        "event_id",
        "received_at",
        "processed_at",
        "attempts",
        "error",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.defer("body", "door__secret", "door__access_key__secret")

    def has_mend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("content.change_eventdoor")

    @admin.action(description=gettext_lazy("Try again"), permissions=["mend"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[NetworkEvent]) -> None:
        own = allowed_rows(request, queryset, "content.change_eventdoor")
        count = sum(queue.try_again(event) for event in own)
        if not count:
            messages.warning(request, _("None of these events was given up, or its body is gone."))
            return
        words = ngettext(
            "%(count)d event is tried again within a minute.",
            "%(count)d events are tried again within a minute.",
            count,
        )
        messages.success(request, words % {"count": count})
