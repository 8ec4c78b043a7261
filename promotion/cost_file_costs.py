"""Files of plain costs: a day, a kind and a sum, each row taken once whatever file it comes in."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, Engagement, User
from promotion.ad_figures import Taken
from promotion.cost_file_choices import CostChoices
from promotion.cost_file_parsed import ParsedCosts, say_rounded, sums_by_month
from promotion.cost_file_table import CostTable, Line, read_lines
from promotion.cost_file_words import (
    DAY,
    NO_VAT,
    TITLES,
    cost_kind_of,
    is_same_currency,
    plain,
)
from promotion.models import EARNED, Campaign, Cost, CostKind, Vat
from smm_agency.lib.tabular import TableError, read_amount

SHOWN_ROWS = 10
LARGEST_RATE = Decimal(50)


class Told(NamedTuple):
    """`key` is the same for the same row in any file."""

    number: int
    key: str
    cost: Cost


def parse_costs(
    client: Client,
    campaign: Campaign | None,
    data: bytes,
    name: str,
    choices: CostChoices,
    *,
    at: dt.datetime,
    may_tell_fee: bool = True,
) -> ParsedCosts:
    """Read as chosen; nothing is written. `campaign` is of rows that name none.

    Rows of what the agency earns are refused unless `may_tell_fee`.

    Raises TableError for the file as a whole.
    """
    table = read_lines(data, name, choices, zone=client.zone, today=client.day_of(at))
    _check_whole(choices)
    if not table.currency:
        message = _("The file names no currency: its sums are read as %(currency)s of the client.")
        table.notes.append(message % {"currency": client.currency})
    reader = CostReader(client, campaign, table, may_tell_fee=may_tell_fee)
    good = [
        each for each in _without_repeats(table, reader.read()) if each.number not in table.bad_rows
    ]
    known = _known(client, good)
    good = list(_without_other_sums(table, good, known))
    say_rounded(table)

    def take(*, by: User | None, at: dt.datetime) -> Taken:
        return _store(client, good, by=by)

    sums = sums_by_month(
        (each.cost.spent_on, each.cost.spent_on, each.cost.amount, each.cost.currency)
        for each in good
    )
    head = [_("Row"), *(str(TITLES[name]) for name in (DAY, "kind", "amount", "campaign"))]
    head += [str(Cost._meta.get_field("vat").verbose_name), str(TITLES["note"])]
    return ParsedCosts(table, len(good), head, _shown(good), take, sums, reader.has_fee)


def _check_whole(choices: CostChoices) -> None:
    for name in (DAY, "amount"):
        if name not in choices.columns:
            raise TableError(None, str(TITLES[name]), _("Say which column this is."))
    if "kind" not in choices.columns and not choices.cost_kind:
        message = _("Say below what kind of costs these are: no column says it.")
        raise TableError(None, str(TITLES["kind"]), message)
    has_vat = choices.vat in (Vat.INCLUDED, Vat.ON_TOP)
    if has_vat != bool(choices.vat_rate) and not (has_vat and "vat" in choices.columns):
        message = _("Give the VAT rate where there is VAT, and only there.")
        raise TableError(None, str(TITLES["vat"]), message)


class CostReader:
    """Reads row after row; the client's campaigns are read once."""

    def __init__(
        self, client: Client, campaign: Campaign | None, table: CostTable, *, may_tell_fee: bool
    ) -> None:
        self.may_tell_fee = may_tell_fee
        self.has_fee = False
        self.client = client
        self.campaign = campaign
        self.table = table
        of_engagements = Engagement.objects.filter(client=client).values_list("currency", flat=True)
        self.currencies = sorted({client.currency, *of_engagements})
        self.campaigns: dict[str, list[Campaign]] = defaultdict(list)
        for each in Campaign.objects.filter(client=client):
            self.campaigns[plain(each.title)].append(each)

    def read(self) -> Iterator[Told]:
        for line in self.table.lines:
            cost = self.cost(line)
            if cost is not None and line.number not in self.table.bad_rows:
                yield Told(line.number, key_of(cost, line), cost)

    def cost(self, line: Line) -> Cost | None:
        """None where anything is wrong, each thing by its field."""
        table = self.table
        day = table.day(line, DAY)
        amount = table.money(line, "amount") if table.needed(line, "amount") else None
        kind, campaign = self.kind(line), self.campaign_of(line)
        vat, rate = self.vat(line)
        if amount is None and line.number not in table.bad_rows:
            table.refuse(line, "amount", _("The cell is empty."))
        currency = self.currency_of(line, campaign)
        if day is None or amount is None or kind is None or currency is None:
            return None
        return Cost(
            client=self.client, kind=kind, campaign=campaign, spent_on=day, amount=amount,
            currency=currency, vat=vat, vat_rate=rate, document=line.text("document")[:120],
            note=line.text("note")[:300],
        )  # fmt: skip

    def kind(self, line: Line) -> str | None:
        kind = self.told_kind(line)
        if kind not in EARNED:
            return kind
        if self.may_tell_fee:
            self.has_fee = True
            return kind
        message = _("What the agency earns is written down by who may see it: leave the row out.")
        self.table.refuse(line, "kind", message)
        return None

    def told_kind(self, line: Line) -> str | None:
        text = line.text("kind")
        if not text:
            if not self.table.choices.cost_kind:
                self.table.refuse(line, "kind", _("The cell is empty."))
            return self.table.choices.cost_kind or None
        kind = cost_kind_of(text)
        if kind is None:
            known = ", ".join(str(label) for label in CostKind.labels)
            message = _("“%(text)s” is not known here: write one of %(known)s.")
            self.table.refuse(line, "kind", message % {"text": text[:40], "known": known})
        return kind

    def campaign_of(self, line: Line) -> Campaign | None:
        text = line.text("campaign")
        if not text:
            return self.campaign
        found = self.campaigns.get(plain(text), [])
        if len(found) == 1:
            return found[0]
        message = (
            _("Several campaigns are called “%(text)s”: give one of them another title.")
            if found
            else _("There is no campaign “%(text)s”: write its title as it stands here.")
        )
        self.table.refuse(line, "campaign", message % {"text": text[:80]})
        return None

    def currency_of(self, line: Line, campaign: Campaign | None) -> str | None:
        """None where the row's money is in another currency than what it is counted with."""
        told = self.table.currency or self.client.currency
        allowed = [campaign.currency] if campaign else self.currencies
        fitting = [each for each in allowed if is_same_currency(told, each)]
        if len(fitting) == 1:
            return fitting[0]
        message = (
            _("The sum is in %(told)s, the campaign in %(allowed)s: they are not mixed.")
            if campaign
            else _("The sum is in %(told)s, the money of this client in %(allowed)s: give it so, or"
                   " set the currency of the client or of the engagement first.")
        )  # fmt: skip
        name = "currency" if self.table.has("currency") else "amount"
        self.table.refuse(line, name, message % {"told": told, "allowed": ", ".join(allowed)})
        return None

    def vat(self, line: Line) -> tuple[str, Decimal | None]:
        choices, text = self.table.choices, line.text("vat")
        if plain(text) in NO_VAT:
            return Vat.FREE.value, None
        if not text:
            rate = choices.vat_rate.replace(",", ".")
            return choices.vat, Decimal(rate) if rate else None
        if choices.vat not in (Vat.INCLUDED, Vat.ON_TOP):
            message = _("Say below whether the sums hold this VAT or it comes on top.")
            self.table.refuse(line, "vat", message)
            return "", None
        return choices.vat, self.rate(line, text)

    def rate(self, line: Line, text: str) -> Decimal | None:
        try:
            rate = read_amount(
                text, mark=self.table.mark, row=line.number, field=self.table.column("vat")
            )
        except TableError as error:
            self.table.add(error)
            return None
        if rate is None or not 0 < rate <= LARGEST_RATE:
            message = _("“%(text)s” is no rate of VAT: write 20, or “no VAT”.")
            self.table.refuse(line, "vat", message % {"text": text[:40]})
        return rate


