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

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        parent: Any = super()
        return {**parent.beside(request, row), "sights": self.sights(request, row)}

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
