"""The confirmation that calls are taken without the client's data-processing instruction."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import switch_field
from clients.models import Client
from clients.papers import warning_of, without_instruction, write_waiver

MOST_NAMED = 12


def confirmation() -> Any:
    return switch_field(gettext_lazy("Go on without a data-processing instruction"))


def name_clients(form: Any, clients: Any) -> None:
    """Says whom it concerns; where all of them have one, nothing is asked."""
    on = timezone.localdate()
    rows = without_instruction(clients, on=on).order_by("name")
    names = list(rows.values_list("name", flat=True)[: MOST_NAMED + 1])
    if not names:
        form.fields["without_instruction"].widget = forms.HiddenInput()
        return
    listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    form.fields["without_instruction"].help_text = _(
        "None was signed that holds today: %(clients)s. Numbers of people who call are personal"
        " data; whoever goes on is written down."
    ) % {"clients": listed}


def refuse_unconfirmed(form: Any, cleaned: dict[str, Any]) -> None:
    client: Client | None = cleaned.get("client")
    if client and not cleaned.get("without_instruction") and (warning := warning_of(client)):
        place = "without_instruction" if "without_instruction" in form.fields else None
        form.add_error(place, warning)


def write_down(
    request: HttpRequest, client: Client, occasion: str, name: str, *, is_confirmed: bool
) -> None:
    """Who confirmed it: nothing is written where there was an instruction after all."""
    user: Any = request.user
    if is_confirmed and warning_of(client):
        write_waiver(client, occasion, name, by=user, at=timezone.now())
