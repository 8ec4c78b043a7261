"""Figures of a review as texts, for staff and for the client."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.er_words import figures_line, formula_title
from kpi.models import DecisionKind, EffectCheck, Event, FlagKind, Light
from kpi.review_results import Result
from smm_agency.lib.words import as_change, as_count, as_share
from strategy.models import Metric


class FigureLine(NamedTuple):
    month: str
    metric: str
    plan: str
    actual: str
    measured: str
    light: str
    light_label: str
    result: str
    result_label: str
    note: str


def figure_lines(figures: Iterable[Mapping[str, Any]] | None) -> list[FigureLine]:
    return [figure_line(figure) for figure in figures or ()]


def figure_line(figure: Mapping[str, Any]) -> FigureLine:
    words = {Metric.ER.value: as_share, Metric.GROWTH.value: as_change}.get(
        figure["metric"], as_count
    )
    metric = named(Metric(figure["metric"]), figure.get("formula", ""))
    community = figure.get("community")
    return FigureLine(
        date_format(dt.date.fromisoformat(figure["month"]), "F Y"),
        f"{metric} · {community}" if community else metric,
        words(figure["plan"]),
        words(figure["actual"]),
        f"{figure['measured_days']} / {figure['days']}",
        figure["light"],
        str(Light(figure["light"]).label),
        figure.get("result", ""),
        result_label(figure),
        note_of(figure),
    )


def result_label(figure: Mapping[str, Any]) -> str:
    """In words; a review that was closed before has none, and says nothing."""
    label = str(Result(figure.get("result", "")).label)
    if not figure.get("is_quarter"):
        return label
    return _("the quarter: %(result)s") % {"result": label} if label else _("agreed by quarter")


def named(metric: Metric, formula: str) -> str:
    """An engagement rate with the title of its formula."""
    title = formula_title(formula) if metric == Metric.ER else ""
    return f"{metric.label}: {title}" if title else str(metric.label)


def note_of(figure: Mapping[str, Any]) -> str:
    """What an ER was made of; why a month under its target raised no alarm, or that it did."""
    notes = [figures_line(figure), alarm_note(figure)]
    return ". ".join(note for note in notes if note)


def alarm_note(figure: Mapping[str, Any]) -> str:
    if figure.get("alarm"):
        return _("The alarm stood in this month.")
    odds = figure.get("odds")
    if odds is None:
        return ""
    judged = figure.get("judged", figure["actual"])
    told = {
        "actual": as_count(judged),
        "expected": as_count(figure["expected"]),
        "odds": as_share(round(odds, 2)) if odds >= 0.01 else as_share(odds),
    }
    if judged != figure["actual"]:
        return (
            _(
                "%(actual)s of %(expected)s on the days that count; chance alone gives this in"
                " %(odds)s of months."
            )
            % told
        )
    return _("%(actual)s of %(expected)s; chance alone gives this in %(odds)s of months.") % told


def happened_lines(happened: Mapping[str, Any] | None) -> list[str]:
    """Flags with what was decided, then events; for staff only."""
    found = []
    for flag in (happened or {}).get("flags", ()):
        parts = [short(flag["opened_on"]), str(FlagKind(flag["kind"]).label)]
        if flag["metric"]:
            parts.append(str(Metric(flag["metric"]).label))
        if flag["decision"]:
            parts.append(_("decided: %(what)s") % {"what": DecisionKind(flag["decision"]).label})
        if flag["verdict"]:
            parts.append(str(EffectCheck.Verdict(flag["verdict"]).label))
        found.append(" · ".join(parts))
    for event in (happened or {}).get("events", ()):
        kind = str(Event.Kind(event["kind"]).label)
        found.append(f"{short(event['starts_on'])} · {kind}: {event['title']}")
    return found


def short(day: str) -> str:
    return date_format(dt.date.fromisoformat(day))
