"""Secret addresses of calendars on the client's page: made for somebody, looked at, revoked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button
from clients.admin.form_page import Step, page_of, posted, select_field, text_field
from clients.admin.scoped import ReadOnly, ScopedTabular
from clients.feeds import make_feed, revoke_feed
from clients.models import CalendarFeed, Client


class CalendarFeedInline(ReadOnly, ScopedTabular):
    model = CalendarFeed
    fields = ("holder", "made_at", "made_by", "last_read_on", "revoked_at")
    # The program writes them all.
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person", "made_by")

    def holder(self, feed: CalendarFeed) -> str:
        return str(feed)

    holder.short_description = gettext_lazy("for whom")  # type: ignore[attr-defined] # Django's way


class FeedForm(forms.Form):
    label = text_field(
        gettext_lazy("For whom"),
        max_length=100,
        help_text=gettext_lazy(
            "Who of the client will read it. People with an account make their own, by the link on"
            " the page of the plan."
        ),
    )


class RevokeForm(forms.Form):
    """Only what still works is offered: another click may have been first."""

    feed = select_field(gettext_lazy("Address"))

    def __init__(self, client: Client, data: Any = None) -> None:
        super().__init__(data)
        rows = client.calendar_feeds.filter(revoked_at=None).select_related("person")
        self.fields["feed"].choices = [(str(row.pk), told(row)) for row in rows]  # type: ignore[attr-defined] # a ChoiceField


def told(feed: CalendarFeed) -> str:
    return _("%(who)s, made on %(day)s") % {
        "who": feed,
        "day": f"{timezone.localtime(feed.made_at):%Y-%m-%d %H:%M}",
    }


class FeedSteps:
    """The buttons, for the client's page."""

    @button(
        gettext_lazy("Calendar address"),
        path="calendar-feed",
        icon="event",
        permissions=["change"],
    )
    def make_calendar_feed(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        client: Client = self.client_or_404(request, object_id)
        user: Any = request.user

        def do(data: dict[str, Any]) -> HttpResponse:
            address, _feed = make_feed(client, label=data["label"], by=user, at=timezone.now())
            return show_address(self, request, client, address)

        return Step(
            self,
            request,
            client,
            title=_("Calendar address"),
            submit=_("Make the address"),
            explanation=_(
                "Whoever knows the address reads the plan as the portal shows it, without a"
                " sign-in, until it is revoked. It is shown once."
            ),
            form=FeedForm(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Revoke a calendar address"),
        path="calendar-feed-revoke",
        icon="event_busy",
        permissions=["change"],
    )
    def revoke_calendar_feed(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        client: Client = self.client_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            feed = client.calendar_feeds.get(pk=int(data["feed"]))
            if not revoke_feed(feed, at=timezone.now()):
                raise ValidationError(_("It was revoked a moment ago."))
            return _("The address of %(who)s works no more.") % {"who": feed}

        return Step(
            self,
            request,
            client,
            title=_("Revoke a calendar address"),
            submit=_("Revoke"),
            form=RevokeForm(client, posted(request)),
            do=do,
        ).respond()


def show_address(
    model_admin: Any, request: HttpRequest, client: Client, address: str
) -> HttpResponse:
    """Shown by the answer to this very request; a message would pass through a cookie."""
    response = Step(
        model_admin,
        request,
        client,
        title=_("Calendar address"),
        submit="",
        form=forms.Form(),
        do=lambda data: "",
        template="admin/secret.html",
    ).render(address=address, page=page_of(client))
    add_never_cache_headers(response)
    return response
