"""A post whose very text stands on the wall already is not sent: a person looks first."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy

from communities.models import WallPost
from content.claiming import Held, set_if_held
from content.models import NativeMatch, Publication, PublicationState
from content.post_standing import settle_post
from content.publication_letters import tell
from content.sent_outcomes import RELEASED, TO_CHECK, occasion

STANDS_ALREADY = gettext_lazy(
    "A post with the same text stands on the wall already, so this one was not sent. Say on the"
    " publication's page whether it is this post, or send it all the same."
)
TWICE = "twice"


@transaction.atomic
def hold_twice(row: Publication, held: Held, wall_post: WallPost, *, at: dt.datetime) -> None:
    values = {"state": PublicationState.UNKNOWN, "failure_kind": TWICE, "next_try_at": None}
    words = str(STANDS_ALREADY)
    if not set_if_held(held, PublicationState.CLAIMED, failure=words, **values, **RELEASED):
        return
    NativeMatch.objects.get_or_create(
        publication=row, wall_post=wall_post, client_id=row.client_id,
        defaults={"likeness": 100, "found_at": at},
    )  # fmt: skip
    settle_post(row.post, at=at)
    tell(
        row, f"twice:{occasion(row)}", subject=lambda: str(TO_CHECK),
        text=lambda: str(STANDS_ALREADY), at=at,
    )  # fmt: skip
