"""Clients' people who want no letters: the team is told once, where a reminder would go nowhere."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import translation
from django.utils.functional import Promise

from clients.models import Client, Task
from clients.todo import tell_team_once


def tell_of_refusal(
    client: Client,
    origin: models.Model,
    *,
    title: str | Promise,
    details: str | Promise,
    kind: str,
    since: dt.datetime,
) -> bool:
    """A task, unless there was one since then, done or not; whether it was new.

    In the client's language, whoever's page it is made from: it is known by its title.
    """
    with translation.override(client.language):
        told = Task.objects.filter(
            client=client,
            origin_type=ContentType.objects.get_for_model(origin),
            origin_id=origin.pk,
            title=str(title),
            created_at__gte=since,
        )
        return not told.exists() and tell_team_once(
            client, origin, title=str(title), details=str(details), kind=kind
        )
