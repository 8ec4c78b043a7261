"""What the program knows of the clients that a workbook names: read once for all of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from clients.client_import_rows import Row, near_words, shown
from clients.client_import_values import number_below
from clients.models import Client, Contact, Engagement, EngagementService, TeamMember, User

MOST_MONEY = 10**10


@dataclass
class KnownClient:
    """A client of the program or of the file; `row` is its row in the sheet Clients."""

    client: Client
    row: Row | None = None
    contacts: list[Contact] = field(default_factory=list)
    team: list[TeamMember] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    services: dict[tuple[str, int], EngagementService] = field(default_factory=dict)


@dataclass
class Known:
    """`clients` by their names, those of the file added as its rows are read."""

    clients: dict[str, KnownClient]
    names: list[str]
    may_see_fees: bool

    @classmethod
    def of_file(cls, rows: Mapping[str, Iterable[Row]], *, by: User) -> Self:
        wanted = {row.text("client") or row.text("name") for each in rows.values() for row in each}
        # Who stands in for somebody is no member by that: a row of the file may make them one.
        teams = TeamMember.objects.own().select_related("user").order_by("starts_on", "pk")
        parts: list[Any] = [
            Prefetch("contacts", Contact.objects.order_by("pk")),
            Prefetch("team", teams),
            Prefetch("engagements", Engagement.objects.select_related("package")),
            Prefetch("engagements__services", EngagementService.objects.all()),
        ]
        clients = Client.objects.visible_to(by).filter(name__in=wanted).prefetch_related(*parts)
        return cls(
            {client.name: _known(client) for client in clients},
            list(Client.objects.visible_to(by).values_list("name", flat=True)),
            by.has_perm("clients.see_fees"),
        )

    def client_of(self, row: Row) -> KnownClient | None:
        """The client whose name stands in the row; refused in words where there is none."""
        name = row.text("client")
        if not name:
            return None
        found = self.clients.get(name)
        if found is None:
            message = _(
                "There is no client “%(name)s”: write the name exactly, or add it to the sheet"
                " Clients."
            )
            names = {*self.names, *self.clients}
            row.refuse("client", message % {"name": shown(name)} + near_words(name, names))
            return None
        if found.row is not None and found.row.problems:
            message = _(
                "Row %(row)s of this client in the sheet Clients is refused: mend it first."
            )
            row.refuse("client", message % {"row": found.row.number})
            return None
        return found

    def money(self, row: Row, key: str) -> Decimal | None:
        """Refused for who may not see fees."""
        value = row.read(key, number_below(MOST_MONEY), None)
        if value is not None and not self.may_see_fees:
            row.refuse(key, _("You may not see fees: leave the cell empty."))
            return None
        return value


def _known(client: Client) -> KnownClient:
    engagements = list(client.engagements.all())
    services = {
        (engagement.title, each.service_id): each
        for engagement in engagements
        for each in engagement.services.all()
    }
    return KnownClient(
        client,
        contacts=list(client.contacts.all()),
        team=list(client.team.all()),
        engagements=engagements,
        services=services,
    )
