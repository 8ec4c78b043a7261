"""How all the clients of a person stand: each client's light and the counters, by the database.

A page shows some of the clients; what is counted, and who comes first, is said of all of them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from clients.models import Client, ClientStatus, Task, User
from communities.models import Profile
from kpi.models import Call, Evaluation, Flag, Light, ProfileSnapshot
from smm_agency.grey_lights import first_fresh
from strategy.models import KpiTarget, StrategyVersion

RANK = {Light.RED: 0, Light.AMBER: 1, Light.GREY: 2, Light.GREEN: 3}
BY_RANK = {rank: light for light, rank in RANK.items()}


@dataclass(frozen=True)
class Standing:
    """The counters of all clients; `found` is how many of them are to be shown."""

    lights: dict[str, int]
    flags: int
    overdue: int
    stale: int
    found: int


STALE = "stale"


@dataclass(frozen=True)
class Sight:
    """Which of the clients are to be shown: by a part of the name, by a light, or the stale."""

    search: str = ""
    show: str = ""

    @property
    def condition(self) -> Q:
        """Of clients with their `rank` and `is_stale`."""
        asked = Q(name__icontains=self.search)
        if self.show in RANK:
            asked &= Q(rank=RANK[Light(self.show)])
        return asked & Q(is_stale=True) if self.show == STALE else asked

    def narrow(self, clients: QuerySet[Client], *, today: dt.date) -> QuerySet[Client]:
        """Of clients with their `rank`."""
        marked: Any = clients.alias(is_stale=Exists(unread(today=today)))
        narrowed: QuerySet[Client] = marked.filter(self.condition)
        return narrowed


def seen_clients(user: User) -> QuerySet[Client]:
    """The clients of the person; those who left are left out."""
    return Client.objects.visible_to(user).exclude(status=ClientStatus.ENDED)


def worst_first(clients: QuerySet[Client], *, today: dt.date) -> QuerySet[Client]:
    """The clients, each with its `rank` and the day of its `last_call`."""
    newest = Call.objects.filter(client=OuterRef("pk")).order_by("-started_at", "-pk")
    last_call = Subquery(newest.values("day")[:1])
    ranked = with_rank(clients, today=today).annotate(last_call=last_call)
    ordered: QuerySet[Client] = ranked.order_by("rank", "name")
    return ordered


def with_rank(clients: QuerySet[Client], *, today: dt.date) -> Any:
    """`rank`: that of the worst fresh light of the strategy in force, a key of BY_RANK."""
    newest = (
        Evaluation.objects.filter(target=OuterRef("pk"), day__gte=first_fresh(today))
        .annotate(rank=rank_of("light"))
        .order_by("-day")
        .values("rank")[:1]
    )
    worst = (
        KpiTarget.objects.filter(
            client=OuterRef("pk"), version__in=StrategyVersion.objects.in_force(on=today)
        )
        .annotate(rank=Coalesce(Subquery(newest), RANK[Light.GREY]))
        .order_by("rank")
        .values("rank")[:1]
    )
    # A paused client is measured without alarms.
    paused = When(status=ClientStatus.PAUSED, then=Value(RANK[Light.GREY]))
    rank = Case(paused, default=Coalesce(Subquery(worst), RANK[Light.GREY]))
    return clients.annotate(rank=rank)


def rank_of(field: str) -> Case:
    """A light as a number to sort by, the worst first."""
    lights = [When(Q((field, light)), then=Value(rank)) for light, rank in RANK.items()]
    return Case(*lights, default=Value(RANK[Light.GREY]), output_field=IntegerField())


def standing(clients: QuerySet[Client], *, today: dt.date, sight: Sight | None = None) -> Standing:
    """One query: a line of counters for each light."""
    sight = sight or Sight()
    waiting = Flag.objects.live().filter(client=OuterRef("pk"))
    late = Task.objects.overdue(on=today).filter(client=OuterRef("pk"))
    lines = list(
        with_rank(clients, today=today)
        .annotate(
            waiting=counted(waiting), late=counted(late), is_stale=Exists(unread(today=today))
        )
        .order_by()
        .values("rank")
        .annotate(
            clients=Count("pk"),
            found=Count("pk", filter=sight.condition),
            all_waiting=Sum("waiting"),
            all_late=Sum("late"),
            stale=Count("pk", filter=Q(is_stale=True)),
        )
    )
    known = {BY_RANK[line["rank"]]: line["clients"] for line in lines}
    return Standing(
        lights={light: known.get(light, 0) for light in RANK},
        flags=sum(line["all_waiting"] for line in lines),
        overdue=sum(line["all_late"] for line in lines),
        stale=sum(line["stale"] for line in lines),
        found=sum(line["found"] for line in lines),
    )


def counted(rows: QuerySet[Flag] | QuerySet[Task]) -> Coalesce:
    """How many of the rows belong to the client; a correlated subquery."""
    groups = rows.order_by().values("client").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(groups), 0)


def unread(*, today: dt.date) -> QuerySet[Profile]:
    """The client's own pages that are to be read and were not read lately, or never."""
    fresh = ProfileSnapshot.objects.filter(profile=OuterRef("pk"), date__gte=first_fresh(today))
    return Profile.objects.measured().filter(
        ~Exists(fresh), relation=Profile.Relation.OWN, client=OuterRef("pk")
    )
