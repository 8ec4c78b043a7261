"""One step for several placements: each by itself, and what could not be is said by row."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.form_page import select_field, text_field
from clients.admin.scoped import allows
from communities.admin.life_steps import person
from promotion.models import Placement, PlacementState
from promotion.placement_moves import move_placement, steps_of

MOST = 200
# Steps that ask for a link and a time are made one by one.
TOGETHER = tuple(state for state in PlacementState if state != PlacementState.PUBLISHED)


class SeveralForm(forms.Form):
    to = select_field(gettext_lazy("New state"))
    reason = text_field(gettext_lazy("Reason"), required=False, max_length=300)

    def __init__(self, rows: list[Placement], data: Any = None) -> None:
        super().__init__(data)
        offered = {to for row in rows for to in steps_of(row)}
        field: Any = self.fields["to"]
        field.choices = [(to.value, to.label) for to in TOGETHER if to in offered]


def move_page(model_admin: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
    rows = [
        row
        for row in chosen.select_related("client", "campaign")[:MOST]
        if steps_of(row) and allows(request, "promotion.change_placement", row)
    ]
    if not rows:
        messages.warning(request, _("None of them has a step that you may make."))
        return None
    form = SeveralForm(rows, request.POST if "to" in request.POST else None)
    if form.is_valid():
        move_each(request, rows, form.cleaned_data)
        return None
    return TemplateResponse(
        request,
        "admin/promotion/move_several.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Move the chosen ones"),
            "opts": model_admin.opts,
            "rows": rows,
            "form": form,
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": reverse("admin:promotion_placement_changelist"),
        },
    )


def move_each(request: HttpRequest, rows: list[Placement], data: dict[str, Any]) -> None:
    """Of the states that the person saw: what moved meanwhile is refused."""
    done = 0
    for row in rows:
        row.state = request.POST.get(f"seen-{row.pk}", row.state)
        try:
            move_placement(row, by=person(request), at=timezone.now(), **data)
            done += 1
        except ValidationError as refused:
            messages.error(request, f"{row}: {' '.join(refused.messages)}")
    if done:
        words = ngettext("%(n)d was moved.", "%(n)d were moved.", done)
        messages.success(request, words % {"n": done})
