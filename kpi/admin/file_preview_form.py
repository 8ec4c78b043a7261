"""The form beside a file's preview: what the file is, and what each of its columns becomes."""

import zoneinfo
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from clients.admin.form_page import date_field, select_field, switch_field, text_field
from kpi.column_mapping import ENCODINGS, FIELDS, LAST_HEADER_ROW, ColumnMap, field_title
from kpi.file_choices import COLUMNS, FileChoices
from kpi.file_recognition import formats_for
from kpi.models import FileImport, FileKind
from smm_agency.lib.tabular import DateOrder

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
ENCODING_TITLES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
}
OF_COLUMNS = ("kind", "order", "mark", "encoding", "header_at", "remember", "for_all")


def optional(label: Any, help_text: Any = "") -> Any:
    return text_field(label, required=False, help_text=help_text)


class PreviewForm(forms.Form):
    format = select_field(gettext_lazy("What the file is"))
    page = optional(
        gettext_lazy("Page in the file"),
        gettext_lazy("Only where the file holds several pages: its name as it stands there."),
    )
    zone = optional(
        gettext_lazy("Time zone of the times"),
        gettext_lazy("Empty: the client's; of posts from Meta, America/Los_Angeles."),
    )
    read_on = date_field(
        gettext_lazy("Figures are as of"),
        required=False,
        help_text=gettext_lazy("Of posts: the day of the export. Empty: the newest post's day."),
    )
    kind = select_field(gettext_lazy("A row is"), choices=[
        (FileKind.DAYS.value, gettext_lazy("a day of the page")),
        (FileKind.POSTS.value, gettext_lazy("a post")),
    ])  # fmt: skip
    order = select_field(gettext_lazy("Dates are written like"), choices=ORDERS, required=False)
    mark = select_field(gettext_lazy("Numbers are written like"), choices=MARKS)
    encoding = select_field(gettext_lazy("Encoding"), required=False)
    header_at = forms.IntegerField(
        label=gettext_lazy("The header is row"),
        min_value=1,
        max_value=LAST_HEADER_ROW,
        widget=UnfoldAdminTextInputWidget(),
    )
    remember = switch_field(
        gettext_lazy("Remember the columns"),
        help_text=gettext_lazy("They are offered when a file with this header comes again."),
    )
    for_all = switch_field(gettext_lazy("For every client of the agency"))
    skip_bad = switch_field(
        gettext_lazy("Leave wrong rows out and take the rest"),
        help_text=gettext_lazy("Off: a file with one wrong row is not taken at all."),
    )

    def __init__(self, row: FileImport, user: Any, data: Any = None) -> None:
        self.row = row
        self.choices = FileChoices.from_json(row.choices)
        self.mapping = self.choices.mapping or ColumnMap()
        self.columns = [name for name, _examples in row.preview.get("columns", [])]
        super().__init__(data, initial=self.told())
        self.set_choices("format", formats_for(row.profile.network).items())
        titles = [("", _("found out by itself")), *((x, ENCODING_TITLES[x]) for x in ENCODINGS)]
        self.set_choices("encoding", titles)
        if not user.sees_all_clients:
            del self.fields["for_all"]
        if self.choices.format == COLUMNS:
            self.add_columns()
        else:
            for name in OF_COLUMNS:
                self.fields.pop(name, None)
        if kind_is_days(self.choices):
            del self.fields["read_on"]

    def told(self) -> dict[str, Any]:
        mapping = self.mapping
        return {
            "format": self.choices.format, "page": self.choices.page, "zone": self.choices.zone,
            "read_on": self.choices.read_on, "skip_bad": self.choices.skip_bad,
            "kind": mapping.kind, "order": mapping.order, "mark": mapping.mark,
            "encoding": mapping.encoding, "header_at": mapping.header_at, "remember": True,
        }  # fmt: skip

    def set_choices(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)

    def add_columns(self) -> None:
        becomes = {column: name for name, column in self.mapping.columns.items()}
        choices = [("", _("left out")), *self.field_choices()]
        for number, column in enumerate(self.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column,
                required=False,
                choices=choices,
                initial=becomes.get(column, ""),
                widget=UnfoldAdminSelectWidget({"aria-label": column}),
            )

    def field_choices(self) -> list[tuple[str, str]]:
        kind = self.mapping.kind
        return [(name, field_title(kind, name)) for name in FIELDS[kind]]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            message = _("There is no time zone “%(zone)s”; write Europe/Moscow.")
            raise forms.ValidationError(message % {"zone": zone})
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [name for _number, name in self.chosen(cleaned)]
        for number, name in self.chosen(cleaned):
            if chosen.count(name) > 1:
                self.add_error(f"column_{number}", _("Another column is this already."))
        return cleaned

    def chosen(self, cleaned: dict[str, Any]) -> Iterator[tuple[int, str]]:
        for number in range(len(self.columns)):
            if name := cleaned.get(f"column_{number}"):
                yield number, name

    def made_choices(self) -> FileChoices:
        """What was sent; where a row is something else now, its columns are proposed anew."""
        cleaned = self.cleaned_data
        return FileChoices(
            cleaned["format"],
            cleaned["zone"],
            cleaned["page"].strip(),
            cleaned.get("read_on"),
            cleaned["skip_bad"],
            self.made_mapping() if cleaned["format"] == COLUMNS else None,
        )

    def start(self) -> ColumnMap:
        """What is said of the table beside its columns."""
        told = {name: self.cleaned_data.get(name) for name in ("kind", "encoding", "header_at")}
        said = {name: value for name, value in told.items() if value}
        mark = self.cleaned_data.get("mark") or "."
        return ColumnMap(**{"kind": self.row.kind or FileKind.DAYS.value, "mark": mark, **said})

    def made_mapping(self) -> ColumnMap | None:
        """None where the columns have yet to be proposed: of another format, kind or header."""
        cleaned = self.cleaned_data
        same = all(
            cleaned.get(name) == getattr(self.mapping, name)
            for name in ("kind", "encoding", "header_at")
        )
        if self.choices.format != COLUMNS or not same:
            return None
        columns = {name: self.columns[number] for number, name in self.chosen(cleaned)}
        return ColumnMap(
            cleaned["kind"], columns, cleaned["order"], cleaned["mark"], "",
            cleaned["encoding"], cleaned["header_at"],
        )  # fmt: skip

    def of_file(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def of_columns(self) -> list[tuple[str, list[str], Any]]:
        """(column, its first values, what it becomes): a field to choose, or words."""
        becomes = self.row.preview.get("becomes", {})
        return [
            (column, examples, self.becoming(number, becomes.get(column)))
            for number, (column, examples) in enumerate(self.row.preview.get("columns", []))
        ]

    def becoming(self, number: int, name: str | None) -> Any:
        if f"column_{number}" in self.fields:
            return self[f"column_{number}"]
        return field_title(self.row.kind, name) if name else ""


def kind_is_days(choices: FileChoices) -> bool:
    from_mapping = choices.mapping is not None and choices.mapping.kind == FileKind.DAYS
    return choices.format in ("meta-page", "youtube-days") or (
        choices.format == COLUMNS and from_mapping
    )
