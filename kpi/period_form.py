"""The forms of a page's period: one of the named ones, or any days; both ask by GET."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Layout, Row, Submit
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kpi.period_reading import Preset
from kpi.portal_period import (
    QUARTER_MONTHS,
    Compare,
    Period,
    code_of,
    months_later,
    quarter_of,
    quarter_title,
)
from strategy.periods import month_of

MONTHS_OFFERED = 13
QUARTERS_OFFERED = 5


Choice = tuple[str, Any]


def period_choices(period: Period) -> list[tuple[Any, Any]]:
    """Presets, months and quarters, the newest first; whatever is shown now is among them."""
    month, quarter = month_of(period.today), quarter_of(period.today)
    months = [months_later(month, -n) for n in range(1, MONTHS_OFFERED)]
    quarters = [months_later(quarter, -n * QUARTER_MONTHS) for n in range(1, QUARTERS_OFFERED)]
    this_month: list[Choice] = [(f"{month:%Y-%m}", Preset.THIS_MONTH.label)]
    presets: list[Choice] = [(one.value, one.label) for one in Preset if one != Preset.THIS_MONTH]
    groups: list[tuple[Any, list[Choice]]] = [
        (_("Often asked for"), this_month + presets),
        (_("Months"), [(f"{one:%Y-%m}", date_format(one, "F Y")) for one in months]),
        (_("Quarters"), [(quarter_code(one), quarter_title(one)) for one in quarters]),
    ]
    if period.code not in {code for _title, choices in groups for code, _label in choices}:
        return [(period.code, period.title), *groups]
    return groups


def quarter_code(first: dt.date) -> str:
    return code_of(first, months_later(first, QUARTER_MONTHS) - dt.timedelta(days=1))


def _asking(*fields: Any, label: Any) -> FormHelper:
    """A form that only asks, without the token that only writing needs."""
    helper = FormHelper()
    helper.form_method = "get"
    helper.form_action = "?"
    helper.disable_csrf = True
    helper.attrs = {"aria-label": label}
    helper.layout = Layout(*fields)
    return helper


def _button(label: Any, *, css_id: str) -> Submit:
    # Without a name it stays out of the address.
    return Submit("", label, css_id=css_id, css_class="btn-sm")


class NamedPeriodForm(forms.Form):
    period = forms.ChoiceField(label=_("Period"), required=False)
    compare = forms.ChoiceField(label=_("Compare"), choices=Compare.choices, required=False)

    def __init__(self, period: Period, *, compares: bool) -> None:
        super().__init__(
            initial={"period": period.code, "compare": period.compare}, auto_id="period_%s"
        )
        self.fields["period"].choices = period_choices(period)  # type: ignore[attr-defined] # a ChoiceField
        if not compares:
            # Kept for the pages that do.
            self.fields["compare"].widget = forms.HiddenInput()
        self.helper = _asking(
            Field("period", css_class="form-select-sm"),
            Field("compare", css_class="form-select-sm"),
            _button(_("Show"), css_id="show-period"),
            label=_("Period"),
        )


class DaysForm(forms.Form):
    """`from` is no name for a field in Python, so both are added by name."""

    def __init__(self, period: Period) -> None:
        initial = {"from": period.first, "to": period.until, "compare": period.compare}
        super().__init__(initial=initial, auto_id="days_%s")
        for name, label in (("from", _("From")), ("to", _("To"))):
            attributes = {"type": "date", "max": period.today.isoformat(), "required": True}
            widget = forms.DateInput(attributes | {"class": "form-control-sm"}, "%Y-%m-%d")
            # The browser asks for both; no star stands beside the only two fields.
            self.fields[name] = forms.DateField(label=label, widget=widget, required=False)
        self.fields["compare"] = forms.CharField(widget=forms.HiddenInput(), required=False)
        self.helper = _asking(
            Row(Column("from", css_class="col-6"), Column("to", css_class="col-6")),
            "compare",
            _button(_("Show these days"), css_id="show-days"),
            label=_("Any days"),
        )
