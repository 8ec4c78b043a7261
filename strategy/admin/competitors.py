"""Competitors: their pages on networks, and the dated analyses."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted, text_field
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ScopedStacked,
    ScopedTabular,
    allows,
)
from communities.models import OWN_PAGE, Profile
from strategy.competitor_analyses import oldest_fresh_day
from strategy.competitors import add_competitor_page
from strategy.models import Competitor, CompetitorAnalysis, CompetitorProfile

FRESH, STALE, NONE = "fresh", "stale", "none"
AGE_COLOURS = {FRESH: "success", STALE: "warning", NONE: "danger"}


class AnalysisInline(ScopedStacked):
    model = CompetitorAnalysis
    fields = (
        ("analysed_on", "analysed_by", "reply_minutes"), ("strengths", "weaknesses"), "idea",
        ("topics", "tone"), ("offers", "ads"), "design",
    )  # fmt: skip
    tab = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("analysed_by")


class CompetitorProfileForm(ScopedForm):
    """The client's own page is not offered; whoever sends it all the same is told why."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "profile" in self.errors and (own := self._own_page(cleaned)):
            del self.errors["profile"]
            self.add_error("profile", OWN_PAGE % {"page": own.title})
        return cleaned

    def _own_page(self, cleaned: dict[str, Any]) -> Profile | None:
        sent, client_id = self["profile"].value(), self.client_id(cleaned)
        own = Profile.objects.filter(client=client_id, relation=Profile.Relation.OWN)
        return own.filter(pk=sent).first() if str(sent).isdecimal() and client_id else None


class CompetitorProfileInline(ScopedTabular):
    model = CompetitorProfile
    form = CompetitorProfileForm
    fields = ("profile",)
    tab = False


class NewPageForm(forms.Form):
    address = text_field(
        gettext_lazy("Page"),
        max_length=300,
        help_text=gettext_lazy(
            "Its link, such as https://vk.com/club1 or https://t.me/name; @name is Telegram's."
        ),
    )


@admin.register(Competitor)
class CompetitorAdmin(ScopedAdmin):
    ordering = ("client__name", "name")
    list_display = ("name", "client", "kind", "site", "analysis")
    list_filter = (ClientFilter, "kind")
    list_select_related = ("client",)
    search_fields = ("name", "client__name")
    fields = (("client", "name"), ("kind", "site"), "usp")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (AnalysisInline, CompetitorProfileInline)
    actions_detail: tuple[str, ...] = ("add_page",)

    def get_queryset(self, request: HttpRequest) -> Any:
        written = CompetitorAnalysis.objects.written().filter(
            competitor=OuterRef("pk"), analysed_on__lte=timezone.localdate()
        )
        newest = written.order_by("-analysed_on").values("analysed_on")[:1]
        return super().get_queryset(request).annotate(last_analysed=Subquery(newest))

    @column(gettext_lazy("analysis"), ordering="last_analysed", label=AGE_COLOURS)
    def analysis(self, competitor: Any) -> tuple[str, str]:
        """How old the newest written one is, and whether it still counts."""
        if competitor.last_analysed is None:
            return NONE, _("none")
        today = competitor.client.today()
        days = (today - competitor.last_analysed).days
        if competitor.last_analysed >= oldest_fresh_day(on=today):
            return FRESH, ngettext("fresh, %(days)d day", "fresh, %(days)d days", days) % {
                "days": days
            }
        return STALE, ngettext("stale, %(days)d day", "stale, %(days)d days", days) % {"days": days}

    def has_add_page_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return row is None or allows(request, "strategy.add_competitorprofile", row)

    @button(gettext_lazy("Add a page"), path="page", icon="add_link", permissions=["add_page"])
    def add_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        competitor = self.get_object(request, object_id)
        if competitor is None:
            raise Http404
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            link = add_competitor_page(competitor, by=user, **data)
            return _("Added: %(page)s.") % {"page": link.profile}

        return Step(
            self,
            request,
            competitor,
            title=_("Add a page"),
            submit=_("Add the page"),
            explanation=_(
                "The page is measured like the client's own: subscribers daily, posts with their"
                " reactions, as far as its network tells them. What a network does not tell comes"
                " by file."
            ),
            form=NewPageForm(posted(request)),
            do=do,
        ).respond()
