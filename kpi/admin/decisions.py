"""Decisions about flags: what was decided, what the client reads, whether it helped."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allows
from kpi.admin.evidence import lines
from kpi.decisions import publish_decision
from kpi.models import Decision, EffectCheck


def said(check: EffectCheck, metric: str, *, currency: str) -> str:
    """What a check found, in one line."""
    if check.checked_at is None:
        return _("Not checked yet.")
    found = lines(check.effect, metric, currency=currency)
    return "; ".join(f"{row.name}: {row.opened}" for row in found)


class PublishForm(forms.Form):
    client_text = text_field(gettext_lazy("Text for the client"), rows=6)


@admin.register(Decision)
class DecisionAdmin(ReadOnly, ScopedAdmin):
    list_display = (
        "decided_on", "client", "kind", "decided_by", "is_published", "check_on", "verdict",
    )  # fmt: skip
    list_filter = (ClientFilter, "kind", "is_published")
    fields = (
        ("client", "flag"), ("kind", "decided_on", "decided_by"), ("block", "due_on"),
        "reason", "client_text",
        ("is_published", "check_on"), "next_version", "effect_text",
    )  # fmt: skip
    readonly_fields = ("effect_text",)
    actions_detail = ("publish",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("client", "decided_by", "flag__client", "flag__target", "next_version__client")
        return super().get_queryset(request).select_related(*related).prefetch_related("checks")

    @column(gettext_lazy("effect"))
    def verdict(self, decision: Decision) -> str:
        made = [check for check in decision.checks.all() if check.checked_at]
        return str(made[-1].get_verdict_display()) if made else _("not checked yet")

    @column(gettext_lazy("effect"))
    def effect_text(self, decision: Decision) -> str:
        metric = decision.flag.target.metric if decision.flag.target else ""
        return format_html_join(
            "",
            "<div>{}: {}</div>",
            (
                (check.due_on, said(check, metric, currency=decision.client.currency))
                for check in decision.checks.all()
            ),
        )

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allows(request, "kpi.add_decision", self.row_of(request, obj))

    @button(
        gettext_lazy("Text for the client"),
        path="publish",
        icon="outgoing_mail",
        permissions=["view", "publish"],
    )
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        decision = self.get_object(request, object_id)
        if decision is None:
            raise Http404
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            publish_decision(decision, client_text=data["client_text"], by=user)
            return _("The client can read it in the portal now.")

        return Step(
            self,
            request,
            decision,
            title=_("Publish to the client"),
            submit=_("Publish"),
            explanation=_("The reason stays with the agency; the client reads this text only."),
            form=PublishForm(posted(request), initial={"client_text": decision.client_text}),
            do=do,
        ).respond()
