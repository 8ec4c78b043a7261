"""What a target can see, on the page of its version and beside what was just saved."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from clients.admin.scoped import allows
from kpi.target_sight import sights_of, sights_of_version
from strategy.admin import KpiTargetAdmin
from strategy.models import KpiTarget, StrategyVersion, VersionState


def tell_sights(request: HttpRequest, targets: list[KpiTarget]) -> None:
    """For each of these targets that is a count with months."""
    for found in sights_of(targets, on=targets[0].version.client.today()) if targets else ():
        level = messages.WARNING if found.sight.is_slow else messages.INFO
        messages.add_message(request, level, found.sentence)


class ShowsSights:
    """Mixed into the page of versions."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        me: Any = self
        parent: Any = super()
        version = me.get_object(request, object_id) if object_id else None
        context = {"sights": self.sights(request, version)} if version else {}
        return parent.changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def sights(self, request: HttpRequest, version: StrategyVersion) -> list[Any]:
        if version.state == VersionState.SUPERSEDED:
            return []
        if not allows(request, "strategy.view_kpitarget", version):
            return []
        return sights_of_version(version, on=version.client.today())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        parent: Any = super()
        parent.save_formset(request, form, formset, change)
        if formset.model is KpiTarget:
            changed = [row.instance for row in formset.forms if row.has_changed()]
            tell_sights(request, [target for target in changed if target.pk])


admin.site.unregister(KpiTarget)


@admin.register(KpiTarget)
class KpiTargetPage(KpiTargetAdmin):
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        tell_sights(request, [form.instance])
