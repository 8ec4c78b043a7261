"""The reply clock: due moments of comments and messages, by category, in working time.

A clock is set when an item comes in and anew when its category changes; its moments are stored, so
that other hours or other targets do not rewrite what was promised. It counts from the moment the
item was written; what was said elsewhere and entered by hand, from when it was entered. What needs
no reply has no clock. A crisis stops no clock: people wait all the same. Only the closing of what
belongs to an open incident is not warned of: the incident has a deadline of its own.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from content.business_hours import ClientSchedule, schedules_of
from content.models import (
    InboxCategory,
    InboxItem,
    InboxState,
    ReplyClock,
    ReplyTarget,
)
from content.working_time import Schedule
from smm_agency.lib.words import as_duration

# Of the time that is given, so much goes by before it is warned of.
WARNED_AFTER = 0.75
# Items that came in longer ago get a clock only while they wait.
LOOKED_BACK = dt.timedelta(days=35)
BATCH = 500
# Hidden by the published rules rather than answered.
HIDDEN = (InboxCategory.SPAM, InboxCategory.INSULT)

Minutes = tuple[int | None, int | None]


@dataclass(frozen=True)
class Clock:
    """What an item's clock says at one moment. `light`: green, amber (soon), red (late), grey.

    `due_at` is what is to be done next, NULL where nothing is; `hours` is the day from which the
    business hours were in force, NULL for the usual ones.
    """

    words: str
    light: str = "grey"
    due_at: dt.datetime | None = None
    hours: dt.date | None = None


NO_CLOCK_WORDS = "—"


def clock_of(items: Iterable[InboxItem], *, at: dt.datetime) -> dict[int, Clock]:
    """By the item's id. Two queries, three more where one has no clock yet."""
    items = list(items)
    standing = {
        clock.item_id: clock
        for clock in ReplyClock.objects.running()
        .filter(item__in=items)
        .select_related("hours")
        .order_by()
    }
    missing = [item for item in items if item.needs_reply and not _holds(standing, item)]
    if missing:
        standing |= {clock.item_id: clock for clock in _computed(missing, at=at)}
    return {item.pk: _said(item, standing.get(item.pk), at=at) for item in items}


def _holds(standing: dict[int, ReplyClock], item: InboxItem) -> bool:
    return item.pk in standing and standing[item.pk].category == item.category


def _said(item: InboxItem, clock: ReplyClock | None, *, at: dt.datetime) -> Clock:
    if not item.needs_reply:
        return Clock(_("no reply needed"))
    if clock is None:
        return Clock(NO_CLOCK_WORDS)
    hours = clock.hours.starts_on if clock.hours else None
    if item.state == InboxState.CLOSED:
        return Clock(_said_of_end(item, clock), _light_of_end(item, clock), hours=hours)
    if item.first_reply_at is None:
        due, warn = clock.first_due_at, clock.first_warn_at
        is_hidden = item.category in HIDDEN
        words = pgettext("to do", "hide") if is_hidden else pgettext("to do", "reply")
    else:
        due, warn, words = clock.closing_due_at, clock.closing_warn_at, pgettext("to do", "close")
    if due is None:
        return Clock(_said_of_reply(item, clock), _light_of_end(item, clock), hours=hours)
    told = {"what": words, "when": date_format(_local(due, item), "DATETIME_FORMAT")}
    if at >= due:
        return Clock(_("%(what)s: late since %(when)s") % told, "red", due, hours)
    light = "amber" if warn is not None and at >= warn else "green"
    return Clock(_("%(what)s by %(when)s") % told, light, due, hours)


def _local(moment: dt.datetime, item: InboxItem) -> dt.datetime:
    return moment.astimezone(item.client.zone)


def _said_of_end(item: InboxItem, clock: ReplyClock) -> str:
    return _said_of_reply(item, clock) if item.first_reply_at else _("closed without a reply")


def _said_of_reply(item: InboxItem, clock: ReplyClock) -> str:
    if item.first_reply_at is None:
        return _("no time is promised")
    if clock.first_taken is None:
        return _("answered")
    return _("answered after %(time)s") % {"time": as_duration(clock.first_taken)}


def _light_of_end(item: InboxItem, clock: ReplyClock) -> str:
    """Of what was answered: whether in time."""
    done = item.first_reply_at or item.closed_at
    if done is None or clock.first_due_at is None:
        return "grey"
    return "green" if done <= clock.first_due_at else "red"


# --- Setting -------------------------------------------------------------------------------------


def set_clocks(items: Iterable[InboxItem], *, at: dt.datetime) -> int:
    """Set what is missing or of another category, stop what needs no reply; how many were set."""
    items = list(items)
    ReplyClock.objects.running().filter(
        item__in=[item for item in items if not item.needs_reply]
    ).update(is_current=False)
    wanted = [item for item in items if item.needs_reply]
    clocks = _computed(wanted, at=at) if wanted else []
    return sum(_store(clock) for clock in clocks)


