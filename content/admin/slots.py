"""Posting slots of communities, and the page of their queues."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.columns import button
from clients.admin.contractors import is_contractor_alone
from clients.admin.form_page import page_of
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    VisibleFilter,
    allowed_rows,
    allows,
    visible_rows,
)
from clients.models.client import WEEKDAYS
from communities.models import Community
from content.models import PostingSlot, PublicationState
from content.slots import SHOWN_DAYS, digest_of, movable, queue_of, swap

VIEW, MOVE = "content.view_publication", "content.change_publication"


class SlotForm(ScopedForm):
    """Several weekdays at once where slots are added."""

    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = PostingSlot
        fields = ("community", "weekday", "time")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["days"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        community, time, days = (cleaned.get(name) for name in ("community", "time", "days"))
        if community and time and days:
            known = PostingSlot.objects.filter(community=community, time=time, weekday__in=days)
            if known.exists():
                taken = ", ".join(slot.get_weekday_display() for slot in known)
                message = _("The community has this slot already: %(days)s.")
                self.add_error("days", message % {"days": taken})
            self.instance.weekday = days[0]
        return cleaned


@admin.register(PostingSlot)
class PostingSlotAdmin(ScopedAdmin):
    form = SlotForm
    named_by = ("community__profile",)
    list_display = ("community", "client", "weekday", "time")
    list_filter = (ClientFilter, ("community", VisibleFilter), "weekday")
    list_select_related = ("client", "community__profile")
    search_fields = ("community__profile__title", "client__name")
    actions_list = ("queues",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("community", ("weekday", "time")) if obj else ("community", "days", "time")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where it stands is no matter of an edit; a new one has its client by the community."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "community") if obj else fields

    def save_model(self, request: HttpRequest, obj: PostingSlot, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            for day in form.cleaned_data["days"][1:]:
                PostingSlot.objects.create(
                    client=obj.client, community=obj.community, weekday=day, time=obj.time
                )

    def has_queue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(VIEW) and not is_contractor_alone(request)

    @button(gettext_lazy("Queues"), path="queues", icon="queue", permissions=["queue"])
    def queues(self, request: HttpRequest) -> HttpResponse:
        if not self.has_queue_permission(request):
            raise PermissionDenied
        communities = allowed_rows(request, visible_rows(Community, request.user), VIEW, MOVE)
        communities = communities.filter(slots__isnull=False).distinct()
        communities = communities.select_related("client", "profile")
        asked = request.GET.get("community", "")
        chosen = communities.filter(pk=asked).first() if asked.isdecimal() else None
        community = chosen or communities.order_by("client__name", "pk").first()
        if request.method == "POST" and community is not None:
            return self.reorder(request, community)
        return self.show(request, communities, community)

    def reorder(self, request: HttpRequest, community: Community) -> HttpResponse:
        if not allows(request, MOVE, community):
            raise PermissionDenied
        row, _colon, way = request.POST.get("move", "").partition(":")
        try:
            swap(
                community,
                int(row) if row.isdecimal() else 0,
                step=-1 if way == "up" else 1,
                seen=request.POST.get("seen", ""),
                at=timezone.now(),
            )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        query = urlencode({"community": community.pk})
        return HttpResponseRedirect(f"{request.path}?{query}")

    def show(self, request: HttpRequest, communities: Any, community: Any) -> HttpResponse:
        places = queue_of(community, at=timezone.now()) if community else []
        moving = [row.pk for row in movable(places)]
        lines = [
            {
                "at": place.at.astimezone(community.client.zone),
                "row": place.publication,
                "url": page_of(place.publication.post) if place.publication else "",
                "is_scheduled": is_fixed(place.publication),
                "may_rise": place.publication and place.publication.pk in moving[1:],
                "may_sink": place.publication and place.publication.pk in moving[:-1],
            }
            for place in places
        ]
        return TemplateResponse(
            request,
            "admin/content/queues.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Queues"),
                "opts": self.opts,
                "communities": communities.order_by("client__name", "profile__title", "pk"),
                "community": community,
                "lines": lines,
                "days": SHOWN_DAYS,
                "seen": digest_of(places),
                "may_move": community is not None and allows(request, MOVE, community),
                "back": reverse("admin:content_postingslot_changelist"),
            },
        )


def is_fixed(publication: Any) -> bool:
    return publication is not None and publication.state != PublicationState.PLANNED
