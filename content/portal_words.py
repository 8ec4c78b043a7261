"""How far a publication has come, in the client's words."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.models import PostState, PublicationState

GOES_OUT = _("goes out at this time")
PUBLISHED = pgettext_lazy("for the client", "published")
NOT_OUT = _("not published yet: the agency is at it")
CHECKED = _("the agency checks whether it went out")

BY_PUBLICATION = {
    PublicationState.SENT: (PUBLISHED, "green"),
    PublicationState.DUE: (GOES_OUT, "grey"),
    PublicationState.PLACED: (GOES_OUT, "grey"),
    PublicationState.CLAIMED: (GOES_OUT, "grey"),
    PublicationState.SENDING: (GOES_OUT, "grey"),
    PublicationState.BY_HAND: (GOES_OUT, "grey"),
    PublicationState.FAILED: (NOT_OUT, "red"),
    PublicationState.UNKNOWN: (CHECKED, "amber"),
    PublicationState.MISSED: (_("held back: the agency decides when it goes out"), "amber"),
    PublicationState.CANCELLED: (pgettext_lazy("for the client", "cancelled"), "grey"),
}
BY_POST = {
    PostState.CLIENT_REVIEW: (_("waits for your word"), "amber"),
    PostState.CLIENT_REWORK: (_("is being corrected as you asked"), "grey"),
    PostState.CLIENT_APPROVED: (_("approved by you"), "grey"),
    PostState.FAILED: (NOT_OUT, "red"),
    PostState.NEEDS_CHECKING: (CHECKED, "amber"),
}


class Words(NamedTuple):
    text: str
    light: str


def words_of(post_state: str, state: str) -> Words:
    """By the publication once it is on its way, by its post before."""
    found = BY_PUBLICATION.get(PublicationState(state)) or BY_POST.get(
        PostState(post_state), (GOES_OUT, "grey")
    )
    return Words(str(found[0]), found[1])
