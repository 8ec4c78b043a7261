"""Booking takes a placement's price out of the budgets, two at once never the same money.

Whoever books locks the campaign first, then the channel's month, and counts anew under the locks.
The state of the placement is changed by the caller, in the same transaction, which holds the locks
to its end. Why sums are compared as they are: docs/decisions/0009-budget.md.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from promotion.channel_plan import last_day, month_of, month_plans
from promotion.models import TAKES_MONEY, AdAccount, Campaign, CampaignState, Placement, Vat
from promotion.spending import Spent, campaign_rows, hanging_rows, money_rows
from promotion.vat import counted_in
from smm_agency.lib.words import as_money
from strategy.models import Channel

RIGHT = "promotion.exceed_budget"
# In others nobody has agreed to spend, or nobody does any more.
BOOKS_IN = (CampaignState.AGREED, CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True)
class Limit:
    """A sum that may not be exceeded, and what is spent or taken of it by others."""

    name: str
    amount: Decimal
    currency: str
    vat: str
    others: list[Spent]

    @property
    def own(self) -> list[Spent]:
        """Those in its own currency: no other takes anything of it."""
        return [row for row in self.others if row.currency == self.currency]


def book(placement: Placement, *, by: User | None, at: dt.datetime, reason: str = "") -> list[str]:
    """Let the placement take its price, or raise ValidationError that names what is left.

    Who may exceed a budget goes over with a reason: what is exceeded is returned and written into
    the placement's history. Called inside the transaction that makes it booked.
    """
    went_over = hold_to_budgets(placement, by=by, reason=reason)
    placement.booked_at = at
    Placement.objects.filter(pk=placement.pk).update(booked_at=at)
    return went_over


def unbook(placement: Placement, *, by: User | None, at: dt.datetime) -> None:
    """Give the money back: called inside the transaction that takes the placement's state back."""
    _locked_campaign(placement)
    placement.booked_at = None
    Placement.objects.filter(pk=placement.pk).update(booked_at=None)


def hold_to_budgets(placement: Placement, *, by: User | None, reason: str = "") -> list[str]:
    """As `book`, for a new price, VAT or day of a placement that takes money already.

    `placement` carries what it shall become. Sums that do not grow in the same month always fit.
    """
    over = over_budgets(placement)
    if over:
        _let_over(placement, over, by=by, reason=reason)
    return over


def over_budgets(placement: Placement) -> list[str]:
    """Each budget that its price does not fit into, in a sentence; they are locked for it."""
    campaign = _locked_campaign(placement)
    _refuse_campaign(campaign, placement)
    month = month_of(placement.stands_on)
    _lock_month(campaign.client, campaign.channel, month)
    if placement.price is None:
        raise ValidationError({"price": _("Give the price first; 0 where nothing is paid.")})
    limits = [*_of_campaign(campaign), *_of_month(campaign, month)]
    return [said for limit in limits if (said := _over(limit, placement, placement.price))]


def _locked_campaign(placement: Placement) -> Campaign:
    rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("client").get(pk=placement.campaign_id)


def _refuse_campaign(campaign: Campaign, placement: Placement) -> None:
    """Another day of what takes money already asks for no more of it."""
    if placement.state in TAKES_MONEY or campaign.state in BOOKS_IN:
        return
    message = (
        _("The campaign “%(title)s” is a draft: agree it first, then book.")
        if campaign.state == CampaignState.DRAFT
        else _("The campaign “%(title)s” is “%(state)s”: nothing is booked in it any more.")
    )
    raise ValidationError(
        message % {"title": campaign.title, "state": campaign.get_state_display()}
    )


def _lock_month(client: Client, channel: str, month: dt.date) -> None:
    """To the end of the transaction; a channel's month need not have a row of its own."""
    with connection.cursor() as cursor:
        key = f"booking:{client.pk}:{channel}:{month}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _of_campaign(campaign: Campaign) -> list[Limit]:
    if campaign.budget is None:
        return []
    name = _("the budget of the campaign “%(title)s”") % {"title": campaign.title}
    rows = campaign_rows(campaign)
    return [Limit(name, campaign.budget, campaign.currency, campaign.vat, rows)]


