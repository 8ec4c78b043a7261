"""The page that turns the findings of an audit into tasks under one redesign."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.form_page import Step, page_of, posted, text_field
from communities.models import Audit, AuditScore
from communities.redesign import findings_of, start_redesign


class FindingsForm(forms.Form):
    title = text_field(gettext_lazy("Title of the redesign"), max_length=120)
    findings = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Findings that become tasks"),
        coerce=int,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=gettext_lazy(
            "The task takes over owner and deadline; without a deadline it has 7, 30 or 90 days by"
            " the priority. A finding that has a task gets no second one."
        ),
    )

    def __init__(self, audit: Audit, data: Any = None) -> None:
        waiting = [row for row in findings_of(audit) if row.task_id is None]
        known = getattr(audit, "redesign", None)
        title = known.title if known else _("Redesign: %(page)s") % {"page": audit.profile.title}
        super().__init__(
            data, initial={"title": title[:120], "findings": [row.pk for row in waiting]}
        )
        field: Any = self.fields["findings"]
        field.choices = [(row.pk, finding_label(row)) for row in waiting]
        self.fields["title"].disabled = known is not None


def finding_label(row: AuditScore) -> str:
    """`Now · Cover (0): make one`"""
    priority = row.get_priority_display() or _("without a priority")
    return f"{priority} · {row.title} ({row.score}): {row.recommendation or row.finding}"


def redesign_page(model_admin: Any, request: HttpRequest, audit: Audit) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        redesign = start_redesign(
            audit, set(data["findings"]), title=data["title"], by=user, on=audit.client.today()
        )
        step.back = page_of(redesign)
        return _("Tasks made of findings: %(count)d.") % {"count": len(data["findings"])}

    step = Step(
        model_admin,
        request,
        audit,
        title=_("Redesign by the findings"),
        submit=_("Make the tasks"),
        explanation=_(
            "Each chosen finding becomes a task; together they are the redesign, which a re-audit"
            " closes."
        ),
        form=FindingsForm(audit, posted(request)),
        do=do,
    )
    return step.respond()
