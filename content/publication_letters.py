"""Letters about publications: once for each event, to who answers for the post."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.letters import language_of, write_letter
from clients.models import Client, User
from communities.key_notices import directors
from content.models import Publication
from content.people import responsible_for

Words = Callable[[], str]


def readers_of(publication: Publication, *, at: dt.datetime) -> list[User]:
    """Who answers for the post; where nobody can be written to, the directors."""
    on = publication.client.day_of(at)
    people = [each for each in responsible_for(publication.post, on=on) if each.email]
    return people or directors()


def tell(
    publication: Publication, event: str, *, subject: Words, text: Words, at: dt.datetime
) -> None:
    """One letter each for this event of this publication, in the reader's language.

    `subject` and `text` are called in that language; the place, the time and the address of the
    publication's page are added.
    """
    for person in readers_of(publication, at=at):
        with translation.override(language_of(person, publication.client)):
            write_letter(
                key=f"publication:{publication.pk}:{event}",
                address=person.email,
                subject=f"{publication.client}: {subject()}",
                text=f"{what_it_is(publication)}\n\n{text()}\n\n{page_address(publication)}",
                at=at,
                client=publication.client,
            )


def tell_of_several(publication: Publication, event: str, *, subject: Words, text: Words,
                    at: dt.datetime) -> None:  # fmt: skip
    """As above for what concerns many publications at once: once a client, day and event."""
    client = publication.client
    for person in readers_of(publication, at=at):
        with translation.override(language_of(person, client)):
            write_letter(
                key=f"publications:{client.pk}:{client.day_of(at)}:{event}",
                address=person.email,
                subject=f"{client}: {subject()}",
                text=f"{text()}\n\n{list_address(client)}",
                at=at,
                client=client,
            )


def what_it_is(publication: Publication) -> str:
    when = publication.planned_at
    words = {
        "post": publication.post.title,
        "place": publication.community,
        "time": date_format(when.astimezone(publication.client.zone), "DATETIME_FORMAT")
        if when
        else "—",
    }
    return _("“%(post)s”, %(place)s, planned for %(time)s (the client's time).") % words


def page_address(publication: Publication) -> str:
    path = reverse("admin:content_publication_change", args=[publication.pk])
    return f"{settings.PUBLIC_URL}{path}"


def list_address(client: Client) -> str:
    path = reverse("admin:content_publication_changelist")
    return f"{settings.PUBLIC_URL}{path}?client={client.pk}"
