"""The papers of advertising on a placement's page, and what they lack."""

from typing import Any, NamedTuple

from django.contrib.admin import display
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.marking import levy_of, rule_for
from promotion.marking import marking_problems
from promotion.models import Placement
from smm_agency.lib.words import as_money, as_share

# For `fieldsets` of an admin that mixes `ShowsMarking` in.
MARKING_FIELDSET: Any = (
    gettext_lazy("Marking of the advertising"),
    {
        "fields": (
            ("is_ad", "marked_by"),
            ("erid", "ad_operator"),
            ("advertiser", "contract"),
            ("act_number", "act_on"),
            "act_sum",
            "marking_state",
            "marking_levy",
        )
    },
)
MARKING_READONLY = ("marking_state", "marking_levy")


class Told(NamedTuple):
    state: Any
    levy: str


class ShowsMarking:
    """Mixed in before the admin of placements, with `MARKING_READONLY` in `readonly_fields`."""

    @display(description=gettext_lazy("before it goes out"))
    def marking_state(self, placement: Placement | None) -> Any:
        return told_of(placement).state

    @display(description=gettext_lazy("marking levy"))
    def marking_levy(self, placement: Placement | None) -> str:
        return told_of(placement).levy


def told_of(placement: Placement | None) -> Told:
    """Read once: a page asks for its fields several times."""
    if placement is None or placement.pk is None:
        return Told("—", "—")
    found: Told | None = placement.__dict__.get("told_of_marking")
    if found is None:
        found = Told(state_of(placement), levy_words(placement))
        placement.__dict__["told_of_marking"] = found
    return found


def state_of(placement: Placement) -> Any:
    if not placement.is_ad:
        return _("No advertising: nothing is asked.")
    problems = marking_problems(placement, on=placement.stands_on)
    if not problems:
        return _("Nothing is missing: it may go out.")
    rows = format_html_join("", "<li>{}</li>", ((each,) for each in problems))
    return format_html("<ul>{}</ul>", rows)


def levy_words(placement: Placement) -> str:
    """Of the act's sum, else of the price, with the rate that it was counted by."""
    if not placement.is_ad:
        return "—"
    rule = rule_for(placement.client, on=placement.stands_on)
    base = placement.price if placement.act_sum is None else placement.act_sum
    levy = None if base is None else levy_of(rule, base)
    if rule is None or rule.levy_percent is None or base is None or levy is None:
        return "—"
    return _("%(levy)s: %(rate)s of %(sum)s") % {
        "levy": as_money(levy, placement.currency),
        "rate": as_share(rule.levy_percent / 100),
        "sum": as_money(base, placement.currency),
    }
