"""The portal's pages of promotion: campaigns, one of them, and the assessments that are shown."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import Model, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from clients.portal_tables import Table, TablesView
from kpi.models import PromotionAssessment
from kpi.portal import PeriodView
from kpi.portal_budget import budget_lines, own_budgets
from kpi.portal_campaign import CampaignPage as Campaign
from kpi.portal_campaign import read_campaign
from kpi.portal_campaigns import (
    Calls,
    all_spent,
    campaign_lines,
    read_calls,
    unattributed_words,
)
from kpi.portal_lists import Row, day_of, objects, read_lists
from kpi.portal_promo_action import read_action
from kpi.portal_promotion_tables import assessment_tables, placement_table
from kpi.promotion_reasons import hanging_line, measure_line, unattributed_line
from kpi.promotion_words import days_title, formula_lines, held_lines, line_of
from strategy.periods import month_of

ASSESSED = (
    "pk", "starts_on", "ends_on", "figures", "verdict", "repeated", "stopped", "changes",
    "finished_at",
)  # fmt: skip


class Promotion(PeriodView):
    template_name = "portal/promotion.html"
    section = "promotion"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        spent = all_spent(self.client)
        calls = read_calls(self.client, self.period)
        month = month_of(self.period.until)
        lists = {"budgets": own_budgets(month), "assessments": shown_assessments()}
        found = read_lists(self.client, lists)
        return context | {
            "campaigns": campaign_lines(self.client, spent, calls),
            "budget": budget_lines(self.client, month, spent, found["budgets"]),
            "unattributed": unattributed_words(calls),
            "assessments": [assessment_of(row) for row in found["assessments"]],
        }


class CampaignPage(TablesView, PeriodView):
    template_name = "portal/campaign.html"
    section = "promotion"

    @cached_property
    def calls(self) -> Calls:
        return read_calls(self.client, self.period)

    @cached_property
    def campaign(self) -> Campaign:
        return read_campaign(self.client, self.kwargs["campaign_id"], self.calls)

    def tables(self) -> list[Table]:
        rows = self.campaign.placement_rows
        return [placement_table(rows, self.kwargs["campaign_id"])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            campaign=self.campaign,
            action=read_action(self.kwargs["campaign_id"]),
            unattributed=unattributed_words(self.calls),
            **kwargs,
        )


class AssessmentPage(TablesView, PeriodView):
    template_name = "portal/promotion_assessment.html"
    section = "promotion"

    @cached_property
    def assessment(self) -> dict[str, Any]:
        rows = PromotionAssessment.objects.filter(client=self.client, is_shown=True)
        row = rows.filter(pk=self.kwargs["assessment_id"]).values(*ASSESSED).first()
        if row is None:
            raise Http404
        return dict(row)

    @cached_property
    def words(self) -> dict[str, Any]:
        return words_of(self.assessment["figures"])

    def tables(self) -> list[Table]:
        figures = self.assessment["figures"]
        return assessment_tables(figures, self.words["whole"]) if self.words else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(assessment=self.assessment, **self.words, **kwargs)


def shown_assessments() -> QuerySet[Model, Any]:
    rows = PromotionAssessment.objects.filter(client=OuterRef("pk"), is_shown=True)
    names = ("pk", "starts_on", "ends_on", "verdict")
    return objects(rows.order_by("-ends_on", "-pk"), **{name: name for name in names})


def assessment_of(row: Row) -> Row:
    return row | {name: day_of(row[name]) for name in ("starts_on", "ends_on")}


def words_of(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures as they stood when it was finished; {} of one without any."""
    if not figures.get("whole"):
        return {}
    return {
        "days": days_title(figures),
        "whole": replace(line_of(figures["whole"], figures), title=_("in all")),
        "held": held_lines(figures),
        "measure": measure_line(figures),
        "formulas": formula_lines(),
        "hanging": hanging_line(figures),
        "unattributed": unattributed_line(figures),
    }
