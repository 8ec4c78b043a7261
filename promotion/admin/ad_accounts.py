"""Staff's door to ad accounts: what they are, their keys, and whether they are read."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.columns import button, column
from clients.admin.scoped import ClientFilter, ScopedAdmin, ScopedForm, ShowsBeside, allows
from clients.models.client import time_zone_choices
from promotion.ad_figures import today_of
from promotion.ad_reading import is_stale
from promotion.ad_spend import spend_by_campaign
from promotion.admin import ad_key_steps
from promotion.marking import marking_note
from promotion.models import AdAccount, AdAccountKey, AdFigure, AdNetwork
from smm_agency.lib.words import as_money

# Of how many days the page sums up.
SPEND_DAYS = 30

STANDING_COLOURS = {
    "works": "success",
    "unchecked": "info",
    "stale": "warning",
    "refused": "danger",
    "no_key": "warning",
    "off": "",
    "files": "",
}


def standing(account: AdAccount, *, has_key: bool) -> tuple[str, str]:
    """(code, words): how the figures of the account come, and whether they do."""
    if account.network != AdNetwork.VK_ADS:
        return "files", _("by files")
    if not account.is_read:
        return "off", _("not read by the clock")
    if not has_key:
        return "no_key", _("a key is needed")
    if account.state == AdAccount.State.REFUSED:
        return "refused", account.get_state_display()
    if account.read_at is None:
        return "unchecked", _("not read yet")
    if is_stale(account, at=timezone.now()):
        words = _("stale: read %(moment)s")
        moment = date_format(timezone.localtime(account.read_at), "SHORT_DATETIME_FORMAT")
        return "stale", words % {"moment": moment}
    return "works", account.get_state_display()


class AdAccountForm(ScopedForm):
    day_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of its days"),
        widget=UnfoldAdminSelectWidget(),
        initial="Europe/Moscow",
        help_text=gettext_lazy(
            "The network counts its days by this zone; they are kept as it counts them."
        ),
    )

    class Meta:
        model = AdAccount
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if "day_zone" in fields:
            fields["day_zone"].choices = time_zone_choices()

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        stands = AdFigure.objects.filter(ad_object__account=self.instance.pk)
        if self.instance.pk and "currency" in self.changed_data and stands.exists():
            raise ValidationError(
                _("Figures stand in %(currency)s: another currency is another account.")
                % {"currency": self.initial["currency"]}
            )
        return currency


@admin.register(AdAccount)
class AdAccountAdmin(ShowsBeside, ScopedAdmin):
    form = AdAccountForm
    change_form_outer_after_template = "admin/promotion/ad_account.html"
    named_by = ("client",)
    list_display = ("title", "client", "network", "standing_label", "read_at", "currency")
    list_filter = (ClientFilter, "network", "state")
    list_select_related = ("client",)
    search_fields = ("title", "external_id", "client__name")
    readonly_fields = ("standing_text", "state_note", "read_at", "next_read_at", "key_text")
    fieldsets = (
        (None, {"fields": (("client", "network"), ("title", "external_id"))}),
        (
            gettext_lazy("Its money and days"),
            {"fields": (("currency", "day_zone"), ("vat", "vat_rate"), "topped_up_by")},
        ),
        (
            gettext_lazy("Reading"),
            {
                "fields": (
                    ("is_read", "standing_text"),
                    "state_note",
                    ("read_at", "next_read_at"),
                    "key_text",
                )
            },
        ),
    )
    actions_detail = ("enter_key", "read_now", "delete_old_tokens")

    def get_queryset(self, request: HttpRequest) -> Any:
        keys = AdAccountKey.objects.filter(account=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_key=Exists(keys))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rows of one network are not another's."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "network") if obj else fields

    @column(gettext_lazy("figures"), ordering="state", label=STANDING_COLOURS)
    def standing_label(self, account: AdAccount) -> tuple[str, str]:
        return standing(account, has_key=getattr(account, "has_key", False))

    @column(gettext_lazy("figures"))
    def standing_text(self, account: AdAccount) -> str:
        return self.standing_label(account)[1] if account.pk else "—"

    @column(gettext_lazy("key"))
    def key_text(self, account: AdAccount) -> str:
        """Never the secret itself."""
        key = AdAccountKey.objects.filter(account=account).defer(
            "app_secret", "access_token", "refresh_token"
        )
        if not account.pk or (found := key.first()) is None:
            return "—"
        whose = found.agency_client or _("the account's own app")
        return _("client_id %(app)s · %(whose)s") % {"app": found.app_id, "whose": whose}

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        account: AdAccount = row
        last = today_of(account, at=timezone.now())
        first = last - dt.timedelta(days=SPEND_DAYS - 1)
        found = spend_by_campaign(account, first, last)
        listed = reverse("admin:promotion_adobject_changelist")
        return {
            **super().beside(request, row),
            "marking_note": marking_note(account.client, [account], on=account.client.today()),
            "spend_of_days": [(title, as_money(spend, account.currency)) for title, spend in found],
            "spend_first": first,
            "spend_last": last,
            "rows_url": f"{listed}?account__id__exact={account.pk}",
        }

    def found(self, request: HttpRequest, object_id: str) -> AdAccount:
        account = self.get_object(request, object_id)
        if account is None:
            raise Http404
        row: AdAccount = account
        return row

    def has_enter_key_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        account = self.row_of(request, object_id)
        return self.is_by_api(account) and allows(request, "promotion.add_adaccountkey", account)

    def has_read_now_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        account = self.row_of(request, object_id)
        is_readable = self.is_by_api(account) and account.is_read and account.has_key
        return bool(is_readable) and self.has_change_permission(request, account)

    def has_delete_tokens_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        account = self.row_of(request, object_id)
        has_key = self.is_by_api(account) and account.has_key
        return bool(has_key) and allows(request, "promotion.change_adaccountkey", account)

    def is_by_api(self, account: Any) -> bool:
        return account is not None and account.network == AdNetwork.VK_ADS

    @button(gettext_lazy("Enter key"), path="key", icon="key", permissions=["view", "enter_key"])
    def enter_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ad_key_steps.enter_step(self, request, self.found(request, object_id))

    @button(gettext_lazy("Read now"), path="read", icon="sync", permissions=["view", "read_now"])
    def read_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ad_key_steps.read_step(self, request, self.found(request, object_id))

    @button(
        gettext_lazy("Delete old tokens"), path="tokens", icon="delete",
        permissions=["view", "delete_tokens"],
    )  # fmt: skip
    def delete_old_tokens(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ad_key_steps.delete_step(self, request, self.found(request, object_id))

    def save_model(self, request: HttpRequest, obj: AdAccount, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and obj.network == AdNetwork.VK_ADS:
            transaction.on_commit(
                lambda: messages.info(request, _("Enter its key, and its figures are read."))
            )
