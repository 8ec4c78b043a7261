"""The link of a placement's post: whether it is one, of the page that was paid."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities.models import Profile
from communities.networks.post_address import NotAPostError, PostAddress, read_post_address
from promotion.models import Placement


def read_link(placement: Placement) -> PostAddress | None:
    """None where the placement has no link, or no page to tell its network by."""
    if placement.publisher is None or not placement.url:
        return None
    return read_post_address(placement.url, placement.publisher.network)


def check_link(placement: Placement) -> None:
    """Raises ValidationError: no post, or one of another page."""
    try:
        address = read_link(placement)
    except NotAPostError as error:
        raise ValidationError({"url": str(error)}) from error
    page = placement.publisher
    if address and address.page and page and not is_of(page, address.page):
        message = _("This post stands on another page than “%(page)s”: look at the link.")
        raise ValidationError({"url": message % {"page": page.title}})


def is_of(page: Profile, written: str) -> bool:
    """Whether an address names this page; a name nobody has told us is let pass."""
    known = {page.external_id, page.screen_name} - {""}
    same = {name.removeprefix("@").casefold() for name in known}
    if written.removeprefix("@").casefold() in same:
        return True
    # A number is compared with a number, a name with a name.
    alike = [name for name in same if name.lstrip("-").isdecimal() == _is_number(written)]
    return not alike


def _is_number(written: str) -> bool:
    return written.lstrip("-").isdecimal()
