"""UTM: what is added to a link, so that a visit is known by the post that brought it."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Stands for the code of the network, so that one UTM serves all communities of a post.
NETWORK = "{network}"
PAIR = re.compile(r"[\w.-]+=[^=&#\s]+")


def check_utm(utm: str, link: str) -> str:
    """`utm_source=vk&utm_medium=post` without what people paste around it.

    Raises ValidationError with what is wrong; `link` may carry no pair of the same name.
    """
    plain = utm.strip().lstrip("?&").rstrip("&")
    for pair in plain.split("&") if plain else ():
        if not PAIR.fullmatch(pair):
            message = _(
                "“%(pair)s” is no pair: write name=value, with & between, such as"
                " utm_source=vk&utm_medium=post."
            )
            raise ValidationError(message % {"pair": pair})
    there = {name for name, _value in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
    twice = sorted(there & {name for name, _value in parse_qsl(plain)})
    if twice:
        message = _("The link carries %(names)s already: take it out of one of them.")
        raise ValidationError(message % {"names": ", ".join(twice)})
    return plain


def with_utm(link: str, utm: str, *, network: str) -> str:
    """The address with the pairs added; what it carries already stays before them."""
    return add_pairs(link, parse_qsl(utm.strip().lstrip("?&").replace(NETWORK, network)))


def add_pairs(link: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The address with pairs after those that it carries already; its anchor stays last."""
    added = urlencode(list(pairs))
    if not link or not added:
        return link
    parts = urlsplit(link)
    query = "&".join(part for part in (parts.query, added) if part)
    return urlunsplit(parts._replace(query=query))
