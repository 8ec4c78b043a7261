"""Flags: opened once per cause, kept up to date, closed when what they said is over.

All by a few set-based statements, safe when two evaluations run at once: the partial unique index
lets one of them open a flag, and the other finds it.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Block, Client, NoticeKind, Role, TeamMember, User
from clients.rights import may
from clients.team import at_work
from clients.todo import add_task
from kpi.diagnosis.causes import store_causes
from kpi.findings import Finding, Outcome
from kpi.freshness import is_due
from kpi.models import Evaluation, Flag, FlagKind, FlagState, Light
from kpi.reopened import reopen_lately_closed, without_task
from kpi.same_cause import COOL_DOWN_DAYS, COOLING_KINDS, join_findings
from kpi.subjects import Subject

GREEN_DAYS = 14
# Of two weeks of which little was measured, or expected, green says little.
LEAST_GREEN_DAYS = 7
TASK_DAYS = 3

OPEN_FLAGS = """
INSERT INTO kpi_flag (client_id, kind, cause_key, target_id, severity, state, opened_on,
    last_seen_on, rule, evidence)
SELECT client_id, kind, cause_key, target_id, severity, 'open', day, day, rule, evidence::jsonb
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::date[], %s::text[],
    %s::text[]) AS found (client_id, kind, cause_key, target_id, severity, day, rule, evidence)
ON CONFLICT (client_id, cause_key) WHERE NOT (state = 'closed') DO NOTHING
RETURNING id
"""
# Severity only rises, and only while nobody has decided; what the flag opened with stays.
REFRESH_FLAGS = """
UPDATE kpi_flag SET
    last_seen_on = greatest(last_seen_on, found.day),
    severity = CASE WHEN found.severity = 'red' AND state IN ('open', 'acknowledged')
        THEN 'red' ELSE kpi_flag.severity END,
    evidence = kpi_flag.evidence || found.evidence::jsonb
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::date[], %s::text[],
    %s::text[]) AS found (client_id, kind, cause_key, target_id, severity, day, rule, evidence)
WHERE kpi_flag.client_id = found.client_id AND kpi_flag.cause_key = found.cause_key
    AND kpi_flag.state <> 'closed' AND kpi_flag.last_seen_on <= found.day
"""


def follow_up(outcomes: Sequence[Outcome], *, at: dt.datetime) -> tuple[int, int]:
    """Open, refresh and close flags after an evaluation; how many opened, how many closed."""
    findings = join_findings([*_strategy_findings(outcomes), *_data_findings(outcomes)])
    opened = open_or_refresh(findings)
    closed = close_fresh(outcomes, at=at) + close_green(outcomes, at=at)
    return len(opened), closed


def _strategy_findings(outcomes: Iterable[Outcome]) -> list[Finding]:
    return [
        Finding(
            outcome.subject.client_id,
            FlagKind.STRATEGY,
            outcome.subject.cause_key,
            outcome.subject.target_id,
            outcome.verdict.light,
            outcome.subject.today,
            outcome.evidence() | ({"series": outcome.series} if outcome.series else {}),
            rule=outcome.verdict.rule,
        )
        for outcome in outcomes
        if outcome.is_alarm and outcome.stale is None
    ]


def _data_findings(outcomes: Iterable[Outcome]) -> list[Finding]:
    """One for each source of a client, however many targets wait for it; one for a silence."""
    found: dict[tuple[int, str], Finding] = {}
    for outcome in outcomes:
        subject, stale = outcome.subject, outcome.stale
        if outcome.is_silent:
            finding = _silence(outcome)
            found.setdefault(finding.key, finding)
        if stale is None or not is_due(subject, stale) or subject.ends_on < subject.today:
            continue
        finding = Finding(
            subject.client_id,
            FlagKind.DATA,
            stale.cause_key,
            None,
            Light.AMBER,
            subject.today,
            {"reason": stale.code, **outcome.evidence()},
        )
        found.setdefault(finding.key, finding)
    return list(found.values())


def _silence(outcome: Outcome) -> Finding:
    subject = outcome.subject
    return Finding(
        subject.client_id,
        FlagKind.DATA,
        silence_key(subject),
        subject.target_id,
        Light.AMBER,
        subject.today,
        {"reason": "silence", **outcome.evidence(), "series": outcome.series},
        rule="silence",
    )


def silence_key(subject: Subject) -> str:
    """One silence for all counts of calls of a place."""
    return f"silence:{subject.community_id or 'all'}"


@transaction.atomic
def open_or_refresh(findings: Sequence[Finding]) -> list[Flag]:
    """The flags that were opened now; those that stand already are kept up to date."""
    ordered = sorted(findings, key=lambda finding: finding.key)
    if not ordered:
        return []
    with connection.cursor() as cursor:
        again = reopen_lately_closed(ordered)
        cursor.execute(REFRESH_FLAGS, _columns(ordered, _newest))
        cooling = cooling_down(ordered)
        # Without evidence of its own a finding only keeps a flag that stands up to date.
        fresh = [row for row in ordered if row.evidence and row.key not in cooling]
        cursor.execute(OPEN_FLAGS, _columns(fresh, _opening))
        ids = [row[0] for row in cursor.fetchall()]
    flags = list(Flag.objects.filter(pk__in=ids).order_by("pk")) if ids else []
    store_causes(flags)
    add_flag_tasks([*flags, *without_task(again)])
    return flags


def _columns(findings: Sequence[Finding], evidence: Any) -> list[list[Any]]:
    rows = [
        (
            finding.client_id,
            finding.kind.value,
            finding.cause_key,
            finding.target_id,
            finding.severity.value,
            finding.day,
            finding.rule,
            json.dumps(evidence(finding)),
        )
        for finding in findings
    ]
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * 8


def _opening(finding: Finding) -> dict[str, Any]:
    return {"opened": finding.evidence} | _others(finding)


def _newest(finding: Finding) -> dict[str, Any]:
    """Where only others of the cause were seen, what is known of the flag's own count stays."""
    if not finding.evidence:
        return _others(finding)
    return {"newest": finding.evidence | {"day": finding.day.isoformat()}} | _others(finding)


