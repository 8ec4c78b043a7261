"""Stops: what they hold, who may put them up, and what becomes of the held posts.

While a stop stands, nothing it covers goes out: publishing asks for stops in the statement that
takes a publication. What came due meanwhile never bursts out when the stop is lifted, or when its
end has come: each such publication waits for a decision (`content.missed`). Stops overlap; a
publication goes out when the last of them is gone.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import people_in_roles
from clients.models import Client, NoticeKind, Role, User
from clients.notices import Words, page_of, tell
from clients.rights import may
from communities.models import Community
from content.models import (
    Incident,
    IncidentEntry,
    Publication,
    PublicationState,
    Stop,
    StopScope,
)
from content.post_standing import settle_post

# Only directors hold up more than one client.
OF_DIRECTORS = (StopScope.COUNTRY, StopScope.EVERYTHING)
WAITING = (
    PublicationState.PLANNED,
    PublicationState.DUE,
    PublicationState.CLAIMED,
    PublicationState.BY_HAND,
)


def in_words(stop: Stop) -> str:
    client = stop.client
    begun = stop.began_at.astimezone(client.zone) if client else stop.began_at
    told = {
        "what": what_is_stopped(stop),
        "reason": stop.reason,
        "since": date_format(begun, "SHORT_DATETIME_FORMAT"),
    }
    return _("Stopped since %(since)s (%(what)s): %(reason)s") % told


def what_is_stopped(stop: Stop) -> str:
    if stop.scope == StopScope.COUNTRY:
        return _("all clients of %(country)s") % {"country": stop.country}
    return str(stop.community or stop.client or stop.get_scope_display())


def may_stop(user: User, stop: Stop) -> bool:
    """Directors anything; others what is their client's, where their role allows it there."""
    if stop.scope in OF_DIRECTORS:
        return user.sees_all_clients
    return stop.client_id is not None and may(user, "content.add_stop", client=stop.client_id)


@transaction.atomic
def begin_stop(
    *,
    scope: str,
    reason: str,
    by: User | None,
    at: dt.datetime,
    client: Client | None = None,
    community: Community | None = None,
    country: str = "",
    ends_at: dt.datetime | None = None,
    incident: Incident | None = None,
) -> Stop:
    """`by` is None where the client's terms let the program stop by itself.

    A second click finds the first one's stop.
    """
    stop = Stop(
        scope=scope,
        client=community.client if community is not None else client,
        community=community,
        country=country,
        reason=reason,
        began_at=at,
        began_by=by,
        ends_at=ends_at,
        incident=incident,
    )
    if by is not None and not may_stop(by, stop):
        raise PermissionDenied
    stop.full_clean(exclude=["began_by"])
    if ends_at is not None and ends_at <= at:
        raise ValidationError({"ends_at": _("A stop ends later than now.")})
    if stop.client_id is not None:
        Client.objects.select_for_update(no_key=True).get(pk=stop.client_id)
    same = Stop.objects.standing(at=at).filter(
        scope=scope, client=stop.client_id, community=community, country=country, ends_at=ends_at
    )
    if (standing := same.first()) is not None:
        return standing
    stop.save()
    if incident is not None:
        _write_into(incident, in_words(stop), by=by, at=at)
    _tell_of_stop(stop, at=at)
    return stop


def _write_into(incident: Incident, text: str, *, by: User | None, at: dt.datetime) -> None:
    IncidentEntry.objects.create(
        incident=incident,
        client_id=incident.client_id,
        kind=IncidentEntry.Kind.STOP,
        text=text,
        by=by,
        at=at,
    )


# --- What is held --------------------------------------------------------------------------------


def covered(stop: Stop) -> QuerySet[Community]:
    """The communities that the stop stands over."""
    communities = Community.objects.all()
    if stop.community is not None:
        return communities.filter(pk=stop.community.pk)
    if stop.scope == StopScope.CLIENT:
        return communities.filter(client=stop.client_id)
    if stop.scope == StopScope.COUNTRY:
        return communities.filter(client__country=stop.country)
    return communities


