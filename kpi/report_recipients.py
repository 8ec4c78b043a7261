"""Who gets a client's reports."""

from collections.abc import Iterable

from clients.models import Client, Contact
from kpi.models import ReportDelivery, ReportRecipient, ReportSettings

# A name and an address.
Addressee = tuple[str, str]


def recipients_of(client: Client, settings: ReportSettings) -> list[Addressee]:
    """The chosen contacts; the main one where nobody is chosen. Only those with an address."""
    chosen = ReportRecipient.objects.filter(settings=settings.pk) if settings.pk else None
    if chosen is not None and chosen.exists():
        contacts = Contact.objects.filter(pk__in=chosen.values("contact"))
    else:
        contacts = Contact.objects.filter(client=client, is_main=True)
    return once_each(contacts.order_by("name", "pk").values_list("name", "email"))


def addresses_to_choose(client: Client, report_id: int) -> list[Addressee]:
    """For sending once more: contacts, and where this report went before."""
    contacts = Contact.objects.filter(client=client).order_by("-is_main", "name")
    before = ReportDelivery.objects.filter(report=report_id).order_by("pk")
    return once_each(
        [*contacts.values_list("name", "email"), *before.values_list("name", "address")]
    )


def once_each(rows: Iterable[Addressee]) -> list[Addressee]:
    found: dict[str, Addressee] = {}
    for name, address in rows:
        if address:
            found.setdefault(address.lower(), (name, address))
    return list(found.values())
