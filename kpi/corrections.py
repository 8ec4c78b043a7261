"""The draft that corrects a strategy, made by a decision about a flag or by a KPI review."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import User
from strategy.models import StrategyVersion, VersionState
from strategy.versions import next_version

# How long the next version runs when the one it follows ends before it would begin.
LATE_VERSION_DAYS = 90
CAUSE_LENGTH = StrategyVersion._meta.get_field("cause").max_length or 2000


def draft_correction(
    client_id: int, *, cause: str, by: User, on: dt.date, starts_on: dt.date | None = None
) -> StrategyVersion:
    """The draft that follows the version in force, with its cause; from tomorrow unless told.

    Where a draft is there already, this is added to what it is made for. Raises ValidationError.
    """
    approved = StrategyVersion.objects.filter(client=client_id, state=VersionState.APPROVED).first()
    if approved is None:
        raise ValidationError(_("This client has no approved strategy that could be corrected."))
    following = StrategyVersion.objects.filter(previous=approved).first()
    if following and following.state != VersionState.DRAFT:
        raise ValidationError(
            _("Version %(number)s is on approval: take it back to draft, and correct that one.")
            % {"number": following.number}
        )
    if following:
        following.cause = "\n\n".join(filter(None, [following.cause, cause]))[:CAUSE_LENGTH]
        following.save(update_fields=["cause"])
        return following
    begin = max(starts_on or on + dt.timedelta(days=1), approved.starts_on + dt.timedelta(days=1))
    late_end = begin + dt.timedelta(days=LATE_VERSION_DAYS)
    return next_version(
        approved,
        by=by,
        starts_on=begin,
        ends_on=approved.ends_on if approved.ends_on >= begin else late_end,
        cause=cause,
    )
