"""A day before: what would keep a scheduled post from going out, said while it can be mended."""

import datetime as dt

from django.utils.translation import gettext_lazy

from clients.models import AT_REST
from content.claiming import set_if
from content.models import Publication, PublicationState
from content.publication_letters import tell
from content.sending import why_not

# Said at least a day before; whatever is scheduled later is looked at within the hour.
AHEAD = dt.timedelta(hours=36)

WOULD_FAIL = gettext_lazy("a scheduled post would not go out")
MEND = gettext_lazy("Mend it before its time: it will not be sent like this.")


def check_ahead(*, at: dt.datetime) -> int:
    """Look at all that is due within a day and a half; how many have something in their way."""
    rows = list(
        Publication.objects.filter(state=PublicationState.DUE, next_try_at__gt=at)
        .filter(next_try_at__lte=at + AHEAD)
        .exclude(client__status__in=AT_REST)
        .select_related(
            "client", "post__client", "post__author", "post__tracking_number",
            "community__profile__client",
        )
    )  # fmt: skip
    return sum(check(row, at=at) for row in rows)


def check(row: Publication, *, at: dt.datetime) -> bool:
    """Write down what is in its way, or that nothing is any more; said by a letter once."""
    warning = why_not(row, at=at)[:500]
    if warning != row.warning:
        set_if(row, PublicationState.DUE, warning=warning)
    if warning:
        tell(
            row, f"ahead:{row.planned_at:%Y%m%d%H%M}", subject=lambda: str(WOULD_FAIL),
            text=lambda: f"{warning}\n{MEND}", at=at,
        )  # fmt: skip
    return bool(warning)
