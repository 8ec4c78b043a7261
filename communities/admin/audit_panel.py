"""What stands beside an audit: its score by section, before and after, what it still lacks."""

from typing import Any

from communities.audit_changes import compare
from communities.audit_scores import FORMULA, section_totals, total_of
from communities.audits import names_of, what_lacks
from communities.models import Audit
from smm_agency.lib.words import as_change, as_share


def panel_of(audit: Audit) -> dict[str, Any]:
    rows = list(audit.scores.all())
    whole = total_of(rows)
    return {
        "audit": audit,
        "formula": FORMULA,
        "whole": whole,
        "share": as_share(whole.share),
        "sections": [
            (each.section.label, each.total, as_share(each.total.share))
            for each in section_totals(rows)
        ],
        "lacks": what_lacks(audit) if audit.is_open else [],
        "comparison": comparison_of(audit, rows),
        "redesign": getattr(audit, "redesign", None),
    }


def comparison_of(audit: Audit, rows: list[Any]) -> dict[str, Any] | None:
    """Against the audit that it repeats; None for a first one."""
    if audit.previous is None:
        return None
    told = compare(list(audit.previous.scores.all()), rows)
    return {
        "previous": audit.previous,
        "judged": len(told.judged),
        "before": as_share(told.before.share),
        "after": as_share(told.after.share),
        "sections": [
            (each.section.label, as_share(each.before.share), as_share(each.after.share),
             as_change(each.after.points - each.before.points))
            for each in told.sections
        ],
        "moved": [*told.better, *told.worse],
        "came": names_of(told.came),
        "went": names_of(told.went),
    }  # fmt: skip