def _others(finding: Finding) -> dict[str, Any]:
    return {"others": list(finding.others)} if finding.others else {}


def cooling_down(findings: Sequence[Finding]) -> set[tuple[int, str]]:
    """The causes about which it was decided a moment ago that the strategy stays."""
    days = {finding.key: finding.day for finding in findings}
    decided = Flag.objects.filter(
        client__in={finding.client_id for finding in findings},
        cause_key__in={finding.cause_key for finding in findings},
        decision__kind__in=COOLING_KINDS,
        decision__decided_on__gt=min(days.values()) - dt.timedelta(days=COOL_DOWN_DAYS),
    ).values_list("client_id", "cause_key", "decision__decided_on")
    return {
        (client_id, cause_key)
        for client_id, cause_key, decided_on in decided
        if (client_id, cause_key) in days
        and (days[client_id, cause_key] - decided_on).days < COOL_DOWN_DAYS
    }


def close_fresh(outcomes: Sequence[Outcome], *, at: dt.datetime) -> int:
    """Close the data flags of sources that all targets of the client find fresh again, and of
    silences that are over or explained.
    """
    stale = {
        (outcome.subject.client_id, outcome.stale.cause_key)
        for outcome in outcomes
        if outcome.stale
    }
    # Where nothing can be said, nothing is over: stale data end no silence.
    stale |= {
        (outcome.subject.client_id, silence_key(outcome.subject))
        for outcome in outcomes
        if outcome.verdict.reason == "silence"
        or (outcome.stale and outcome.stale.source == "calls")
    }
    clients = {outcome.subject.client_id for outcome in outcomes}
    # Flags that stand are few: looking at all of them is cheaper than naming every client.
    standing = Flag.objects.filter(kind=FlagKind.DATA).exclude(state=FlagState.CLOSED)
    standing = standing.exclude(cause_key__startswith="failed:")
    over = [
        pk
        for pk, client_id, cause_key in standing.values_list("pk", "client_id", "cause_key")
        if client_id in clients and (client_id, cause_key) not in stale
    ]
    return close_flags(over, why="fresh", at=at)


