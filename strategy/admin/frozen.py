"""Rows of a version: changed in a draft only, and pointing at rows of their own version only."""

from typing import Any

from django.http import HttpRequest

from strategy.models import StrategyVersion, VersionState


def version_of(row: Any) -> Any:
    """The version that a row of a strategy hangs on."""
    return row if isinstance(row, StrategyVersion) else row.version


class Frozen:
    def is_open(self, request: HttpRequest, obj: Any) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        return row is None or version_of(row).state == VersionState.DRAFT

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        # Only inlines are asked about a parent.
        allowed = parent.has_add_permission(request, *([obj] if obj is not None else []))
        return bool(allowed and self.is_open(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(parent.has_change_permission(request, obj) and self.is_open(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(parent.has_delete_permission(request, obj) and self.is_open(request, obj))


class FrozenInline(Frozen):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super(Frozen, self)
        return bool(parent.has_add_permission(request, obj) and self.is_open(request, obj))


class OfOneVersion:
    """Offers, of rows that stand in versions, those of the version that the page is about."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        parent: Any = super()
        model = db_field.remote_field.model
        version_id = getattr(request, "page_version_id", None)
        if version_id and any(field.name == "version" for field in model._meta.concrete_fields):
            kwargs["queryset"] = model.objects.filter(version=version_id)
        return parent.formfield_for_foreignkey(db_field, request, **kwargs)


class NamesItsVersion:
    """A page whose fields and inlines are `OfOneVersion`: says which version that is."""

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        parent: Any = super()
        request.page_version_id = version_of(obj).pk if obj else None  # type: ignore[attr-defined] # read above
        return parent.get_form(request, obj, **kwargs)
