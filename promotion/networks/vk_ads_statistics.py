"""The days of VK Реклама's statistics in our words.

Known of the real answers: conversions that VK counts stand in `base.vk.goals` while `base.goals`
stays 0; `uniques.reach` is always 0 and `uniques.total` the reach; a block that was not measured
is left out.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Set
from decimal import Decimal, InvalidOperation

from communities.networks import shapes
from promotion.networks.readings import ReadFigure

Block = Mapping[str, object]


def read_figures(
    level: str, body: Mapping[str, object], *, asked: Set[str]
) -> list[ReadFigure] | None:
    """None where the answer has another shape, or tells of what nobody asked for."""
    items = shapes.sequence(body.get("items"))
    if items is None:
        return None
    found: list[ReadFigure] = []
    for item in items:
        told = shapes.mapping(item) or {}
        external_id = identifier(told.get("id")) or ""
        rows = shapes.sequence(told.get("rows"))
        if external_id not in asked or rows is None:
            return None
        figures = [_figure(level, external_id, row) for row in rows]
        known = [each for each in figures if each is not None]
        if len(known) < len(figures):
            return None
        found += known
    return found


def _figure(level: str, external_id: str, row: object) -> ReadFigure | None:
    told = shapes.mapping(row) or {}
    day = _day(told.get("date"))
    base = _block(told, "base")
    spend = money(base.get("spent"))
    if day is None or ("spent" in base and spend is None):
        return None
    social, events = _block(told, "social_network"), _block(told, "events")
    return ReadFigure(
        level,
        external_id,
        day,
        day,
        spend=spend,
        impressions=shapes.count(base.get("shows")),
        reach=shapes.count(_block(told, "uniques").get("total")),
        clicks=shapes.count(base.get("clicks")),
        joins=_first((social, "result_join"), (social, "vk_join"), (events, "joinings")),
        messages=_first((social, "result_message"), (social, "vk_message")),
        results=_first(
            (_block(base, "vk"), "goals"), (_block(base, "vk"), "result"), (base, "goals")
        ),
    )


def identifier(value: object) -> str | None:
    """A number, or a number that is written as a text."""
    return shapes.identifier(value) or shapes.digits(value)


def money(value: object) -> Decimal | None:
    """`"1200.50"` as it is written; a JSON number is taken by its digits, never by its binary."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _block(holder: Block, name: str) -> Block:
    return shapes.mapping(holder.get(name)) or {}


def _first(*places: tuple[Block, str]) -> int | None:
    """The first that is told: a told 0 is a 0."""
    return next(_counts(places), None)


def _counts(places: tuple[tuple[Block, str], ...]) -> Iterator[int]:
    for block, name in places:
        if (found := shapes.count(block.get(name))) is not None:
            yield found
