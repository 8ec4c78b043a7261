"""A wave of negatives: found by the clock, opened as a crisis, told at once.

Counted are the people who wrote something negative: by the kind that a person gave it, or, while
nobody has looked, by the kind that the rules suggest. One crisis is open at a time, and after it
was opened the client's cool-down passes in silence, whatever becomes of it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from clients.letters import people_in_roles
from clients.models import Client, ClientStatus, NoticeKind, Role, User
from clients.notices import Words, page_of, tell
from clients.todo import tell_team_once
from content.incidents import open_incident
from content.models import (
    NEGATIVE,
    InboxCategory,
    InboxItem,
    Incident,
    Severity,
    Spike,
    SpikeRule,
    StopScope,
)
from content.people import moderators_of
from content.spike_statistics import chance_of, is_spike
from content.stops import begin_stop
from content.terms import terms_of

MINUTE = dt.timedelta(minutes=1)
WEEK = 7
# An id is a person's on one page; whoever the network does not name is a person of their own.
PERSON = Case(
    When(author_id="", then=Concat(Value("item "), Cast("pk", CharField()))),
    default=Concat(Cast("profile", CharField()), Value(" "), "author_id"),
    output_field=CharField(),
)
PEOPLE = Count(PERSON, distinct=True)


def find_spikes(*, at: dt.datetime) -> int:
    """How many crises were opened. Two queries where nothing is going on."""
    rules = {rule.sensitivity: rule for rule in SpikeRule.objects.all()}
    return sum(_look_at(client, rules, at=at) for client in _noisy_clients(rules.values(), at=at))


def _noisy_clients(rules: Iterable[SpikeRule], *, at: dt.datetime) -> list[Client]:
    """Those of whom so many people complained that some rule might call it a spike."""
    rules = list(rules)
    if not rules:
        return []
    longest = max(rule.window_minutes for rule in rules) * MINUTE
    counted = (
        negatives(at - longest, at)
        .order_by()
        .values("client")
        .annotate(people=PEOPLE)
        .filter(people__gte=min(rule.floor for rule in rules))
    )
    return list(
        Client.objects.filter(
            status=ClientStatus.ACTIVE, pk__in=[row["client"] for row in counted]
        ).select_related("content_terms")
    )


def negatives(since: dt.datetime, until: dt.datetime) -> QuerySet[InboxItem]:
    """By what a person called it; what nobody has looked at, by what the rules suggest."""
    meant = Coalesce(NullIf("category", Value("")), "suggested")
    return InboxItem.objects.alias(meant=meant).filter(
        meant__in=NEGATIVE, received_at__gt=since, received_at__lte=until
    )


def _look_at(client: Client, rules: dict[str, SpikeRule], *, at: dt.datetime) -> bool:
    terms = terms_of(client)
    rule = rules.get(terms.sensitivity)
    if rule is None:
        return False
    spike = measure(client, rule, at=at)
    if not is_spike(
        spike.people, before=spike.before, windows=spike.windows, limit=spike.limit,
        floor=spike.floor,
    ):  # fmt: skip
        return False
    return _raise_crisis(client, spike, rule, stops=terms.stops_by_itself, at=at)


def measure(client: Client, rule: SpikeRule, *, at: dt.datetime) -> Spike:
    """Not saved, and of no incident yet. Three queries."""
    length = rule.window_minutes * MINUTE
    now = (
        negatives(at - length, at).filter(client=client).aggregate(people=PEOPLE, items=Count("pk"))
    )
    first = InboxItem.objects.filter(client=client).aggregate(first=Min("received_at"))["first"]
    ends = [end for end in weeks_before(client, at, rule.weeks) if first and end - length >= first]
    before = _people_before(client, ends, length)
    return Spike(
        client=client,
        since=at - length,
        until=at,
        people=now["people"],
        items=now["items"],
        before=before,
        windows=len(ends),
        limit=rule.chance,
        floor=rule.floor,
        chance=chance_of(now["people"], before=before, windows=len(ends)),
    )


def _people_before(client: Client, ends: Sequence[dt.datetime], length: dt.timedelta) -> int:
    """Whoever complained in two of the weeks counts twice."""
    if not ends:
        return 0
    counts = {
        f"week{number}": Count(
            PERSON, distinct=True, filter=Q(received_at__gt=end - length, received_at__lte=end)
        )
        for number, end in enumerate(ends)
    }
    asked = negatives(ends[-1] - length, ends[0]).filter(client=client)
    found: dict[str, int] = asked.aggregate(**counts)
    return sum(found.values())


def weeks_before(client: Client, at: dt.datetime, weeks: int) -> list[dt.datetime]:
    """The same weekday and time by the client's clock, whatever was done to the clock between."""
    wall = at.astimezone(client.zone)
    return [
        (wall - dt.timedelta(days=WEEK * number)).astimezone(dt.UTC)
        for number in range(1, weeks + 1)
    ]


