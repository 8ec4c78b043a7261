"""Competitors: their pages on networks, and the dated analyses."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from clients.admin.columns import column
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedStacked, ScopedTabular
from strategy.models import Competitor, CompetitorAnalysis, CompetitorProfile


class AnalysisInline(ScopedStacked):
    model = CompetitorAnalysis
    fields = (
        ("analysed_on", "analysed_by", "reply_minutes"), ("strengths", "weaknesses"), "idea",
        ("topics", "tone"), ("offers", "ads"), "design",
    )  # fmt: skip
    tab = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("analysed_by")


class CompetitorProfileInline(ScopedTabular):
    model = CompetitorProfile
    fields = ("profile",)
    tab = False


@admin.register(Competitor)
class CompetitorAdmin(ScopedAdmin):
    ordering = ("client__name", "name")
    list_display = ("name", "client", "kind", "site", "last_analysed")
    list_filter = (ClientFilter, "kind")
    list_select_related = ("client",)
    search_fields = ("name", "client__name")
    fields = (("client", "name"), ("kind", "site"), "usp")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (AnalysisInline, CompetitorProfileInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(last_analysed=Max("analyses__analysed_on"))

    @column(gettext_lazy("last analysed"), ordering="last_analysed")
    def last_analysed(self, competitor: Any) -> Any:
        return competitor.last_analysed
