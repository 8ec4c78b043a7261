"""From where a connection takes calls: addresses and networks, checked when they are entered."""

import ipaddress
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def clean_networks(entries: Iterable[str]) -> list[str]:
    """The networks as they are stored; ValidationError names each entry that is none."""
    networks, wrong = [], []
    for entry in filter(None, (entry.strip() for entry in entries)):
        try:
            networks.append(str(ipaddress.ip_network(entry)))
        except ValueError:
            wrong.append(entry)
    if wrong:
        message = _(
            "No address or network: %(entries)s. Write them like 92.118.66.5 or 92.118.66.0/23."
        )
        raise ValidationError(message % {"entries": ", ".join(wrong)})
    return networks


def is_allowed(address: str, networks: Iterable[str]) -> bool:
    """Whether the sender stands in one of the networks; without networks everybody does."""
    known = [ipaddress.ip_network(network) for network in networks]
    if not known:
        return True
    try:
        sender = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens on IPv6 sees an IPv4 sender as ::ffff:92.118.66.5.
    mapped = sender.ipv4_mapped if isinstance(sender, ipaddress.IPv6Address) else None
    return any((mapped or sender) in network for network in known)
