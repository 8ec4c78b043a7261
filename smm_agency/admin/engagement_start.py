"""Of the page of an engagement: its start, and how far the tasks of the start are."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.enums import ActionVariant

from clients.admin.columns import button
from clients.admin.form_page import Step, posted, switch_field
from clients.admin.scoped import ShowsBeside, allows
from clients.client_status import change_status
from clients.models import ClientStatus, Engagement
from clients.task_templates import planned_tasks, refuse_start, start_tasks
from smm_agency.admin.task_page import may_of
from smm_agency.looks_done import facts_of
from smm_agency.onboarding import onboarding_of, read_start


class StartForm(forms.Form):
    """`seen` is the package whose tasks the person saw, 0 for none."""

    to_onboarding = switch_field(
        gettext_lazy("Move the client from “lead” to “onboarding”"), initial=True
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, engagement: Engagement, data: Any = None) -> None:
        self.package = engagement.package_id or 0
        super().__init__(data, initial={"seen": self.package})
        if engagement.client.status != ClientStatus.LEAD:
            del self.fields["to_onboarding"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("seen") != self.package:
            raise ValidationError(
                _("The package was changed meanwhile: open the page anew and look at its tasks.")
            )
        return cleaned


class StartStep(ShowsBeside):
    """Mixed in before the page's own class: the panel of `onboarding`, the button `start`."""

    change_form_outer_before_template = "admin/clients/onboarding_panel.html"

    def has_start_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Once: whoever sends the form a second time reads why it is refused."""
        me: Any = self
        row = me.row_of(request, obj)
        if row is None:
            return False
        is_asked = request.method == "POST" or row.started_at is None
        rights = ("clients.change_engagement", "clients.add_task")
        return is_asked and all(allows(request, right, row) for right in rights)

    @button(
        gettext_lazy("Start the engagement"),
        path="start",
        icon="rocket_launch",
        permissions=["start"],
        variant=ActionVariant.PRIMARY,
    )
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        engagement = me.get_object(request, object_id)
        if engagement is None:
            raise Http404
        user: Any = request.user
        client = engagement.client

        def do(data: dict[str, Any]) -> str:
            made = len(start_tasks(engagement, by=user, at=timezone.now()))
            if data.get("to_onboarding"):
                change_status(client, to=ClientStatus.ONBOARDING, by=user, note=engagement.title)
            words = ngettext(
                "The engagement is started: %(count)d task was made.",
                "The engagement is started: %(count)d tasks were made.",
                made,
            )
            return words % {"count": made}

        return Step(
            self,
            request,
            engagement,
            title=_("Start the engagement"),
            submit=_("Start and make the tasks"),
            explanation=_(
                "Each task gets its owner by the role in the client's team; what is nobody's is"
                " told to those who may take it. It is done once."
            ),
            form=StartForm(engagement, posted(request)),
            do=do,
            template="admin/clients/start_step.html",
            context={
                "planned": planned_tasks(engagement, on=client.today()),
                "refusal": refusal_of(engagement),
            },
        ).respond()

    def beside(self, request: HttpRequest, row: Engagement) -> dict[str, Any]:
        known = super().beside(request, row)
        if row.started_at is None or not allows(request, "clients.view_task", row):
            return {**known, "engagement": row}
        start = onboarding_of(
            read_start(row), facts_of(row.client), may_of(request, row.client_id),
            on=row.client.today(),
        )  # fmt: skip
        return {**known, "engagement": row, "onboarding": start}


def refusal_of(engagement: Engagement) -> str:
    try:
        refuse_start(engagement)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""
