"""Telling people of a key: the client's team by a task, the directors of the agency's own keys."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.todo import tell_team_once
from communities.models import AccessKey

logger = logging.getLogger(__name__)


class Words:
    """What is told, put into the language of whoever reads it."""

    def __init__(self, text: str | Promise, **values: object) -> None:
        self.text, self.values = text, values

    def __str__(self) -> str:
        return str(self.text) % self.values


def tell_of_key(
    key: AccessKey, *, title: Words, details: Words, client: Client | None = None
) -> bool:
    """A task for the team of the key's client, or of the client whose page met the trouble.

    The agency's own key has no client: its directors get a letter too. Whether somebody was told
    who was not told before.
    """
    team = key.client or client
    is_new = team is not None and tell_team_once(
        team, key, title=str(title)[:200], details=str(details)
    )
    if key.client_id is None and (is_new or team is None):
        transaction.on_commit(lambda: write_to_directors(key, title, details))
        return True
    return is_new


def write_to_directors(key: AccessKey, title: Words, details: Words) -> None:
    """A letter that cannot be sent stops nothing: the list of keys says it as well."""
    path = reverse("admin:communities_accesskey_change", args=[key.pk])
    for director in directors():
        with translation.override(director.language or settings.LANGUAGE_CODE):
            body = _("%(details)s\n\nThe key's page in the workbench: %(path)s")
            words = {"details": details, "path": path}
            try:
                send_mail(str(title), body % words, None, [director.email])
            except OSError:
                logger.exception("The directors could not be written to about key %s.", key.pk)


def directors() -> list[User]:
    """Those who see all clients and can be written to."""
    people = User.objects.filter(is_active=True, is_staff=True).exclude(email="").order_by("pk")
    return [person for person in people if person.sees_all_clients]
