"""When somebody leaves: which accesses are still open, and the task to take them back.

"Leaves the agency": all open accesses of one person. "Leaves the client": those of all people of
the agency at a client whose work has ended. The clock finds both, by whatever door they left; each
leaving is told once, also where the task is finished and an access is still open.
"""

import datetime as dt
import logging
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus, NoticeKind, StatusChange, Task, TeamMember, User
from clients.todo import tell_team_once
from communities.models import AccessGrant

logger = logging.getLogger(__name__)

Grants = models.QuerySet[AccessGrant]


def open_accesses_of(person: User) -> Grants:
    """Over all clients; narrow it to those that the reader sees."""
    return _in_order(AccessGrant.objects.standing().filter(user=person))


def open_accesses_at(client: Client) -> Grants:
    """What people of the agency still hold at the client."""
    return _in_order(AccessGrant.objects.standing().of_agency().filter(client=client))


def _in_order(grants: Grants) -> Grants:
    return grants.select_related("client", "user", "profile").order_by(
        "client__name", "user__last_name", "kind", "pk"
    )


def ask_for_hand_overs(*, at: dt.datetime) -> int:
    """How many tasks are new. Errors are raised together at the end, as an ExceptionGroup."""
    asked, errors = 0, []
    for client in Client.objects.filter(access_grants__removed_on=None).distinct().order_by("pk"):
        try:
            with transaction.atomic():
                asked += ask_for_client(client, on=timezone.localdate(at))
        except Exception as error:
            logger.exception("The accesses at client %s were not looked through.", client.pk)
            errors.append(error)
    if errors:
        raise ExceptionGroup("The accesses at some clients were not looked through.", errors)
    return asked


def ask_for_client(client: Client, *, on: dt.date) -> int:
    """One task for the end of the work; else one for each person who has left the team."""
    if client.status == ClientStatus.ENDED:
        return int(ask_for_all(client))
    return sum(ask_for_person(client, person) for person in people_gone(client, on=on))


def ask_for_all(client: Client) -> bool:
    """The work has ended: the agency gives everything back."""
    grants = list(open_accesses_at(client))
    ended = StatusChange.objects.filter(client=client, new=ClientStatus.ENDED)
    since = ended.order_by("-changed_at").values_list("changed_at", flat=True).first()
    title = _("Hand over all accesses: the work has ended")
    return bool(grants) and _tell_once(client, client, title, grants, since=since)


def ask_for_person(client: Client, person: User) -> bool:
    grants = list(open_accesses_at(client).filter(user=person))
    last = last_day(client, person)
    since = timezone.make_aware(dt.datetime.combine(last, dt.time())) if last else None
    title = _("Take back the accesses of %(person)s") % {"person": person}
    return bool(grants) and _tell_once(client, person, title, grants, since=since)


def people_gone(client: Client, *, on: dt.date) -> list[User]:
    """Who holds an access but works for the client no more, or for nobody: directors stay."""
    holders = User.objects.filter(access_grants__in=open_accesses_at(client)).distinct()
    working = TeamMember.objects.active(on=on).filter(client=client).values("user")
    were_here = TeamMember.objects.filter(client=client, ends_on__lt=on).values("user")
    gone = models.Q(is_active=False) | models.Q(pk__in=were_here) & ~models.Q(pk__in=working)
    return list(holders.filter(gone).order_by("pk"))


def last_day(client: Client, person: User) -> dt.date | None:
    ends = TeamMember.objects.filter(client=client, user=person).aggregate(
        last=models.Max("ends_on")
    )
    last: dt.date | None = ends["last"]
    return last


def _tell_once(
    client: Client,
    origin: models.Model,
    title: str,
    grants: Iterable[AccessGrant],
    *,
    since: dt.datetime | None,
) -> bool:
    """Not again for the same leaving, even where the task was finished too early."""
    told = Task.objects.filter(
        client=client,
        origin_type=ContentType.objects.get_for_model(origin),
        origin_id=origin.pk,
        title=title[:200],
    )
    if since is not None:
        told = told.filter(created_at__gte=since)
    if told.exists():
        return False
    return tell_team_once(
        client, origin, title=title[:200], details=lines_of(grants), kind=NoticeKind.KEYS
    )


def lines_of(grants: Iterable[AccessGrant]) -> str:
    """A line an access."""
    return "\n".join(
        _("%(grant)s, since %(day)s")
        % {"grant": grant, "day": date_format(grant.granted_on, "DATE_FORMAT")}
        for grant in grants
    )
