"""Substitutes: a colleague who does somebody's work with a client for some days.

A substitution is a membership of the colleague for each role of the absent person, with the same
role and `stands_in_for`. So sight and rights come and go by themselves, by the client's days: both
the first and the last day count. Meanwhile what would be told to the absent person is told to the
substitute; the absent one finds it on the dashboard, and is written to by no other channel.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.changes import update_noted
from clients.models import Client, NoticeKind, TeamMember, User
from clients.models.team import TeamMemberQuerySet, days_words
from clients.notices import Words, day_at, tell
from clients.team import give_role_rights

DAY = dt.timedelta(days=1)


@transaction.atomic
def substitute(
    person: User, *, by_whom: User, clients: Iterable[Client], first: dt.date, last: dt.date
) -> list[TeamMember]:
    """The new memberships, each cut to the days of the one that it stands in for.

    Raises:
        ValidationError: by field (`substitute`, `first`, `last`), with the mend.
    """
    # Two steps about the same people at once, such as A for B and B for C: one after the other.
    people = User.objects.select_for_update(no_key=True).filter(pk__in=[person.pk, by_whom.pk])
    fresh = {each.pk: each for each in people.order_by("pk")}
    check_substitute(fresh[person.pk], fresh[by_whom.pk])
    members = members_within(person, clients, first, last)
    check_free(members, by_whom, first, last)
    made = [_stand_in(member, by_whom, first, last) for member in members]
    for role in {row.role for row in made}:
        give_role_rights(by_whom, role=role)
    return made


def check_substitute(person: User, by_whom: User) -> None:
    if by_whom == person:
        raise ValidationError(
            {"substitute": _("Nobody stands in for themselves: choose a colleague.")}
        )
    if not (by_whom.is_staff and by_whom.is_active):
        words = _("%(person)s does not work for the agency now: choose a colleague who does.")
        raise ValidationError({"substitute": words % {"person": by_whom}})


def members_within(
    person: User, clients: Iterable[Client], first: dt.date, last: dt.date
) -> list[TeamMember]:
    """The person's own memberships with a day among these."""
    if last < first:
        raise ValidationError(
            {"last": _("The last day is before the first: swap them, or give a later one.")}
        )
    clients = list(clients)
    if clients and all(last < client.today() for client in clients):
        raise ValidationError(
            {"last": _("These days are over: access cannot be given backwards. Give later ones.")}
        )
    rows = TeamMember.objects.own().filter(user=person, client__in=clients)
    found = list(rows.overlapping(first, last).select_related("client").order_by("client", "pk"))
    if not found:
        raise ValidationError({"first": _outside(rows, person)})
    return found


def _outside(rows: models.QuerySet[TeamMember], person: User) -> str:
    """Why there is nothing to stand in for in those days."""
    row = rows.order_by("-starts_on").first()
    if row is None:
        return _("%(person)s is in none of these teams: there is nothing to stand in for.") % {
            "person": person
        }
    words = _("%(person)s is in the team %(days)s: choose days within these.")
    return words % {"person": person, "days": days_words(row.starts_on, row.ends_on)}


def check_free(
    members: Collection[TeamMember], by_whom: User, first: dt.date, last: dt.date
) -> None:
    """One substitute at a time, who is there in person: no chain in either direction."""
    rows = TeamMember.objects.exclude(stands_in_for=None).overlapping(first, last)
    rows = rows.select_related("user", "stands_in_for__user", "client")
    if taken := rows.filter(stands_in_for__in=members).first():
        words = _("%(person)s stands in here already %(days)s: end that first, or take other days.")
        raise ValidationError({"first": words % _about(taken, taken.user)})
    if away := rows.filter(stands_in_for__user=by_whom).first():
        words = _("%(person)s is away %(days)s: choose somebody who is there, or other days.")
        raise ValidationError({"substitute": words % _about(away, by_whom)})
    [person] = {member.user_id for member in members}
    clients = [member.client_id for member in members]
    if busy := rows.filter(user=person, client__in=clients).first():
        words = _(
            "The one who goes away stands in for %(person)s with %(client)s %(days)s: find another"
            " substitute for %(person)s first."
        )
        raise ValidationError({"first": words % _about(busy, busy.stands_in_for.user)})  # type: ignore[union-attr] # excluded above