def held(stop: Stop) -> QuerySet[Publication]:
    """What would go out and does not, or will not while the stop stands; the nearest first."""
    rows = Publication.objects.standing().filter(
        community__in=covered(stop), state__in=WAITING, planned_at__isnull=False
    )
    if stop.ends_at is not None:
        rows = rows.filter(planned_at__lt=stop.ends_at)
    return rows.order_by("planned_at", "pk")


def missed(stop: Stop) -> QuerySet[Publication]:
    """What came due while it stood and waits for a decision."""
    return Publication.objects.standing().filter(
        community__in=covered(stop),
        state=PublicationState.MISSED,
        planned_at__gte=stop.began_at,
    )


# --- The end of a stop ---------------------------------------------------------------------------


@transaction.atomic
def lift_stop(stop: Stop, *, by: User, at: dt.datetime) -> int:
    """How many publications wait for a decision now. Lifted once, whoever is faster."""
    if not may_stop(by, stop):
        raise PermissionDenied
    standing = Stop.objects.select_for_update().filter(pk=stop.pk).standing(at=at).first()
    if standing is None:
        raise ValidationError(_("This stop does not stand any more."))
    count = _put_up_for_decision(standing, until=at)
    Stop.objects.filter(pk=stop.pk).update(lifted_at=at, lifted_by=by, settled_at=at)
    stop.lifted_at, stop.lifted_by, stop.settled_at = at, by, at
    if standing.incident is not None:
        _write_into(standing.incident, _("The stop was lifted."), by=by, at=at)
    return count


def settle_ended_stops(*, at: dt.datetime) -> int:
    """Stops whose end has come by itself: the same rules, and the team is told once."""
    rows = Stop.objects.filter(ends_at__lte=at, lifted_at=None, settled_at=None).order_by("pk")
    return sum(_settle(pk, at=at) for pk in list(rows.values_list("pk", flat=True)))


@transaction.atomic
def _settle(pk: int, *, at: dt.datetime) -> bool:
    if not Stop.objects.filter(pk=pk, settled_at=None).update(settled_at=at):
        return False
    stop = Stop.objects.select_related("client", "community__profile", "incident").get(pk=pk)
    _put_up_for_decision(stop, until=stop.ends_at or at)
    if count := missed(stop).count():
        _tell(
            stop,
            key=f"stop:{pk}:ended",
            subject=gettext_lazy("%(what)s: the stop has ended, decide about the held posts"),
            text=gettext_lazy("Posts that were held: %(count)d. None goes out by itself."),
            count=count,
            at=at,
        )
    return True


def _put_up_for_decision(stop: Stop, *, until: dt.datetime) -> int:
    """What came due under the stop and was not put aside by publishing yet; and how many wait."""
    due = Publication.objects.filter(
        community__in=covered(stop),
        state=PublicationState.DUE,
        next_try_at__gte=stop.began_at,
        next_try_at__lt=until,
    )
    rows = list(due.select_for_update(of=("self",)).select_related("post").order_by("pk"))
    Publication.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=PublicationState.MISSED,
        next_try_at=None,
        failure=_("A stop held it at its time."),
        failure_kind="stopped",
    )
    for post in {row.post_id: row.post for row in rows}.values():
        settle_post(post, at=until)
    return missed(stop).count()


# --- Telling -------------------------------------------------------------------------------------


def _tell_of_stop(stop: Stop, *, at: dt.datetime) -> None:
    _tell(
        stop,
        key=f"stop:{stop.pk}:begun",
        subject=gettext_lazy("%(what)s: publications are stopped"),
        text=gettext_lazy("%(reason)s\n\nPublications that are held: %(count)d."),
        reason=stop.reason,
        count=held(stop).count(),
        at=at,
    )


def _tell(
    stop: Stop, *, key: str, subject: Promise, text: Promise, at: dt.datetime, **values: object
) -> None:
    """The account managers of every client that it stands over, but for who did it."""
    clients = Client.objects.filter(pk__in=covered(stop).values("client")).order_by("pk")
    for client in clients:
        people = people_in_roles(client, (Role.ACCOUNT_MANAGER,), on=client.day_of(at))
        tell(
            [person for person in people if person.pk != stop.began_by_id],
            kind=NoticeKind.INCIDENTS,
            key=f"{key}:{client.pk}",
            client=client,
            subject=Words(subject, what=client),
            text=Words(text, **values),
            path=page_of(stop),
            at=at,
        )
