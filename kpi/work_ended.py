"""When work for a client who has left ended: its last review and its last report are of then."""

import datetime as dt

from clients.models import Client, ClientStatus, Engagement


def last_day_worked(client: Client) -> dt.date | None:
    """The day that the client was ended, or an earlier one where all was agreed until then.

    None: nobody knows.
    """
    changes = client.status_changes.filter(new=ClientStatus.ENDED).order_by("-changed_at")
    moment = changes.values_list("changed_at", flat=True).first()
    ends = list(Engagement.objects.filter(client=client).values_list("ends_on", flat=True))
    days = [client.day_of(moment)] if moment else []
    known = [day for day in ends if day is not None]
    if known and len(known) == len(ends):
        days.append(max(known))
    return min(days, default=None)
