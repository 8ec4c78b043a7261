"""What goes out: the text, the link and the files of a publication, as the network gets them."""

import datetime as dt
from collections.abc import Sequence

import phonenumbers

from clients.marking import mark_line, rule_for
from clients.models import MarkingRule
from communities.networks.post_limits import limits_of
from content.models import Post, PostFile, Publication
from content.utm import with_utm

BETWEEN = "\n\n"
# The same as in static/admin/post_limits.js.
EDGES = " \t\n"


def tidy(text: str) -> str:
    """Browsers send line ends as two characters; networks and counts know one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(EDGES)


def outgoing_text(publication: Publication, *, on: dt.date | None = None) -> str:
    """Exactly what goes out: text here or the post's, call to action with number and link,
    hashtags, and the marking line where it is advertising.

    `on` is the client's day whose law holds for the marking; the planned one unless given.
    """
    return join_parts(text_of(publication), closing_text(publication, on=on))


def join_parts(*parts: str) -> str:
    return BETWEEN.join(part for part in parts if part)


def text_of(publication: Publication) -> str:
    return tidy(publication.text) or tidy(publication.post.text)


def closing_text(publication: Publication, *, on: dt.date | None = None) -> str:
    """All that comes after the text."""
    post = publication.post
    return join_parts(
        call_of(post, outgoing_link(publication)), post.hashtags, marking_of(publication, on=on)
    )


def call_of(post: Post, link: str) -> str:
    """The call to action, the number and the link, a line each."""
    number = shown_number(post.tracking_number.number) if post.tracking_number else ""
    return "\n".join(part for part in (tidy(post.call_to_action), number, link) if part)


def shown_number(number: str) -> str:
    """As people write it: +7 495 123-45-67; as it is stored where no rule knows it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def outgoing_link(publication: Publication) -> str:
    """The link with its UTM, or ""; `{network}` in the UTM is the network's code."""
    post = publication.post
    return with_utm(post.link, post.utm, network=publication.community.profile.network)


def marking_of(publication: Publication, *, on: dt.date | None = None) -> str:
    """The marking line of advertising; "" where it is none."""
    post = publication.post
    if not post.is_ad:
        return ""
    limits = limits_of(publication.community.profile.network)
    return mark_line(
        marking_rule(publication, on=on),
        identifier=post.erid,
        advertiser=post.advertiser,
        shows_word=limits is None or not limits.shows_ad_word,
    )


def marking_rule(publication: Publication, *, on: dt.date | None = None) -> MarkingRule | None:
    client = publication.post.client
    planned = publication.planned_at
    day = on or (client.day_of(planned) if planned else client.today())
    return rule_for(client, on=day)


def files_of(publication: Publication, files: Sequence[PostFile]) -> list[PostFile]:
    """Of the files of the post, those that go out here, in their order."""
    here = (None, publication.community_id)
    return sorted(
        (file for file in files if file.community_id in here),
        key=lambda file: (file.position, file.pk or 0),
    )
