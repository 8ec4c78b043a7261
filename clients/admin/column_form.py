"""The form beside a table that somebody brought: what each of its columns becomes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from clients.admin.form_page import select_field, switch_field
from smm_agency.lib.tabular import LAST_HEADER_ROW, DateOrder

ORDERS = [
    ("", gettext_lazy("— say which —")),
    (DateOrder.YMD.value, "2026-11-23"),
    (DateOrder.DMY.value, "23.11.2026"),
    (DateOrder.MDY.value, "11/23/2026"),
    (DateOrder.WORDS.value, "Nov 23, 2026"),
]
MARKS = [
    (".", gettext_lazy("1,250.00: a point begins the decimals")),
    (",", gettext_lazy("1.250,00: a comma begins the decimals")),
]
ENCODINGS = {
    "": gettext_lazy("found out by itself"),
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
}


def order_field() -> Any:
    return select_field(
        gettext_lazy("Dates are written like"), choices=list(ORDERS), required=False
    )


def encoding_field(*codes: str) -> Any:
    choices = [(code, title) for code, title in ENCODINGS.items() if not code or code in codes]
    return select_field(gettext_lazy("Encoding"), choices=choices, required=False)


def header_field() -> Any:
    return forms.IntegerField(
        label=gettext_lazy("The header is row"),
        min_value=1,
        max_value=LAST_HEADER_ROW,
        widget=UnfoldAdminTextInputWidget(),
    )


def skip_bad_field() -> Any:
    return switch_field(
        gettext_lazy("Leave wrong rows out and take the rest"),
        help_text=gettext_lazy("Off: a file with one wrong row is not taken at all."),
    )


class ColumnsForm(forms.Form):
    """`shown`: (column, its first values) of each column of the file."""

    shown: Sequence[tuple[str, Sequence[str]]] = ()

    def add_columns(self, columns: Mapping[str, str], fields: Iterable[tuple[str, str]]) -> None:
        """`columns`: our field → the file's column; `fields`: (our field, its title)."""
        becomes = {column: name for name, column in columns.items()}
        choices = [("", _("left out")), *fields]
        for number, (column, _values) in enumerate(self.shown):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column,
                required=False,
                choices=choices,
                initial=becomes.get(column, ""),
                widget=UnfoldAdminSelectWidget({"aria-label": column}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [name for _number, name in self.chosen(cleaned)]
        for number, name in self.chosen(cleaned):
            if chosen.count(name) > 1:
                self.add_error(f"column_{number}", _("Another column is this already."))
        return cleaned

    def chosen(self, cleaned: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        for number in range(len(self.shown)):
            if name := cleaned.get(f"column_{number}"):
                yield number, name

    def made_columns(self) -> dict[str, str]:
        """Our field → the file's column, as it was sent."""
        return {name: self.shown[number][0] for number, name in self.chosen(self.cleaned_data)}

    def of_file(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def of_columns(self) -> list[tuple[str, Sequence[str], Any]]:
        """(column, its first values, what it becomes): a field to choose, or words."""
        return [
            (column, values, self.becoming(number, column))
            for number, (column, values) in enumerate(self.shown)
        ]

    def becoming(self, number: int, column: str) -> Any:
        return self[f"column_{number}"]
