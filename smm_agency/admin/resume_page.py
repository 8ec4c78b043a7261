"""The page after a pause: each post that did not go out, a proposal, and what to do with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.columns import button
from clients.admin.form_page import page_of, posted
from clients.admin.scoped import allows
from clients.models import AT_REST, Client, User
from content.admin.moments import WallMoment, moment_by
from content.missed import cancel, give_new_time, publish_now
from content.models import Publication
from content.pauses import propose_times, waiting

MOST = 100
RIGHT = "content.change_publication"
LEAVE, MOVE, NOW, DROP = "leave", "move", "now", "drop"
CHOICES = [
    (MOVE, pgettext_lazy("what to do with a post", "move to")),
    (NOW, pgettext_lazy("what to do with a post", "publish now")),
    (DROP, pgettext_lazy("what to do with a post", "drop")),
    (LEAVE, pgettext_lazy("what to do with a post", "decide later")),
]


class RowForm(forms.Form):
    """One post; `seen` is the time that it was planned for when the person looked."""

    what = forms.ChoiceField(
        label=gettext_lazy("What to do"), choices=CHOICES, widget=UnfoldAdminSelectWidget()
    )
    moment = WallMoment(label=gettext_lazy("New time"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("what") == MOVE and not cleaned.get("moment"):
            self.add_error("moment", _("Give the new time."))
        return cleaned


def seen_of(row: Publication) -> str:
    return f"{row.state} {row.planned_at.isoformat() if row.planned_at else ''}"


def resume_page(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    rows = [row for row in waiting(client)[:MOST] if allows(request, RIGHT, row)]
    proposed = propose_times(rows, client=client, on=client.today())
    data = posted(request)
    lines = [(row, form_of(row, proposed, data)) for row in rows]
    if data is not None and all(form.is_valid() for _row, form in lines):
        decide_all(request, lines)
        left = waiting(client).exists()
        return HttpResponseRedirect(request.path if left else page_of(client))
    return TemplateResponse(
        request,
        "admin/client/resume.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Posts that did not go out"),
            "opts": model_admin.opts,
            "client": client,
            "lines": lines,
            "is_at_rest": client.status in AT_REST,
            "back": page_of(client),
            "publications": reverse("admin:content_publication_changelist")
            + f"?client={client.pk}",
        },
    )


def form_of(row: Publication, proposed: dict[int, Any], data: Any) -> RowForm:
    moment = proposed.get(row.pk)
    initial = {
        "what": MOVE if moment else LEAVE,
        "moment": moment.replace(tzinfo=None) if moment else None,
        "seen": seen_of(row),
    }
    # A post that fell out of the list meanwhile is not asked about; one that came in has no answer.
    bound = data if data is not None and f"row-{row.pk}-what" in data else None
    if data is not None and bound is None:
        bound = {f"row-{row.pk}-what": LEAVE, f"row-{row.pk}-seen": seen_of(row)}
    return RowForm(bound, initial=initial, prefix=f"row-{row.pk}")


def decide_all(request: HttpRequest, lines: list[tuple[Publication, RowForm]]) -> None:
    """Each by itself: one refusal keeps no other."""
    done = 0
    for row, form in lines:
        try:
            with transaction.atomic():
                done += decide(request, row, form.cleaned_data)
        except ValidationError as refused:
            messages.error(request, f"{row}: {' '.join(refused.messages)}")
    if done:
        words = ngettext("%(n)d was decided.", "%(n)d were decided.", done)
        messages.success(request, words % {"n": done})


def decide(request: HttpRequest, row: Publication, data: dict[str, Any]) -> bool:
    user, at = request.user, timezone.now()
    assert isinstance(user, User)  # noqa: S101 - staff
    if data["what"] == LEAVE:
        return False
    if data["seen"] != seen_of(row):
        raise ValidationError(_("It was settled meanwhile: look at the page again."))
    if data["what"] == NOW:
        publish_now(row, by=user, at=at)
    elif data["what"] == DROP:
        cancel(row, by=user, at=at, reason=_("Dropped after the pause"))
    else:
        give_new_time(row, moment_by(row.client.zone, data["moment"]), by=user, at=at)
    return True


class ResumeSteps:
    """Mixed into the client's page."""

    def has_resume_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        page: Any = self
        client = page.row_of(request, obj)
        return bool(
            client is not None
            and client.status not in AT_REST
            and allows(request, RIGHT, client)
            and waiting(client).exists()
        )

    @button(
        gettext_lazy("Posts that did not go out"),
        path="resume",
        icon="event_repeat",
        permissions=["resume"],
    )
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        page: Any = self
        client: Client = page.client_or_404(request, object_id)
        if not allows(request, RIGHT, client):
            raise Http404
        return resume_page(self, request, client)
