"""Setting a connection up: what its provider gave is stored, tried, and never shown again."""

import json
import secrets
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from communities.networks.outcomes import Outcome
from kpi.models import CallConnection
from kpi.provider_calls import account_of, provider_of
from kpi.providers.protocol import CredentialField

# Ours, made by us and shown once; not among what the provider gives.
OWN_SECRET = "secret"  # noqa: S105 - a field's name


# What the address of a connection begins with whose secrets were erased: an encrypted column cannot
# be asked whether it still holds one.
ERASED = "erased-"


class StoredCredential(NamedTuple):
    """A field of the provider's and what is stored: the value only where it is no secret."""

    field: CredentialField
    is_stored: bool
    value: str


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def keyed_connections(client: Client) -> QuerySet[CallConnection]:
    """Those with a secret or credentials: one that was switched off keeps both."""
    rows = CallConnection.objects.filter(client=client)
    return rows.exclude(is_active=False, path_token__startswith=ERASED)


def erase_secrets(connection: CallConnection) -> None:
    """Off for good; the row stays, for calls stand on it, with a secret that nobody knows."""
    connection.path_token = f"{ERASED}{new_secret()}"
    connection.secret, connection.credentials = new_secret(), "{}"
    connection.is_active = False
    connection.save(update_fields=["path_token", "secret", "credentials", "is_active"])


def address_of(connection: CallConnection) -> str:
    """The public address that the provider sends to."""
    path = reverse("hooks:calls", args=[connection.provider, connection.path_token])
    return f"{settings.PUBLIC_URL}{path}"


def has_own_secret(connection: CallConnection) -> bool:
    return any(field.name == OWN_SECRET for field in provider_of(connection).credentials)


def stored_credentials(connection: CallConnection) -> list[StoredCredential]:
    """The fields that the provider gives, in the adapter's order."""
    stored: dict[str, str] = json.loads(connection.credentials or "{}")
    return [
        StoredCredential(
            field, bool(stored.get(field.name)),
            "" if field.is_secret else stored.get(field.name, ""),
        )
        for field in provider_of(connection).credentials
        if field.name != OWN_SECRET
    ]  # fmt: skip


def store_credentials(connection: CallConnection, given: Mapping[str, str]) -> list[str]:
    """Store what was typed in; an empty secret keeps the stored one. Names of what changed.

    The provider is asked again from now on, whatever it said before. Raises ValidationError by
    field.
    """
    stored: dict[str, str] = json.loads(connection.credentials or "{}")
    wanted = dict(stored)
    for known in stored_credentials(connection):
        name, value = known.field.name, given.get(known.field.name, "").strip()
        if value or not known.field.is_secret:
            wanted[name] = value
    wanted = {name: value for name, value in wanted.items() if value}
    if base := wanted.get("base_url"):
        check_base_url(base)
    changed = [name for name in {**stored, **wanted} if stored.get(name) != wanted.get(name)]
    connection.credentials = json.dumps(wanted)
    connection.pull_error = ""
    connection.save(update_fields=["credentials", "pull_error"])
    return changed


def check_base_url(address: str) -> None:
    """Credentials go there: only by HTTPS, and to a host alone."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.username:
        raise ValidationError(
            {"base_url": _("Write an address that begins with https:// and has no user or query.")}
        )


def missing_credentials(connection: CallConnection) -> list[CredentialField]:
    """Without these nothing that the provider sends can be verified."""
    return [
        known.field
        for known in stored_credentials(connection)
        if known.field.is_required and not known.is_stored
    ]


def try_credentials(connection: CallConnection) -> Outcome[str]:
    return provider_of(connection).check(account_of(connection))
