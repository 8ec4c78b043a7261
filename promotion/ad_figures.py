"""What ads cost and brought, written by days: from the network, from a file, or typed in.

One statement inserts, changes what really differs and writes the replaced values to
`AdFigureCorrection`. What a reading does not tell (None) leaves the measured value. What the
network told is replaced by the network only: a file or a hand fills its gaps. What the network
told of a day before its end grows until it has ended: that is no correction.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models.client import check_currency
from promotion.ad_objects import ids_of, take_objects
from promotion.models import AdAccount, AdFigure
from promotion.networks.readings import ReadFigure

__all__ = ["COUNTERS", "Taken", "take_figures", "take_objects"]

COUNTS = ("impressions", "reach", "clicks", "joins", "messages", "results")
COUNTERS = ("spend", *COUNTS)
# What the columns hold.
LARGEST_SPEND, LARGEST_COUNT = 10**12, 2**31 - 1
# How many stretches of days a refusal names.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows by what became of them. `kept`: a file says otherwise than the network, which stays."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        sums = (getattr(self, each.name) + getattr(other, each.name) for each in fields(Taken))
        return Taken(*sums)


def take_figures(
    account: AdAccount,
    figures: Iterable[ReadFigure],
    *,
    source: str,
    at: dt.datetime,
    currency: str = "",
) -> Taken:
    """All of them or none; the objects are known already (`take_objects`).

    `currency` is what the figures say they are in; "" where they do not say. ValidationError names
    what is wrong: money below zero, a day that has not come in the account's time zone, another
    currency, an object that the account does not list, days that cut across those that stand.
    """
    told = list(figures)
    _check_currency(account, currency)
    _check_each(account, told, at=at)
    with transaction.atomic():
        # Writers of one account wait for each other: an overlap is found before it is written.
        AdAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        rows = _rows(account, told)
        if not rows:
            return Taken()
        _refuse_overlaps(rows)
        return _write(account, rows, source=source, at=at)


# --- What is refused -----------------------------------------------------------------------------


def _check_currency(account: AdAccount, currency: str) -> None:
    for each in (account.currency, currency or account.currency):
        try:
            check_currency(each)
        except ValidationError as error:
            message = _("“%(code)s” is no currency. %(mend)s")
            raise ValidationError(
                message % {"code": each, "mend": " ".join(error.messages)}
            ) from None
    if currency and currency != account.currency:
        raise ValidationError(
            _("These sums are in %(told)s and the account is kept in %(own)s: they are not mixed.")
            % {"told": currency, "own": account.currency}
        )


def _check_each(account: AdAccount, figures: Sequence[ReadFigure], *, at: dt.datetime) -> None:
    today = today_of(account, at=at)
    for each in figures:
        if each.last < each.first:
            raise _refusal(_("the last day is before the first"), each)
        if each.last > today:
            raise _refusal(_("this day has not come yet in the account's time zone"), each)
        if each.spend is not None and not each.spend.is_finite():
            raise _refusal(_("the sum spent is no number"), each)
        if each.spend is not None and not 0 <= each.spend < LARGEST_SPEND:
            raise _refusal(_("the sum spent is below zero or far too large"), each)
        if any(not 0 <= (getattr(each, name) or 0) <= LARGEST_COUNT for name in COUNTS):
            raise _refusal(_("a count is below zero or far too large"), each)


def today_of(account: AdAccount, *, at: dt.datetime) -> dt.date:
    """The day as the account counts it."""
    return at.astimezone(ZoneInfo(account.day_zone)).date()


def _refusal(reason: str, figure: ReadFigure) -> ValidationError:
    words = {
        "id": figure.external_id,
        "days": days_text(figure.first, figure.last),
        "reason": reason,
    }
    return ValidationError(_("Row %(id)s, %(days)s: %(reason)s. Nothing was taken.") % words)


def days_text(first: dt.date, last: dt.date) -> str:
    """`3 November 2026`, or two days with a dash."""
    days = [first] if first == last else [first, last]
    return " – ".join(date_format(day, "DATE_FORMAT") for day in days)


Row = tuple[int, ReadFigure]


def _rows(account: AdAccount, figures: Sequence[ReadFigure]) -> list[Row]:
    """With the ids of our rows, each object and stretch of days once, in the order of the keys."""
    ids = ids_of(account)
    known: dict[tuple[int, dt.date, dt.date], Row] = {}
    for each in figures:
        pk = ids.get((each.level, each.external_id))
        if pk is None:
            raise _refusal(_("the account lists no such row"), each)
        earlier = known.setdefault((pk, each.first, each.last), (pk, each))
        if earlier[1] != each:
            raise _refusal(_("the same days stand twice with different figures"), each)
    rows = [row for _key, row in sorted(known.items(), key=lambda item: item[0])]
    _refuse_overlaps_inside(rows)
    return rows


def _refuse_overlaps_inside(rows: Sequence[Row]) -> None:
    for (pk, one), (other_pk, other) in pairwise(rows):
        if pk == other_pk and other.first <= one.last:
            reason = _("these days overlap %(days)s of the same row")
            raise _refusal(reason % {"days": days_text(one.first, one.last)}, other)


_OVERLAPPING = """
    SELECT told.ad_object_id, stored.starts_on, stored.ends_on
    FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS told (ad_object_id, first, last)
    JOIN promotion_adfigure stored ON stored.ad_object_id = told.ad_object_id
        AND stored.starts_on <= told.last AND stored.ends_on >= told.first
        AND (stored.starts_on, stored.ends_on) <> (told.first, told.last)
    ORDER BY 1, 2
