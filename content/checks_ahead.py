"""A day before: what would keep a scheduled post from going out, said while it can be mended."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import AccessKey, Community
from communities.networks.publishing import publisher_for
from communities.posting_keys import needed_for
from content.claiming import set_if
from content.models import PostFile, Publication, PublicationState
from content.outgoing import files_of
from content.publication_letters import tell
from content.publishing_keys import choose_key, keys_of, no_key
from content.sending import files_by_post, why_not

# Said at least a day before; whatever is scheduled later is looked at within the hour.
AHEAD = dt.timedelta(hours=36)

WOULD_FAIL = gettext_lazy("a scheduled post would not go out")
MEND = gettext_lazy("Mend it before its time: it will not be sent like this.")


def check_ahead(*, at: dt.datetime) -> int:
    """Look at all that is due within a day and a half; how many have something in their way."""
    rows = list(
        Publication.objects.filter(state=PublicationState.DUE, next_try_at__gt=at)
        .filter(next_try_at__lte=at + AHEAD)
        .select_related(
            "client", "post__client", "post__author", "post__tracking_number",
            "community__profile__client",
        )
    )  # fmt: skip
    keys = keys_of(row.client_id for row in rows)
    files = files_by_post(rows, with_content=False)
    return sum(check(row, keys, files.get(row.post_id, []), at=at) for row in rows)


def check(
    row: Publication, keys: list[AccessKey], files: list[PostFile], *, at: dt.datetime
) -> bool:
    """Write down what is in its way, or that nothing is any more; said by a letter once."""
    warning = " ".join(obstacles(row, keys, files, at=at))[:500]
    if warning != row.warning:
        set_if(row, PublicationState.DUE, warning=warning)
    if warning:
        tell(
            row, f"ahead:{row.planned_at:%Y%m%d%H%M}", subject=lambda: str(WOULD_FAIL),
            text=lambda: f"{warning}\n{MEND}", at=at,
        )  # fmt: skip
    return bool(warning)


def obstacles(
    row: Publication, keys: list[AccessKey], files: list[PostFile], *, at: dt.datetime
) -> Iterable[str]:
    if row.community.state == Community.State.ARCHIVED:
        yield _("The community is archived.")
    if problem := why_not(row, at=at):
        yield problem
    profile = row.community.profile
    if publisher_for(profile.network) is None:
        return
    needs = needed_for(file.file.content_type for file in files_of(row, files))
    if choose_key(profile, needs, keys) is None:
        yield no_key(profile, needs)
