"""The refusal of a file that is not of the network where its page stands."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.networks.registry import network_name
from smm_agency.lib.tabular import TableError


def other_network(what: str | Promise, network: str) -> TableError:
    """`what` is the file as people call it, `network` the code of the page's network."""
    message = _("The file (%(format)s) is of another network than the profile (%(network)s).")
    return TableError(None, None, message % {"format": what, "network": network_name(network)})
