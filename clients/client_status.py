"""A client's way from lead to ended, one allowed step at a time, each written down."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.endings import begin_ending
from clients.models import Client, ClientStatus, StatusChange, User
from clients.models.client import ALLOWED_STATUS_CHANGES


def next_statuses(client: Client) -> list[ClientStatus]:
    """The statuses that the client may take now, in the order of a client's life."""
    allowed = ALLOWED_STATUS_CHANGES[client.status]
    return [status for status in ClientStatus if status in allowed]


@transaction.atomic
def change_status(
    client: Client, *, to: str, by: User, note: str = "", seen: str | None = None
) -> StatusChange:
    """Move the client to another status; ValidationError names the statuses that are allowed.

    `seen` is the status that the person looked at; None: nobody looked at one.
    """
    locked = Client.objects.select_for_update().get(pk=client.pk)
    if seen is not None and seen != locked.status:
        words = _("The status is “%(status)s” meanwhile: look again.")
        raise ValidationError(words % {"status": locked.get_status_display()})
    if to not in next_statuses(locked):
        raise ValidationError(refusal(locked, to))
    change = StatusChange.objects.create(
        client=locked, old=locked.status, new=to, changed_by=by, note=note
    )
    locked.status = to
    locked.save(update_fields=["status"])
    if to == ClientStatus.ENDED:
        begin_ending(locked, by=by, at=change.changed_at)
    client.status, client.portal_until = to, locked.portal_until
    return change


def refusal(client: Client, to: str) -> str:
    allowed = ", ".join(str(status.label) for status in next_statuses(client))
    words = {
        "old": client.get_status_display(),
        "new": dict(ClientStatus.choices).get(to, to),
        "allowed": allowed or _("nothing: this is the end"),
    }
    return _("From “%(old)s” to “%(new)s” there is no way. Allowed: %(allowed)s.") % words
