"""Test calls that were made: looked at here, written down on the page of the number."""

from django.contrib import admin

from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin
from kpi.models import TestCall


@admin.register(TestCall)
class TestCallAdmin(ReadOnly, ScopedAdmin):
    list_display = ("called_at", "client", "number", "result", "called_by", "note")
    list_filter = (ClientFilter, "result")
    list_select_related = ("client", "number", "called_by")
    fields = (("client", "number"), ("called_at", "called_by"), "result", "note")
