"""Figures of a page that a person types in: of networks that give neither keys nor files."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from communities.models import Profile
from kpi.models import ProfileSnapshot, Reading
from kpi.snapshots import ProfileValues, Stored, store_profile_snapshots

FIRST_DAY = dt.date(2004, 1, 1)


def figures_of(profile: Profile, day: dt.date) -> dict[str, int | None]:
    """What is known of the day; None where nobody measured it."""
    row = ProfileSnapshot.objects.filter(profile=profile, date=day).first()
    return {name: getattr(row, name, None) for name in ProfileSnapshot.COUNTERS}


@transaction.atomic
def enter_figures(
    profile: Profile,
    day: dt.date,
    changes: Mapping[str, int | None],
    *,
    by: User,
    at: dt.datetime,
) -> Stored:
    """Store what a person changed of a day: a number, or None for "not measured after all".

    What stood there before is kept as a correction. Raises ValidationError.
    """
    _check_day(day, profile.client.day_of(at))
    unknown = set(changes) - set(ProfileSnapshot.COUNTERS)
    if unknown or any(value is not None and value < 0 for value in changes.values()):
        raise ValidationError(_("A count cannot be negative."))
    if not changes:
        return Stored(unchanged=1)
    # The page and not the day is locked: of two people the first may be making the day's row.
    Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    stored = ProfileSnapshot.objects.select_for_update().filter(profile=profile, date=day).first()
    known = {name: getattr(stored, name, None) for name in ProfileSnapshot.COUNTERS}
    if stored is None and all(value is None for value in changes.values()):
        raise ValidationError(_("Nothing is filled in."))
    # A person speaks last, of days that were read later too.
    moment = max(at, stored.read_at) if stored else at
    head = (profile.client_id, profile.pk, day, Reading.MANUAL, moment)
    counters: dict[str, Any] = {**known, **changes}
    row = ProfileValues(*head)._replace(**counters)
    _write_down(profile, day, known, changes, by=by)
    return store_profile_snapshots([row], at=at, erase=True)


def _write_down(
    profile: Profile,
    day: dt.date,
    known: Mapping[str, int | None],
    changes: Mapping[str, int | None],
    *,
    by: User,
) -> None:
    """In the history of the page: who typed in what."""
    told = ", ".join(
        f"{name} {'—' if known[name] is None else known[name]} → {'—' if new is None else new}"
        for name, new in changes.items()
    )
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=[profile],
        action_flag=CHANGE,
        change_message=f"{day.isoformat()}: {told}",
        single_object=True,
    )


def _check_day(day: dt.date, today: dt.date) -> None:
    if day > today:
        raise ValidationError({"day": _("This day has not come yet.")})
    if day < FIRST_DAY:
        raise ValidationError({"day": _("No network is as old as that: look at the year.")})
