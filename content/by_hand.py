"""Networks that the program cannot post to: a person is asked, and tells the address later."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import User
from communities.models import Profile
from communities.networks.post_address import (
    NotAPostError,
    PostAddress,
    is_measured_by,
    read_post_address,
)
from communities.networks.records import PostReading
from communities.wall import store_wall_posts
from content.claiming import set_if
from content.models import Publication, PublicationAttempt, PublicationState
from content.outgoing import outgoing_text
from content.post_standing import settle_post
from content.publication_letters import tell
from content.sent_outcomes import CLEARED, RELEASED, occasion

BY_HAND = gettext_lazy("post it by hand now")
HOW = gettext_lazy(
    "The program cannot post to this network. The text, the link and the files stand ready on the"
    " publication's page; enter the address of the post there afterwards."
)
# A person's clock, and the minute that a form knows.
AHEAD = dt.timedelta(minutes=5)
# Where a person may say that a post is there.
TELLABLE = (
    PublicationState.BY_HAND,
    PublicationState.UNKNOWN,
    PublicationState.MISSED,
    PublicationState.FAILED,
)


@transaction.atomic
def ask_by_hand(row: Publication, *, at: dt.datetime) -> bool:
    """It is time: said on the dashboard and by a letter with the whole text, once."""
    values = {"state": PublicationState.BY_HAND, "due_since": row.next_try_at}
    if not set_if(row, PublicationState.DUE, **values, **CLEARED):
        return False
    row.due_since = row.next_try_at
    settle_post(row.post, at=at)
    tell(
        row, f"by-hand:{occasion(row)}", subject=lambda: str(BY_HAND),
        text=lambda: str(HOW), at=at,
    )  # fmt: skip
    return True


def check_address(row: Publication, address: str) -> PostAddress:
    """The post behind the address, of this network and page. Raises ValidationError on `url`."""
    profile = row.community.profile
    try:
        found = read_post_address(address, profile.network)
    except NotAPostError as refused:
        raise ValidationError({"url": str(refused)}) from None
    if found.page and not is_of_page(found.page, profile):
        message = _("This post stands on another page (%(page)s): paste the one of %(ours)s.")
        raise ValidationError({"url": message % {"page": found.page, "ours": profile}})
    other = Publication.objects.filter(client=row.client_id, url=found.url).exclude(pk=row.pk)
    if other.exists():
        raise ValidationError({"url": _("Another publication has this address already.")})
    return found


def is_of_page(page: str, profile: Profile) -> bool:
    names = {profile.external_id, profile.screen_name}
    return page.lower() in {name.removeprefix("@").lower() for name in names if name}


@transaction.atomic
def tell_address(
    row: Publication, address: str, *, sent_at: dt.datetime, by: User, at: dt.datetime
) -> None:
    """A person has seen it there. `row` carries the state that the person saw."""
    if row.state not in TELLABLE:
        raise ValidationError(_("Only what waits for a person is settled like this."))
    if sent_at > at + AHEAD:
        raise ValidationError({"sent_at": _("This time is still to come.")})
    found = check_address(row, address)
    wall_post = None
    if found.post_id and is_measured_by(row.community.profile.network):
        reading = PostReading(
            external_id=found.post_id, profile_external_id=row.community.profile.external_id,
            posted_at=sent_at, read_at=at, text=outgoing_text(row),
        )  # fmt: skip
        stored = store_wall_posts(row.community.profile, [reading], at=at, tells=())
        wall_post = stored.rows[0]
        if Publication.objects.filter(wall_post=wall_post).exclude(pk=row.pk).exists():
            raise ValidationError({"url": _("Another publication has this address already.")})
    done = set_if(
        row, PublicationState(row.state), state=PublicationState.SENT, sent_at=sent_at,
        url=found.url, external_id=found.post_id, wall_post=wall_post, **RELEASED, **CLEARED,
    )  # fmt: skip
    if not done:
        raise ValidationError(_("It was settled meanwhile: look at the page again."))
    PublicationAttempt.objects.create(
        publication=row, client_id=row.client_id, began_at=at, ended_at=at, by=by,
        outcome=PublicationAttempt.Outcome.BY_PERSON, message=found.url,
    )  # fmt: skip
    settle_post(row.post, at=at)
