"""Flags that wait for somebody, with cause and age, and the last decisions with their effect."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from clients.models import Side
from kpi.diagnosis.causes import describe_cause
from kpi.flag_sentence import sentence_of
from kpi.models import (
    Decision,
    DecisionKind,
    EffectCheck,
    Flag,
    FlagCause,
    FlagKind,
    FlagState,
)
from kpi.portal_effect import describe_effect
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.dashboard.flags import flag_of
from smm_agency.lib.rows_at_once import Found, day_of, listed, row_of
from strategy.models import Metric

DECISIONS_SHOWN = 5


class FlagLine(NamedTuple):
    subject: str
    severity: str
    sentence: str
    causes: list[str]
    side: str
    state: str
    age_days: int
    url: str


class DecisionLine(NamedTuple):
    decided_on: dt.date | None
    kind: str
    about: str
    reason: str
    by: str
    effect: str
    is_published: bool
    url: str


class Corrections(NamedTuple):
    """`decisions` is None for who may not see them."""

    flags: list[FlagLine]
    decisions: list[DecisionLine] | None


def ask(scope: Scope) -> dict[str, Any]:
    wanted = {}
    if scope.sees("kpi.flag"):
        wanted["flags"] = _flags(scope)
    if scope.sees("kpi.decision"):
        wanted["decisions"] = _decisions(scope)
    return wanted


def _flags(scope: Scope) -> Any:
    causes = FlagCause.objects.filter(flag=OuterRef("pk")).order_by("pk")
    rows = Flag.objects.live().filter(client=scope.client).order_by("opened_on", "pk")
    return listed(
        rows, "id", "kind", "rule", "severity", "state", "opened_on", "side",
        metric="target__metric", newest="evidence__newest", opened="evidence__opened",
        causes=listed(causes, "code", "sentence_en", "sentence_ru", "facts"),
    )  # fmt: skip


def _decisions(scope: Scope) -> Any:
    checks = EffectCheck.objects.filter(decision=OuterRef("pk"), checked_at__isnull=False)
    rows = Decision.objects.filter(client=scope.client).annotate(
        newest_effect=Subquery(checks.order_by("-due_on").values("effect")[:1])
    )
    return listed(
        rows.order_by("-decided_on", "-pk")[:DECISIONS_SHOWN],
        "id", "kind", "reason", "decided_on", "check_on", "is_published", "newest_effect",
        metric="flag__target__metric", first_name="decided_by__first_name",
        last_name="decided_by__last_name", username="decided_by__username",
    )  # fmt: skip


def show(scope: Scope, found: Found) -> Section | None:
    if "flags" not in found:
        return None
    decisions = found.get("decisions")
    told = None if decisions is None else [_decision(scope, row) for row in decisions]
    return Section(
        "flags", _("Flags and decisions"),
        Corrections([_flag(scope, row) for row in found["flags"]], told),
        links=[
            Link(_("All flags"), scope.list_url("kpi.flag")),
            Link(_("All decisions"), scope.list_url("kpi.decision")),
        ],
    )  # fmt: skip


def _flag(scope: Scope, row: Found) -> FlagLine:
    opened_on = day_of(row["opened_on"]) or scope.today
    return FlagLine(
        subject=_subject(row["kind"], row["metric"]),
        severity=row["severity"],
        sentence=sentence_of(flag_of(row)),
        causes=[describe_cause(row_of(FlagCause, cause)) for cause in row["causes"]],
        side=str(Side(row["side"]).label) if row["side"] else "",
        state=str(FlagState(row["state"]).label),
        age_days=(scope.today - opened_on).days,
        url=scope.row_url("kpi.flag", row["id"]),
    )


def _subject(kind: str, metric: str | None) -> str:
    """What a flag is about, in two or three words."""
    if kind == FlagKind.DATA or metric is None:
        return str(FlagKind(kind).label)
    return str(Metric(metric).label)


def _decision(scope: Scope, row: Found) -> DecisionLine:
    check_on = dt.date.fromisoformat(row["check_on"])
    # Nothing was changed where the data were wrong: there is no effect to tell of.
    is_error = row["kind"] == DecisionKind.DATA_ERROR
    effect = "" if is_error else describe_effect(row["newest_effect"], check_on=check_on)
    name = f"{row['first_name']} {row['last_name']}".strip()
    return DecisionLine(
        decided_on=day_of(row["decided_on"]),
        kind=str(DecisionKind(row["kind"]).label),
        about=str(Metric(row["metric"]).label) if row["metric"] else "",
        reason=row["reason"],
        by=name or row["username"],
        effect=effect,
        is_published=row["is_published"],
        url=scope.row_url("kpi.decision", row["id"]),
    )
