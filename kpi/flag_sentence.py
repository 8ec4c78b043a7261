"""What a flag says, in one plain sentence made of its evidence; the figures stand under it."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Community
from kpi.diagnosis.causes import describe_cause, diagnosis_of
from kpi.er_chart import STOOD_SHARE
from kpi.er_words import formula_title
from kpi.models import Flag, FlagKind
from kpi.same_cause import scope_of
from smm_agency.lib.words import as_count, as_share
from strategy.metric_words import write_value
from strategy.models import Metric

DAYS_A_MONTH, DAYS_A_YEAR = 30.4, 365.25


def sentence_of(flag: Flag) -> str:
    """By what the flag knows now: while it stands, its newest evidence is shown first."""
    facts = flag.evidence.get("newest") or flag.evidence.get("opened") or {}
    if flag.kind == FlagKind.PROCESS:
        return review_sentence(facts)
    if flag.rule == "silence":
        return silence_sentence(facts)
    if flag.rule == "failed":
        return failure_sentence(facts)
    if flag.kind == FlagKind.DATA:
        return stale_sentence(facts)
    if flag.rule == "er_chart":
        return er_sentence(facts)
    metric = flag.target.metric if flag.target else ""
    return fall_sentence(facts, metric)


def evidence_of(flag: Flag) -> list[str]:
    """The flag for whoever works on it elsewhere: its day and sentence, the diagnosis, the causes,
    and where else it shows.
    """
    told = {"day": date_format(flag.opened_on), "sentence": sentence_of(flag)}
    lines = [_("Flag of %(day)s. %(sentence)s") % told]
    causes = [describe_cause(cause) for cause in flag.causes.all()]
    if flag.block or flag.side:
        lines.append(_("To be corrected: %(what)s") % {"what": diagnosis_of(flag)})
    if causes:
        lines.append(_("Likely causes: %(causes)s") % {"causes": " ".join(causes)})
    return lines + others_of(flag)


def others_of(flag: Flag) -> list[str]:
    """Of each other count in which the same cause was seen: what it says, and where."""
    told = flag.evidence.get("others", ())
    scopes = [scope_of(other["key"]) for other in told]
    ids = [int(scope.place) for scope in scopes if scope and scope.place.isdecimal()]
    names = {
        str(row.pk): str(row)
        for row in Community.objects.filter(pk__in=ids).select_related("profile")
    }
    said = []
    for other, scope in zip(told, scopes, strict=True):
        if scope is None:
            continue
        if scope.what == "silence":
            sentence = silence_sentence(other)
        else:
            sentence = fall_sentence(other, scope.what)
        place = names.get(scope.place, _("all communities together"))
        said.append(f"{place}: {sentence}")
    return said


def fall_sentence(facts: Mapping[str, Any], metric: str) -> str:
    """ "Calls: in 6 weeks 14 were expected, 5 came; by chance this happens less than once in …"."""
    if facts.get("actual") is None or facts.get("expected") is None or "first" not in facts:
        return _("This is far below what was agreed.")
    name = name_of(metric, facts)
    words = partial(write_value, metric)
    told = {
        "metric": name[:1].upper() + name[1:],
        "period": length_of(days_of(facts)),
        "expected": words(round(facts["expected"], 3 if metric == Metric.ER else 0)),
        "actual": words(facts["actual"]),
    }
    if metric == Metric.ER:
        told["expected"] = words(facts["expected"])
        return _("%(metric)s: %(expected)s was agreed, in %(period)s it was %(actual)s.") % told
    said = _("%(metric)s: in %(period)s %(expected)s were expected, %(actual)s came") % told
    if "run_length_days" not in facts:
        return f"{said}."
    rarity = {"length": rarity_of(facts["run_length_days"])}
    return said + "; " + _("by chance this happens less than once in %(length)s.") % rarity


def name_of(metric: str, facts: Mapping[str, Any]) -> str:
    """What came or did not; an engagement rate with the title of its formula."""
    title = formula_title(facts.get("formula", ""))
    if metric == Metric.ER and title:
        return _("engagement rate (%(formula)s)") % {"formula": title}
    return str(Metric(metric).label) if metric in Metric.values else ""


def er_sentence(facts: Mapping[str, Any]) -> str:
    """What it was, what it is, and whether the competitors' fell as well."""
    told = {
        "posts": facts["chart_posts"],
        "now": as_share(facts["median_now"]),
        "before": as_share(facts["median_before"]),
    }
    if facts.get("market_before") is None:
        return (
            _(
                "The median ER of the last %(posts)d posts is %(now)s, in the six months before it"
                " was %(before)s; the competitors posted too little to compare with."
            )
            % told
        )
    if facts["market_now"] >= STOOD_SHARE * facts["market_before"]:
        return (
            _(
                "The median ER of the last %(posts)d posts is %(now)s, in the six months before it"
                " was %(before)s; the competitors' did not fall."
            )
            % told
        )
    return _(
        "The median ER of the last %(posts)d posts is %(now)s, in the six months before it"
        " was %(before)s; the competitors' fell less, from %(market_before)s to %(market_now)s."
    ) % (told | {name: as_share(facts[name]) for name in ("market_before", "market_now")})


def silence_sentence(facts: Mapping[str, Any]) -> str:
    if "first" not in facts:
        return _("No calls have come for longer than chance explains: make a test call.")
    return _(
        "No calls since %(day)s, though %(expected)s were expected: make a test call to find out"
        " whether the number works."
    ) % {
        "day": full_day(facts["first"]),
        "expected": as_count(round(facts["expected"])),
    }


def failure_sentence(facts: Mapping[str, Any]) -> str:
    said = {
        "effects": _("The check whether a decision helped failed; it is made once it is mended."),
        "reviews": _("The KPI review of this client could not be made."),
        "reports": _("The monthly report of this client could not be made."),
        "late_reviews": _("Whether the KPI review of this client is late could not be found out."),
        "test_calls": _("The test call of the month could not be asked for."),
    }.get(facts.get("job", ""))
    return said or _(
        "The evaluation of this client failed: nothing can be judged until it is mended."
    )


def stale_sentence(facts: Mapping[str, Any]) -> str:
    until = facts.get("known_until")
    if until is None:
        return _("There are no data yet: nothing can be judged.")
    return _(
        "The data end on %(day)s: nothing can be judged until they are brought up to date."
    ) % {"day": full_day(until)}


def review_sentence(facts: Mapping[str, Any]) -> str:
    due_on = facts.get("due_on")
    if due_on is None:
        return _("The work is late.")
    return _("The KPI review was due on %(day)s and is not closed.") % {"day": full_day(due_on)}


def full_day(day: str) -> str:
    """`1 March 2026`, of an ISO date."""
    return date_format(dt.date.fromisoformat(day), "j E Y")


def days_of(facts: Mapping[str, Any]) -> int:
    first, last = (dt.date.fromisoformat(facts[name]) for name in ("first", "last"))
    return (last - first).days + 1


def length_of(days: int) -> str:
    """Up to three weeks in days, then in weeks."""
    if days <= 21:
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    weeks = round(days / 7)
    return ngettext("%(weeks)d week", "%(weeks)d weeks", weeks) % {"weeks": weeks}


def rarity_of(days: float) -> str:
    """Rounded down, so that nothing is called rarer than it is."""
    years = int(days / DAYS_A_YEAR)
    if years >= 2:
        return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    months = max(1, int(days / DAYS_A_MONTH))
    return ngettext("%(months)d month", "%(months)d months", months) % {"months": months}