"""


def _refuse_overlaps(rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        keys = [[pk for pk, _each in rows]]
        days = [[each.first for _pk, each in rows], [each.last for _pk, each in rows]]
        cursor.execute(_OVERLAPPING, [*keys, *days])
        found = cursor.fetchall()
    if not found:
        return
    pk = found[0][0]
    standing = sorted({(first, last) for each, first, last in found if each == pk})
    named = ", ".join(days_text(first, last) for first, last in standing[:NAMED])
    if len(standing) > NAMED:
        named = _("%(days)s and others") % {"days": named}
    title = next(each.external_id for row_pk, each in rows if row_pk == pk)
    raise ValidationError(
        _(
            "Row %(id)s has figures of %(days)s already, and these cut across them: a day would"
            " count twice. Take the same days, or delete those that stand, on the page “Advertising"
            " figures”: those of a file or typed in can be deleted there. Nothing was taken."
        )
        % {"id": title, "days": named}
    )


# --- What is written -----------------------------------------------------------------------------


def _upsert() -> str:
    """RETURNING sees the row before and after (PostgreSQL 18)."""
    names = ", ".join(COUNTERS)
    # The network's word stands against a file's and a hand's; these fill what it did not tell.
    outranks = "(excluded.source = 'api' OR stored.source <> 'api')"
    winner = {
        name: f"CASE WHEN {outranks} THEN COALESCE(excluded.{name}, stored.{name})"
        f" ELSE COALESCE(stored.{name}, excluded.{name}) END"
        for name in COUNTERS
    }
    changes = ", ".join(f"{name} = {winner[name]}" for name in COUNTERS)
    differs = " OR ".join(f"stored.{name} IS DISTINCT FROM {winner[name]}" for name in COUNTERS)
    now_other = " OR ".join(f"new.{name} IS DISTINCT FROM old.{name}" for name in COUNTERS)
    # By the account's clock.
    day_end = "((stored.ends_on + 1)::timestamp AT TIME ZONE %(zone)s)"
    is_running = (
        "old.source = 'api' AND new.source = 'api' AND"
        f" old.read_at < {day_end.replace('stored', 'old')}"
    )
    is_told_again = f"stored.read_at < {day_end} AND excluded.read_at >= {day_end}"
    # As text: a JSON number would come back as a float.
    replaced = ", ".join(
        f"'{name}', CASE WHEN new.{name} IS DISTINCT FROM old.{name} THEN old.{name}"
        f"{'::text' if name == 'spend' else ''} END"
        for name in COUNTERS
    )
    return f"""
        WITH told AS (
            SELECT * FROM unnest(%(ids)s::bigint[], %(firsts)s::date[], %(lasts)s::date[],
                %(spend)s::numeric(14,2)[], {", ".join(f"%({name})s::bigint[]" for name in COUNTS)})
            AS told (ad_object_id, starts_on, ends_on, {names})
        ), written AS (
            INSERT INTO promotion_adfigure AS stored
                (client_id, ad_object_id, starts_on, ends_on, {names}, source, read_at)
            SELECT %(client)s, ad_object_id, starts_on, ends_on, {names}, %(source)s, %(at)s
            FROM told ORDER BY ad_object_id, starts_on
            ON CONFLICT (ad_object_id, starts_on, ends_on) DO UPDATE SET {changes},
                source = CASE WHEN {outranks} THEN excluded.source ELSE stored.source END,
                read_at = excluded.read_at
            WHERE {differs} OR (excluded.source = 'api' AND stored.source <> 'api')
                OR ({outranks} AND {is_told_again})
            RETURNING old.id AS old_id, new.id, old.source AS old_source,
                old.id IS NOT NULL AND ({now_other}) AS is_changed, {is_running} AS is_running,
                CASE WHEN old.id IS NOT NULL
                    THEN jsonb_strip_nulls(jsonb_build_object({replaced})) END AS replaced
        ), corrected AS (
            INSERT INTO promotion_adfigurecorrection
                (client_id, figure_id, old, corrected_at, source)
            SELECT %(client)s, id, CASE WHEN old_source <> %(source)s
                THEN replaced || jsonb_build_object('source', old_source) ELSE replaced END,
                %(at)s, %(source)s
            FROM written WHERE replaced <> '{{}}' AND NOT is_running
        )
        SELECT count(*) FILTER (WHERE old_id IS NULL), count(*) FILTER (WHERE is_changed)
        FROM written
    """  # noqa: S608 - names of our own fields


_UPSERT = _upsert()

_FILLS = " OR ".join(f"told.{name} IS NOT NULL AND stored.{name} IS NULL" for name in COUNTERS)
# What a file tells otherwise than the network did, and fills nothing with.
_KEPT = f"""
    SELECT count(*) FROM unnest(%(ids)s::bigint[], %(firsts)s::date[], %(lasts)s::date[],
        %(spend)s::numeric(14,2)[], {", ".join(f"%({name})s::bigint[]" for name in COUNTS)})
        AS told (ad_object_id, starts_on, ends_on, {", ".join(COUNTERS)})
    JOIN promotion_adfigure stored USING (ad_object_id, starts_on, ends_on)
    WHERE stored.source = 'api' AND %(source)s <> 'api'
        AND ({" OR ".join(f"told.{name} <> stored.{name}" for name in COUNTERS)})
        AND NOT ({_FILLS})
"""  # noqa: S608 - as above


def _write(account: AdAccount, rows: Sequence[Row], *, source: str, at: dt.datetime) -> Taken:
    values: dict[str, Any] = {
        "client": account.client_id,
        "source": AdFigure.Source(source).value,
        "at": at,
        "zone": account.day_zone,
        "ids": [pk for pk, _each in rows],
        "firsts": [each.first for _pk, each in rows],
        "lasts": [each.last for _pk, each in rows],
        **{name: [getattr(each, name) for _pk, each in rows] for name in COUNTERS},
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, values)
        (kept,) = cursor.fetchone()
        cursor.execute(_UPSERT, values)
        new, changed = cursor.fetchone()
    return Taken(new, changed, same=len(rows) - new - changed - kept, kept=kept)
