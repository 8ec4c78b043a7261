"""A page's figures of a day, typed in: what is not known stays empty, which is not zero."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from clients.admin.form_page import Step, date_field, posted
from communities.models import Profile
from kpi.manual_figures import enter_figures, figures_of
from kpi.models import ProfileSnapshot

LARGEST = models.BigIntegerField.MAX_BIGINT


class DayForm(forms.Form):
    """Which day; asked above the figures, by GET."""

    day = date_field(gettext_lazy("Day"))


class FiguresForm(forms.Form):
    """A change is what differs from what the page showed, whatever was stored meanwhile."""

    def __init__(self, known: dict[str, int | None], day: dt.date, data: Any) -> None:
        super().__init__(data, initial={**known, "shown_day": day})
        self.fields["shown_day"] = forms.DateField(widget=forms.HiddenInput())
        for name in ProfileSnapshot.COUNTERS:
            label = ProfileSnapshot._meta.get_field(name)
            self.fields[name] = forms.IntegerField(
                label=str(getattr(label, "verbose_name", name)).capitalize(),
                required=False,
                min_value=0,
                max_value=LARGEST,
                widget=UnfoldAdminIntegerFieldWidget(),
                show_hidden_initial=True,
            )

    def changes(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "shown_day"}


def asked_day(request: HttpRequest, profile: Profile) -> dt.date:
    """The day in the address, else the client's today."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    return day or profile.client.today()


def manual_figures_page(model_admin: Any, request: HttpRequest, profile: Profile) -> HttpResponse:
    day = asked_day(request, profile)
    form = FiguresForm(figures_of(profile, day), day, posted(request))

    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        try:
            # A page sent after midnight is of the day that it showed.
            shown = data["shown_day"]
            enter_figures(profile, shown, form.changes(), by=user, at=timezone.now())
        except ValidationError as refused:
            raise ValidationError(refused.messages) from None
        return _("The figures of %(day)s are stored.") % {"day": date_format(data["shown_day"])}

    return Step(
        model_admin,
        request,
        profile,
        title=_("Enter figures"),
        submit=_("Store"),
        explanation=_(
            "Leave empty what is not known: empty is “not measured”, 0 is a measured zero. What"
            " stood there before is kept as a correction."
        ),
        form=form,
        do=do,
        template="admin/kpi/manual_figures.html",
        context={"day_form": DayForm({"day": day}), "day": day},
    ).respond()