def _of_month(campaign: Campaign, month: dt.date) -> list[Limit]:
    """Figures of a period that hangs over the month count whole: it may all be of this one."""
    client, channel = campaign.client, campaign.channel
    plan = month_plans(client, month).get(channel)
    if plan is None or plan.amount is None:
        return []
    days = (month, last_day(month))
    rows = [*money_rows(client, *days), *hanging_rows(client, *days)]
    name = _("the budget of the channel “%(channel)s” for %(month)s") % {
        "channel": Channel(channel).label,
        "month": date_format(month, "F Y"),
    }
    of_channel = [row for row in rows if row.channel == channel]
    return [Limit(name, plan.amount, plan.currency, plan.counted_vat, of_channel)]


def _over(limit: Limit, placement: Placement, price: Decimal) -> str:
    """The sentence of refusal where the price does not fit; empty where it does."""
    _check_comparable(limit, placement)
    mine = [row for row in limit.own if row.placement_id == placement.pk and _is_price(row)]
    others = [row for row in limit.own if row not in mine]
    takes = counted_in(limit.vat, price, placement.vat, placement.vat_rate) or Decimal(0)
    left = limit.amount - _counted(limit, others)
    took = _counted(limit, mine) if mine else None
    if takes <= left or (took is not None and takes <= took):
        return ""
    return _("%(price)s does not fit into %(budget)s: %(left)s of %(amount)s is left.") % {
        "price": as_money(takes, limit.currency),
        "budget": limit.name,
        "left": as_money(max(left, Decimal(0)), limit.currency),
        "amount": as_money(limit.amount, limit.currency),
    }


def _is_price(row: Spent) -> bool:
    return row.origin == "placement"


def _check_comparable(limit: Limit, placement: Placement) -> None:
    if placement.currency != limit.currency:
        raise ValidationError(
            _("The price is in %(price)s, %(budget)s is in %(currency)s: give both in one"
              " currency.")
            % {"price": placement.currency, "budget": limit.name, "currency": limit.currency}
        )  # fmt: skip
    if placement.vat == Vat.NOT_STATED:
        raise ValidationError(
            {
                "vat": _("Say whether the price holds VAT: else it cannot be held to %(budget)s.")
                % {"budget": limit.name}
            }
        )
    if limit.vat == Vat.NOT_STATED:
        raise ValidationError(
            _("Say of %(budget)s whether it holds VAT: else no price can be held to it.")
            % {"budget": limit.name}
        )


def _counted(limit: Limit, rows: Iterable[Spent]) -> Decimal:
    counted = [(row, counted_in(limit.vat, row.amount, row.vat, row.vat_rate)) for row in rows]
    if unknown := [row for row, amount in counted if amount is None]:
        raise ValidationError(
            _("What is left of %(budget)s is not known: state the VAT of %(sums)s.")
            % {"budget": limit.name, "sums": _names_of(unknown)}
        )
    return sum((amount for _row, amount in counted if amount is not None), Decimal(0))


def _names_of(rows: list[Spent]) -> str:
    """Where a person states their VAT: accounts and placements by name, costs by their day."""
    of_ads = {row.ad_object_id for row in rows if row.origin == "ads"}
    accounts = AdAccount.objects.filter(objects_in_it__in=of_ads).distinct()
    placements = Placement.objects.filter(
        pk__in={row.placement_id for row in rows if row.origin == "placement"}
    )
    costs = sorted({row.first for row in rows if row.origin == "cost"})
    names = [f"“{each}”" for each in (*accounts, *placements)]
    names += [_("the cost of %(day)s") % {"day": date_format(day)} for day in costs]
    return ", ".join(names)


def _let_over(placement: Placement, over: list[str], *, by: User | None, reason: str) -> None:
    if by is None or not may(by, RIGHT, client=placement.client_id):
        raise ValidationError(
            [*over, _("Lower the price, or ask a director: they may go over it with a reason.")]
        )
    if not reason.strip():
        raise ValidationError([*over, _("You may go over it: write the reason.")])
    said = _("Above the budget: %(reason)s") % {"reason": reason.strip()}
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[placement],
        action_flag=CHANGE,
        change_message=" ".join([said, *over]),
        single_object=True,
    )
