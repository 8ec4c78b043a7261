"""What was sent for approval is looked at; only a draft is changed."""

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