@transaction.atomic
def _raise_crisis(
    client: Client, spike: Spike, rule: SpikeRule, *, stops: bool, at: dt.datetime
) -> bool:
    """One worker at a time for each client, so that two that find the wave open one crisis."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if is_silent(client, rule, at=at):
        return False
    managers = people_in_roles(client, (Role.ACCOUNT_MANAGER,), on=client.day_of(at))
    with override(client.language):
        incident = open_incident(
            client,
            title=_("Crisis: a wave of negative comments"),
            category=InboxCategory.CRISIS,
            severity=Severity.HIGH,
            owner=next(iter(managers), None),
            items=negatives(spike.since, spike.until).filter(client=client),
            note=str(in_words(spike)),
            by=None,
            at=at,
        )
    spike.incident = incident
    spike.save()
    if stops:
        begin_stop(
            scope=StopScope.CLIENT,
            client=client,
            reason=incident.title,
            incident=incident,
            by=None,
            at=at,
        )
    _tell(incident, is_stopped=stops, at=at)
    return True


def is_silent(client: Client, rule: SpikeRule, *, at: dt.datetime) -> bool:
    """A crisis is open, or one was opened a moment ago."""
    crises = Incident.objects.filter(client=client, category=InboxCategory.CRISIS)
    recent = at - rule.cooldown_minutes * MINUTE
    return crises.unfinished().exists() or crises.filter(opened_at__gt=recent).exists()


def in_words(spike: Spike) -> Words:
    """What was counted and what it was held against, for a person who judges it."""
    return Words(
        gettext_lazy(
            "People who complained in %(minutes)d minutes: %(people)d (complaints: %(items)d). At"
            " these hours of the %(weeks)d weeks before: %(before)d people altogether."
        ),
        people=spike.people,
        items=spike.items,
        before=spike.before,
        weeks=spike.windows,
        minutes=round((spike.until - spike.since) / MINUTE),
    )


def _tell(incident: Incident, *, is_stopped: bool, at: dt.datetime) -> None:
    """The account managers and the moderators, by letter and by task, at once."""
    client = incident.client
    todo = (
        gettext_lazy("Publications of the client are stopped. Call the client's person.")
        if is_stopped
        else gettext_lazy("Call the client's person, and decide whether to stop publications.")
    )
    day = client.day_of(at)
    people: list[User] = [
        *people_in_roles(client, (Role.ACCOUNT_MANAGER,), on=day),
        *people_in_roles(client, (Role.MODERATOR,), on=day),
    ]
    tell(
        people or moderators_of(client, on=day),
        kind=NoticeKind.INCIDENTS,
        key=f"crisis:{incident.pk}",
        client=client,
        subject=Words(gettext_lazy("%(client)s: a wave of negative comments"), client=client),
        text=Words("%(counted)s\n\n%(todo)s", counted=in_words(incident.spike), todo=todo),
        path=page_of(incident),
        at=at,
    )
    with override(client.language):
        tell_team_once(client, incident, title=str(incident.title), details=str(todo), kind=None)
