"""Export of what a person sees, with cells that no spreadsheet runs."""

from typing import Any

from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats import base_formats
from unfold.contrib.import_export.forms import ExportForm

from clients.admin.contractors import is_contractor_alone
from smm_agency.lib.tabular.writing import plain_text


class SafeField(Field):
    """A column whose text no spreadsheet runs."""

    def export(self, instance: Any, **kwargs: Any) -> Any:
        value = super().export(instance, **kwargs)
        return plain_text(value) if isinstance(value, str) else value


class ScopedExport(ExportMixin):  # type: ignore[type-arg] # of any model
    """Exports the list as it is filtered; whoever may not look may not export."""

    export_form_class = ExportForm
    formats = [base_formats.CSV, base_formats.XLSX]

    def has_export_permission(self, request: HttpRequest) -> bool:
        page: Any = self
        return bool(page.has_view_permission(request)) and not is_contractor_alone(request)

    def get_valid_export_item_pks(self, request: HttpRequest) -> Any:
        page: Any = self
        return page.get_queryset(request).values_list("pk", flat=True)