def _about(row: TeamMember, person: User) -> dict[str, object]:
    days = days_words(row.starts_on, row.ends_on)
    return {"person": person, "days": days, "client": row.client}


def _stand_in(member: TeamMember, by_whom: User, first: dt.date, last: dt.date) -> TeamMember:
    row = TeamMember(
        client=member.client,
        user=by_whom,
        role=member.role,
        starts_on=max(first, member.starts_on),
        ends_on=min(last, member.ends_on or last),
        stands_in_for=member,
    )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def end_membership(member: TeamMember, *, last: dt.date, seen: dt.date | None) -> None:
    """The last day is set; who stands in for it stops then too, and a substitute in all roles that
    they have for the same person. `seen` is the end that was shown.

    Raises ValidationError where the day cannot be, or somebody has changed it meanwhile.
    """
    row = TeamMember.objects.select_for_update(of=("self",)).select_related("client")
    member_now = row.filter(pk=member.pk).first()
    if member_now is None or member_now.ends_on != seen:
        raise ValidationError(
            _("Somebody has changed this membership meanwhile: look at it again.")
        )
    check_end(member_now, last)
    ended = Q(pk=member.pk) | Q(stands_in_for=member)
    if member_now.stands_in_for is not None:
        absent = member_now.stands_in_for.user_id
        same = TeamMember.objects.filter(client=member.client_id, user=member.user_id)
        same = same.overlapping(member_now.starts_on, member_now.ends_on)
        ended |= Q(pk__in=same.filter(stands_in_for__user=absent).values("pk"))
    cut(TeamMember.objects.filter(ended), last=last)


def check_end(member: TeamMember, last: dt.date) -> None:
    """Yesterday is the earliest: it ends access at once."""
    earliest = member.client.today() - DAY
    if last < earliest:
        words = _("Access was there until now: the earliest last day is %(day)s, which ends it.")
        raise ValidationError({"last": words % {"day": date_format(earliest, "SHORT_DATE_FORMAT")}})
    if member.ends_on is not None and last > member.ends_on:
        words = _("It ends on %(day)s already: a later day is a change of its dates.")
        day = date_format(member.ends_on, "SHORT_DATE_FORMAT")
        raise ValidationError({"last": words % {"day": day}})


def cut(rows: TeamMemberQuerySet, *, last: dt.date) -> None:
    """Nothing of them after that day; those that would begin later are no more."""
    update_noted(rows.overlapping(last, None).filter(starts_on__lte=last), ends_on=last)
    # Substitutions first: they hang on what they stand in for.
    later = rows.filter(starts_on__gt=last)
    later.exclude(stands_in_for=None).delete()
    later.delete()


def tell_who_stands_in(*, at: dt.datetime) -> int:
    """On the first day at the client's place, once: before it they may not see the client."""
    about_now = (at.date() - DAY, at.date() + DAY)
    rows = TeamMember.objects.exclude(stands_in_for=None).filter(starts_on__range=about_now)
    rows = rows.select_related("client", "user", "stands_in_for__user").order_by("pk")
    return sum(_tell(row, at=at) for row in rows if row.starts_on <= day_at(row.client, at))


def _tell(row: TeamMember, *, at: dt.datetime) -> int:
    """Of several roles once: the key names none."""
    absent: Any = row.stands_in_for
    return tell(
        [row.user],
        kind=NoticeKind.TASKS,
        key=f"stands-in:{row.client_id}:{absent.user_id}:{row.starts_on}",
        subject=Words(
            gettext_lazy("%(client)s: you stand in for %(person)s"),
            client=row.client,
            person=absent.user,
        ),
        text=Words(gettext_lazy("Until %(day)s, that day too."), day=row.ends_on),
        path=reverse("admin:clients_client_overview", args=[row.client_id]),
        client=row.client,
        at=at,
    )


def is_mine(field: str, person: User, *, on: dt.date | None = None) -> Q:
    """Rows of a client whose `field` is the person, or somebody for whom they stand in there."""
    away = TeamMember.objects.active(on=on).filter(
        user=person, client=OuterRef("client"), stands_in_for__user=OuterRef(field)
    )
    return Q(**{field: person}) | Q(Exists(away))
