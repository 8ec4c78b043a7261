"""Recipients whom the last report did not reach: told before the next goes out."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from clients.models import Client
from kpi.models import ReportDelivery
from kpi.report_recipients import Addressee

# Of SMTP (RFC 3463 as well): it failed for now, and may arrive next time.
FOR_NOW = "4"


def bounces_of(client: Client, to: Iterable[Addressee]) -> dict[str, str]:
    """Address and reason, of those whose last letter with a report came back for good."""
    rows = ReportDelivery.objects.filter(client=client).select_related("letter")
    rows = rows.defer("letter__text")
    last = {row.address.lower(): row.letter for row in rows.order_by("asked_at", "pk")}
    found = {}
    for _name, address in to:
        letter = last.get(address.lower())
        if letter is None or letter.bounced_at is None or letter.bounce_code.startswith(FOR_NOW):
            continue
        found[address] = " ".join(filter(None, (letter.bounce_code, letter.bounce_note)))
    return found


def warnings_of(bounces: Mapping[str, str]) -> list[str]:
    return [
        _("The last report to %(address)s came back: %(why)s. Mend the address first.")
        % {"address": address, "why": why.rstrip(".") or "—"}
        for address, why in bounces.items()
    ]
