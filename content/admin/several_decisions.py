"""One decision for several publications that did not go out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.form_page import select_field, text_field
from clients.admin.scoped import allows
from communities.admin.life_steps import person
from content.admin.moments import WallMoment, moment_by
from content.missed import DECIDABLE, cancel, give_new_time, publish_now
from content.models import Publication, PublicationState

NOW, TIME, CANCEL = "now", "time", "cancel"
MOST = 200


class DecisionForm(forms.Form):
    decision = select_field(
        gettext_lazy("Decision"),
        choices=[
            (NOW, gettext_lazy("publish now")),
            (TIME, gettext_lazy("give a new time")),
            (CANCEL, gettext_lazy("cancel")),
        ],
    )
    planned_at = WallMoment(
        label=gettext_lazy("New time"),
        required=False,
        help_text=gettext_lazy("Each by its own client's clock."),
    )
    reason = text_field(gettext_lazy("Reason"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("decision") == TIME and not cleaned.get("planned_at"):
            self.add_error("planned_at", _("Give the new time."))
        if cleaned.get("decision") == CANCEL and not cleaned.get("reason"):
            self.add_error("reason", _("Say why."))
        return cleaned


def decide_page(model_admin: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
    """Ask once, then do what can be done and say what could not."""
    rows = [
        row
        for row in chosen.select_related("client", "post", "community__profile")[:MOST]
        if row.state in DECIDABLE and allows(request, "content.change_publication", row)
    ]
    if not rows:
        messages.warning(request, _("None of them waits for a decision of yours."))
        return None
    form = DecisionForm(request.POST if "decision" in request.POST else None)
    if form.is_valid():
        decide_each(request, seen_rows(request, rows), form.cleaned_data)
        return None
    return TemplateResponse(
        request,
        "admin/content/decide_several.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Decide about the chosen ones"),
            "opts": model_admin.opts,
            "rows": rows,
            "form": form,
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": reverse("admin:content_publication_changelist"),
        },
    )


def seen_rows(request: HttpRequest, rows: list[Publication]) -> list[Publication]:
    """Each with the state that the person saw, so that what moved meanwhile is refused."""
    for row in rows:
        row.state = request.POST.get(f"seen-{row.pk}", row.state)
    return rows


def decide_each(request: HttpRequest, rows: list[Publication], data: dict[str, Any]) -> None:
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                decide_one(request, row, data)
            done += 1
        except ValidationError as refused:
            messages.error(request, f"{row}: {' '.join(refused.messages)}")
    if done:
        words = ngettext("%(n)d was decided.", "%(n)d were decided.", done)
        messages.success(request, words % {"n": done})


def decide_one(request: HttpRequest, row: Publication, data: dict[str, Any]) -> None:
    by, at = person(request), timezone.now()
    if data["decision"] == CANCEL:
        cancel(row, by=by, at=at, reason=data["reason"])
    elif data["decision"] == TIME:
        give_new_time(row, moment_by(row.client.zone, data["planned_at"]), by=by, at=at)
    elif row.state == PublicationState.UNKNOWN:
        raise ValidationError(_("Look at the network first, on its own page."))
    else:
        publish_now(row, by=by, at=at)
