"""What the agency is paid is shown to directors, and to whom they gave the right to see it."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.http import HttpRequest

from clients.admin.scoped import allows, client_id_of, rights_of

SEE_FEES = "clients.see_fees"


def may_see_fees(request: HttpRequest, row: Any) -> bool:
    """Of the row's client; of a new row, whose client is not chosen yet: of any client at all."""
    if client_id_of(row) is not None:
        return allows(request, SEE_FEES, row)
    clients = rights_of(request).clients_with(SEE_FEES)
    return clients is None or bool(clients)


def shown_fee(request: HttpRequest, name: str = "fee") -> models.Case | models.F:
    """The sum of rows of several clients; NULL where the person may not see it."""
    clients = rights_of(request).clients_with(SEE_FEES)
    if clients is None:
        return models.F(name)
    return models.Case(models.When(client__in=clients, then=models.F(name)))


class HidesFees:
    """A page or an inline with money of the agreement in `fee_fields`, shown by `fee_columns`.

    Mixed in before the page's own class. What is not shown is no part of the form, so that
    nothing that is sent changes or empties it.
    """

    fee_fields: Sequence[str] = ("fee",)
    fee_columns: Sequence[str] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        parent: Any = super()
        fields = parent.get_fields(request, obj)
        return fields if may_see_fees(request, obj) else without(fields, self.fee_fields)

    def get_list_display(self, request: HttpRequest) -> Any:
        parent: Any = super()
        columns = parent.get_list_display(request)
        return columns if may_see_fees(request, None) else without(columns, self.fee_columns)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A list narrowed by a sum would tell it; only who sees all of them narrows by it."""
        parent: Any = super()
        if lookup.split("__")[0] in self.fee_fields:
            return rights_of(request).clients_with(SEE_FEES) is None
        return bool(parent.lookup_allowed(lookup, value, request))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Of a new row: its client was chosen together with the sum."""
        parent: Any = super()
        if not change and not may_see_fees(request, obj):
            for name in self.fee_fields:
                setattr(obj, name, None)
        parent.save_model(request, obj, form, change)


def without(fields: Sequence[Any], hidden: Sequence[str]) -> list[Any]:
    """The fields as Django takes them, alone or in rows, but for the hidden ones."""
    rows = [row if isinstance(row, str) else [one for one in row if one not in hidden]
            for row in fields]  # fmt: skip
    return [row for row in rows if row and row not in hidden]
