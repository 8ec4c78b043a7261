"""What a change of a client's status brings, counted, before anybody confirms it."""

import datetime as dt

from django.utils.translation import gettext as _

from clients.client_status import next_statuses
from clients.endings import PORTAL_DAYS
from clients.models import Client, ClientStatus, Task
from content.pauses import standing_of, waiting
from promotion.models import Campaign

S = ClientStatus


def what_follows(client: Client, *, at: dt.datetime) -> str:
    """A paragraph a status that may come now; "" where nothing follows."""
    told = [WORDS[status](client, at) for status in next_statuses(client) if status in WORDS]
    return "\n\n".join(filter(None, told))


def counts(client: Client, at: dt.datetime) -> dict[str, int]:
    found = standing_of(client)
    return {
        "scheduled": found.scheduled,
        "waiting": found.waiting,
        "placed": found.placed,
        "sending": found.sending,
        "campaigns": Campaign.objects.running(on=client.day_of(at)).filter(client=client).count(),
        "tasks": Task.objects.unfinished().filter(client=client).count(),
    }


def of_pause(client: Client, at: dt.datetime) -> str:
    return _(
        "Paused: measuring goes on; publishing, flags and reminders stop, reports wait, silence"
        " does not count as consent. Reply times run on, but nobody is told of them. Scheduled"
        " posts: %(scheduled)d; those that fall due in the pause will wait for a decision. Being"
        " sent right now: %(sending)d. In the networks' own queues, where they go out by"
        " themselves: %(placed)d. Running campaigns, which nobody stops for you: %(campaigns)d."
        " Open tasks, which stay: %(tasks)d."
    ) % counts(client, at)


def of_resuming(client: Client, at: dt.datetime) -> str:
    if client.status != S.PAUSED:
        return ""
    told = {**counts(client, at), "missed": waiting(client).count()}
    return (
        _(
            "Active: what fell due in the pause does not go out by itself. The next page asks about"
            " each such post (now %(missed)d): move it, publish it now, or drop it. Scheduled for"
            " later, and staying so: %(scheduled)d."
        )
        % told
    )


def of_end(client: Client, at: dt.datetime) -> str:
    told = {**counts(client, at), "days": PORTAL_DAYS}
    return (
        _(
            "Ended, which cannot be undone: publishing, flags, reminders, reports, webhooks,"
            " calendars and secret addresses stop at once; the final report is made and sent by"
            " hand. The client's people look at the portal for %(days)d days more. The next page is"
            " the checklist of the ending. Scheduled posts: %(scheduled)d, waiting for a decision:"
            " %(waiting)d, in the networks' own queues: %(placed)d, running campaigns:"
            " %(campaigns)d, open tasks: %(tasks)d."
        )
        % told
    )


WORDS = {S.PAUSED: of_pause, S.ACTIVE: of_resuming, S.ENDED: of_end}