@transaction.atomic
def _store(clock: ReplyClock) -> bool:
    """One at a time for each item: two workers set one clock."""
    item = InboxItem.objects.select_for_update(no_key=True).get(pk=clock.item_id)
    standing = ReplyClock.objects.running().filter(item=item).first()
    if item.category != clock.category or (standing and standing.category == item.category):
        return False
    if standing is not None:
        ReplyClock.objects.filter(pk=standing.pk).update(is_current=False)
    clock.save()
    return True


def _computed(items: Sequence[InboxItem], *, at: dt.datetime) -> list[ReplyClock]:
    """Not saved. Three queries, whatever the number of items."""
    clients = {item.client_id: item.client for item in items}
    targets = _targets(clients)
    schedules = schedules_of(clients.values())
    return [
        _clock(
            item,
            _minutes(item, targets),
            schedules[item.client_id],
            at=at,
        )
        for item in items
    ]


def counted_from(item: InboxItem) -> dt.datetime:
    """Nobody could answer what was written elsewhere before the agency knew of it."""
    return item.received_at if item.profile_id else max(item.received_at, item.heard_at)


def _targets(clients: Iterable[int]) -> dict[tuple[int | None, str], Minutes]:
    rows = ReplyTarget.objects.filter(Q(client=None) | Q(client__in=list(clients))).order_by()
    found: dict[tuple[int | None, str], Minutes] = {}
    for client_id, category, first, closing in rows.values_list(
        "client_id", "category", "first_minutes", "closing_minutes"
    ):
        found[client_id, category] = (first, closing)
    return found


def _minutes(item: InboxItem, targets: Mapping[tuple[int | None, str], Minutes]) -> Minutes:
    """The client's own target, else the agency's; a kind whose row was deleted promises nothing."""
    general = targets.get((None, item.category), (None, None))
    return targets.get((item.client_id, item.category), general)


def _clock(
    item: InboxItem,
    minutes: Minutes,
    schedule: ClientSchedule,
    *,
    at: dt.datetime,
) -> ReplyClock:
    since = counted_from(item)
    first_warn, first_due = _moments(schedule, since, minutes[0])
    closing_warn, closing_due = _moments(schedule, since, minutes[1])
    return ReplyClock(
        client_id=item.client_id,
        item=item,
        category=item.category,
        since=since,
        hours=schedule.version_on(item.client.day_of(since)),
        first_warn_at=first_warn,
        first_due_at=first_due,
        closing_warn_at=closing_warn,
        closing_due_at=closing_due,
        first_taken=_taken(schedule, since, item.first_reply_at),
        closing_taken=_taken(schedule, since, item.closed_at),
        set_at=at,
    )


def _moments(
    schedule: Schedule, since: dt.datetime, minutes: int | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    if minutes is None:
        return None, None
    given = dt.timedelta(minutes=minutes)
    return schedule.add(since, given * WARNED_AFTER), schedule.add(since, given)


def _taken(
    schedule: Schedule, since: dt.datetime, until: dt.datetime | None
) -> dt.timedelta | None:
    return None if until is None else schedule.between(since, until)


# --- What the clock of the program does ----------------------------------------------------------


def keep_clocks(*, at: dt.datetime) -> int:
    """Set clocks that are missing and write down how long answers took; how many were touched."""
    touched = 0
    while items := list(_without_clock(at=at)[:BATCH]):
        done = set_clocks(items, at=at)
        touched += done
        if not done:
            break
    return touched + settle_clocks()


def _without_clock(*, at: dt.datetime) -> QuerySet[InboxItem]:
    """Without the clock of their category; with one although nobody has to answer."""
    standing = ReplyClock.objects.running().filter(item=OuterRef("pk")).order_by()
    right = standing.filter(category=OuterRef("category"))
    recent = Q(heard_at__gte=at - LOOKED_BACK) | Q(
        state__in=[InboxState.NEW, InboxState.IN_WORK, InboxState.ANSWERED]
    )
    wrong = Q(~Exists(right), needs_reply=True) | Q(Exists(standing), needs_reply=False)
    return InboxItem.objects.filter(recent, wrong).select_related("client").order_by("pk")


def settle_clocks() -> int:
    """How long the reply and the end took, in working time, where it is not written down yet."""
    answered = Q(first_taken=None, item__first_reply_at__isnull=False)
    closed = Q(closing_taken=None, item__closed_at__isnull=False)
    reopened = Q(closing_taken__isnull=False, item__closed_at=None)
    clocks = list(
        ReplyClock.objects.running()
        .filter(answered | closed | reopened)
        .select_related("client", "item")[:BATCH]
    )
    schedules = schedules_of({clock.client_id: clock.client for clock in clocks}.values())
    for clock in clocks:
        schedule = schedules[clock.client_id]
        clock.first_taken = _taken(schedule, clock.since, clock.item.first_reply_at)
        clock.closing_taken = _taken(schedule, clock.since, clock.item.closed_at)
    ReplyClock.objects.bulk_update(clocks, ["first_taken", "closing_taken"])
    return len(clocks)
