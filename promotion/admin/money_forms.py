"""Checks of sums that people type in: a day that has come, a currency of the client's."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from clients.admin.scoped import ScopedForm
from clients.models import Client, Engagement, User
from clients.rights import may
from promotion.booking import RIGHT
from promotion.budget import used_in
from promotion.channel_plan import month_plans
from promotion.models import ChannelBudget, CostKind
from smm_agency.lib.words import as_money

# What a budget of a channel holds prices to.
OF_THE_SUM = {"client", "channel", "month", "amount", "currency", "vat", "vat_rate"}


class MoneyForm(ScopedForm):
    """`day_name`: the field with the day that the sum moved on."""

    day_name = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if client := self.client_of(cleaned):
            self.check_day(cleaned, client)
            self.check_currency(cleaned, client)
        return cleaned

    def client_of(self, cleaned: dict[str, Any]) -> Client | None:
        if self.instance.client_id:
            client: Client = self.instance.client
            return client
        parent = cleaned.get(getattr(self.instance, "client_from", "client"))
        return parent if parent is None or isinstance(parent, Client) else parent.client

    def check_day(self, cleaned: dict[str, Any], client: Client) -> None:
        day = cleaned.get(self.day_name)
        if day and day > client.today():
            self.add_error(
                self.day_name, _("This day has not come yet: money is written down once it moved.")
            )

    def check_currency(self, cleaned: dict[str, Any], client: Client) -> None:
        allowed = self.currencies(cleaned, client)
        currency = cleaned.get("currency")
        if currency and currency not in allowed:
            self.add_error(
                "currency",
                _("The money of this client is in %(allowed)s: give it so, or set the currency of"
                  " the client or of the engagement first.")
                % {"allowed": ", ".join(allowed)},
            )  # fmt: skip

    def currencies(self, cleaned: dict[str, Any], client: Client) -> list[str]:
        of_engagements = Engagement.objects.filter(client=client).values_list("currency", flat=True)
        return sorted({client.currency, *of_engagements})


class CostForm(MoneyForm):
    day_name = "spent_on"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        campaign, placement = cleaned.get("campaign"), cleaned.get("placement")
        if campaign and placement and placement.campaign_id != campaign.pk:
            self.add_error("placement", _("This placement belongs to another campaign."))
        is_ad = cleaned.get("kind") == CostKind.AD_BUDGET
        if is_ad and placement and placement.price:
            self.add_error(
                "placement",
                _("The price of this placement, %(price)s, counts already: change it there, or"
                  " choose another kind.")
                % {"price": as_money(placement.price, placement.currency)},
            )  # fmt: skip
        return cleaned

    def currencies(self, cleaned: dict[str, Any], client: Client) -> list[str]:
        campaign = cleaned.get("campaign")
        return [campaign.currency] if campaign else super().currencies(cleaned, client)


class TopUpForm(MoneyForm):
    day_name = "topped_up_on"

    def check_currency(self, cleaned: dict[str, Any], client: Client) -> None:
        account, currency = cleaned.get("account"), cleaned.get("currency")
        if account and currency and currency != account.currency:
            self.add_error(
                "currency",
                _("The account is in %(currency)s: give the sum as it came in there.")
                % {"currency": account.currency},
            )


class ChannelBudgetForm(MoneyForm):
    """`user`: who saves it, set by the page."""

    user: User | None = None

    def check_day(self, cleaned: dict[str, Any], client: Client) -> None:
        """A budget is of any month; one that replaces the strategy's line says why."""
        month, channel = cleaned.get("month"), cleaned.get("channel")
        if not isinstance(month, dt.date) or month.day != 1 or cleaned.get("reason"):
            return
        plan = month_plans(client, month).get(channel or "")
        if plan is None or plan.version is None or plan.amount == cleaned.get("amount"):
            return
        self.add_error(
            "reason",
            _("The strategy plans %(amount)s for this channel in this month: write why it changes.")
            % {"amount": as_money(plan.amount, plan.currency)},
        )

    def _post_clean(self) -> None:
        parent: Any = super()
        parent._post_clean()
        if not self.errors and OF_THE_SUM.intersection(self.changed_data):
            self.hold_to_used(self.instance)

    def hold_to_used(self, budget: ChannelBudget) -> None:
        """Money that is spent or booked is not planned away without a word."""
        plan = month_plans(budget.client, budget.month).get(budget.channel)
        is_own = plan is not None and plan.currency == budget.currency
        if is_own and plan and plan.amount is not None and plan.amount < budget.amount:
            return
        used = used_in(budget).amount
        if budget.amount >= used:
            return
        message = _("%(used)s is spent and booked in this month already: give at least that.")
        said = message % {"used": as_money(used, budget.currency)}
        if self.user is None or not may(self.user, RIGHT, client=budget.client_id):
            self.add_error("amount", f"{said} {_('A director may go below it with a reason.')}")
        elif not budget.reason:
            self.add_error("reason", f"{said} {_('You may go below it: write why.')}")
