"""Files with the results of placements, and with prices that were agreed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, User
from promotion.ad_figures import Taken
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_parsed import ParsedCosts, say_rounded
from promotion.cost_file_table import CostTable, Line, read_lines
from promotion.cost_file_words import (
    TITLES,
    is_same_currency,
    plain,
    slot_of,
)
from promotion.models import (
    SLOT_AFTER,
    Campaign,
    FactSlot,
    FactSource,
    Placement,
    PlacementFact,
)
from promotion.placement_facts import take_fact
from promotion.placement_moves import is_price_fixed
from smm_agency.lib.tabular import TableError

NUMBERS = ("views", "clicks", "joined", "left", "messages")
# A placement is known by any of them; the surest first.
KNOWN_BY = ("utm_content", "link", "placement")
SHOWN_ROWS = 10


class Told(NamedTuple):
    """`slot` is "" where the row has no figures, `price` None where it has no price."""

    number: int
    placement: Placement
    slot: str
    numbers: dict[str, int]
    price: Decimal | None


def parse_placements(
    client: Client,
    campaign: Campaign | None,
    data: bytes,
    name: str,
    choices: CostChoices,
    *,
    at: dt.datetime,
) -> ParsedCosts:
    """Read as chosen; nothing is written. `campaign`: only its placements are looked for.

    Raises TableError for the file as a whole.
    """
    table = read_lines(data, name, choices, zone=client.zone, today=client.day_of(at))
    _check_whole(choices)
    reader = ResultReader(client, campaign, table, at)
    told = _without_repeats(table, reader.read())
    good = [each for each in told if each.number not in table.bad_rows]
    say_rounded(table)

    def take(*, by: User | None, at: dt.datetime) -> Taken:
        return _store(good, by=by, at=at)

    shown = [name for name in (*NUMBERS, "price") if table.has(name)]
    head = [_("Row"), *(str(TITLES[name]) for name in ("placement", "slot", *shown))]
    return ParsedCosts(table, len(good), head, _shown(good, shown), take)


def _check_whole(choices: CostChoices) -> None:
    if not any(name in choices.columns for name in KNOWN_BY):
        message = _("Say which column names the placement: its title, link or utm_content.")
        raise TableError(None, None, message)
    if not any(name in choices.columns for name in (*NUMBERS, "price")):
        message = _("No column is a figure: say which ones are to be taken.")
        raise TableError(None, None, message)
    has_numbers = any(name in choices.columns for name in NUMBERS)
    if has_numbers and "slot" not in choices.columns and not choices.slot:
        message = _("Say below how long after the publication the figures were read.")
        raise TableError(None, str(TITLES["slot"]), message)


class ResultReader:
    """Reads row after row; the client's placements are read once."""

    def __init__(
        self, client: Client, campaign: Campaign | None, table: CostTable, at: dt.datetime
    ) -> None:
        self.table = table
        self.at = at
        rows = Placement.objects.filter(client=client)
        if campaign is not None:
            rows = rows.filter(campaign=campaign)
        self.found: dict[str, dict[str, list[Placement]]] = {
            name: defaultdict(list) for name in KNOWN_BY
        }
        for row in rows:
            told = {"utm_content": row.utm_content, "link": row.url, "placement": row.title}
            for name, text in told.items():
                if text:
                    self.found[name][_known_as(text)].append(row)

    def read(self) -> Iterator[Told]:
        for line in self.table.lines:
            placement = self.placement(line)
            numbers = {
                name: number
                for name in NUMBERS
                if self.table.has(name) and (number := self.table.count(line, name)) is not None
            }
            price = self.table.money(line, "price") if self.table.has("price") else None
            if not numbers and price is None and line.number not in self.table.bad_rows:
                self.table.left_out += 1
                continue
            slot = self.slot(line) if numbers else ""
            if placement is None or slot is None:
                continue
            self.check(line, placement, slot, numbers, price)
            yield Told(line.number, placement, slot, numbers, price)

    def placement(self, line: Line) -> Placement | None:
        for name in KNOWN_BY:
            if not (text := line.text(name)):
                continue
            rows = self.found[name].get(_known_as(text), [])
            if len(rows) == 1:
                return rows[0]
            message = (
                _("Several placements are called “%(text)s”: choose the campaign or name links.")
                if rows
                else _("There is no placement “%(text)s”: write it as it stands here.")
            )
            self.table.refuse(line, name, message % {"text": text[:80]})
            return None
        message = _("Nothing names the placement.")
        self.table.add(TableError(line.number, None, message))
        return None

    def slot(self, line: Line) -> str | None:
        text = line.text("slot")
        if not text and self.table.choices.slot:
            return self.table.choices.slot
        slot = slot_of(text)
        if slot is None:
            message = _("“%(text)s” is not known here: write 24, 48 or 7 days.")
            self.table.refuse(line, "slot", message % {"text": text[:40]})
        return slot

    def check(
        self,
        line: Line,
        placement: Placement,
        slot: str,
        numbers: dict[str, int],
        price: Decimal | None,
    ) -> None:
        if slot and placement.published_at is None:
            message = _("It is not published yet: give its link and time first, then its figures.")
            self.table.refuse(line, "slot", message)
        if numbers.get("left", 0) > numbers.get("joined", numbers.get("left", 0)):
            self.table.refuse(line, "left", _("More left than joined: look at the two numbers."))
        if price is not None:
            self.check_price(line, placement, price)

    def check_price(self, line: Line, placement: Placement, price: Decimal) -> None:
        currency = self.table.currency
        if currency and not is_same_currency(currency, placement.currency):
            message = _("The price is in %(told)s, that of the placement in %(own)s.")
            values = {"told": currency, "own": placement.currency}
            self.table.refuse(line, "price", message % values)
        elif price != placement.price and is_price_fixed(placement):
            message = _(
                "The placement is “%(state)s” for %(price)s: a price that is booked changes on its"
                " own page only."
            )
            shown = placement.price if placement.price is not None else "—"
            values = {"state": placement.get_state_display(), "price": str(shown)}
            self.table.refuse(line, "price", message % values)


