"""Moving a publication from the calendar: dropped on another day, or by a page with a form."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.widgets import INPUT_CLASSES

from clients.admin.form_page import Step, date_field, posted
from clients.admin.scoped import allows
from content.admin.calendar import seen_of
from content.models import Post, Publication
from content.moving import moment_name, move_publication
from content.wall_clock import moment_of


class MoveForm(forms.Form):
    day = date_field(gettext_lazy("Day"))
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=forms.TimeInput({"type": "time", "class": " ".join(INPUT_CLASSES)}, "%H:%M"),
    )
    seen = forms.CharField(widget=forms.HiddenInput)


class DropForm(forms.Form):
    """What the calendar sends when a post is dropped on a day: it keeps its time."""

    publication = forms.IntegerField()
    day = forms.DateField(input_formats=["%Y-%m-%d"])
    seen = forms.CharField()


def publication_of(request: HttpRequest, pk: int) -> Publication:
    """Raises Http404 for one of a client that the person does not see."""
    user: Any = request.user
    rows = Publication.objects.visible_to(user).select_related(
        "client", "post", "community__profile"
    )
    publication = rows.filter(pk=pk).first()
    if publication is None:
        raise Http404
    if not allows(request, "content.change_publication", publication):
        raise PermissionDenied
    return publication


def read_seen(raw: str) -> tuple[str, dt.datetime | None]:
    """The state and the time that stood on the page. Raises ValidationError."""
    state, _space, moment = raw.partition(" ")
    try:
        return state, dt.datetime.fromisoformat(moment) if moment else None
    except ValueError:
        raise ValidationError(_("Open the calendar anew: this page is too old.")) from None


def move(request: HttpRequest, publication: Publication, *, to: dt.datetime, seen: str) -> str:
    """The message of what was done; raises ValidationError."""
    user: Any = request.user
    seen_state, seen_at = read_seen(seen)
    moved = move_publication(
        publication,
        to=to,
        by=user,
        at=timezone.now(),
        seen_state=seen_state,
        seen_at=seen_at,
    )
    return _("“%(post)s” is planned for %(moment)s.") % {
        "post": publication.post,
        "moment": moment_name(moved.planned_at, publication.client.zone),
    }


def back_of(request: HttpRequest) -> str:
    """The calendar as it was left; nothing but a calendar is gone back to."""
    calendar = reverse("content_calendar")
    asked = request.GET.get("back", "") or request.POST.get("back", "")
    return asked if asked.startswith(f"{calendar}?") else calendar


def move_page(request: HttpRequest, pk: int) -> HttpResponse:
    """By the keyboard, or without scripts; to another time of the day, too."""
    publication = publication_of(request, pk)
    zone = publication.client.zone
    now = timezone.localtime(publication.planned_at or timezone.now(), zone)
    seen = seen_of(publication.state, publication.planned_at)
    initial = {"day": now.date(), "time": now.time(), "seen": seen}

    def do(data: dict[str, Any]) -> str:
        to = moment_of(data["day"], data["time"], zone)
        return move(request, publication, to=to, seen=data["seen"])

    return Step(
        admin.site.get_model_admin(Post),
        request,
        publication,
        title=_("Move a publication"),
        submit=_("Move"),
        explanation=_("By the clock of %(client)s: %(zone)s.")
        % {"client": publication.client, "zone": publication.client.time_zone},
        form=MoveForm(posted(request), initial=initial),
        do=do,
        back=back_of(request),
    ).respond()


@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    form = DropForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was moved: drop a post on a day."))
        return HttpResponseRedirect(back_of(request))
    data = form.cleaned_data
    publication = publication_of(request, data["publication"])
    zone = publication.client.zone
    time = timezone.localtime(publication.planned_at, zone).time()
    try:
        to = moment_of(data["day"], time, zone)
        messages.success(request, move(request, publication, to=to, seen=data["seen"]))
    except ValidationError as refused:
        for sentence in refused.messages:
            messages.error(request, sentence)
    return HttpResponseRedirect(back_of(request))
