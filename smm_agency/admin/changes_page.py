"""Who changed what of a client: the page of its history, filtered and in pages."""

import datetime as dt
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import site
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import date_field, select_field
from clients.admin.scoped import rights_of
from clients.models import ChangeEntry, Client, User
from smm_agency.change_kinds import kept, of_kinds, seen_kinds
from smm_agency.change_words import (
    FieldChange,
    changes_of,
    field_name,
    kind_name,
    names_of_rows,
    who_of,
)

PER_PAGE = 50
PROGRAM = "program"


class Line(NamedTuple):
    at: dt.datetime
    who: str
    kind: str
    row: str
    url: str
    action: str
    fields: list[FieldChange]


class ChangesForm(forms.Form):
    """What to look for. Fields are offered when one kind of rows is chosen."""

    person = select_field(gettext_lazy("Person"), required=False)
    kind = select_field(gettext_lazy("What"), required=False)
    field = select_field(
        gettext_lazy("Field"),
        required=False,
        help_text=gettext_lazy("Choose what first: then its fields are offered."),
    )
    first = date_field(gettext_lazy("First day"), required=False)
    last = date_field(gettext_lazy("Last day"), required=False)

    def __init__(self, people: dict[str, str], kinds: dict[str, Any], data: Any) -> None:
        super().__init__(data)
        named = sorted(((key, kind_name(model, key)) for key, model in kinds.items()), key=by_name)
        model = kinds.get(str(data.get("kind", "")))
        fields = [(name, field_name(model, name)) for name in kept(model)] if model else []
        self.offer("person", [(PROGRAM, _("the program")), *people.items()])
        self.offer("kind", named)
        self.offer("field", sorted(fields, key=by_name))

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("All")), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return cleaned


def by_name(choice: tuple[str, str]) -> str:
    return choice[1].lower()


def found(client: Client, kinds: dict[str, Any], asked: dict[str, Any]) -> QuerySet[Any, Any]:
    rows = ChangeEntry.objects.filter(client=client)
    chosen = {asked["kind"]: kinds[asked["kind"]]} if asked.get("kind") else kinds
    rows = rows.filter(of_kinds(chosen))
    if person := asked.get("person"):
        rows = rows.filter(actor=None if person == PROGRAM else person)
    if name := asked.get("field"):
        rows = rows.filter(changes__has_key=name)
    if first := asked.get("first"):
        rows = rows.filter(timestamp__gte=midnight(client, first))
    if last := asked.get("last"):
        rows = rows.filter(timestamp__lt=midnight(client, last + dt.timedelta(days=1)))
    gone = ChangeEntry.objects.filter(
        client=client, action=ChangeEntry.Action.DELETE,
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"),
    )  # fmt: skip
    told: QuerySet[Any, Any] = rows.annotate(is_gone=Exists(gone))
    return told.select_related("actor", "content_type")


def midnight(client: Client, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), client.zone)


def people_of(client: Client) -> dict[str, str]:
    """Who has ever changed something of this client's."""
    rows = ChangeEntry.objects.filter(client=client, actor=OuterRef("pk"))
    people = User.objects.filter(Exists(rows)).order_by("last_name", "first_name", "username")
    return {str(person.pk): str(person) for person in people}


def lines_of(entries: list[Any], *, sees_fees: bool) -> list[Line]:
    names = names_of_rows(entries)
    return [_line(entry, list(changes_of(entry, names, sees_fees=sees_fees))) for entry in entries]


def _line(entry: Any, fields: list[FieldChange]) -> Line:
    model = entry.content_type.model_class()
    return Line(
        at=entry.timestamp,
        who=who_of(str(entry.actor) if entry.actor else "", entry.source),
        kind=kind_name(model, entry.content_type.model),
        row=entry.object_repr,
        url="" if entry.is_gone else row_url(model, entry),
        action=ACTIONS[entry.action](),
        fields=fields,
    )


ACTIONS = {
    0: lambda: _("added"),
    1: lambda: _("changed"),
    2: lambda: _("deleted"),
    3: lambda: _("looked at"),
}


def row_url(model: Any, entry: Any) -> str:
    """The row's page; of what stands on the client's page, that page."""
    if model in site._registry:
        meta = model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[entry.object_id])
    inlines = {inline.model for inline in site._registry[Client].inlines}
    if model in inlines:
        return reverse("admin:clients_client_change", args=[entry.client_id])
    return ""


def changes_page(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    rights = rights_of(request)
    kinds = seen_kinds(rights, client)
    form = ChangesForm(people_of(client), kinds, request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    pages = Paginator(found(client, kinds, asked), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    sees_fees = rights.allows("clients.see_fees", client_id=client.pk)
    with timezone.override(client.zone):
        lines = lines_of(list(page.object_list), sees_fees=sees_fees) if form.is_valid() else []
    query = {key: value for key, value in request.GET.items() if value and key != "page"}
    return TemplateResponse(
        request,
        "admin/client/changes.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("History of changes"),
            "subtitle": str(client),
            "opts": model_admin.opts,
            "client": client,
            "form": form,
            "lines": lines,
            "page": page,
            "pages": [
                (number, f"?{urlencode({**query, 'page': number})}") for number in around(page)
            ],
            "is_filtered": bool(query),
            "back": reverse("admin:clients_client_overview", args=[client.pk]),
        },
    )


def around(page: Any) -> list[int]:
    """The first page, the last, and those beside the open one."""
    last = page.paginator.num_pages
    return sorted({1, last, *range(max(1, page.number - 2), min(last, page.number + 2) + 1)})
