"""What made a version of the strategy necessary: the flags that were decided so, the reviews."""

from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.flag_sentence import sentence_of
from kpi.models import Decision, Flag, KpiReview
from strategy.models import StrategyVersion


class Cause(NamedTuple):
    row: Flag | KpiReview
    words: str


def causes_of(version: StrategyVersion) -> list[Cause]:
    """Flags in the order of their decisions, then reviews."""
    decisions = Decision.objects.filter(next_version=version).order_by("decided_on", "pk")
    related = ("flag__client", "flag__target__community__profile")
    flags = [Cause(row.flag, _of_flag(row)) for row in decisions.select_related(*related)]
    reviews = KpiReview.objects.filter(next_version=version).order_by("ends_on", "pk")
    return flags + [Cause(row, _of_review(row)) for row in reviews.select_related("client")]


def _of_flag(decision: Decision) -> str:
    return _("Flag of %(day)s: %(words)s") % {
        "day": date_format(decision.flag.opened_on), "words": sentence_of(decision.flag),
    }  # fmt: skip


def _of_review(review: KpiReview) -> str:
    return _("KPI review of %(first)s – %(last)s") % {
        "first": date_format(review.starts_on), "last": date_format(review.ends_on),
    }  # fmt: skip
