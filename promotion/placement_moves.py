"""The steps of a placement: which follow each other, and what each of them asks for."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.models import User
from promotion.booking import book, unbook
from promotion.marking import marking_problems
from promotion.models import (
    TAKES_MONEY,
    Campaign,
    CampaignState,
    CostKind,
    Placement,
    PlacementMove,
    PlacementState,
    Vat,
)
from promotion.placement_links import check_link
from promotion.publication_day import (
    over_in_its_month,
    refuse_too_early,
    tell_of_over,
    with_over,
)
from promotion.publishers import never_problem
from smm_agency.lib.words import as_money

S = PlacementState

STEPS: Mapping[str, tuple[PlacementState, ...]] = MappingProxyType(
    {
        S.CANDIDATE: (S.CHECKED, S.CANCELLED),
        S.CHECKED: (S.NEGOTIATED, S.CANCELLED),
        S.NEGOTIATED: (S.APPROVED, S.CHECKED, S.CANCELLED),
        S.APPROVED: (S.BOOKED, S.NEGOTIATED, S.CANCELLED),
        # Some publishers are paid after the publication.
        S.BOOKED: (S.PAID, S.PUBLISHED, S.APPROVED, S.CANCELLED),
        S.PAID: (S.PUBLISHED, S.REFUNDED),
        S.PUBLISHED: (S.COLLECTED, S.REFUNDED),
        S.COLLECTED: (S.CLOSED, S.REFUNDED),
        S.CLOSED: (),
        S.REFUNDED: (),
        S.CANCELLED: (),
    }
)
# What a step may be given along with it.
ASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        S.NEGOTIATED: ("price", "currency", "vat", "vat_rate"),
        S.PAID: ("paid_on",),
        S.PUBLISHED: ("url", "published_at"),
        S.REFUNDED: ("removed_at",),
    }
)
# It has gone out: its link, its time and its papers stand from here on.
OUT = (S.PUBLISHED, S.COLLECTED, S.CLOSED)
# What the client approves and is booked: a step back is taken before any of it changes.
BOOKED_TERMS = ("campaign", "publisher", "price", "currency", "vat", "vat_rate")
ORDER = list(STEPS)


def steps_of(placement: Placement) -> tuple[PlacementState, ...]:
    return STEPS[placement.state]


def is_price_fixed(placement: Placement) -> bool:
    """Whether `BOOKED_TERMS` stand: as the client approved them, or as they were booked."""
    fixed = (*TAKES_MONEY, S.APPROVED, S.REFUNDED)
    return placement.state in fixed


def asks_reason(old: str, new: str) -> bool:
    """Of a step back, and of an end without figures."""
    is_end = new in (S.CANCELLED, S.REFUNDED)
    return is_end or ORDER.index(new) < ORDER.index(old)


def move_placement(
    placement: Placement,
    to: str,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    **given: Any,
) -> None:
    """One step on from the state that `placement` was seen in, with what the step asks for.

    `given`: fields of `ASKS`; what is not given must stand in the row. Raises ValidationError: no
    such step, somebody was quicker, something is missing, the money does not suffice.
    """
    try:
        with transaction.atomic():
            row = _locked(placement)
            stood_on = row.stands_on
            _refuse_step(row, to, reason)
            _take(row, to, given)
            CHECKS.get(PlacementState(to), _nothing)(row, at)
            _refuse_without_page(row, to)
            if to in (S.CHECKED, S.NEGOTIATED, S.APPROVED, S.BOOKED):
                _refuse_never(row)
            _move_money(row, to, by=by, at=at, reason=reason)
            # What is out cannot be refused for its money any more: it is written down instead.
            over = over_in_its_month(row, stood_on=stood_on) if to == S.PUBLISHED else []
            _store(row, to, tuple(given), by=by, at=at, reason=with_over(reason, over))
            if over:
                tell_of_over(row, over)
    except IntegrityError as error:
        # Two people wrote the same link at once.
        raise ValidationError(_("Another placement of the client has this link.")) from error
    placement.refresh_from_db()


def _locked(placement: Placement) -> Placement:
    """The row as it stands, held; refused where it is not in the state that was seen."""
    rows = Placement.objects.select_for_update(no_key=True, of=("self",))
    row: Placement = rows.select_related("campaign", "client", "publisher").get(pk=placement.pk)
    if row.state != placement.state:
        message = _("It is “%(state)s” by now: open the page again and look.")
        raise ValidationError(message % {"state": row.get_state_display()})
    return row


def _refuse_step(row: Placement, to: str, reason: str) -> None:
    if to not in steps_of(row):
        message = _("A placement that is “%(old)s” cannot become “%(new)s”.")
        named = {"old": row.get_state_display(), "new": PlacementState(to).label}
        raise ValidationError(message % named)
    if asks_reason(row.state, to) and not reason.strip():
        raise ValidationError({"reason": _("Write why.")})


def _take(row: Placement, to: str, given: Mapping[str, Any]) -> None:
    if unknown := sorted(set(given) - {*ASKS.get(to, ())}):
        raise TypeError(f"The step to {to} asks for no {', '.join(unknown)}.")
    for name, value in given.items():
        setattr(row, name, value)
    others = {field.name for field in row._meta.concrete_fields} - set(given)
    row.clean_fields(exclude=others)


def _nothing(row: Placement, at: dt.datetime) -> None:
    """Most steps ask for nothing more."""


def _check_page(row: Placement, at: dt.datetime) -> None:
    if row.publisher is None:
        raise ValidationError({"publisher": _("Choose the publisher page first.")})


def _check_price(row: Placement, at: dt.datetime) -> None:
    if row.price is None:
        raise ValidationError({"price": _("Give the price first; 0 where nothing is paid.")})
    if row.vat == Vat.NOT_STATED:
        raise ValidationError({"vat": _("Say whether the price holds VAT.")})
    _refuse_second_price(row)


def _refuse_second_price(row: Placement) -> None:
    """A cost of advertising written down while there was no price is the same money."""
    costs = row.costs.filter(kind=CostKind.AD_BUDGET, amount__gt=0).order_by("spent_on", "pk")
    if row.price and (cost := costs.first()):
        message = _(
            "A cost of advertising of this placement, %(sum)s, counts already: delete it under"
            " “Costs”, or choose another kind there. Then give the price."
        )
        named = {"sum": as_money(cost.amount, cost.currency)}
        raise ValidationError({"price": message % named})


def _check_paid(row: Placement, at: dt.datetime) -> None:
    if row.paid_on is None:
        raise ValidationError({"paid_on": _("Give the day it was paid.")})
    if row.paid_on > row.client.day_of(at):
        raise ValidationError({"paid_on": _("This day is still to come.")})


def _check_published(row: Placement, at: dt.datetime) -> None:
    if row.campaign.state in (CampaignState.DRAFT, CampaignState.CANCELLED):
        message = _("The campaign “%(title)s” is “%(state)s”: nothing is published in it.")
        named = {"title": row.campaign.title, "state": row.campaign.get_state_display()}
        raise ValidationError(message % named)
    if not row.url:
        raise ValidationError({"url": _("Paste the link of the post itself.")})
    if row.published_at is None:
        raise ValidationError({"published_at": _("Give the time it was published.")})
    if row.published_at > at:
        raise ValidationError({"published_at": _("This moment is still to come.")})
    refuse_too_early(row)
    check_link(row)
    if problems := marking_problems(row, on=row.client.day_of(row.published_at)):
        raise ValidationError(problems)


def _check_collected(row: Placement, at: dt.datetime) -> None:
    if not row.facts.exists():
        raise ValidationError(_("There are no figures yet: type in those of 24 hours first."))


CHECKS: Mapping[PlacementState, Callable[[Placement, dt.datetime], None]] = MappingProxyType(
    {
        S.CHECKED: _check_page,
        S.NEGOTIATED: _check_price,
        S.APPROVED: _check_price,
        S.BOOKED: _check_price,
        S.PAID: _check_paid,
        S.PUBLISHED: _check_published,
        S.COLLECTED: _check_collected,
    }
)


def _refuse_without_page(row: Placement, to: str) -> None:
    """What is bought of publishers stands on a page of one: its law cannot be told without."""
    if to in (S.APPROVED, S.BOOKED, S.PUBLISHED) and is_without_page(row):
        raise ValidationError({"publisher": _("Choose the publisher page first.")})


def is_without_page(row: Placement) -> bool:
    kinds = (Campaign.Kind.SEEDING, Campaign.Kind.INFLUENCER)
    return row.publisher_id is None and row.campaign.kind in kinds


def _refuse_never(row: Placement) -> None:
    if row.publisher and (why := never_problem(row.publisher)) and not row.despite_verdict:
        raise ValidationError(why)


def _move_money(row: Placement, to: str, *, by: User | None, at: dt.datetime, reason: str) -> None:
    if to == S.BOOKED:
        book(row, by=by, at=at, reason=reason)
    elif row.state in TAKES_MONEY and to not in TAKES_MONEY:
        unbook(row, by=by, at=at)


def _store(
    row: Placement,
    to: str,
    given: tuple[str, ...],
    *,
    by: User | None,
    at: dt.datetime,
    reason: str,
) -> None:
    old, row.state, row.state_since = row.state, PlacementState(to), at
    row.validate_constraints()
    row.save(update_fields=["state", "state_since", *given])
    PlacementMove.objects.create(
        client_id=row.client_id,
        placement=row,
        old=old,
        new=to,
        moved_at=at,
        moved_by=by,
        reason=reason.strip(),
    )