def close_green(outcomes: Sequence[Outcome], *, at: dt.datetime) -> int:
    """Close live strategy flags whose target was green for two weeks running."""
    green = {
        (outcome.subject.client_id, outcome.subject.cause_key): outcome.subject
        for outcome in outcomes
        if outcome.verdict.light == Light.GREEN
        and outcome.verdict.evidence.get("measured_lately", GREEN_DAYS) >= LEAST_GREEN_DAYS
    }
    if not green:
        return 0
    live = Flag.objects.live().filter(kind=FlagKind.STRATEGY)
    waiting = {
        pk: green[client_id, cause_key]
        for pk, client_id, cause_key, seen in live.values_list(
            "pk", "client_id", "cause_key", "last_seen_on"
        )
        if (client_id, cause_key) in green
        and (green[client_id, cause_key].today - seen).days >= GREEN_DAYS
    }
    broken = _not_green({subject.target_id for subject in waiting.values()}, green.values())
    over = [pk for pk, subject in waiting.items() if subject.target_id not in broken]
    return close_flags(over, why="green", at=at)


def _not_green(targets: Collection[int], subjects: Iterable[Any]) -> set[int]:
    """Of these targets, those that had another light than green within the two weeks."""
    if not targets:
        return set()
    days = {s.target_id: s.day for s in subjects if s.target_id in targets}
    since = min(days.values()) - dt.timedelta(days=GREEN_DAYS)
    rows = Evaluation.objects.filter(target__in=targets, day__gt=since).exclude(light=Light.GREEN)
    return {
        target_id
        for target_id, day in rows.values_list("target_id", "day")
        if day > days[target_id] - dt.timedelta(days=GREEN_DAYS)
    }


def close_flags(ids: Collection[int], *, why: str, at: dt.datetime) -> int:
    """Close flags by themselves; `why` is kept with the evidence as a code."""
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpi_flag SET state = 'closed', closed_at = %s,"
            " evidence = evidence || jsonb_build_object('closed', %s::text)"
            " WHERE id = ANY(%s) AND state <> 'closed'",
            [at, why, list(ids)],
        )
        return int(cursor.rowcount)


def add_flag_tasks(flags: Sequence[Flag]) -> None:
    """Each account manager of the client looks at the flag within three days.

    Written in the transaction of the flag: both are there or neither.
    """
    if not flags:
        return
    clients = Client.objects.in_bulk([flag.client_id for flag in flags])
    managers = TeamMember.objects.filter(
        client__in=clients, role=Role.ACCOUNT_MANAGER, user__is_active=True
    ).select_related("user")
    for flag in flags:
        today = (
            member
            for member in managers
            if member.client_id == flag.client_id and _is_in_team(member, on=flag.opened_on)
        )
        owners: dict[User | None, None] = {member.user: None for member in at_work(today)}
        for owner in owners or [None]:
            add_task(
                clients[flag.client_id],
                title=task_title(flag),
                block=Block.STRATEGY if flag.kind == FlagKind.STRATEGY else "",
                owner=owner,
                due_on=flag.opened_on + dt.timedelta(days=TASK_DAYS),
                origin=flag,
                kind=NoticeKind.FLAGS,
            )


def _is_in_team(member: TeamMember, *, on: dt.date) -> bool:
    return member.starts_on <= on and (member.ends_on is None or member.ends_on >= on)


def task_title(flag: Flag) -> str:
    if flag.rule == "silence":
        return _("No calls for long: dial the number and write down whether it works")
    if flag.rule == "failed":
        if flag.cause_key.startswith("failed:"):
            return _("A job of the night failed: tell whoever runs the program")
        return _("The evaluation failed: tell whoever runs the program")
    if flag.kind == FlagKind.DATA:
        return _("Data are stale: bring them up to date")
    if flag.kind == FlagKind.PROCESS:
        return _("The KPI review is overdue: hold it and close it")
    return _("Flag of %(day)s: decide whether the strategy is corrected") % {
        "day": date_format(flag.opened_on)
    }


@transaction.atomic
def acknowledge(flag: Flag, *, by: User, at: dt.datetime | None = None) -> Flag:
    """Somebody has seen the flag and will decide. Raises ValidationError when it cannot be."""
    seen = Flag.objects.visible_to(by).filter(pk=flag.pk, state=FlagState.OPEN)
    note = {"by": by.pk, "at": (at or timezone.now()).isoformat()}
    locked = seen.select_for_update().first()
    if locked is None and by.has_perm("kpi.change_flag"):
        raise ValidationError(_("This flag is not open any more."))
    if locked is None or not may(by, "kpi.change_flag", client=locked.client_id):
        raise ValidationError(_("You may not acknowledge flags; ask the account manager."))
    locked.state = FlagState.ACKNOWLEDGED
    locked.evidence["acknowledged"] = note
    locked.save(update_fields=["state", "evidence"])
    return locked
