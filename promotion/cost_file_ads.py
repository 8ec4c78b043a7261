"""Files of figures of an ad account: what each campaign, group or ad cost and brought."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import User
from promotion.ad_figures import Taken, days_text, take_figures, take_objects, today_of
from promotion.ad_objects import LONGEST_ID
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_parsed import ParsedCosts, say_rounded, sums_by_month
from promotion.cost_file_table import CostTable, Line, read_lines
from promotion.cost_file_words import (
    DAY,
    FIRST,
    LAST,
    LEVELS,
    TITLES,
    is_same_currency,
)
from promotion.models import AdAccount, AdFigure, Vat
from promotion.networks.readings import ReadFigure, ReadObject
from smm_agency.lib.tabular import TableError
from smm_agency.lib.words import as_money

COUNTS = ("impressions", "reach", "clicks", "joins", "messages", "results")
FIGURES = ("spend", *COUNTS)
SHOWN_ROWS = 10
NAMED_TWINS = 5


class Level(NamedTuple):
    """Which fields tell an object of this level; an empty one is not in the file."""

    level: str
    id_field: str
    name_field: str


class Told(NamedTuple):
    """One row: the object it is of, those that it stands in from the outermost, its figures."""

    number: int
    parents: tuple[ReadObject, ...]
    ad_object: ReadObject
    figure: ReadFigure


def parse_ads(
    account: AdAccount, data: bytes, name: str, choices: CostChoices, *, at: dt.datetime
) -> ParsedCosts:
    """Read as chosen; nothing is written. Raises TableError for the file as a whole."""
    zone, today = ZoneInfo(account.day_zone), today_of(account, at=at)
    table = read_lines(data, name, choices, zone=zone, today=today)
    levels = _levels(choices)
    _check_whole(choices, levels)
    check_currency_of(table, account.currency)
    _check_vat(table, account)
    told = list(_read(table, levels))
    good = [each for each in _without_repeats(table, told) if each.number not in table.bad_rows]
    _say(table, account, good, levels)

    def take(*, by: User | None, at: dt.datetime) -> Taken:
        take_objects(account, _objects(good), at=at)
        figures = [each.figure for each in good]
        source = AdFigure.Source.FILE
        return take_figures(account, figures, source=source, at=at, currency=account.currency)

    shown = [name for name in FIGURES if table.has(name)]
    sums = sums_by_month(
        (each.figure.first, each.figure.last, each.figure.spend, account.currency) for each in good
    )
    return ParsedCosts(table, len(good), _head(shown), _shown(good, shown), take, sums)


def _levels(choices: CostChoices) -> list[Level]:
    """Those that the file tells of, from the innermost."""
    told = choices.columns
    return [
        Level(level, id_field if id_field in told else "", name if name in told else "")
        for level, id_field, name in LEVELS
        if id_field in told or name in told
    ]


def _check_whole(choices: CostChoices, levels: list[Level]) -> None:
    """Raises TableError where something that a file cannot be read without is not said."""
    if not levels:
        message = _("Say which column is the id or the name of the campaign, the group or the ad.")
        raise TableError(None, None, message)
    if not any(name in choices.columns for name in FIGURES):
        message = _("No column is a figure: say which one is the money spent.")
        raise TableError(None, None, message)
    has_days = DAY in choices.columns or {FIRST, LAST} <= set(choices.columns)
    if not has_days and not (choices.first and choices.last):
        message = _("Say which column is the day, or give below the first and the last day.")
        raise TableError(None, str(TITLES[DAY]), message)


def check_currency_of(table: CostTable, currency: str) -> None:
    """Raises TableError where the file names another currency than the one that is kept here."""
    if table.currency and not is_same_currency(table.currency, currency):
        message = _(
            "The sums are in %(told)s and the account is kept in %(own)s: they are not mixed."
            " Choose the account of that currency, or correct the currency of this one."
        )
        raise TableError(None, None, message % {"told": table.currency, "own": currency})
    if not table.currency:
        message = _("The file names no currency: its sums are read as %(currency)s of the account.")
        table.notes.append(message % {"currency": currency})


def _check_vat(table: CostTable, account: AdAccount) -> None:
    if table.vat and account.vat == Vat.NOT_STATED:
        message = _("The header says “%(column)s”, the account does not say whether it holds VAT.")
        table.warnings.append(message % {"column": table.column("spend")})
    elif table.vat and (table.vat == Vat.INCLUDED) != (account.vat == Vat.INCLUDED):
        message = _(
            "The header says “%(column)s”, but the account's spend is “%(vat)s”: export the other"
            " sums, or correct the VAT of the account."
        )
        values = {"column": table.column("spend"), "vat": account.get_vat_display()}
        raise TableError(None, None, message % values)


def _read(table: CostTable, levels: list[Level]) -> Iterator[Told]:
    for line in table.lines:
        ad_object = _object(table, line, levels[0])
        days = _days(table, line)
        figures = _figures(table, line)
        if all(figure is None for figure in figures.values()):
            if line.number not in table.bad_rows:
                table.left_out += 1
            continue
        if ad_object is None or days is None:
            continue
        parents = tuple(reversed([*_parents(line, levels[1:])]))
        if parents:
            ad_object = _inside(ad_object, parents[-1])
        figure = ReadFigure(ad_object.level, ad_object.external_id, *days, **figures)  # type: ignore[arg-type] # money first, then counts
        yield Told(line.number, parents, ad_object, figure)


def _object(table: CostTable, line: Line, level: Level) -> ReadObject | None:
    title = line.text(level.name_field) if level.name_field else ""
    if level.id_field:
        external_id = table.identity(line, level.id_field)
    else:
        external_id = id_of_name(table.needed(line, level.name_field))
    if len(external_id) > LONGEST_ID:
        table.refuse(line, level.id_field, _("This is far too long for an id."))
        return None
    return ReadObject(level.level, external_id, title) if external_id else None


def id_of_name(name: str) -> str:
    """For exports without ids: the name, where it is not too long."""
    if len(name) <= LONGEST_ID:
        return name
    return "name:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:40]


def _parents(line: Line, levels: Iterable[Level]) -> Iterator[ReadObject]:
    """Those that the row tells of, from the innermost; each stands in the next."""
    found = []
    for level in levels:
        title = line.text(level.name_field) if level.name_field else ""
        external_id = line.text(level.id_field) if level.id_field else id_of_name(title)
        if external_id and len(external_id) <= LONGEST_ID:
            found.append(ReadObject(level.level, external_id, title))
    for number, each in enumerate(found):
        yield _inside(each, found[number + 1]) if number + 1 < len(found) else each


def _inside(each: ReadObject, parent: ReadObject) -> ReadObject:
    return ReadObject(
        each.level, each.external_id, each.title, each.status, parent.level, parent.external_id
    )


def _days(table: CostTable, line: Line) -> tuple[dt.date, dt.date] | None:
    """The first and the last day; None where one is wrong."""
    if table.has(DAY):
        day = table.day(line, DAY)
        return (day, day) if day else None
    if not (table.has(FIRST) and table.has(LAST)):
        told = table.choices
        return dt.date.fromisoformat(told.first), dt.date.fromisoformat(told.last)
    first, last = table.day(line, FIRST), table.day(line, LAST)
    if first is None or last is None:
        return None
    if last < first:
        table.refuse(line, LAST, _("The last day is before the first."))
        return None
    return first, last


def _figures(table: CostTable, line: Line) -> dict[str, Decimal | int | None]:
    counts = {name: table.count(line, name) for name in COUNTS if table.has(name)}
    return {"spend": table.money(line, "spend") if table.has("spend") else None, **counts}


def _without_repeats(table: CostTable, told: Iterable[Told]) -> list[Told]:
    """Of one object no two rows may count the same day: both are shown, the later one is wrong."""
    by_object: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        by_object[each.ad_object.external_id].append(each)
    kept: list[Told] = []
    for rows in by_object.values():
        last: Told | None = None
        for each in sorted(rows, key=lambda one: (one.figure.first, one.figure.last, one.number)):
            if last is not None and each.figure.first <= last.figure.last:
                _refuse_repeat(table, each, last)
                continue
            last = each
            kept.append(each)
    return sorted(kept, key=lambda each: each.number)


def _refuse_repeat(table: CostTable, each: Told, earlier: Told) -> None:
    days = days_text(each.figure.first, each.figure.last)
    message = _(
        "%(id)s has figures of %(days)s in row %(row)d already: leave one of the two, or name the"
        " column by which they differ."
    )
    values = {"id": each.ad_object.external_id, "days": days, "row": earlier.number}
    table.add(TableError(each.number, None, message % values))


def _objects(told: Iterable[Told]) -> list[ReadObject]:
    """Each once; of one that was renamed in the meantime, the last name of the file counts."""
    found: dict[tuple[str, str], ReadObject] = {}
    for each in told:
        for one in (*each.parents, each.ad_object):
            found[one.level, one.external_id] = one
    return list(found.values())


def _say(table: CostTable, account: AdAccount, good: list[Told], levels: list[Level]) -> None:
    say_rounded(table)
    if not levels[0].id_field:
        table.notes.append(_("The file has no ids: rows are told apart by their names."))
    _say_twins(table, account, good, levels[0])
    for (first, last), count in list(_periods(good).items())[:5]:
        message = ngettext(
            "%(count)d row stands for a whole period, %(days)s: what each day cost is not known.",
            "%(count)d rows stand for a whole period, %(days)s: what each day cost is not known.",
            count,
        )
        table.warnings.append(message % {"count": count, "days": days_text(first, last)})
    other = (
        AdFigure.objects.filter(ad_object__account=account)
        .exclude(ad_object__level=levels[0].level)
        .exists()
    )
    if other:
        table.warnings.append(
            _("Figures of this account stand on another level already: look whether sums double.")
        )


def _say_twins(table: CostTable, account: AdAccount, good: list[Told], level: Level) -> None:
    """What stands by its name may come again with an id, and the other way round."""
    if not good:
        return
    ids = {each.ad_object.external_id for each in good}
    titles = {each.ad_object.title for each in good if each.ad_object.title}
    of_the_days = AdFigure.objects.filter(
        ad_object__account=account,
        ad_object__level=level.level,
        starts_on__lte=max(each.figure.last for each in good),
        ends_on__gte=min(each.figure.first for each in good),
    ).exclude(ad_object__external_id__in=ids)
    twins = [
        (title or external_id, spend or Decimal(0))
        for external_id, title, spend in of_the_days.order_by("pk").values_list(
            "ad_object__external_id", "ad_object__title", "spend"
        )
        if title in titles or (external_id == id_of_name(title)) == bool(level.id_field)
    ]
    if twins:
        table.warnings.append(_words_of_twins(account, twins, good))


def _words_of_twins(account: AdAccount, twins: list[tuple[str, Decimal]], good: list[Told]) -> str:
    names = list(dict.fromkeys(name for name, _spend in twins))
    message = _(
        "Figures of these days stand here under other ids: %(names)s, %(standing)s in all; this"
        " file brings %(told)s. If they are the same ads, their money will count twice: leave this"
        " file, or delete those that stand first, on the page “Advertising figures”."
    )
    told = sum((each.figure.spend or Decimal(0) for each in good), Decimal(0))
    return message % {
        "names": ", ".join(names[:NAMED_TWINS]) + ("…" if len(names) > NAMED_TWINS else ""),
        "standing": as_money(sum((spend for _name, spend in twins), Decimal(0)), account.currency),
        "told": as_money(told, account.currency),
    }


def _periods(good: Iterable[Told]) -> dict[tuple[dt.date, dt.date], int]:
    found: dict[tuple[dt.date, dt.date], int] = defaultdict(int)
    for each in good:
        if each.figure.first != each.figure.last:
            found[each.figure.first, each.figure.last] += 1
    return found


def _head(names: Iterable[str]) -> list[str]:
    return [_("Row"), _("days"), _("id"), _("name"), *(str(TITLES[name]) for name in names)]


def _shown(good: Iterable[Told], names: list[str]) -> list[list[str | int | None]]:
    rows = [each for each, _place in zip(good, range(SHOWN_ROWS), strict=False)]
    return [
        [
            each.number,
            days_text(each.figure.first, each.figure.last),
            each.ad_object.external_id,
            each.ad_object.title,
            *(_cell(getattr(each.figure, name)) for name in names),
        ]
        for each in rows
    ]


def _cell(value: Decimal | int | None) -> str | int | None:
    return str(value) if isinstance(value, Decimal) else value
