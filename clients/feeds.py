"""Making, finding and revoking the secret addresses of calendars."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import CalendarFeed, Client, User
from smm_agency.lib.link_tokens import hash_of, new_token

# For a phone, a computer and a few more; above it somebody has forgotten what they have.
MOST_OF_ONE = 5


@transaction.atomic
def make_feed(
    client: Client, *, by: User, at: dt.datetime, person: User | None = None, label: str = ""
) -> tuple[str, CalendarFeed]:
    """The whole address, which nobody can read again later, and its row.

    Raises ValidationError where the client has left, or where there are enough of one holder.
    """
    # Two clicks at once are counted one after the other.
    Client.objects.select_for_update().get(pk=client.pk)
    label = label.strip()
    mine = client.calendar_feeds.filter(person=person, label=label, revoked_at=None)
    if mine.count() >= MOST_OF_ONE:
        raise ValidationError(
            _("There are %(most)d such addresses already: revoke one that nobody uses.")
            % {"most": MOST_OF_ONE}
        )
    token = new_token()
    feed = CalendarFeed.objects.create(
        client=client, person=person, label=label, token_hash=hash_of(token), made_at=at, made_by=by
    )
    if not CalendarFeed.objects.working().filter(pk=feed.pk).exists():
        raise ValidationError(
            _("The client has left, or the person may not look: nobody could read this calendar.")
        )
    return settings.PUBLIC_URL + reverse("calendar_feed", args=[token]), feed


def find_feed(token: str) -> CalendarFeed | None:
    """The feed while it works."""
    rows = CalendarFeed.objects.working().filter(token_hash=hash_of(token))
    return rows.select_related("client", "person").first()


def revoke_feed(feed: CalendarFeed, *, at: dt.datetime) -> bool:
    """Whether this was what ended it."""
    ended = CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=at)
    return ended == 1


def note_reading(feed: CalendarFeed, *, on: dt.date) -> None:
    """Once a day, whatever a calendar asks."""
    if feed.last_read_on != on:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=on)
