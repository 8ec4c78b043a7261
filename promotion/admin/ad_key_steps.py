"""The steps of an ad account's page: a key goes in and is never shown, reading is asked for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError
from unfold.widgets import UnfoldAdminPasswordWidget

from clients.admin.form_page import Step, posted, text_field
from communities.networks import http
from communities.networks.outcomes import Ok
from promotion.ad_reading import ask_again, check_key
from promotion.ad_tokens import delete_tokens, enter_key
from promotion.models import AdAccount, AdAccountKey
from promotion.tasks import read_ad_accounts
from smm_agency.lib.encryption import keyed_hash

# Somebody waits in front of the screen.
PATIENCE_SECONDS = 15.0


class KeyForm(forms.Form):
    app_id = text_field(gettext_lazy("client_id of the app"), max_length=120)
    app_secret = forms.CharField(
        label=gettext_lazy("client_secret of the app"),
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    agency_client = text_field(
        gettext_lazy("Client in the agency's account"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "The name or the number that the agency's account has the client by; empty where the"
            " app belongs to the client's own account."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)


def enter_step(model_admin: Any, request: HttpRequest, account: AdAccount) -> HttpResponse:
    key = AdAccountKey.objects.filter(account=account).first()
    initial = {
        "app_id": key.app_id if key else "",
        "agency_client": key.agency_client if key else "",
        "seen": mark_of(key),
    }

    def do(data: dict[str, Any]) -> str:
        standing = AdAccountKey.objects.select_for_update().filter(account=account).first()
        if mark_of(standing) != data["seen"]:
            raise ValidationError(
                _("Somebody entered another key meanwhile: open the page anew and look.")
            )
        given = {name: data[name] for name in ("app_id", "app_secret", "agency_client")}
        enter_key(account, **given)
        transaction.on_commit(lambda: check_now(request, account))
        return ""

    return Step(
        model_admin,
        request,
        account,
        title=_("Enter the key"),
        submit=_("Save and ask the network"),
        explanation=_(
            "The app is made in the cabinet of VK Реклама, in the settings of API access. The"
            " secret is kept encrypted and is never shown again."
        ),
        form=KeyForm(posted(request), initial=initial),
        do=do,
    ).respond()


def mark_of(key: AdAccountKey | None) -> str:
    """Tells one key from another without telling it."""
    return keyed_hash(key.app_id, key.app_secret or "", key.agency_client) if key else ""


def check_now(request: HttpRequest, account: AdAccount) -> None:
    with http.patience(PATIENCE_SECONDS):
        outcome = check_key(account, at=timezone.now())
    if isinstance(outcome, Ok):
        ask_again(account, at=timezone.now())
        wake()
        words = _("The key works: the account of user %(user)s. It is being read.")
        messages.success(request, words % {"user": outcome.value})
    else:
        words = _("The network does not take the key: %(note)s")
        messages.error(request, words % {"note": outcome.message})


def read_step(model_admin: Any, request: HttpRequest, account: AdAccount) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        ask_again(account, at=timezone.now())
        transaction.on_commit(wake)
        return _("The account is being read; look again in a minute.")

    return Step(
        model_admin,
        request,
        account,
        title=_("Read now"),
        submit=_("Read the account"),
        explanation=_("The last week is read again, or more where the account was not read."),
        form=forms.Form(posted(request)),
        do=do,
    ).respond()


def wake() -> None:
    """A queue that does not answer stops nothing: the clock comes within ten minutes."""
    try:
        read_ad_accounts.apply_async(retry=False)
    except OperationalError:
        return


def delete_step(model_admin: Any, request: HttpRequest, account: AdAccount) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        if failure := delete_tokens(account):
            raise ValidationError(failure.message)
        transaction.on_commit(lambda: check_now(request, account))
        return _("The old tokens are deleted.")

    return Step(
        model_admin,
        request,
        account,
        title=_("Delete old tokens"),
        submit=_("Delete them and get a new one"),
        explanation=_(
            "VK Реклама gives an app at most five tokens of one user. All of them are deleted:"
            " whatever else works with this app has to get a token of its own again."
        ),
        form=forms.Form(posted(request)),
        do=do,
    ).respond()
