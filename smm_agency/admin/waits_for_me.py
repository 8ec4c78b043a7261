"""The lists that “What waits for you” leads to: narrowed to the very rows that it counts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from clients.admin.scoped import rights_of
from smm_agency.dashboard.due.kind import Kind
from smm_agency.dashboard.due.panel import FOR_ME, KINDS, kinds_of
from smm_agency.dashboard.reader import Reader


class ForMeFilter(SimpleListFilter):
    """The kinds of the person's roles; nobody else is offered any."""

    title = gettext_lazy("waits for you")
    parameter_name = FOR_ME

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = kinds_of(reader_of(request))
        return [(kind.code, kind.title) for kind in kinds if kind.model is model_admin.model]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        reader = reader_of(request)
        kinds: dict[Any, Kind] = {kind.code: kind for kind in kinds_of(reader)}
        kind = kinds.get(self.value())
        if kind is None or kind.model is not queryset.model:
            return queryset
        return queryset.filter(pk__in=kind.waiting(reader).order_by().values("pk"))


def reader_of(request: HttpRequest) -> Reader:
    user: Any = request.user
    return Reader(user, today=timezone.localdate(), rights=rights_of(request))


def offer_what_waits() -> None:
    """Floors below know nothing of the dashboard: their lists get its filter here."""
    for model in {kind.model for kind in KINDS}:
        page: Any = admin.site.get_model_admin(model)
        page.list_filter = (*page.list_filter, ForMeFilter)
