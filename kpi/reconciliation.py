"""What a webhook missed comes in by the provider's own list, each hour over the last two days.

Celery only wakes this up; the rows decide. A `CallPull` is written before the provider is asked,
one running at a time per connection, and each call of the list is a transaction of its own, by the
same key as the webhook's: a kill at any line costs time and nothing else. What the provider refuses
for now is asked for again when it allows; what it refuses for good waits for a person.
"""

import datetime as dt
import logging
import time

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from clients.models import ClientStatus
from clients.todo import tell_team_once
from communities.networks.outcomes import Ok, Outcome, Refused, RefusedForNow
from kpi.models import CallConnection, CallPull
from kpi.provider_calls import account_of, credentials_of, provider_of, take_call
from kpi.providers.records import ProviderCall, Pulled

logger = logging.getLogger(__name__)

# Hourly: beat wakes this each ten minutes, and a list that took a moment must not skip its hour.
EVERY = dt.timedelta(minutes=55)
# Calls change after they ended: a tag, a call back, a late "target".
LOOK_BACK = dt.timedelta(days=2)
# After a longer outage no further back than this: providers limit the period of one list.
FURTHEST = dt.timedelta(days=30)
# Above the time limit of a task: whoever held this longer is dead.
LEASE = dt.timedelta(minutes=30)
MOST_DEATHS = 3
# A woken task works this long; what is left waits for the next one.
WORK_SECONDS = 15 * 60
State = CallPull.State


def reconcile(*, at: dt.datetime) -> int:
    """Ask every provider that is due for its list; how many lists came."""
    give_up_dead(at=at)
    started = time.monotonic()
    done = 0
    for connection in list(due_connections(at=at)):
        spent = time.monotonic() - started
        if spent > WORK_SECONDS:
            break
        now = at + dt.timedelta(seconds=spent)
        try:
            done += pull_connection(connection, at=now) is State.DONE
        except Exception:  # One connection never stops the others; its row says that it is dead.
            logger.exception("The list of connection %s could not be taken.", connection.pk)
    return done


def due_connections(*, at: dt.datetime) -> QuerySet[CallConnection]:
    """Whose last list is an hour old, that were not told to wait and wait for no person.

    Most waiting first. Whether there are credentials is seen when they are decrypted.
    """
    pulls = CallPull.objects.filter(connection=OuterRef("pk"))
    recent = pulls.filter(started_at__gt=at - EVERY).exclude(state=State.WAITING)
    told_to_wait = pulls.filter(retry_at__gt=at)
    return (
        CallConnection.objects.filter(is_active=True, pull_error="")
        .exclude(client__status=ClientStatus.ENDED)
        .filter(~Exists(recent), ~Exists(told_to_wait))
        .select_related("client")
        .order_by("pulled_until", "pk")
    )


def pull_connection(connection: CallConnection, *, at: dt.datetime) -> CallPull.State | None:
    """One list asked for and taken; None where there is none to ask for, or somebody is at it."""
    provider = provider_of(connection)
    if not provider.can_pull(credentials_of(connection)):
        return None
    pull = _begin(connection, at=at)
    if pull is None:
        return None
    outcome = provider.pull(account_of(connection), since=pull.since, until=pull.until)
    if isinstance(outcome, Ok):
        _take(pull, outcome.value, at=at)
    _end(pull, outcome, at=at)
    return State(pull.state)


def _begin(connection: CallConnection, *, at: dt.datetime) -> CallPull | None:
    since = min(connection.pulled_until or at, at - LOOK_BACK)
    pull = CallPull(
        client_id=connection.client_id,
        connection=connection,
        since=max(since, at - FURTHEST),
        until=at,
        started_at=at,
    )
    try:
        with transaction.atomic():
            pull.save()
    except IntegrityError:
        return None
    return pull


def _take(pull: CallPull, pulled: Pulled, *, at: dt.datetime) -> None:
    unreadable = pulled.unreadable
    for told in pulled.calls:
        try:
            _count(pull, told, at=at)
        except (ValidationError, ValueError):
            unreadable += 1
    pull.seen = len(pulled.calls)
    if unreadable:
        pull.error = _("%(count)d rows of the list cannot be read as calls.") % {
            "count": unreadable
        }
        tell_team_once(
            pull.connection.client,
            pull.connection,
            title=_("The list of calls of “%(connection)s” cannot be read whole")
            % {"connection": pull.connection.label},
            details=_(
                "Compare the connection's field mapping with what the provider sends: keep its raw"
                " requests for a day. What cannot be read is counted in its reconciliations."
            ),
            origin_note=_("reconciliation of calls"),
        )


def _count(pull: CallPull, told: ProviderCall, *, at: dt.datetime) -> None:
    taken = take_call(pull.connection, told, asked_at=at)
    pull.new += taken.is_new
    pull.changed += taken.is_changed and not taken.is_new


@transaction.atomic
def _end(pull: CallPull, outcome: Outcome[Pulled], *, at: dt.datetime) -> None:
    pull.finished_at = at
    if isinstance(outcome, Ok):
        pull.state = State.DONE
        CallConnection.objects.filter(pk=pull.connection_id).update(pulled_until=pull.until)
    elif isinstance(outcome, RefusedForNow):
        pull.state, pull.error = State.WAITING, outcome.message[:300]
        pull.retry_at = outcome.retry_at(at)
    else:
        is_refused = isinstance(outcome, Refused)
        pull.state = State.REFUSED if is_refused else State.UNKNOWN
        pull.error = outcome.message[:300]
        _wait_for_person(pull.connection, pull.error)
    pull.save()


def give_up_dead(*, at: dt.datetime) -> int:
    """End pulls whose worker died; a list that kills three workers in a row is a person's."""
    dead = CallPull.objects.filter(state=State.RUNNING, started_at__lt=at - LEASE)
    count = 0
    for pull in dead.select_related("connection__client"):
        with transaction.atomic():
            mine = CallPull.objects.filter(pk=pull.pk, state=State.RUNNING)
            error = _("The work stopped before the list was taken.")
            if not mine.update(state=State.UNKNOWN, finished_at=at, error=error):
                continue
            count += 1
            last = pull.connection.pulls.values_list("state", flat=True)[:MOST_DEATHS]
            if list(last) == [State.UNKNOWN] * MOST_DEATHS:
                _wait_for_person(pull.connection, error)
    return count


def _wait_for_person(connection: CallConnection, error: str) -> None:
    CallConnection.objects.filter(pk=connection.pk).update(pull_error=error)
    tell_team_once(
        connection.client,
        connection,
        title=_("“%(connection)s” gives no list of calls") % {"connection": connection.label},
        details=_(
            "%(error)s Calls come in by the webhook only, and what it misses is not found. Mend the"
            " credentials of the connection, or press “Reconcile now” there."
        )
        % {"error": error},
        origin_note=_("reconciliation of calls"),
    )
