"""The director's sums of time: hours against the norm, fee per hour, load of two weeks."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q

from clients.models import Block, Client, Engagement, Task, TeamMember, User
from clients.norms import norms_of
from clients.time_spent import hours_of
from content.models import Publication
from smm_agency.lib.months import last_of_month

LOAD_DAYS = 14
Share = Decimal | None


class Money(NamedTuple):
    amount: Decimal
    currency: str


class ClientTime(NamedTuple):
    """`norm`, `fee` None: not set. `share` is hours ÷ norm, `per_hour` fee ÷ hours."""

    client: Client
    hours: Decimal
    norm: Decimal | None
    share: Share
    fee: Money | None
    per_hour: Money | None
    blocks: list[tuple[str, Decimal]]
    people: list[tuple[str, Decimal]]


class Load(NamedTuple):
    """`planned` is the person's share of the norms, `capacity` their hours, of two weeks."""

    person: User
    tasks: int
    overdue: int
    publications: int
    planned: Decimal | None
    capacity: int | None
    share: Share


def clients_time(clients: Sequence[Client], month: dt.date) -> list[ClientTime]:
    """Clients with hours, a norm or a fee in the month; four statements."""
    spent = hours_of(clients, first=month, last=last_of_month(month))
    norms, fees = norms_of(clients, month), fees_of(clients, month)
    seen = User.objects.filter(pk__in={person for _client, _block, person in spent})
    people = {person.pk: str(person) for person in seen}
    lines = [line_of(client, spent, norms, fees, people) for client in clients]
    return [line for line in lines if line.hours or line.norm is not None or line.fee]


def line_of(
    client: Client,
    spent: dict[tuple[int, str, int], Decimal],
    norms: dict[int, Decimal],
    fees: dict[int, Money | None],
    people: dict[int, str],
) -> ClientTime:
    own = {key[1:]: value for key, value in spent.items() if key[0] == client.pk}
    total = sum(own.values(), Decimal(0))
    norm, fee = norms.get(client.pk), fees.get(client.pk)
    per_hour = Money(fee.amount / total, fee.currency) if fee and total else None
    return ClientTime(
        client=client, hours=total, norm=norm, share=ratio(total, norm), fee=fee,
        per_hour=per_hour,
        blocks=[(block_name(code), value) for code, value in summed(own, 0)],
        people=[(people.get(pk, str(pk)), value) for pk, value in summed(own, 1)],
    )  # fmt: skip


def summed(own: dict[Any, Decimal], place: int) -> list[tuple[Any, Decimal]]:
    """By one part of the key, the largest first."""
    totals: dict[Any, Decimal] = {}
    for key, value in own.items():
        totals[key[place]] = totals.get(key[place], Decimal(0)) + value
    return sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0])))


def block_name(code: str) -> str:
    return str(Block(code).label) if code else ""


def ratio(part: Decimal, whole: Decimal | None) -> Share:
    return part / whole if whole else None


def fees_of(clients: Iterable[Client], month: dt.date) -> dict[int, Money | None]:
    """Fees a month of the engagements that run in it; None where the currencies differ, or where
    one of the engagements has no fee."""
    rows = Engagement.objects.filter(client__in=list(clients), starts_on__lte=last_of_month(month))
    rows = rows.exclude(ends_on__lt=month).order_by()
    found: dict[int, Money | None] = {}
    for client, fee, currency in rows.values_list("client", "fee", "currency"):
        money = None if fee is None else Money(fee, currency)
        found[client] = added(found[client], money) if client in found else money
    return found


def added(one: Money | None, other: Money | None) -> Money | None:
    if one is None or other is None or one.currency != other.currency:
        return None
    return Money(one.amount + other.amount, one.currency)


def loads(clients: Sequence[Client], *, today: dt.date, on_month: dt.date) -> list[Load]:
    """What is planned for the next two weeks, by person of the teams; five statements."""
    last = today + dt.timedelta(days=LOAD_DAYS - 1)
    team = TeamMember.objects.active(on=today).filter(client__in=[client.pk for client in clients])
    pairs = set(team.values_list("client", "user"))
    people = User.objects.filter(pk__in={user for _client, user in pairs})
    tasks = task_counts(clients, today, last)
    posts = publication_counts(clients, today, last)
    shares = norm_shares(pairs, norms_of(clients, on_month), on_month)
    rows = people.order_by("last_name", "first_name", "username")
    return [load_of(person, tasks, posts, shares) for person in rows]


def load_of(
    person: User,
    tasks: dict[int, tuple[int, int]],
    posts: dict[int, int],
    shares: dict[int, Decimal],
) -> Load:
    due, overdue = tasks.get(person.pk, (0, 0))
    capacity = person.hours_per_week * LOAD_DAYS // 7 if person.hours_per_week else None
    planned = shares.get(person.pk)
    share = ratio(planned, Decimal(capacity)) if planned is not None and capacity else None
    return Load(person, due, overdue, posts.get(person.pk, 0), planned, capacity, share)


def task_counts(
    clients: Sequence[Client], today: dt.date, last: dt.date
) -> dict[int, tuple[int, int]]:
    """Unfinished ones by owner: due in these days, and overdue."""
    rows = Task.objects.unfinished().filter(client__in=clients, owner__isnull=False).order_by()
    counted = rows.values_list("owner").annotate(
        due=Count("pk", filter=Q(due_on__range=(today, last))),
        late=Count("pk", filter=Q(due_on__lt=today)),
    )
    return {owner: (due, late) for owner, due, late in counted}


def publication_counts(clients: Sequence[Client], today: dt.date, last: dt.date) -> dict[int, int]:
    """Publications that go out in these days, by the post's author."""
    rows = Publication.objects.filter(
        client__in=clients, planned_at__date__range=(today, last), sent_at=None,
        post__author__isnull=False,
    ).exclude(state="cancelled")  # fmt: skip
    counted = rows.order_by().values_list("post__author").annotate(n=Count("pk"))
    return dict(counted)


def norm_shares(
    pairs: set[tuple[int, int]], norms: dict[int, Decimal], month: dt.date
) -> dict[int, Decimal]:
    """Each person's part: a client's norm for two weeks, in equal parts for its team of today."""
    part = Decimal(LOAD_DAYS) / last_of_month(month).day
    found: dict[int, Decimal] = {}
    for client, norm in norms.items():
        team = {user for of, user in pairs if of == client}
        for user in team:
            found[user] = found.get(user, Decimal(0)) + norm * part / len(team)
    return found
