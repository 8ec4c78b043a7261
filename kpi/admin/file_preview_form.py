"""The form beside a file's preview: what the file is, and what each of its columns becomes."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.column_form import (
    MARKS,
    ColumnsForm,
    encoding_field,
    header_field,
    order_field,
    skip_bad_field,
)
from clients.admin.form_page import date_field, select_field, switch_field, text_field
from kpi.column_mapping import ENCODINGS, FIELDS, ColumnMap, field_title
from kpi.file_choices import COLUMNS, FileChoices
from kpi.file_recognition import formats_for
from kpi.models import FileImport, FileKind

OF_COLUMNS = ("kind", "order", "mark", "encoding", "header_at", "remember", "for_all")


def optional(label: Any, help_text: Any = "") -> Any:
    return text_field(label, required=False, help_text=help_text)


class PreviewForm(ColumnsForm):
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
    order = order_field()
    mark = select_field(gettext_lazy("Numbers are written like"), choices=MARKS)
    encoding = encoding_field(*ENCODINGS)
    header_at = header_field()
    remember = switch_field(
        gettext_lazy("Remember the columns"),
        help_text=gettext_lazy("They are offered when a file with this header comes again."),
    )
    for_all = switch_field(gettext_lazy("For every client of the agency"))
    skip_bad = skip_bad_field()

    def __init__(self, row: FileImport, user: Any, data: Any = None) -> None:
        self.row = row
        self.choices = FileChoices.from_json(row.choices)
        self.mapping = self.choices.mapping or ColumnMap()
        self.shown = row.preview.get("columns", [])
        super().__init__(data, initial=self.told())
        self.set_choices("format", formats_for(row.profile.network).items())
        if not user.sees_all_clients:
            del self.fields["for_all"]
        if self.choices.format == COLUMNS:
            self.add_columns(self.mapping.columns, self.field_choices())
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

    def field_choices(self) -> list[tuple[str, str]]:
        kind = self.mapping.kind
        return [(name, field_title(kind, name)) for name in FIELDS[kind]]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            message = _("There is no time zone “%(zone)s”; write Europe/Moscow.")
            raise forms.ValidationError(message % {"zone": zone})
        return zone

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
        return ColumnMap(
            cleaned["kind"], self.made_columns(), cleaned["order"], cleaned["mark"], "",
            cleaned["encoding"], cleaned["header_at"],
        )  # fmt: skip

    def becoming(self, number: int, column: str) -> Any:
        if f"column_{number}" in self.fields:
            return self[f"column_{number}"]
        name = self.row.preview.get("becomes", {}).get(column)
        return field_title(self.row.kind, name) if name else ""


def kind_is_days(choices: FileChoices) -> bool:
    from_mapping = choices.mapping is not None and choices.mapping.kind == FileKind.DAYS
    return choices.format in ("meta-page", "youtube-days") or (
        choices.format == COLUMNS and from_mapping
    )