def _known_as(text: str) -> str:
    """Without what differs between two ways to write the same link."""
    text = plain(text).rstrip("/")
    for start in ("https://", "http://", "www.", "m."):
        text = text.removeprefix(start)
    return text


def _without_repeats(table: CostTable, told: Iterable[Told]) -> list[Told]:
    first: dict[tuple[int, str], Told] = {}
    for each in told:
        earlier = first.setdefault((each.placement.pk, each.slot), each)
        if earlier is not each:
            message = _("Row %(row)d is of the same placement and hours: leave one of the two.")
            table.add(TableError(each.number, None, message % {"row": earlier.number}))
    return list(first.values())


@transaction.atomic
def _store(told: Iterable[Told], *, by: User | None, at: dt.datetime) -> Taken:
    taken = Taken()
    for each in told:
        became = {_store_price(each)} if each.price is not None else set()
        if each.slot:
            became.add(_store_fact(each, by=by, at=at))
        name = next(name for name in ("new", "changed", "same") if name in became)
        taken += Taken(**{name: 1})
    return taken


def _store_price(each: Told) -> str:
    row = Placement.objects.select_for_update(no_key=True, of=("self",)).get(pk=each.placement.pk)
    if row.price == each.price:
        return "same"
    if is_price_fixed(row):
        message = _("The price of “%(placement)s” has been booked meanwhile: look again.")
        raise ValidationError(message % {"placement": row})
    name = "new" if row.price is None else "changed"
    row.price = each.price
    row.save(update_fields=["price"])
    return name


def _store_fact(each: Told, *, by: User | None, at: dt.datetime) -> str:
    standing = PlacementFact.objects.filter(placement=each.placement, slot=each.slot).first()
    if standing and all(getattr(standing, name) == told for name, told in each.numbers.items()):
        return "same"
    take_fact(
        each.placement, each.slot, source=FactSource.FILE, at=moment_of(each, at=at), by=by,
        **each.numbers,
    )  # fmt: skip
    return "changed" if standing else "new"


def moment_of(each: Told, *, at: dt.datetime) -> dt.datetime:
    """The end of the hours after the publication, for a file names no other; now, before that."""
    published = each.placement.published_at or timezone.now()
    return min(at, published + SLOT_AFTER[FactSlot(each.slot)])


def _shown(told: list[Told], names: Iterable[str]) -> list[list[object]]:
    return [
        [
            each.number,
            each.placement.title,
            str(FactSlot(each.slot).label) if each.slot else None,
            *(
                str(each.price) if name == "price" and each.price is not None
                else each.numbers.get(name)
                for name in names
            ),
        ]
        for each in told[:SHOWN_ROWS]
    ]  # fmt: skip
