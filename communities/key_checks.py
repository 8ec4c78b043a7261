"""The daily round of the keys: what each can do today, and which will run out soon.

One key that fails stops no other. A network that is down leaves what was known.
"""

import datetime as dt
import logging

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from clients.models import Client
from communities.key_notices import Words, tell_of_key
from communities.key_refresh import renew
from communities.keys import check_key
from communities.models import AccessKey
from communities.networks.keys import capabilities_text
from communities.networks.registry import adapter_for, working_adapters

logger = logging.getLogger(__name__)

# Whatever was asked more recently need not be asked by the clock.
FRESH = dt.timedelta(hours=12)
AHEAD = dt.timedelta(days=7)
# A moment that is counted from "so many seconds from now" differs a little from day to day.
SAME_END = dt.timedelta(days=1)

RUNS_OUT = gettext_lazy("The key “%(key)s” runs out on %(day)s")
RUNS_OUT_DETAILS = gettext_lazy(
    "%(network)s: after that nothing is read with it. Let its owner make a new one and enter it on"
    " the key's page."
)
REFUSES = gettext_lazy("%(network)s refuses the key “%(key)s”")
REFUSES_DETAILS = gettext_lazy("%(message)s Nothing is read with this key until it is replaced.")
CAN_LESS = gettext_lazy("The key “%(key)s” can do less than before")
CAN_LESS_DETAILS = gettext_lazy("It cannot any more: %(lost)s")


def check_keys(*, at: dt.datetime) -> int:
    """How many were asked. Errors are raised together at the end, as an ExceptionGroup."""
    errors: list[Exception] = []
    ids = list(due_keys(at=at).values_list("pk", flat=True))
    for pk in ids:
        try:
            # One by one: a secret that cannot be opened is an error of its own key.
            check_by_clock(AccessKey.objects.select_related("client").get(pk=pk), at=at)
        except Exception as error:
            logger.exception("The check of key %s failed.", pk)
            errors.append(error)
    if errors:
        raise ExceptionGroup("Some keys could not be checked.", errors)
    return len(ids)


def due_keys(*, at: dt.datetime) -> QuerySet[AccessKey]:
    """The agency's keys and those of clients that are read, of networks that can be asked."""
    of_whom = Q(client=None) | Q(client__in=Client.objects.measured())
    keys = AccessKey.objects.filter(of_whom, network__in=list(working_adapters()))
    asked = Q(checked_at__gt=at - FRESH)
    return keys.exclude(asked).order_by("pk")


def check_by_clock(key: AccessKey, *, at: dt.datetime) -> None:
    before, could = key.state, set(key.capabilities)
    state = check_key(key, at=at)
    if state == AccessKey.State.REFUSED and before != AccessKey.State.REFUSED:
        tell_refused(key)
    elif state == AccessKey.State.WORKS and (lost := could - set(key.capabilities)):
        tell_lost(key, lost)
    if key.state != AccessKey.State.REFUSED:
        look_ahead(key, at=at)


def tell_refused(key: AccessKey, *, client: Client | None = None) -> None:
    tell_of_key(
        key,
        title=Words(REFUSES, network=key.get_network_display(), key=key.label),
        details=Words(REFUSES_DETAILS, message=key.state_note),
        client=client,
    )


def tell_lost(key: AccessKey, lost: set[str]) -> None:
    reasons = {key.lacks[name] for name in lost if name in key.lacks}
    words = "; ".join([capabilities_text(sorted(lost)), *sorted(reasons)])
    tell_of_key(
        key, title=Words(CAN_LESS, key=key.label), details=Words(CAN_LESS_DETAILS, lost=words)
    )


def look_ahead(key: AccessKey, *, at: dt.datetime) -> None:
    """Renew what will run out, or tell of it once.

    A key with a refresh token is renewed when it has run out, by whoever uses it.
    """
    if key.expires_at is None or key.expires_at > at + AHEAD or key.refresh_secret:
        return
    adapter = adapter_for(key.network)
    if adapter is not None and renew(key, adapter, at=at) is None:
        return
    if was_told(key):
        return
    AccessKey.objects.filter(pk=key.pk).update(expiry_told_for=key.expires_at)
    tell_of_key(
        key,
        title=Words(RUNS_OUT, key=key.label, day=date_format(key.expires_at, "DATE_FORMAT")),
        details=Words(RUNS_OUT_DETAILS, network=key.get_network_display()),
    )


def was_told(key: AccessKey) -> bool:
    """Of this end, not of one before it."""
    told = key.expiry_told_for
    return bool(told and key.expires_at and key.expires_at <= told + SAME_END)
