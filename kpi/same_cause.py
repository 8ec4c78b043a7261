"""One flag for one cause: a fall shows in every count that holds the fallen one.

Leads hold calls, and calls hold the unique-target ones; a client holds its communities. Two
findings are of one cause where one of their counts holds the other, and one of their places too.
One of them leads: the flag is about its target, and the others stand in the flag's evidence.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db.models import Q

from kpi.findings import Finding
from kpi.models import DecisionKind, Flag, FlagKind, FlagState, Light
from strategy.models import KpiTarget, Metric

HOLDS: Mapping[str, Collection[str]] = {
    Metric.CALLS: {Metric.UNIQUE_TARGET_CALLS},
    Metric.LEADS: {Metric.CALLS, Metric.UNIQUE_TARGET_CALLS, Metric.MESSAGES, Metric.FORMS},
}
WHOLE = "all"
COOL_DOWN_DAYS = 14
# After these decisions somebody is at work on the cause: the same flag would only repeat itself.
COOLING_KINDS = (DecisionKind.KEEP, DecisionKind.CLIENT_SIDE)


class Scope(NamedTuple):
    """What is counted (a metric, or the silence of calls), and where: a community's id or all."""

    what: str
    place: str


def scope_of(cause_key: str) -> Scope | None:
    """None of a cause that is no count: stale data, an overdue review."""
    kind, _colon, rest = cause_key.partition(":")
    if kind == "silence":
        return Scope(kind, rest)
    return Scope(*rest.split(":")) if kind == "target" else None


def is_one_cause(one: Scope, other: Scope) -> bool:
    is_count = (
        one.what == other.what
        or other.what in HOLDS.get(one.what, ())
        or one.what in HOLDS.get(other.what, ())
    )
    return is_count and (one.place == other.place or WHOLE in (one.place, other.place))


@dataclass
class Lead:
    """The finding, or the flag that stands already, that speaks for a cause."""

    client_id: int
    kind: str
    cause_key: str
    target_id: int | None
    rule: str
    others: Sequence[dict[str, Any]] = ()
    members: list[Finding] = field(default_factory=list)


def join_findings(findings: Sequence[Finding]) -> list[Finding]:
    """One for each cause. A flag that stands leads; else the primary target's finding, else that
    of the whole client. Two queries at most.
    """
    counted = [finding for finding in findings if scope_of(finding.cause_key)]
    if not counted:
        return list(findings)
    leads = _standing(counted)
    primary = _primary(counted)
    for finding in sorted(counted, key=lambda row: _rank(row, primary)):
        mine = leads[finding.client_id]
        lead = _lead_of(finding, mine)
        if lead is None:
            lead = Lead(
                finding.client_id, finding.kind, finding.cause_key, finding.target_id, finding.rule
            )
            mine.append(lead)
        lead.members.append(finding)
    loose = [finding for finding in findings if not scope_of(finding.cause_key)]
    return [*loose, *(_joined(row) for mine in leads.values() for row in mine if row.members)]


def _rank(finding: Finding, primary: Collection[int]) -> tuple[int, bool, bool, int]:
    is_whole = finding.cause_key.endswith(f":{WHOLE}")
    target_id = finding.target_id or 0
    return finding.client_id, target_id not in primary, not is_whole, target_id


def _primary(findings: Sequence[Finding]) -> set[int]:
    """Nobody needs to lead where each client has one finding."""
    if len({finding.client_id for finding in findings}) == len(findings):
        return set()
    ids = {finding.target_id for finding in findings if finding.target_id}
    return set(KpiTarget.objects.filter(pk__in=ids, is_primary=True).values_list("pk", flat=True))


def _standing(findings: Sequence[Finding]) -> dict[int, list[Lead]]:
    """By client: flags that are not closed, and those that are but whose cause cools down."""
    since = min(finding.day for finding in findings) - dt.timedelta(days=COOL_DOWN_DAYS)
    is_closed = Q(state=FlagState.CLOSED)
    is_cooling = Q(decision__kind__in=COOLING_KINDS, decision__decided_on__gt=since)
    flags = Flag.objects.filter(
        ~is_closed | is_cooling,
        client__in={finding.client_id for finding in findings},
        kind__in=(FlagKind.STRATEGY, FlagKind.DATA),
    )
    columns = ("client_id", "kind", "cause_key", "target_id", "rule", "evidence__others", "state")
    found = sorted(flags.order_by("pk").values_list(*columns), key=lambda row: row[-1] == "closed")
    leads: dict[int, list[Lead]] = defaultdict(list)
    for client_id, kind, cause_key, target_id, rule, others, _state in found:
        lead = Lead(client_id, kind, cause_key, target_id, rule, others or ())
        leads[client_id].append(lead)
    return leads


def _lead_of(finding: Finding, leads: Sequence[Lead]) -> Lead | None:
    """Its own flag before any other; else the oldest one of the cause."""
    for lead in leads:
        if lead.cause_key == finding.cause_key:
            return lead
    mine = scope_of(finding.cause_key)
    for lead in leads:
        scope = scope_of(lead.cause_key)
        if mine and scope and is_one_cause(scope, mine):
            return lead
    return None


def _joined(lead: Lead) -> Finding:
    """What the flag of the cause should say: as grave as the gravest of its findings."""
    own = next((row for row in lead.members if row.cause_key == lead.cause_key), None)
    others = [row for row in lead.members if row is not own]
    gravest = next((row for row in lead.members if row.severity == Light.RED), lead.members[0])
    speaking = own or Finding(
        lead.client_id,
        FlagKind(lead.kind),
        lead.cause_key,
        lead.target_id,
        gravest.severity,
        gravest.day,
        {},
        lead.rule,
    )
    return replace(speaking, severity=gravest.severity, others=_told(lead.others, others))


def _told(before: Sequence[dict[str, Any]], now: Sequence[Finding]) -> list[dict[str, Any]]:
    """The newest of each other count, with the days on which it was seen first and last."""
    told = {row["key"]: row for row in before}
    for finding in now:
        day, facts = finding.day.isoformat(), finding.evidence
        told[finding.cause_key] = {
            "key": finding.cause_key,
            "target": finding.target_id,
            "severity": finding.severity.value,
            "seen_first": told.get(finding.cause_key, {}).get("seen_first", day),
            "seen_last": day,
        } | {name: facts[name] for name in ("first", "last", "actual", "expected") if name in facts}
    return list(told.values())
