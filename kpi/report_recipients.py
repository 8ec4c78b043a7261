"""Who gets a client's reports."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from clients.models import Client, Contact, MailRefusal, NoticeKind
from kpi.models import ReportDelivery, ReportRecipient, ReportSettings

# A name and an address.
Addressee = tuple[str, str]


class Recipients(NamedTuple):
    """`refused` would get it as well, but want no letters of reports."""

    to: list[Addressee]
    refused: list[Addressee]


def recipients_of(client: Client, settings: ReportSettings) -> Recipients:
    """The chosen contacts; the main one where nobody is chosen. Only those with an address."""
    chosen = ReportRecipient.objects.filter(settings=settings.pk) if settings.pk else None
    if chosen is not None and chosen.exists():
        contacts = Contact.objects.filter(pk__in=chosen.values("contact"))
    else:
        contacts = Contact.objects.filter(client=client, is_main=True)
    rows = contacts.order_by("name", "pk").values_list("name", "email")
    return without_refused(client, once_each(rows))


def addresses_to_choose(client: Client, report_id: int) -> list[Addressee]:
    """For sending once more: contacts, and where this report went before."""
    contacts = Contact.objects.filter(client=client).order_by("-is_main", "name")
    before = ReportDelivery.objects.filter(report=report_id).order_by("pk")
    rows = [*contacts.values_list("name", "email"), *before.values_list("name", "address")]
    return without_refused(client, once_each(rows)).to


def without_refused(client: Client, addressees: Iterable[Addressee]) -> Recipients:
    refusals = MailRefusal.objects.filter(client=client, kind=NoticeKind.REPORTS)
    gone = {address.lower() for address in refusals.values_list("address", flat=True)}
    found = Recipients([], [])
    for name, address in addressees:
        (found.refused if address.lower() in gone else found.to).append((name, address))
    return found


def nobody_to_send_to(refused: Iterable[Addressee]) -> str:
    """What to do about it, and who has switched reports off."""
    told = _(
        "There is nobody to send it to: give the main contact an e-mail address, or choose"
        " recipients in the settings of reports."
    )
    names = ", ".join(address for _name, address in refused)
    return f"{told} {switched_off(names)}" if names else told


def switched_off(addresses: str) -> str:
    return _(
        "Switched off by the recipient: %(addresses)s. Where they want reports again, delete the"
        " refusal in “Refusals of letters”."
    ) % {"addresses": addresses}


def once_each(rows: Iterable[Addressee]) -> list[Addressee]:
    found: dict[str, Addressee] = {}
    for name, address in rows:
        if address:
            found.setdefault(address.lower(), (name, address))
    return list(found.values())
