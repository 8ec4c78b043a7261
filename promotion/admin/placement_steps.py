"""Buttons of a placement: each step asks for what it needs, of the state that was seen."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminURLInputWidget,
)

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, select_field, text_field
from clients.admin.scoped import allows
from communities.admin.life_steps import person
from content.admin.moments import ClientMoment, by_clock_of
from promotion.admin.placement_forms import NOT_ATTRIBUTED
from promotion.models import SLOT_AFTER, FactSlot, FactSource, Placement, PlacementState, Vat
from promotion.placement_facts import NUMBERS, take_fact, warnings_of
from promotion.placement_moves import ASKS, asks_reason, move_placement, steps_of
from promotion.publication_day import warning_of_late

S = PlacementState


ENDS = (S.REFUNDED, S.CANCELLED)


def money_field(label: Any, **kwargs: Any) -> Any:
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget(),
        **kwargs,
    )


def fields_of(placement: Placement, to: str) -> dict[str, Any]:
    """The fields that a step asks for, filled with what stands in the row."""
    made: dict[str, Callable[[], Any]] = {
        "price": lambda: money_field(gettext_lazy("Price")),
        "currency": lambda: text_field(gettext_lazy("Currency"), max_length=3),
        "vat": lambda: select_field(gettext_lazy("VAT"), choices=Vat.choices, required=False),
        "vat_rate": lambda: money_field(gettext_lazy("VAT rate, %")),
        "paid_on": lambda: date_field(gettext_lazy("Paid on")),
        "url": lambda: forms.URLField(
            label=gettext_lazy("Link of the post"),
            assume_scheme="https",
            max_length=200,
            widget=UnfoldAdminURLInputWidget(),
        ),
        "published_at": lambda: ClientMoment(label=gettext_lazy("Published")),
        "removed_at": lambda: ClientMoment(label=gettext_lazy("Removed"), required=False),
    }
    fields = {name: made[name]() for name in ASKS.get(S(to), ())}
    for name, field in fields.items():
        field.initial = getattr(placement, name)
    if "paid_on" in fields and not placement.paid_on:
        fields["paid_on"].initial = placement.client.today()
    return fields


class MoveForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, placement: Placement, to: str, data: Any = None) -> None:
        super().__init__(data, initial={"seen": placement.state})
        self.fields.update(fields_of(placement, to))
        self.fields["reason"] = text_field(
            gettext_lazy("Reason") if asks_reason(placement.state, to) else gettext_lazy("Note"),
            required=False,
            max_length=300,
        )
        by_clock_of(self, placement.client)


def step_page(
    model_admin: Any, request: HttpRequest, row: Placement, to: str, *, title: Any = None
) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        row.state = data.pop("seen")
        move_placement(row, to, by=person(request), at=timezone.now(), **data)
        if to == S.PUBLISHED and (warning := warning_of_late(row)):
            messages.warning(request, warning)
        return _("It is “%(state)s” now.") % {"state": row.get_state_display()}

    return Step(
        model_admin,
        request,
        row,
        title=str(title or TITLES[S(to)]),
        submit=str(title or TITLES[S(to)]),
        explanation=explanation_of(row, to),
        form=MoveForm(row, to, posted(request)),
        do=do,
    ).respond()


def explanation_of(row: Placement, to: str) -> str:
    if to != step_back(row):
        return str(EXPLANATIONS.get(S(to), ""))
    said = _("It becomes “%(state)s” again.") % {"state": S(to).label}
    if row.state == S.BOOKED:
        said += " " + _("Its money is free again; its terms stand until it is taken back further.")
    if row.state == S.APPROVED:
        said += " " + _("Its terms may be changed, and the client approves them anew.")
    return said


TITLES = {
    S.CHECKED: gettext_lazy("The page is checked"),
    S.NEGOTIATED: gettext_lazy("The price is negotiated"),
    S.APPROVED: gettext_lazy("The client approves"),
    S.BOOKED: gettext_lazy("Book"),
    S.PAID: gettext_lazy("Paid"),
    S.PUBLISHED: gettext_lazy("It is published"),
    S.COLLECTED: gettext_lazy("Figures are collected"),
    S.CLOSED: gettext_lazy("Close"),
    S.REFUNDED: gettext_lazy("Money returned"),
    S.CANCELLED: gettext_lazy("Cancel the placement"),
}
EXPLANATIONS = {
    S.APPROVED: gettext_lazy(
        "From here on price, currency, VAT and page stand as the client approved them: to change"
        " them, take a step back."
    ),
    S.BOOKED: gettext_lazy(
        "Its price is taken from the campaign's budget and from the channel's month."
    ),
    S.PUBLISHED: gettext_lazy(
        "From this moment on its figures are due after 24 hours, 48 hours and 7 days, and where"
        " the network allows it the link is looked at every hour."
    ),
    S.REFUNDED: gettext_lazy("The price goes back to the budget; the figures stay."),
}
ICONS = {
    S.CHECKED: "fact_check", S.NEGOTIATED: "handshake", S.APPROVED: "thumb_up",
    S.BOOKED: "bookmark_added", S.PAID: "payments", S.PUBLISHED: "publish",
    S.COLLECTED: "monitoring", S.CLOSED: "task_alt", S.REFUNDED: "undo", S.CANCELLED: "cancel",
}  # fmt: skip


def step_button(to: PlacementState) -> Any:
    is_bad = to in ENDS

    def go(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        return step_page(self, request, self.found(request, object_id), to)

    go.__name__ = f"to_{to}"
    decorate = button(
        TITLES[to],
        path=f"to-{to}",
        icon=ICONS[to],
        permissions=[f"to_{to}"],
        variant=ActionVariant.DANGER if is_bad else ActionVariant.DEFAULT,
    )
    return decorate(go)


def step_back(placement: Placement) -> PlacementState | None:
    """The state that it may be taken back to."""
    back = [to for to in steps_of(placement) if to not in ENDS and asks_reason(placement.state, to)]
    return back[0] if back else None


def step_permission(to: PlacementState) -> Any:
    def has(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        row = self.row_of(request, obj)
        return (
            row is not None
            and to in steps_of(row)
            and to != step_back(row)
            and allows(request, "promotion.change_placement", row)
        )

    return has


class PlacementSteps:
    """Mixed in before the page's own class."""

    to_checked = step_button(S.CHECKED)
    to_negotiated = step_button(S.NEGOTIATED)
    to_approved = step_button(S.APPROVED)
    to_booked = step_button(S.BOOKED)
    to_paid = step_button(S.PAID)
    to_published = step_button(S.PUBLISHED)
    to_collected = step_button(S.COLLECTED)
    to_closed = step_button(S.CLOSED)
    to_refunded = step_button(S.REFUNDED)
    to_cancelled = step_button(S.CANCELLED)
    has_to_checked_permission = step_permission(S.CHECKED)
    has_to_negotiated_permission = step_permission(S.NEGOTIATED)
    has_to_approved_permission = step_permission(S.APPROVED)
    has_to_booked_permission = step_permission(S.BOOKED)
    has_to_paid_permission = step_permission(S.PAID)
    has_to_published_permission = step_permission(S.PUBLISHED)
    has_to_collected_permission = step_permission(S.COLLECTED)
    has_to_closed_permission = step_permission(S.CLOSED)
    has_to_refunded_permission = step_permission(S.REFUNDED)
    has_to_cancelled_permission = step_permission(S.CANCELLED)

    def has_to_back_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        may_move = row is not None and allows(request, "promotion.change_placement", row)
        return may_move and step_back(row) is not None

    @button(gettext_lazy("A step back"), path="to-back", icon="undo", permissions=["to_back"])
    def to_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        row = me.found(request, object_id)
        return step_page(me, request, row, step_back(row) or row.state, title=_("A step back"))

    def has_facts_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        rights = ("promotion.add_placementfact", "promotion.change_placementfact")
        is_out = row is not None and row.published_at is not None
        return is_out and any(allows(request, right, row) for right in rights)

    @button(gettext_lazy("Enter figures"), path="facts", icon="123", permissions=["facts"])
    def enter_facts(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        return facts_page(me, request, me.found(request, object_id))


STEP_BUTTONS = tuple(f"to_{state}" for state in TITLES if state not in ENDS)


class FactForm(forms.Form):
    """Empty: as it was before."""

    slot = select_field(gettext_lazy("After"), choices=FactSlot.choices)
    measured_at = ClientMoment(label=gettext_lazy("Read at"))
    views = forms.IntegerField(label=gettext_lazy("Views"), required=False)
    clicks = forms.IntegerField(label=gettext_lazy("Clicks"), required=False)
    joined = forms.IntegerField(
        label=gettext_lazy("Joined"), required=False, help_text=NOT_ATTRIBUTED
    )
    left = forms.IntegerField(
        label=gettext_lazy("Left"),
        required=False,
        help_text=gettext_lazy("Of those who joined by this placement, within 7 days."),
    )
    messages = forms.IntegerField(label=gettext_lazy("Messages"), required=False)

    def __init__(self, placement: Placement, data: Any = None) -> None:
        super().__init__(data, initial=first_missing(placement, at=timezone.now()))
        for name in NUMBERS:
            self.fields[name].widget = UnfoldAdminIntegerFieldWidget()
        by_clock_of(self, placement.client)


def first_missing(placement: Placement, *, at: dt.datetime) -> dict[str, Any]:
    """The first slot that is due and has no figures yet, read now."""
    there = set(placement.facts.values_list("slot", flat=True))
    published = placement.published_at or at
    due = [slot for slot in FactSlot if slot not in there and published + SLOT_AFTER[slot] <= at]
    return {"slot": due[0] if due else FactSlot.HOURS_24, "measured_at": at}


def facts_page(model_admin: Any, request: HttpRequest, row: Placement) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        numbers = {name: data[name] for name in NUMBERS if data[name] is not None}
        if not numbers:
            raise ValidationError(_("Type in at least one number; 0 is a number, too."))
        at = data["measured_at"]
        if at > timezone.now():
            raise ValidationError({"measured_at": _("This moment is still to come.")})
        fact = take_fact(
            row, data["slot"], source=FactSource.HAND, at=at, by=person(request), **numbers
        )
        for warning in warnings_of(fact):
            messages.warning(request, warning)
        return _("Figures after %(slot)s are kept.") % {"slot": fact.get_slot_display()}

    return Step(
        model_admin,
        request,
        row,
        title=_("Enter figures"),
        submit=_("Keep the figures"),
        explanation=_(
            "Empty: not told, what stood there before stays. A figure that replaces another keeps"
            " the old one in its history."
        ),
        form=FactForm(row, posted(request)),
        do=do,
    ).respond()
