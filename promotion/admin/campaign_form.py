"""The form of a campaign: what belongs together, and what stays once it is agreed."""

import datetime as dt
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from clients.admin.scoped import ScopedForm
from clients.models import Client, Engagement
from promotion.campaign_days import days_outside
from promotion.campaign_moves import lock
from promotion.campaign_terms import TERMS, lacking_budget, placements_outside
from promotion.models import Campaign, CampaignState
from promotion.sums import counting_words
from smm_agency.lib.words import as_money

SHOWN = 3
BUDGET = ("budget", "vat", "vat_rate", "currency")


class CampaignForm(ScopedForm):
    change_reason = forms.CharField(
        label=gettext_lazy("Why the terms change"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy(
            "Once the campaign is agreed: asked for where its dates, budget, VAT or engagement"
            " change, and kept in its history."
        ),
    )

    # As it stood when the form was sent.
    before: Campaign | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        before = self.before = self.locked()
        self.currency_of(cleaned)
        self.check_engagement(cleaned)
        if before is not None:
            self.check_terms(cleaned, before)
            self.check_placements(cleaned, before)
            self.check_budget(cleaned, before)
        return cleaned

    def locked(self) -> Campaign | None:
        """As it stands in the database: nobody books or moves it until this page is saved."""
        return lock(self.instance) if self.instance.pk else None

    def client_of(self, cleaned: dict[str, Any]) -> Client | None:
        client: Client | None = self.instance.client if self.instance.pk else cleaned.get("client")
        return client

    def now(self, cleaned: dict[str, Any], name: str) -> Any:
        """The value that would be saved, of a field that may not be on the page."""
        return cleaned[name] if name in cleaned else getattr(self.instance, name)

    def currency_of(self, cleaned: dict[str, Any]) -> None:
        """Left empty: the engagement's, else the client's."""
        if "currency" not in self.fields or cleaned.get("currency") or self.errors.get("currency"):
            return
        owner = cleaned.get("engagement") or self.client_of(cleaned)
        if owner is not None:
            cleaned["currency"] = owner.currency

    def check_engagement(self, cleaned: dict[str, Any]) -> None:
        engagement: Engagement | None = self.now(cleaned, "engagement")
        if engagement is None or self.errors.get("engagement"):
            return
        currency = self.now(cleaned, "currency")
        if currency and currency != engagement.currency:
            self.refuse(
                "currency",
                _(
                    "The engagement is in %(theirs)s and the campaign in %(ours)s: sums are not"
                    " added up across currencies. Choose %(theirs)s, or another engagement."
                )
                % {"theirs": engagement.currency, "ours": currency},
            )
        for name in ("starts_on", "ends_on"):
            day = self.now(cleaned, name)
            if day and not is_within(day, engagement):
                self.refuse(name, why_not_within(day, engagement))

    def check_terms(self, cleaned: dict[str, Any], before: Campaign) -> None:
        """What was agreed changes with a reason only, and is never taken away."""
        if before.state == CampaignState.DRAFT:
            return
        for name in ("ends_on", "budget", "owner"):
            if name in cleaned and cleaned[name] is None and name not in self.errors:
                self.refuse(name, _("An agreed campaign keeps it: change it, do not clear it."))
        changed = [name for name in TERMS if self.now(cleaned, name) != getattr(before, name)]
        if changed and not cleaned.get("change_reason", "").strip():
            self.refuse(
                "change_reason",
                _("The terms were agreed: say why they change, it stays in the history."),
            )

    def check_placements(self, cleaned: dict[str, Any], before: Campaign) -> None:
        first, last = self.now(cleaned, "starts_on"), self.now(cleaned, "ends_on")
        outside = placements_outside(before, first, last) if first else []
        if outside:
            named = ", ".join(f"“{placement}”" for placement in outside[:SHOWN])
            more = "…" if len(outside) > SHOWN else ""
            self.refuse(
                "ends_on" if "ends_on" in self.changed_data else "starts_on",
                _("These placements would be outside its dates: %(placements)s. Move them first.")
                % {"placements": named + more},
            )

    def check_budget(self, cleaned: dict[str, Any], before: Campaign) -> None:
        """By the sums of booking: VAT alone can make a budget too small."""
        terms = {name: self.now(cleaned, name) for name in BUDGET}
        changed = [name for name in BUDGET if terms[name] != getattr(before, name)]
        if not changed or any(name in self.errors for name in BUDGET):
            return
        after = copy(before)
        for name, value in terms.items():
            setattr(after, name, value)
        used = lacking_budget(before, after)
        if used is not None:
            self.refuse(
                changed[0],
                _("%(used)s is spent and taken already: the budget cannot be less. %(vat)s")
                % {
                    "used": as_money(used.amount, after.currency),
                    "vat": counting_words(after.vat, is_exact=used.is_exact),
                },
            )

    def refuse(self, name: str, message: str) -> None:
        self.add_error(name if name in self.fields else None, ValidationError(message))


def is_within(day: dt.date, engagement: Engagement) -> bool:
    return not days_outside({"day": day}, engagement.starts_on, engagement.ends_on)


def why_not_within(day: dt.date, engagement: Engagement) -> str:
    ends = date_format(engagement.ends_on) if engagement.ends_on else "…"
    return _(
        "%(day)s is outside the engagement (%(first)s – %(last)s): choose a day of it, or another"
        " engagement."
    ) % {"day": date_format(day), "first": date_format(engagement.starts_on), "last": ends}
