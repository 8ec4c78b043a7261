"""A line for each agreed service: who does it, how much was agreed, and what of it is done."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy

from clients.models import Block, EngagementService, Performer, Period
from clients.models.service_terms import amount_in_words, bare_unit, shown_unit
from smm_agency.agreed_and_done import Done
from smm_agency.lib.rows_at_once import Found, listed
from smm_agency.lib.words import as_count
from smm_agency.order_of_work import OURS

SPANS = {
    Period.ONCE: gettext_lazy("since the agreement began"),
    Period.POST: gettext_lazy("this month"),
    Period.DAY: gettext_lazy("today"),
    Period.WEEK: gettext_lazy("this week"),
    Period.MONTH: gettext_lazy("this month"),
    Period.QUARTER: gettext_lazy("this quarter"),
}


class Counts(NamedTuple):
    """Texts, empty where nothing counts the service; `left` and `over` where they are known."""

    done: str = ""
    left: str = ""
    over: str = ""
    span: str = ""


class ServiceLine(NamedTuple):
    name: str
    performers: str
    is_ours: bool
    agreed: str
    done: str
    left: str
    over: str
    span: str
    note: str


def service_rows(rows: QuerySet[EngagementService]) -> ArraySubquery:
    """For one statement; `lines_by_block` reads them."""
    language = "ru" if get_language() == "ru" else "en"
    return listed(
        rows.order_by("service__position", "service__code", "pk"), "performer", "quantity",
        "unit", "period", "is_extra", "note", code="service__code", block="service__block",
        name=f"service__name_{language}",
        unit_en="service__unit_en", unit_ru="service__unit_ru", usual_period="service__period",
    )  # fmt: skip


Blocks = list[tuple[str, list[ServiceLine]]]


def lines_by_block(rows: list[Found], done: dict[str, Done]) -> tuple[Blocks, list[ServiceLine]]:
    """By block, and the extras apart. A service that several agreements hold is one line."""
    services: dict[tuple[str, bool], list[Found]] = defaultdict(list)
    for row in rows:
        services[row["code"], row["is_extra"]].append(row)
    blocks: dict[str, list[ServiceLine]] = {block: [] for block in Block.values}
    extras: list[ServiceLine] = []
    for (code, is_extra), same in services.items():
        # What is done counts once: towards what was agreed, where it is both.
        is_twice = is_extra and (code, False) in services
        line = line_of(same, None if is_twice else done.get(code))
        (extras if is_extra else blocks[same[0]["block"]]).append(line)
    return [(str(Block(block).label), lines) for block, lines in blocks.items() if lines], extras


def line_of(rows: list[Found], done: Done | None) -> ServiceLine:
    ours = [row for row in rows if row["performer"] in OURS]
    performers = dict.fromkeys(str(Performer(row["performer"]).label) for row in rows)
    return ServiceLine(
        rows[0]["name"], ", ".join(performers), bool(ours), agreed_in_words(ours or rows),
        *counts_of(rows, done), note=" ".join(row["note"] for row in rows if row["note"]),
    )  # fmt: skip


def agreed_in_words(rows: list[Found]) -> str:
    """One amount; where the agreements say it in different times, each of them."""
    if len({period_of(row) for row in rows}) == 1:
        return amount_of(rows[0], total(rows))
    return ", ".join(filter(None, (amount_of(row, total([row])) for row in rows)))


def amount_of(row: Found, quantity: Decimal | None) -> str:
    unit = shown_unit(row["unit"], usual_en=row["unit_en"], usual_ru=row["unit_ru"])
    return amount_in_words(quantity, unit, period_of(row))


def period_of(row: Found) -> str:
    return str(row["period"] or row["usual_period"])


def total(rows: list[Found]) -> Decimal | None:
    """The sum; None where one of them was not agreed as a number."""
    quantities = [row["quantity"] for row in rows]
    if any(each is None for each in quantities):
        return None
    return sum((Decimal(str(each)) for each in quantities), Decimal(0))


def counts_of(rows: list[Found], done: Done | None) -> Counts:
    """Of one service. Counted is what the catalogue's unit says: another unit is another thing."""
    ours = [row for row in rows if row["performer"] in OURS]
    if done is None or not ours or not all(map(is_usual_unit, rows)):
        return Counts()
    periods = [period_of(row) for row in rows]
    span = str(SPANS[Period(periods[0])])
    agreed = total(ours) if len(set(periods)) == 1 else None
    if agreed is None:
        return Counts(as_count(done.rows), span=span)
    if done.over is not None:
        return Counts(as_count(done.rows), over=as_count(done.over) if done.over else "", span=span)
    more = Decimal(done.rows) - agreed
    return Counts(
        as_count(done.rows),
        left=as_count(-more) if more < 0 else "",
        over=as_count(more) if more > 0 else "",
        span=span,
    )


def is_usual_unit(row: Found) -> bool:
    """In either language, with or without the period in it."""
    usual = {"", bare_unit(row["unit_en"]), bare_unit(row["unit_ru"])}
    return bare_unit(row["unit"]) in usual
