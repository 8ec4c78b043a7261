"""Who does what by one engagement: a row for each work, with what of it is done."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from clients.models import Block, Client, Engagement, EngagementService, Performer
from smm_agency.agreed_and_done import Done, ask_done, done_of
from smm_agency.lib.rows_at_once import read_at_once
from smm_agency.lib.words import as_count, as_money
from smm_agency.order_of_work import OURS
from smm_agency.service_lines import Counts, counts_of

PERFORMERS = tuple(Performer)


class MatrixLine(NamedTuple):
    """`marks` has a place for each performer, one of them set; `counts` is empty where nothing
    counts the work. `price` is empty for who may not see fees. `is_shared`: another running
    engagement holds the work too, and what is done is the client's total."""

    row: EngagementService
    name: str
    marks: list[tuple[str, bool]]
    performer: str
    is_ours: bool
    counts: Counts
    norm: str
    price: str
    is_shared: bool


class Matrix(NamedTuple):
    blocks: list[tuple[str, list[MatrixLine]]]
    extras: list[MatrixLine]
    is_running: bool


def matrix_of(
    engagement: Engagement, rows: list[EngagementService], *, on: dt.date, with_money: bool
) -> Matrix:
    """Two statements, for what is done and who else does it; of an agreement that does not run
    nothing is counted."""
    is_running = engagement.starts_on <= on and (
        engagement.ends_on is None or engagement.ends_on >= on
    )
    done = done_by(engagement, on=on) if is_running else {}
    shared = shared_with(engagement, on=on) if is_running else set()
    lines = [line_of(row, done, shared, engagement, with_money=with_money) for row in rows]
    regular = [line for line in lines if not line.row.is_extra]
    blocks = [
        (str(block.label), [line for line in regular if line.row.service.block == block])
        for block in Block
    ]
    extras = [line for line in lines if line.row.is_extra]
    return Matrix([(name, found) for name, found in blocks if found], extras, is_running)


def done_by(engagement: Engagement, *, on: dt.date) -> dict[str, Done]:
    client = engagement.client
    wanted = ask_done(client, on=on, of=Engagement.objects.filter(pk=engagement.pk))
    return done_of(read_at_once(Client.objects.filter(pk=client.pk), wanted))


def shared_with(engagement: Engagement, *, on: dt.date) -> set[int]:
    """Ids of the services that the agency does by other running engagements of the client, too.

    What is done bears no engagement, so nobody can say towards which of them it counts.
    """
    others = Engagement.objects.running(on=on).filter(client=engagement.client_id)
    rows = EngagementService.objects.filter(
        engagement__in=others.exclude(pk=engagement.pk).order_by().values("pk"),
        performer__in=OURS,
    )
    return set(rows.order_by().values_list("service", flat=True))


def line_of(
    row: EngagementService,
    done: dict[str, Done],
    shared: set[int],
    engagement: Engagement,
    *,
    with_money: bool,
) -> MatrixLine:
    has_price = with_money and row.price is not None
    counts = counts_of([told_of(row)], done.get(row.service.code))
    is_shared = row.service_id in shared and bool(counts.done)
    return MatrixLine(
        row,
        row.service.name,
        [(str(each.label), row.performer == each) for each in PERFORMERS],
        row.get_performer_display(),
        row.performer in OURS,
        counts._replace(left="", over="") if is_shared else counts,
        "" if row.norm_hours is None else as_count(row.norm_hours),
        as_money(Decimal(str(row.price)), engagement.currency) if has_price else "",
        is_shared,
    )


def told_of(row: EngagementService) -> dict[str, Any]:
    service = row.service
    return {
        "performer": row.performer, "quantity": row.quantity, "unit": row.unit,
        "period": row.period, "usual_period": service.period, "unit_en": service.unit_en,
        "unit_ru": service.unit_ru,
    }  # fmt: skip
