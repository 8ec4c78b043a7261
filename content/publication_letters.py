"""Notices about publications: once for each event, to who answers for the post."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients import notices
from clients.models import NoticeKind, User
from clients.team import directors
from content.models import Publication
from content.people import responsible_for

Words = Callable[[], str]


def readers_of(publication: Publication, *, at: dt.datetime) -> list[User]:
    """Who answers for the post; where nobody does who may see the client, the directors."""
    on = publication.client.day_of(at)
    people = responsible_for(publication.post, on=on)
    return notices.may_be_told(people, client=publication.client, on=on) or directors()


class _Said:
    """`words` is called in the reader's language."""

    def __init__(self, words: Callable[[], str]) -> None:
        self.words = words

    def __str__(self) -> str:
        return self.words()


def tell(
    publication: Publication, event: str, *, subject: Words, text: Words, at: dt.datetime
) -> None:
    """One notice each for this event of this publication, in the reader's language.

    `subject` and `text` are called in that language; the place and the time are added.
    """
    notices.tell(
        readers_of(publication, at=at),
        kind=NoticeKind.PUBLICATIONS,
        key=f"publication:{publication.pk}:{event}",
        subject=_Said(lambda: f"{publication.client}: {subject()}"),
        text=_Said(lambda: f"{what_it_is(publication)}\n\n{text()}"),
        path=notices.page_of(publication),
        client=publication.client,
        at=at,
    )


def tell_of_several(publication: Publication, event: str, *, subject: Words, text: Words,
                    at: dt.datetime) -> None:  # fmt: skip
    """As above for what concerns many publications at once: once a client, day and event."""
    client = publication.client
    notices.tell(
        readers_of(publication, at=at),
        kind=NoticeKind.PUBLICATIONS,
        key=f"publications:{client.pk}:{client.day_of(at)}:{event}",
        subject=_Said(lambda: f"{client}: {subject()}"),
        text=_Said(text),
        path=f"{reverse('admin:content_publication_changelist')}?client={client.pk}",
        client=client,
        at=at,
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
