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
    counts the work. `price` is empty for who may not see fees."""

    row: EngagementService
    name: str
    marks: list[tuple[str, bool]]
    performer: str
    is_ours: bool
    counts: Counts
    norm: str
    price: str


class Matrix(NamedTuple):
    blocks: list[tuple[str, list[MatrixLine]]]
    extras: list[MatrixLine]
    is_running: bool


def matrix_of(
    engagement: Engagement, rows: list[EngagementService], *, on: dt.date, with_money: bool
) -> Matrix:
    """One statement, for what is done; of an agreement that does not run nothing is counted."""
    is_running = engagement.starts_on <= on and (
        engagement.ends_on is None or engagement.ends_on >= on
    )
    done = done_by(engagement, on=on) if is_running else {}
    lines = [line_of(row, done, engagement, with_money=with_money) for row in rows]
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


def line_of(
    row: EngagementService, done: dict[str, Done], engagement: Engagement, *, with_money: bool
) -> MatrixLine:
    has_price = with_money and row.price is not None
    return MatrixLine(
        row,
        row.service.name,
        [(str(each.label), row.performer == each) for each in PERFORMERS],
        row.get_performer_display(),
        row.performer in OURS,
        counts_of([told_of(row)], done.get(row.service.code)),
        "" if row.norm_hours is None else as_count(row.norm_hours),
        as_money(Decimal(str(row.price)), engagement.currency) if has_price else "",
    )


def told_of(row: EngagementService) -> dict[str, Any]:
    service = row.service
    return {
        "performer": row.performer, "quantity": row.quantity, "unit": row.unit,
        "period": row.period, "usual_period": service.period, "unit_en": service.unit_en,
        "unit_ru": service.unit_ru,
    }  # fmt: skip
