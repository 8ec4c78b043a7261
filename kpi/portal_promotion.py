"""The portal's pages of promotion: campaigns, one of them, and the assessments that are shown."""

from typing import Any

from django.db.models import Model, OuterRef, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from kpi.models import PromotionAssessment
from kpi.portal import MonthView
from kpi.portal_budget import budget_lines, own_budgets
from kpi.portal_campaign import read_campaign
from kpi.portal_campaigns import all_spent, campaign_lines, read_calls, unattributed_words
from kpi.portal_lists import Row, day_of, objects, read_lists
from kpi.portal_promo_action import read_action
from kpi.promotion_reasons import BY_TITLES, hanging_line, measure_line, unattributed_line
from kpi.promotion_words import COLUMNS, days_title, formula_lines, held_lines, line_of, lines_of

ASSESSED = (
    "pk", "starts_on", "ends_on", "figures", "verdict", "repeated", "stopped", "changes",
    "finished_at",
)  # fmt: skip


class Promotion(MonthView):
    template_name = "portal/promotion.html"
    section = "promotion"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        spent = all_spent(self.client)
        calls = read_calls(self.client, self.month)
        lists = {"budgets": own_budgets(self.month.first), "assessments": shown_assessments()}
        found = read_lists(self.client, lists)
        return context | {
            "campaigns": campaign_lines(self.client, spent, calls),
            "budget": budget_lines(self.client, self.month.first, spent, found["budgets"]),
            "unattributed": unattributed_words(calls),
            "assessments": [assessment_of(row) for row in found["assessments"]],
        }


class CampaignPage(MonthView):
    template_name = "portal/campaign.html"
    section = "promotion"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        calls = read_calls(self.client, self.month)
        campaign_id = self.kwargs["campaign_id"]
        return context | {
            "campaign": read_campaign(self.client, campaign_id, calls),
            "action": read_action(campaign_id),
            "unattributed": unattributed_words(calls),
        }


class AssessmentPage(MonthView):
    template_name = "portal/promotion_assessment.html"
    section = "promotion"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = PromotionAssessment.objects.filter(client=self.client, is_shown=True)
        row = rows.filter(pk=self.kwargs["assessment_id"]).values(*ASSESSED).first()
        if row is None:
            raise Http404
        return context | {"assessment": row, **words_of(row["figures"])}


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
    tables = [
        (str(BY_TITLES[by]), lines_of(rows, figures)) for by, rows in figures["by"].items() if rows
    ]
    return {
        "days": days_title(figures),
        "whole": line_of(figures["whole"] | {"title": _("in all")}, figures),
        "tables": tables,
        "columns": COLUMNS,
        "held": held_lines(figures),
        "measure": measure_line(figures),
        "formulas": formula_lines(),
        "hanging": hanging_line(figures),
        "unattributed": unattributed_line(figures),
    }
