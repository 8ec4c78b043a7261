"""The clients of the data set: their pages, strategies and numbers, and who looks at them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from django.contrib.auth.models import Group

from bench.copying import Progress, copy_rows
from clients.models import (
    Client,
    ClientStatus,
    Engagement,
    PortalAccess,
    TrackingNumber,
    User,
)
from clients.role_rights import DIRECTOR
from communities.models import Community, Profile
from kpi.models import CallConnection, NumberPlacement
from strategy.models import FormulaCode, KpiTarget, Metric, MonthlyTarget, StrategyVersion
from strategy.models.version import VersionState
from strategy.periods import month_of, months_between

OWN_PAGES, PAGES = 2, 3
# Hours east of UTC; neither zone changes its clocks.
ZONES = {"Europe/Moscow": 3, "Asia/Yekaterinburg": 5}
# Each tenth client was promised more than comes: its targets are missed.
MISSED_EACH, MISSED_FACTOR = 10, 1.8
ATTRIBUTED_SHARE = 0.75
GROWTH_PER_DAY = 2 * OWN_PAGES
ENGAGEMENT_RATE = 0.01

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Size:
    """How much is loaded; days end yesterday."""

    clients: int = 1_000
    days: int = 730
    calls: int = 1_000_000

    @classmethod
    def scaled(cls, scale: float) -> "Size":
        return cls(clients=max(5, round(1_000 * scale)), calls=max(500, round(1_000_000 * scale)))

    @property
    def profiles(self) -> int:
        return PAGES * self.clients


@dataclass(frozen=True)
class Agency:
    """Ids by client: `pages` (clients, 3), the last a competitor's; `communities` and `numbers`
    (clients, 2). `call_shares` (clients,) is how the calls fall to the clients.
    """

    today: dt.date
    clients: Ids
    hours: Ids
    pages: Ids
    communities: Ids
    numbers: Ids
    call_shares: npt.NDArray[np.float64]
    director: User
    guest: User

    @property
    def first_day(self) -> dt.date:
        """Of the strategies, which run since half a year."""
        return month_of(month_of(self.today) - dt.timedelta(days=150))

    @property
    def last_day(self) -> dt.date:
        return month_of(month_of(self.today) + dt.timedelta(days=150)) - dt.timedelta(days=1)


def found_agency(size: Size, *, today: dt.date, rng: np.random.Generator) -> Agency:
    """The rows that are few: made by the models."""
    zones = [list(ZONES)[number % 5 == 4] for number in range(size.clients)]
    clients = Client.objects.bulk_create(
        Client(name=f"Client {number}", status=ClientStatus.ACTIVE, time_zone=zone)
        for number, zone in enumerate(zones)
    )
    pages = add_pages(clients)
    communities = Community.objects.bulk_create(
        Community(client_id=page.client_id, profile=page, state=Community.State.RUNNING)
        for page in pages
        if page.relation == Profile.Relation.OWN
    )
    numbers = add_numbers(communities, today)
    add_connections(clients, today)
    weights = rng.lognormal(0, 0.6, size.clients)
    return Agency(
        today=today,
        clients=ids_of(clients, 1).ravel(),
        hours=np.array([ZONES[zone] for zone in zones]),
        pages=ids_of(pages, PAGES),
        communities=ids_of(communities, OWN_PAGES),
        numbers=ids_of(numbers, OWN_PAGES),
        call_shares=weights / weights.sum(),
        director=add_director(),
        guest=add_guest(clients[0]),
    )


def ids_of(
    rows: list[Client] | list[Profile] | list[Community] | list[TrackingNumber], each: int
) -> Ids:
    return np.array([row.pk for row in rows], dtype=np.int64).reshape(-1, each)


def add_pages(clients: list[Client]) -> list[Profile]:
    return Profile.objects.bulk_create(
        Profile(
            client=client,
            network="vk",
            external_id=str(number),
            title=f"Page {number}",
            relation=Profile.Relation.OWN if number < OWN_PAGES else Profile.Relation.COMPETITOR,
        )
        for client in clients
        for number in range(PAGES)
    )


def add_numbers(communities: list[Community], today: dt.date) -> list[TrackingNumber]:
    """A number for each community, shown there all the time."""
    numbers = TrackingNumber.objects.bulk_create(
        TrackingNumber(client_id=community.client_id, number=f"+7000{place:07d}")
        for place, community in enumerate(communities)
    )
    NumberPlacement.objects.bulk_create(
        NumberPlacement(
            client_id=number.client_id,
            number=number,
            community=community,
            starts_on=today - dt.timedelta(days=800),
        )
        for number, community in zip(numbers, communities, strict=True)
    )
    return numbers


def add_connections(clients: list[Client], today: dt.date) -> None:
    """Calls come live, so that days without a call are zeros."""
    heard_at = dt.datetime.combine(today, dt.time(3), tzinfo=dt.UTC)
    CallConnection.objects.bulk_create(
        CallConnection(client=client, label="Calls", secret="secret", last_event_at=heard_at)  # noqa: S106
        for client in clients
    )


def add_director() -> User:
    director = User.objects.create(username="bench-director", is_staff=True)
    director.groups.add(Group.objects.get(name=DIRECTOR))
    return director


def add_guest(client: Client) -> User:
    guest = User.objects.create(username="bench-guest")
    PortalAccess.objects.create(client=client, user=guest)
    return guest


# --- Strategies ----------------------------------------------------------------------------------


def add_strategies(agency: Agency, size: Size, progress: Progress) -> None:
    """A version for each client with calls, growth and ER, approved once its rows are there."""
    engagements = Engagement.objects.bulk_create(
        Engagement(client_id=pk, title="Work", starts_on=agency.first_day, currency="RUB")
        for pk in agency.clients.tolist()
    )
    versions = StrategyVersion.objects.bulk_create(
        StrategyVersion(
            client_id=engagement.client_id,
            engagement=engagement,
            number=1,
            title="Strategy",
            starts_on=agency.first_day,
            ends_on=agency.last_day,
        )
        for engagement in engagements
    )
    targets = KpiTarget.objects.bulk_create(
        KpiTarget(
            client_id=version.client_id,
            version=version,
            metric=metric,
            is_primary=metric == Metric.CALLS,
            formula_code=FormulaCode.ER_POST if metric == Metric.ER else "",
        )
        for version in versions
        for metric in (Metric.CALLS, Metric.GROWTH, Metric.ER)
    )
    columns = ("client_id", "target_id", "month", "value")
    copy_rows(MonthlyTarget, columns, monthly_rows(agency, size, targets), progress)
    StrategyVersion.objects.filter(pk__in=[version.pk for version in versions]).update(
        state=VersionState.APPROVED,
        approved_at=dt.datetime.combine(agency.first_day, dt.time(), tzinfo=dt.UTC),
        approved_by=agency.director,
    )


def monthly_rows(
    agency: Agency, size: Size, targets: list[KpiTarget]
) -> list[tuple[int, int, dt.date, Decimal]]:
    """What comes anyway, or `MISSED_FACTOR` times as much."""
    calls = agency.call_shares * size.calls / size.days * ATTRIBUTED_SHARE * 30
    rows = []
    for number, target in enumerate(targets):
        client = number // 3
        value = {
            Metric.CALLS: calls[client],
            Metric.GROWTH: GROWTH_PER_DAY * 30,
            Metric.ER: ENGAGEMENT_RATE,
        }[Metric(target.metric)]
        factor = MISSED_FACTOR if client % MISSED_EACH == 0 else 0.9
        rows += [
            (target.client_id, target.pk, month, Decimal(f"{value * factor:.5f}"))
            for month in months_between(agency.first_day, agency.last_day)
        ]
    return rows
