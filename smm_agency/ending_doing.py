"""What the program does itself at the end of the work: each acts on what the person saw."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import CalendarFeed, Client, TrackingNumber, User
from communities.models import AccessKey
from content.models import EventDoor
from content.pauses import revoke_links
from kpi.connection_setup import erase_secrets, keyed_connections
from kpi.models import NumberPlacement
from promotion.models import AdAccountKey
from smm_agency.ending_checks import key_counts


@transaction.atomic
def erase_keys(client: Client, *, seen: dict[str, int]) -> int:
    """Delete the keys of networks and ad accounts, and what senders of calls sign with; how many.

    The agency's own service keys belong to no client and stay.
    """
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if key_counts(client) != seen:
        raise ValidationError(_("The keys have changed meanwhile: look again."))
    for model in (EventDoor, AdAccountKey, AccessKey):
        model.objects.filter(client=client).delete()
    for row in keyed_connections(client):
        erase_secrets(row)
    return sum(seen.values())


@transaction.atomic
def release_numbers(client: Client, *, seen: frozenset[int], on: dt.date) -> int:
    """Out of use, and shown nowhere from this day on; how many."""
    rows = TrackingNumber.objects.select_for_update().filter(client=client, is_active=True)
    if set(rows.values_list("pk", flat=True)) != seen:
        raise ValidationError(_("The numbers have changed meanwhile: look again."))
    standing = NumberPlacement.objects.filter(client=client, ends_on=None)
    update_noted(standing, ends_on=Greatest("starts_on", on))
    return update_noted(TrackingNumber.objects.filter(pk__in=seen), is_active=False)


@transaction.atomic
def revoke_addresses(client: Client, *, by: User, at: dt.datetime) -> int:
    """Of approvals, uploads and calendars; how many were revoked."""
    feeds = CalendarFeed.objects.filter(client=client, revoked_at=None).update(revoked_at=at)
    return feeds + revoke_links(client, by=by, at=at)
