"""The reading of ad accounts by the clock: what stands in them, and what each day cost.

An account is claimed with a lease, so two workers never read one at once; the attempt is counted
before the work. Days of the last week are read again on every pass, since networks still move
them. What fails three times, or is refused, reaches a person by a task, once.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from clients.todo import tell_team_once
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused, RefusedForNow
from promotion import ad_tokens
from promotion.ad_figures import Taken, take_figures, take_objects, today_of
from promotion.models import AdAccount, AdLevel
from promotion.networks import vk_ads
from promotion.networks.readings import ReadFigure

EVERY = dt.timedelta(hours=3)
# Longer than a task may run.
LEASE = dt.timedelta(minutes=30)
# How long one wake-up goes on taking accounts.
LONGEST_RUN = dt.timedelta(minutes=15)
FIRST_DAYS, DAYS_AGAIN = 90, 7
MOST_ATTEMPTS = 3
# An account that was read longer ago is stale: a pass or two may fail unnoticed, not a day.
STALE_AFTER = dt.timedelta(hours=24)
NOTE_LENGTH = 300
# Figures are kept of campaigns (their own reach) and of ads (what creatives are compared by).
LEVELS = (AdLevel.CAMPAIGN, AdLevel.AD)


@dataclass(slots=True)
class Passed:
    """What a pass did, in accounts."""

    read: int = 0
    failed: int = 0
    taken: Taken = field(default_factory=Taken)


def read_due(*, at: dt.datetime) -> Passed:
    """Read every account that is due, one after another."""
    done, stop_at = Passed(), timezone.now() + LONGEST_RUN
    while timezone.now() < stop_at and (account := claim(at=at)):
        taken = read_claimed(account, at=at)
        if taken is None:
            done.failed += 1
        else:
            done.read, done.taken = done.read + 1, done.taken + taken
    return done


def claim(*, at: dt.datetime) -> AdAccount | None:
    """The account that has waited longest, for this worker alone until the lease ends.

    One whose worker died with it three times is left to a person.
    """
    with transaction.atomic():
        due = (
            AdAccount.objects.read_by_api()
            .filter(Q(leased_until=None) | Q(leased_until__lt=at), next_read_at__lte=at)
            .filter(client__in=Client.objects.measured())
            .exclude(state=AdAccount.State.REFUSED)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("client")
        )
        account = due.order_by("next_read_at", "pk").first()
        if account is not None and account.leased_until and account.attempts >= MOST_ATTEMPTS:
            _fail(
                account, Refused(Kind.UNKNOWN, _("The reading was broken off three times.")), at=at
            )
            return None
        if account is not None:
            account.attempts += 1
            account.lease_token, account.leased_until = uuid.uuid4(), at + LEASE
            account.save(update_fields=["attempts", "lease_token", "leased_until"])
    return account


def read_claimed(account: AdAccount, *, at: dt.datetime) -> Taken | None:
    """None where it failed; the account says why."""
    try:
        outcome = _read(account, at=at)
    except ValidationError as refused:
        _put_off(account, " ".join(refused.messages), at + EVERY)
        _tell(account, " ".join(refused.messages))
        return None
    if not isinstance(outcome, Ok):
        _fail(account, outcome, at=at)
        return None
    works = AdAccount.State.WORKS
    _release(account, state=works, state_note="", read_at=at, next_read_at=at + EVERY, attempts=0)
    return outcome.value


def ask_again(account: AdAccount, *, at: dt.datetime) -> None:
    """Somebody wants it read now: whatever was refused before may be mended."""
    AdAccount.objects.filter(pk=account.pk).update(
        next_read_at=at, attempts=0, state=_unrefused(account), state_note=""
    )


def is_stale(account: AdAccount, *, at: dt.datetime) -> bool:
    """Whether what stands may be too old to decide by; of an account that nobody reads, never."""
    return account.read_at is None or account.read_at < at - STALE_AFTER


def check_key(account: AdAccount, *, at: dt.datetime) -> Outcome[str]:
    """Ask with the key who its user is; the account keeps the number where it had none."""
    outcome = ad_tokens.ask(account, vk_ads.read_user, at=at)
    if isinstance(outcome, Ok) and not account.external_id:
        account.external_id = outcome.value
        account.save(update_fields=["external_id"])
    return outcome


# --- The work ------------------------------------------------------------------------------------


def _read(account: AdAccount, *, at: dt.datetime) -> Outcome[Taken]:
    listed = ad_tokens.ask(account, vk_ads.read_objects, at=at)
    if not isinstance(listed, Ok):
        return listed
    take_objects(account, listed.value, at=at)
    done = Taken()
    for level in LEVELS:
        ids = [each.external_id for each in listed.value if each.level == level]
        read = _days_of_all(account, level, ids, at=at)
        if not isinstance(read, Ok):
            return read
        done += take_figures(account, read.value, source="api", at=at)
    return Ok(done)


def _days_of_all(
    account: AdAccount, level: str, ids: Sequence[str], *, at: dt.datetime
) -> Outcome[list[ReadFigure]]:
    """Of a level whole or not at all: half of the ads would stand for all of their campaign."""
    figures: list[ReadFigure] = []
    for some in _steps(ids):
        read = _days(account, level, some, at=at)
        if not isinstance(read, Ok):
            return read
        figures += read.value
    return Ok(figures)


def _steps(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), vk_ads.MOST_IDS):
        yield ids[start : start + vk_ads.MOST_IDS]


def _days(
    account: AdAccount, level: str, ids: Sequence[str], *, at: dt.datetime
) -> Outcome[list[ReadFigure]]:
    last = today_of(account, at=at)
    first = first_day(account, last)
    return ad_tokens.ask(account, lambda key: vk_ads.read_days(key, level, ids, first, last), at=at)


def first_day(account: AdAccount, today: dt.date) -> dt.date:
    """A week back from the last reading, so that no day is left out after a pause."""
    if account.read_at is None:
        return today - dt.timedelta(days=FIRST_DAYS - 1)
    read_on = today_of(account, at=account.read_at)
    return min(today, read_on) - dt.timedelta(days=DAYS_AGAIN - 1)


# --- What became of it ---------------------------------------------------------------------------


def _fail(account: AdAccount, failure: Failure, *, at: dt.datetime) -> None:
    if isinstance(failure, Refused):
        refused = AdAccount.State.REFUSED
        _release(account, state=refused, state_note=failure.message[:NOTE_LENGTH])
        _tell(account, failure.message)
        return
    _put_off(account, failure.message, _next_try(failure, at=at))
    if account.attempts >= MOST_ATTEMPTS and failure.kind is not Kind.QUOTA_EXHAUSTED:
        _tell(account, failure.message)


def _next_try(failure: Failure, *, at: dt.datetime) -> dt.datetime:
    """Not before the network's own time, and not sooner than the next wake-up."""
    wait = failure.retry_after if isinstance(failure, RefusedForNow) else 0.0
    return at + max(dt.timedelta(seconds=wait), dt.timedelta(minutes=10))


def _put_off(account: AdAccount, note: str, next_read_at: dt.datetime) -> None:
    _release(account, state_note=note[:NOTE_LENGTH], next_read_at=next_read_at)


def _release(account: AdAccount, **values: object) -> None:
    """Only what this worker still holds: a lease that ended belongs to another one."""
    held = AdAccount.objects.filter(pk=account.pk, lease_token=account.lease_token)
    held.update(lease_token=None, leased_until=None, **values)


def _unrefused(account: AdAccount) -> str:
    is_refused = account.state == AdAccount.State.REFUSED
    return AdAccount.State.UNCHECKED if is_refused else account.state


def _tell(account: AdAccount, message: str) -> None:
    tell_team_once(
        account.client,
        account,
        title=_("The ad account “%(account)s” is not read") % {"account": account.title},
        details=_("%(message)s\n\nMend it on the account's page and press “Read now”.")
        % {"message": message},
    )
