"""Short codes of what a client is asked: staff type one, and arrive at the row."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from clients.admin.scoped import allows
from kpi.portal_needs import Source, named_by


def code_page(request: HttpRequest, code: str) -> HttpResponse:
    """To the row's page; a sentence where it is no code, or of nothing that the person may see."""
    try:
        source, number = named_by(code)
    except ValueError:
        refusal = _("“%(code)s” is no code: a character is missing or wrong. Ask for it again.")
        return refused(request, refusal % {"code": code[:20]}, status=404)
    row = row_of(request, source, number)
    if row is None:
        refusal = _("Nothing with the code %(code)s is among the clients whose team you are in.")
        return refused(request, refusal % {"code": code[:20]}, status=404)
    return redirect(page_of(source, row.pk))


def refused(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Code"), "words": words}
    return TemplateResponse(request, "admin/code.html", context, status=status)


def row_of(request: HttpRequest, source: Source, number: int) -> Any:
    """The row, where it is of a client of the person's, and the person may see such rows there."""
    model: Any = source.model
    row = model._default_manager.visible_to(request.user).filter(pk=number).first()
    right = f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}"
    return row if row is not None and allows(request, right, row) else None


def page_of(source: Source, number: int) -> str:
    meta = source.model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[number])


def search(request: HttpRequest) -> HttpResponse:
    """The admin's search: the row of a code stands above what the words find.

    Some ordinary words are codes too. Not by the search's own callback, whose answers stay in the
    cache when rights have changed.
    """
    found: HttpResponse = admin.site.search(request)  # type: ignore[attr-defined] # Unfold's
    named = result_of(request)
    if named is None or not isinstance(found, TemplateResponse) or found.context_data is None:
        return found
    page = found.context_data["results"]
    if page.number == 1:
        page.object_list = [named, *page.object_list]
    return found


def result_of(request: HttpRequest) -> SearchResult | None:
    try:
        source, number = named_by(request.GET.get("s", ""))
    except ValueError:
        return None
    row = row_of(request, source, number)
    if row is None:
        return None
    return SearchResult(str(row), str(source.what), page_of(source, row.pk), "tag")
