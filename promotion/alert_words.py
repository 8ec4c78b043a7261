"""What an alert says and what to do, in the reader's language, made of the alert's facts."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from promotion.models import AlertKind, BudgetAlert
from smm_agency.lib.words import as_count, as_money, as_share
from strategy.models import Channel


def sentence_of(alert: BudgetAlert) -> str:
    facts: dict[str, Any] = alert.facts
    if alert.kind == AlertKind.STALE:
        return _stale(facts)
    if not _has_sums(facts):
        kind = capfirst(AlertKind(alert.kind).label)
        return _("%(kind)s. The sums are not stored with this alert.") % {"kind": kind}
    if alert.campaign_id is None:
        return _months(facts)
    said = _of_campaign(alert.kind, facts)
    if facts.get("is_exact", True):
        return said
    return said + " " + _("VAT is not stated of some of these sums: they count as told.")


def _has_sums(facts: dict[str, Any]) -> bool:
    """Alerts of older releases may not say what money their sums are."""
    rows = facts.get("channels") or [facts]
    return all("currency" in row for row in rows)


def advice_of(alert: BudgetAlert) -> str:
    """What to do about it."""
    if alert.facts.get("used_pace") and alert.kind == AlertKind.UNDERSPEND:
        return _("Book further placements, or move the money to what works.")
    return {
        AlertKind.UNDERSPEND: _("Raise the daily limit or the bids, or move money to what works."),
        AlertKind.OVERSPEND: _("Lower the daily limit, or have the budget raised with a reason."),
        AlertKind.STOPPED: _(
            "Look into the ad account: moderation, its balance, the dates of the ads."
        ),
        AlertKind.PAUSED_WITH_BUDGET: _(
            "Go on with the campaign, or finish it and free the money."
        ),
        AlertKind.STALE: _("Renew the account's key, or load the newest file of its figures."),
        AlertKind.NO_CALLS: _(
            "Make a test call to the number, look at where the ads lead; else stop them."
        ),
    }[AlertKind(alert.kind)]


def _of_campaign(kind: str, facts: dict[str, Any]) -> str:
    words = _words(facts)
    if kind == AlertKind.STOPPED:
        return _stopped(facts, words)
    if kind == AlertKind.PAUSED_WITH_BUDGET:
        return _("It is paused, and %(left)s of %(budget)s is left.") % words
    if kind == AlertKind.NO_CALLS:
        words["expected"] = as_count(Decimal(facts["expected"]))
        said = _(
            "%(spent)s is spent without a single unique-target call; by the plan %(expected)s"
            " would have come by now: planned calls × spent ÷ budget."
        )
        if facts.get("cost"):
            words["cost"] = _money(facts["cost"], facts["currency"])
            said = _(
                "%(spent)s is spent without a single unique-target call; by the strategy's cost of"
                " a call, %(cost)s, %(expected)s would have come by now: spent ÷ that cost."
            )
        if not facts["number_since"]:
            said += " " + _("No tracking number stands in it: calls may go uncounted.")
        return said % words
    if facts.get("left") is not None and Decimal(facts["left"]) < 0:
        return _("%(spent)s is spent and %(taken)s is booked: more than the budget, %(budget)s."
                 ) % words  # fmt: skip
    if used := facts.get("used_pace"):
        words["pace"] = as_share(Decimal(used))
        return _("Up to %(on)s %(pace)s of the plan is used: (spent + booked) ÷ (budget × elapsed"
                 " share of the days). %(spent)s is spent and %(taken)s is booked of %(budget)s."
                 ) % words  # fmt: skip
    return _("Up to %(on)s the pace is %(pace)s of the plan: spent ÷ (budget × elapsed share of"
             " the days). %(spent)s of %(budget)s is spent.") % words  # fmt: skip


def _stopped(facts: dict[str, Any], words: dict[str, str]) -> str:
    if not facts["last_spend_on"]:
        return _("No spend has been told up to %(on)s, though the campaign runs.") % words
    words["day"] = _day(facts["last_spend_on"])
    return _("The last spend was on %(day)s, though the campaign runs.") % words


def _stale(facts: dict[str, Any]) -> str:
    if not facts["since"]:
        return _("No figures of this account have come yet: nothing is said of its ads.")
    return _("The newest figures of this account are of %(day)s: nothing is said of its ads.") % {
        "day": _day(facts["since"])
    }


def _months(facts: dict[str, Any]) -> str:
    """A sentence for each month, in their order."""
    by_month: dict[str, list[str]] = {}
    for row in facts["channels"]:
        said = _("%(channel)s: %(used)s of %(plan)s") % {
            "channel": Channel(row["channel"]).label,
            "used": _money(row["used"], row["currency"]),
            "plan": _money(row["plan"], row["currency"]),
        }
        by_month.setdefault(row.get("month", facts["month"]), []).append(said)
    sentence = _("More is spent and booked for %(month)s than planned. %(channels)s.")
    return " ".join(
        sentence
        % {
            "month": date_format(dt.date.fromisoformat(month), "F Y"),
            "channels": "; ".join(channels),
        }
        for month, channels in by_month.items()
    )


def _words(facts: dict[str, Any]) -> dict[str, str]:
    pace = facts.get("pace")
    sums = {
        name: _money(facts.get(name), facts["currency"])
        for name in ("budget", "spent", "taken", "left")
    }
    return sums | {"pace": as_share(Decimal(pace) if pace else None), "on": _day(facts["on"])}


def _money(value: str | None, currency: str) -> str:
    return as_money(Decimal(value) if value is not None else None, currency)


def _day(iso: str) -> str:
    return date_format(dt.date.fromisoformat(iso))