def key_of(cost: Cost, line: Line) -> str:
    """By its document, where it has one: then another sum is seen. Else by all that it says.

    Of the row alone: what a person chose beside the file may be chosen otherwise the next time.
    """
    kind = cost.kind if line.text("kind") else ""
    campaign = str(cost.campaign_id) if line.text("campaign") else ""
    parts = [kind, cost.spent_on.isoformat(), campaign, cost.currency]
    if cost.document:
        parts += ["document", plain(cost.document)]
    else:
        parts += ["sum", f"{cost.amount:f}", plain(cost.note)]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _without_repeats(table: CostTable, told: Iterable[Told]) -> list[Told]:
    first: dict[str, Told] = {}
    for each in told:
        earlier = first.setdefault(each.key, each)
        if earlier is not each:
            message = _(
                "Row %(row)d says the same: leave one of the two, or give them documents or notes"
                " that differ."
            )
            table.add(TableError(each.number, None, message % {"row": earlier.number}))
    return list(first.values())


def _known(client: Client, told: Iterable[Told]) -> dict[str, Cost]:
    keys = [each.key for each in told]
    rows = Cost.objects.filter(client=client, file_key__in=keys)
    return {row.file_key: row for row in rows}


def _without_other_sums(
    table: CostTable, told: Iterable[Told], known: dict[str, Cost]
) -> Iterator[Told]:
    for each in told:
        standing = known.get(each.key)
        if standing is not None and standing.amount != each.cost.amount:
            message = _(
                "The document %(document)s of %(day)s stands here with %(sum)s %(currency)s:"
                " correct that cost itself, or give this row its own document."
            )
            values = {
                "document": each.cost.document, "day": date_format(standing.spent_on),
                "sum": standing.amount, "currency": standing.currency,
            }  # fmt: skip
            table.add(TableError(each.number, table.column("amount"), message % values))
            continue
        yield each


def _store(client: Client, told: list[Told], *, by: User | None) -> Taken:
    with transaction.atomic():
        # Two files of one client take turns, so that neither adds what the other has added.
        Client.objects.select_for_update(no_key=True).get(pk=client.pk)
        known = _known(client, told)
        new = [each for each in told if each.key not in known]
        for each in new:
            each.cost.file_key, each.cost.entered_by = each.key, by
        try:
            Cost.objects.bulk_create((each.cost for each in new), batch_size=2_000)
        except IntegrityError:
            raise ValidationError(_("A cost could not be stored: look at its VAT.")) from None
    return Taken(new=len(new), same=len(told) - len(new))


def _shown(told: list[Told]) -> list[list[object]]:
    return [
        [
            each.number,
            date_format(each.cost.spent_on),
            str(CostKind(each.cost.kind).label),
            f"{each.cost.amount} {each.cost.currency}",
            each.cost.campaign.title if each.cost.campaign else None,
            str(Vat(each.cost.vat).label),
            each.cost.note or None,
        ]
        for each in told[:SHOWN_ROWS]
    ]
