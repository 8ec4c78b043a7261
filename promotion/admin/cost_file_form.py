"""The forms of a file of costs: what is uploaded for whom, and how it is read."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.column_form import (
    MARKS,
    ColumnsForm,
    encoding_field,
    header_field,
    order_field,
    skip_bad_field,
)
from clients.admin.form_page import (
    date_field,
    posted,
    select_field,
    switch_field,
    table_file_field,
    text_field,
)
from clients.admin.scoped import allowed_rows, visible_rows
from clients.models import Client
from clients.rights import clients_where
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_table import LIMITS
from promotion.cost_file_words import ADS, COSTS, NAMES, PLACEMENTS, TITLES
from promotion.models import (
    EARNED,
    AdAccount,
    Campaign,
    CostFile,
    CostFileKind,
    CostKind,
    FactSlot,
    Vat,
)
from smm_agency.lib.tabular import read_amount
from smm_agency.lib.tabular.errors import TableError

ADD = "promotion.add_costfile"
REFUSE = ("", gettext_lazy("such rows are wrong"))
DELIMITERS = [
    ("", gettext_lazy("found out by itself")),
    (",", gettext_lazy("comma")),
    (";", gettext_lazy("semicolon")),
    ("\t", gettext_lazy("tab")),
]
# What is asked beside the columns, by what a row is.
ONLY_OF = {
    "first": ADS, "last": ADS, "slot": PLACEMENTS, "cost_kind": COSTS, "vat": COSTS,
    "vat_rate": COSTS,
}  # fmt: skip


class OwnedChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # of any model
    """Rows of several clients: each says whose it is."""

    def label_from_instance(self, row: Any) -> str:
        return f"{row.client} · {row}"


def owned_field(label: Any, help_text: Any) -> Any:
    return OwnedChoice(
        Client.objects.none(), label=label, required=False, widget=UnfoldAdminSelectWidget(),
        help_text=help_text,
    )  # fmt: skip


class UploadForm(forms.Form):
    kind = select_field(gettext_lazy("What it holds"), choices=CostFileKind.choices)
    account = owned_field(
        gettext_lazy("Ad account"), gettext_lazy("Of figures of an ad account only.")
    )
    campaign = owned_field(
        gettext_lazy("Campaign"),
        gettext_lazy("Of placements and costs; empty: each row says which campaign it is of."),
    )
    client = forms.ModelChoiceField(
        Client.objects.none(),
        label=gettext_lazy("Client"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("Where neither an account nor a campaign says it."),
    )
    file = table_file_field(
        gettext_lazy("File"),
        most_bytes=lambda: LIMITS.size,
        help_text=gettext_lazy(
            "CSV or XLSX: an export of Meta Ads Manager, VK Реклама or Yandex Direct, or a table of"
            " your own."
        ),
    )

    def __init__(self, request: HttpRequest) -> None:
        asked = {
            name: value
            for name in ("kind", "account", "campaign", "client")
            if (value := request.GET.get(name, ""))
        }
        super().__init__(posted(request), request.FILES or None, initial=asked)
        self.set_rows("client", clients_where(request.user, ADD))
        for name, model in (("account", AdAccount), ("campaign", Campaign)):
            rows = allowed_rows(request, visible_rows(model, request.user), ADD)
            self.set_rows(name, rows.select_related("client"))

    def set_rows(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_ads = cleaned.get("kind") == ADS
        if is_ads and not cleaned.get("account") and "account" not in self.errors:
            self.add_error("account", _("Choose the account whose figures these are."))
        cleaned["campaign" if is_ads else "account"] = None
        owner = cleaned.get("account") or cleaned.get("campaign")
        if owner is not None and cleaned.get("client") not in (None, owner.client):
            self.add_error("client", _("This belongs to another client."))
        cleaned["client"] = owner.client if owner is not None else cleaned.get("client")
        if cleaned["client"] is None and not self.errors:
            self.add_error("client", _("Choose whose costs these are."))
        return cleaned


class CostForm(ColumnsForm):
    """What the file says, and which of its columns is which."""

    order = order_field()
    mark = select_field(
        gettext_lazy("Numbers are written like"),
        choices=[("", gettext_lazy("found out by itself")), *MARKS],
        required=False,
    )
    first = date_field(gettext_lazy("First day of rows that hold no day"), required=False)
    last = date_field(gettext_lazy("Last day of rows that hold no day"), required=False)
    slot = select_field(
        gettext_lazy("Hours after the publication of rows that say none"),
        choices=[REFUSE, *FactSlot.choices],
        required=False,
    )
    cost_kind = select_field(
        gettext_lazy("Kind of rows that name none"),
        choices=[REFUSE, *CostKind.choices],
        required=False,
    )
    vat = select_field(gettext_lazy("VAT of the sums"), choices=Vat.choices, required=False)
    vat_rate = text_field(gettext_lazy("VAT rate, %"), required=False)
    sheet = select_field(gettext_lazy("Sheet of the workbook"), required=False)
    encoding = encoding_field("utf-8", "utf-16", "cp1251")
    delimiter = select_field(
        gettext_lazy("Columns are parted by"), choices=DELIMITERS, required=False
    )
    header_at = header_field()
    remember = switch_field(
        gettext_lazy("Remember the columns"),
        help_text=gettext_lazy("They are offered when a file with this header comes again."),
    )
    skip_bad = skip_bad_field()

    def __init__(self, row: CostFile, choices: CostChoices, data: Any = None) -> None:
        self.choices = choices
        self.shown = row.preview.get("columns", [])
        super().__init__(data, initial={**choices.to_json(), "remember": True})
        for name, kind in ONLY_OF.items():
            if row.kind != kind:
                del self.fields[name]
        self.set_sheets(row.preview.get("sheets", []))
        self.add_columns(choices.columns, self.titles(row.kind))

    def leave_out_earned(self) -> None:
        field: Any = self.fields["cost_kind"]
        field.choices = [each for each in field.choices if each[0] not in EARNED]

    def set_sheets(self, names: list[str]) -> None:
        field: Any = self.fields["sheet"]
        if len(names) < 2 and not self.choices.sheet:
            del self.fields["sheet"]
            return
        field.choices = [("", _("the first")), *((name, name) for name in names)]

    def titles(self, kind: str) -> Iterable[tuple[str, str]]:
        return [(name, str(TITLES[name])) for name in NAMES[kind]]

    def clean_vat_rate(self) -> str:
        text: str = self.cleaned_data["vat_rate"].strip().replace(",", ".")
        try:
            rate = read_amount(text, mark=".", row=1, field="vat_rate")
        except TableError:
            raise ValidationError(_("Write a rate such as 20.")) from None
        if rate is not None and not 0 < rate <= 50:
            raise ValidationError(_("Write a rate such as 20."))
        return f"{rate:f}" if rate is not None else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if bool(first) != bool(last):
            self.add_error("last", _("Give both days, or neither."))
        elif first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return cleaned

    def made_choices(self) -> CostChoices:
        told: dict[str, Any] = {**self.choices.to_json()}
        for name in told:
            if name in self.fields:
                value = self.cleaned_data[name]
                told[name] = value.isoformat() if hasattr(value, "isoformat") else value
        for name in ("first", "last"):
            told[name] = told[name] or ""
        made = self.made_columns()
        # In the order of our fields, so that the same choices have the same digest.
        names = [name for name in TITLES if name in made]
        return CostChoices(**{**told, "columns": {name: made[name] for name in names}})
