"""An engagement rate in words: its formula, the numbers that it was made of, what was measured.

A ratio never stands without its formula: "ERR" alone means two things.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kpi.engagement_rate import ErValue
from kpi.formulas import FORMULAS, PART_NAMES
from smm_agency.lib.words import as_count, as_share, coverage_note


def formula_title(code: str) -> str:
    """Empty for a code that is not known (any more)."""
    return str(FORMULAS[code].title) if code in FORMULAS else ""


def formula_line(code: str) -> str:
    """`ER view, engagement by views = likes + … ÷ views of the same posts`; empty if not known."""
    if code not in FORMULAS:
        return ""
    formula = FORMULAS[code]
    return _("%(title)s = %(numerator)s ÷ %(denominator)s") % {
        "title": formula.title,
        "numerator": formula.numerator,
        "denominator": formula.denominator,
    }


def part_names(parts: Iterable[str]) -> str:
    """`likes + comments`: what a network told of the engagement."""
    return " + ".join(str(PART_NAMES.get(part, part)) for part in parts)


def figures_line(facts: Mapping[str, Any]) -> str:
    """`120 (likes + comments) ÷ 3,000 (subscribers × posts)`; empty where nothing was measured.

    Of facts as `ErValue.as_facts` gives them.
    """
    numerator, denominator = facts.get("numerator"), facts.get("denominator")
    formula = FORMULAS.get(facts.get("formula", ""))
    # A median is divided by nothing.
    if formula is None or not formula.over or numerator is None or denominator is None:
        return ""
    over = {"denominator": as_count(denominator), "over": formula.over}
    if formula.is_of_ratios:
        return _("%(numerator)s ÷ %(denominator)s (%(over)s)") % {
            "numerator": as_share(numerator),
            **over,
        }
    return _("%(numerator)s (%(parts)s) ÷ %(denominator)s (%(over)s)") % {
        "numerator": as_count(numerator),
        "parts": part_names(facts.get("parts") or ()),
        **over,
    }


def posts_note(facts: Mapping[str, Any]) -> str:
    return _("%(measured)d of %(posts)d posts measured") % {
        "measured": facts["posts_measured"],
        "posts": facts["posts"],
    }


def lines_of(value: ErValue) -> list[str]:
    """The formula, its numbers, and how much of the posts and of the days is in them."""
    facts = value.as_facts()
    lines = [
        formula_line(value.code),
        figures_line(facts),
        posts_note(facts),
        coverage_note(value.measured_days, value.days),
    ]
    return [line for line in lines if line]
