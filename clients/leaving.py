"""Somebody leaves the agency: no access from the next request on, and their open work is listed.

What they did stays signed. Their work stays theirs until it is handed over: each client's account
managers get a task that lists it.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.feeds import revoke_feed
from clients.hand_over import counts_by_client, kinds_words
from clients.models import (
    CalendarFeed,
    Client,
    NoticeDelivery,
    NoticeHabits,
    PortalAccess,
    Role,
    TeamMember,
    User,
)
from clients.notices import day_at
from clients.substitutes import cut
from clients.team import directors, people_in_roles
from clients.todo import add_task

# What floors above do then, with the person: they add to it.
AFTER: list[Callable[[User], object]] = []


class Left(NamedTuple):
    """`work`: client's id → kind of work → how many rows are still theirs."""

    work: dict[int, dict[str, int]]
    memberships: int
    feeds: int


@transaction.atomic
def leave(person: User, *, by: User, at: dt.datetime) -> Left:
    """Close every door, then list what is left.

    Raises ValidationError for the last director, and for oneself.
    """
    # Two directors who let each other go at once: one after the other.
    staff = User.objects.select_for_update(no_key=True).filter(is_staff=True, is_active=True)
    list(staff.order_by("pk").values_list("pk", flat=True))
    if not User.objects.filter(pk=person.pk, is_active=True).exists():
        raise ValidationError(_("%(person)s has left already.") % {"person": person})
    check_leaving(person, by=by)
    close_account(person)
    feeds = close_links(person, at=at)
    memberships = end_memberships(person, at=at)
    work = counts_by_client(person)
    for follow in AFTER:
        follow(person)
    for client in Client.objects.filter(pk__in={*work, *memberships}).order_by("pk"):
        ask_to_hand_over(client, person, work.get(client.pk, {}), at=at)
    return Left(work, len(memberships), feeds)


def check_leaving(person: User, *, by: User | None) -> None:
    if person == by:
        raise ValidationError(_("Nobody removes themselves: ask another director to do it."))
    if is_last_director(person):
        words = _(
            "%(person)s is the last director: without one nobody could give access to anybody. Make"
            " somebody else a director first."
        )
        raise ValidationError(words % {"person": person})


def is_last_director(person: User) -> bool:
    """One who was let go meanwhile counts no more: the rows are read anew."""
    return [each.pk for each in directors()] == [person.pk]


def close_account(person: User) -> None:
    """Another password ends every session, also for the day when the person comes back."""
    person.is_active = False
    person.password = make_password(get_random_string(40))
    person.save(update_fields=["is_active", "password"])


def close_links(person: User, *, at: dt.datetime) -> int:
    """How many calendars were revoked; the chat with the bot and what waits to go out go too."""
    update_noted(PortalAccess.objects.filter(user=person, revoked_at=None), revoked_at=at)
    NoticeHabits.objects.filter(person=person).update(
        chat_id="", chat_since=None, chat_lost_at=None, code_hash="", code_until=None
    )
    waiting = NoticeDelivery.objects.filter(
        notice__person=person, state=NoticeDelivery.State.WAITING
    )
    waiting.update(state=NoticeDelivery.State.DROPPED)
    feeds = CalendarFeed.objects.filter(person=person, revoked_at=None)
    return sum(revoke_feed(feed, at=at) for feed in feeds)


def end_memberships(person: User, *, at: dt.datetime) -> set[int]:
    """On each client's day, with the substitutions for and by the person; the clients' ids."""
    rows = TeamMember.objects.filter(Q(user=person) | Q(stands_in_for__user=person))
    found = rows.filter(user=person).overlapping(at.date() - dt.timedelta(days=1), None)
    clients = Client.objects.filter(pk__in=found.values("client"))
    for client in clients:
        cut(rows.filter(client=client), last=day_at(client, at))
    return {client.pk for client in clients}


def ask_to_hand_over(
    client: Client, person: User, counts: dict[str, int], *, at: dt.datetime
) -> None:
    """The account manager's task; a director's where the client has none from tomorrow on: who
    stood in for the leaver goes with them.
    """
    tomorrow = day_at(client, at) + dt.timedelta(days=1)
    managers = people_in_roles(client, [Role.ACCOUNT_MANAGER], on=tomorrow)
    owner = next(iter([*managers, *directors()]), None)
    what = kinds_words(counts) if counts else _("No open work is theirs.")
    add_task(
        client,
        title=(_("Hand over the work of %(person)s, who has left") % {"person": person})[:200],
        details="\n\n".join([what, hand_over_url(client, person)]),
        owner=owner,
        due_on=day_at(client, at),
        origin=person,
        origin_note=_("leaving the agency"),
    )


def hand_over_url(client: Client, person: User) -> str:
    """The page where the person's work with the client is handed over."""
    path = reverse("admin:clients_client_hand_over", args=[client.pk])
    return f"{settings.PUBLIC_URL}{path}?person={person.pk}"
