"""Why VK denied a post: errors 103 and 214 say the reason in their text only."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.networks.clocks import MOSCOW
from communities.networks.outcomes import Failure, Kind, Refused, RefusedForNow, Scope
from communities.networks.quotas import used_up_today

CODES = frozenset({103, 214})


@dataclass(frozen=True, slots=True)
class _Reason:
    """Known by `words` in VK's text; `mend` is what staff are told before it."""

    words: str
    mend: str | Promise
    kind: Kind = Kind.INVALID_REQUEST
    field: str | None = None


_A_DAY = _("This wall has the 50 posts that VK takes a day: the post waits for VK's next day.")
_REASONS = (
    _Reason("posts a day", _A_DAY, Kind.QUOTA_EXHAUSTED),
    _Reason(
        "already scheduled",
        _("Another post stands scheduled for this minute: choose another time."),
        field="publish_date",
    ),
    _Reason(
        "25 posts",
        _("VK schedules 25 posts for a day at most: choose another day."),
        field="publish_date",
    ),
    _Reason(
        "150 posts",
        _("VK holds 150 scheduled posts at most: wait until some are out."),
        field="publish_date",
    ),
    _Reason("schedule", _("VK does not schedule the post for this time."), field="publish_date"),
    _Reason(
        "wall is closed",
        _("The community's wall is closed: open it in the community's settings."),
        Kind.PERMISSION,
    ),
)
_NO_RIGHT = _Reason(
    "", _("The key may not post on this wall: whose key is it, and what rights has it?"),
    Kind.PERMISSION,
)  # fmt: skip


def failure(text: str, message: str) -> Failure:
    """`message` is what VK said; the mend is put before it.

    The limit of a day is the wall's, not the key's: other walls need not wait.
    """
    reason = next((each for each in _REASONS if each.words in text), _NO_RIGHT)
    message = f"{reason.mend} {message}"
    if reason.kind is Kind.QUOTA_EXHAUSTED:
        wait = used_up_today(message, MOSCOW)
        return RefusedForNow(reason.kind, message, wait.retry_after, Scope.CALL)
    return Refused(reason.kind, message, field=reason.field)
