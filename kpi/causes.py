"""Likely causes of a flag: facts of the same days, and on whose side each lies.

A cause is a function that looks at many flags at once and says which facts it found for which;
`CAUSES` lists them. Each names its code, its side, and the sentence that people read. A cause is
never proof: it is what else was different, with its numbers.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Side
from kpi import cause_facts
from kpi.cause_facts import Case, Facts
from kpi.models import Flag, FlagCause, FlagKind
from kpi.portal_words import as_change, as_count, as_share


@dataclass(frozen=True)
class Cause:
    code: str
    side: str
    sentence: str | Promise
    find: Callable[[Sequence[Case]], Mapping[int, Facts]]


# In the order in which they are shown; the next floors add theirs here.
CAUSES: tuple[Cause, ...] = (
    Cause(
        "missed_calls",
        Side.CLIENT,
        _(
            "%(share)s of the calls were missed: %(missed)s of %(total)s. Before it was"
            " %(before_share)s."
        ),
        cause_facts.missed_calls,
    ),
    Cause(
        "number_silent",
        "",
        _("The number %(number)s has brought no calls since %(since)s; it used to bring them."),
        cause_facts.number_silent,
    ),
    Cause(
        "materials_overdue",
        Side.CLIENT,
        _("Overdue on the client's side: %(tasks)s (the oldest since %(oldest)s)."),
        cause_facts.materials_overdue,
    ),
    Cause(
        "agency_overdue",
        Side.AGENCY,
        _("Overdue tasks of the agency: %(tasks)s (the oldest since %(oldest)s)."),
        cause_facts.agency_overdue,
    ),
    Cause(
        "fewer_posts",
        Side.AGENCY,
        _("Posts a week: %(posts_week)s, in the 90 days before: %(before_week)s."),
        cause_facts.fewer_posts,
    ),
    Cause(
        "er_fell",
        "",
        _("The engagement rate fell from %(before)s to %(er)s (%(formula)s)."),
        cause_facts.er_fell,
    ),
    Cause(
        "followers_fell",
        "",
        _("The communities lost members: %(net)s of %(start)s."),
        cause_facts.followers_fell,
    ),
)
BY_CODE = {cause.code: cause for cause in CAUSES}


def find_causes(flags: Iterable[Flag]) -> dict[int, list[tuple[Cause, Facts]]]:
    """Flag id → its causes with their facts; a few queries however many flags."""
    cases = [case for flag in flags if (case := case_of(flag))]
    found: dict[int, list[tuple[Cause, Facts]]] = defaultdict(list)
    if not cases:
        return found
    for cause in CAUSES:
        for flag_id, facts in cause.find(cases).items():
            found[flag_id].append((cause, facts))
    return found


def store_causes(flags: Sequence[Flag]) -> None:
    """Write the causes down as they are known now; what was written before stays."""
    owners = {flag.pk: flag.client_id for flag in flags}
    rows = [
        FlagCause(
            client_id=owners[flag_id],
            flag_id=flag_id,
            code=cause.code,
            side=cause.side,
            facts=facts,
        )
        for flag_id, causes in sorted(find_causes(flags).items())
        for cause, facts in causes
    ]
    FlagCause.objects.bulk_create(rows, ignore_conflicts=True)


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
    """The cause as a sentence in the reader's language; its code where nobody knows it any more."""
    known = BY_CODE.get(cause.code)
    if known is None:
        return cause.code
    return str(known.sentence) % _readable(cause.facts)


class Told(dict[str, str]):
    """Facts as texts; one that was not written down then is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def _readable(facts: Mapping[str, Any]) -> Told:
    return Told({name: _as_text(name, value) for name, value in facts.items()})


def _as_text(name: str, value: Any) -> str:
    if name in cause_facts.DATES:
        return date_format(dt.date.fromisoformat(value))
    if name in cause_facts.SHARES:
        return as_share(value)
    if name == "net":
        return as_change(value)
    return as_count(value) if isinstance(value, int | float) else str(value)
