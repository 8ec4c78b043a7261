"""That one worker at a time uses a key for a kind of work, and what happens when it is refused."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection, transaction
from django.utils.translation import gettext as _

from clients.models import Client, NoticeKind
from clients.todo import tell_team_once
from communities.key_checks import tell_refused
from communities.key_refresh import take_over
from communities.models import AccessKey
from communities.networks.outcomes import Kind, Refused
from communities.networks.registry import NetworkAdapter, adapter_for

logger = logging.getLogger(__name__)

# The key is at fault, and only a person can mend it.
KEY_IS_DEAD = frozenset({Kind.TOKEN_INVALID, Kind.TOKEN_EXPIRED, Kind.NEEDS_HUMAN, Kind.BLOCKED})


class Work(IntEnum):
    """What a key is held for; a worker that reads posts does not hinder one that reads profiles.

    The numbers are the class of the advisory lock: they must differ from all other uses.
    """

    PROFILES = 7301
    POSTS = 7302
    UPDATES = 7303
    STATISTICS = 7304
    INBOX = 7305


@contextmanager
def holding(key: AccessKey, work: Work) -> Iterator[bool]:
    """Whether this worker got the key. A lock of the session: a killed worker's goes with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work, key.pk])
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work, key.pk])


def with_each_key(
    keys: Iterable[AccessKey], work: Work, step: Callable[[AccessKey, NetworkAdapter], None]
) -> None:
    """Do the step with every key that no other worker holds.

    An error with one key does not keep the others waiting; at the end they are raised together, as
    an ExceptionGroup.
    """
    errors: list[Exception] = []
    for key in keys:
        adapter = adapter_for(key.network)
        with holding(key, work) as is_ours:
            if not is_ours or adapter is None:
                continue
            try:
                step(key, adapter)
            except Exception as error:
                logger.exception("%s with key %s failed.", work.name, key.pk)
                errors.append(error)
    if errors:
        raise ExceptionGroup("The work failed with some keys.", errors)


@transaction.atomic
def refuse_key(key: AccessKey, refusal: Refused, *, client: Client, at: dt.datetime) -> None:
    """Use the key no more, and tell people once; the adapter's message holds no secret.

    Where its secret was replaced while this worker was asking, the refusal says nothing of it.
    """
    row = AccessKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if row.secret != key.secret:
        take_over(key, row)
        return
    row.state, row.state_note, row.checked_at = AccessKey.State.REFUSED, refusal.message[:300], at
    row.save(update_fields=["state", "state_note", "checked_at"])
    key.state, key.state_note = row.state, row.state_note
    tell_refused(key, client=client)


def report_key(key: AccessKey, refusal: Refused, *, client: Client) -> None:
    """The key works, but not for this: a task for the team, once."""
    tell_team_once(
        client,
        key,
        title=_("The key “%(key)s” cannot be read with") % {"key": key.label},
        details=refusal.message,
        kind=NoticeKind.KEYS,
    )
