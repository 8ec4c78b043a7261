"""Likely causes of a flag: what else was different on its days, where that is corrected, by whom.

Rules that are data say when facts count as a cause. A cause is never proof: it is a fact with its
numbers, and the sentence that was said with it stays as it was said.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kpi.diagnosis.case import Case, Facts
from kpi.diagnosis.conditions import holds
from kpi.diagnosis.reference import RULES
from kpi.diagnosis.sources import KINDS, SOURCES, Kind
from kpi.models import CauseRule, Flag, FlagCause, FlagKind
from smm_agency.lib.words import as_change, as_count, as_share

# Sentences of causes that were stored before the sentences were.
FIRST_SENTENCES = {rule.code: (rule.sentence_en, rule.sentence_ru) for rule in RULES}


def find_causes(flags: Iterable[Flag]) -> dict[int, list[tuple[CauseRule, Facts]]]:
    """Flag id → its causes with their facts, in the order of the rules; a few queries in all."""
    cases = [case for flag in flags if (case := case_of(flag))]
    found: dict[int, list[tuple[CauseRule, Facts]]] = defaultdict(list)
    if not cases:
        return found
    rules = [rule for rule in CauseRule.objects.filter(is_active=True) if rule.fact in SOURCES]
    facts = {code: SOURCES[code].look_up(cases) for code in {rule.fact for rule in rules}}
    for rule in rules:
        for flag_id, told in facts[rule.fact].items():
            if holds(rule.conditions, told):
                found[flag_id].append((rule, _said_in(rule, told)))
    return found


def _said_in(rule: CauseRule, facts: Facts) -> Facts:
    """What the rule judged and what its sentences name; the rest of the facts is not its matter."""
    words = f"{rule.sentence_en} {rule.sentence_ru}"
    asked = {word for condition in rule.conditions for word in _names(condition)}
    named = {name for name in facts if f"%({name})s" in words}
    return {name: facts[name] for name in facts if name in asked | named | {"block", "side"}}


def _names(condition: Sequence[Any]) -> list[str]:
    fact, _comparison, value = condition[:3]
    limits = value if isinstance(value, list) else [value]
    return [fact, *(limit for limit in limits if isinstance(limit, str))]


def store_causes(flags: Sequence[Flag]) -> None:
    """Write the causes and the diagnosis down as they are known now; what stood before stays.

    The cause that says what is to be corrected is written, and shown, first.
    """
    by_id = {flag.pk: flag for flag in flags}
    found = find_causes(flags)
    rows = [
        _row(by_id[flag_id], rule, facts)
        for flag_id, causes in sorted(found.items())
        for rule, facts in _leading_first(causes)
    ]
    FlagCause.objects.bulk_create(rows, ignore_conflicts=True)
    _store_diagnosis(by_id, rows)


def _leading_first(causes: Sequence[tuple[CauseRule, Facts]]) -> list[tuple[CauseRule, Facts]]:
    """In the order of the rules, but for the one that leads."""
    block = next((rule.code for rule, _facts in causes if rule.block), "")
    lead = next((rule.code for rule, _facts in causes if _may_lead(rule, block)), "")
    return sorted(causes, key=lambda cause: cause[0].code != lead)


def _may_lead(rule: CauseRule, first_with_block: str) -> bool:
    """A rule without a block of its own stands back behind one that has it and that it does not
    explain: an overdue task is no reason why the funnel broke.
    """
    if rule.block or not first_with_block:
        return True
    return first_with_block in rule.explains


def _row(flag: Flag, rule: CauseRule, facts: Facts) -> FlagCause:
    return FlagCause(
        client_id=flag.client_id,
        flag=flag,
        code=rule.code,
        block=rule.block or facts.get("block", ""),
        side=rule.side or facts.get("side", ""),
        sentence_en=rule.sentence_en,
        sentence_ru=rule.sentence_ru,
        facts=facts,
    )


def _store_diagnosis(flags: Mapping[int, Flag], causes: Iterable[FlagCause]) -> None:
    """The first cause that names a block or a side says what is to be corrected, and by whom."""
    changed = []
    for cause in causes:
        flag = flags[cause.flag_id]
        if not (flag.block or flag.side) and (cause.block or cause.side):
            flag.block, flag.side = cause.block, cause.side
            changed.append(flag)
    if changed:
        Flag.objects.bulk_update(changed, ["block", "side"])


def case_of(flag: Flag) -> Case | None:
    """The days that a strategy flag speaks of; a data flag has no causes but its data."""
    opened = flag.evidence.get("opened", {})
    if flag.kind != FlagKind.STRATEGY or "first" not in opened:
        return None
    parts = flag.cause_key.split(":")
    place = parts[2]
    return Case(
        flag_id=flag.pk,
        client_id=flag.client_id,
        community_id=None if place == "all" else int(place),
        metric=parts[1],
        first=dt.date.fromisoformat(opened["first"]),
        last=dt.date.fromisoformat(opened["last"]),
        on=flag.opened_on,
    )


def describe_cause(cause: FlagCause) -> str:
    """The cause as it was said, in the reader's language; its code where it was never said."""
    first_en, first_ru = FIRST_SENTENCES.get(cause.code, ("", ""))
    if (get_language() or "").startswith("ru"):
        sentence = cause.sentence_ru or first_ru
    else:
        sentence = cause.sentence_en or first_en
    return sentence % _readable(cause.facts) if sentence else cause.code


class Told(dict[str, str]):
    """Facts as texts; one that was not written down then is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def _readable(facts: Mapping[str, Any]) -> Told:
    return Told({name: _as_text(KINDS.get(name), value) for name, value in facts.items()})


def _as_text(kind: Kind | None, value: Any) -> str:
    if value is None:
        return "—"
    if kind is Kind.DAY:
        return date_format(dt.date.fromisoformat(value))
    if kind is Kind.SHARE:
        return as_share(value)
    if kind is Kind.CHANGE:
        return as_change(value)
    return as_count(value) if isinstance(value, int | float) else str(value)


def diagnosis_of(flag: Flag) -> str:
    """ "Community management — the agency's side. …": the first cause that says where, and why."""
    cause = next((cause for cause in flag.causes.all() if cause.block or cause.side), None)
    if cause is None:
        return "—"
    where = str(cause.get_block_display()) or _("No block of the agreed work")
    whose = str(cause.get_side_display()) or _("nobody's in particular")
    told = {"where": where, "side": whose, "why": describe_cause(cause)}
    return _("%(where)s (whose side: %(side)s). %(why)s") % told
