"""Letters to several people about one thing, each in the reader's own language."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation

from clients.letters import language_of, write_letter
from clients.models import Client, User
from communities.key_notices import Words


def tell_people(
    people: Iterable[User],
    *,
    key: str,
    client: Client,
    subject: Words,
    text: Words,
    at: dt.datetime,
) -> int:
    """How many letters were new; one a person, once for each `key`."""
    written = 0
    for person in {person.pk: person for person in people if person.is_active}.values():
        with translation.override(language_of(person, client)):
            written += write_letter(
                key=key,
                address=person.email,
                subject=str(subject),
                text=str(text),
                at=at,
                client=client,
            )
    return written


def admin_address(row: models.Model | None = None, *, page: str = "change") -> str:
    """The whole address of a row's page in the workbench; without a row, of the dashboard."""
    path = reverse("admin:index")
    if row is not None:
        meta = row._meta
        path = reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])
    return f"{settings.PUBLIC_URL}{path}"
