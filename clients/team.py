"""Who joins a client's team, and the rights that the role brings."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import ROLE_GROUPS, Client, Role, TeamMember, User
from clients.models.team import days_words


@transaction.atomic
def join_team(
    client: Client, user: User, *, role: str, starts_on: dt.date, ends_on: dt.date | None = None
) -> TeamMember:
    """Put a person of the agency into the team; joining twice in the same way is one row.

    Raises:
        ValidationError: the person is not staff, the role is unknown, or the dates are wrong.
    """
    known = TeamMember.objects.filter(client=client, user=user, role=role, starts_on=starts_on)
    member = known.first() or TeamMember(client=client, user=user, role=role, starts_on=starts_on)
    member.ends_on = ends_on
    if not user.is_staff:
        raise ValidationError({"user": _("Only people of the agency are in a team.")})
    member.full_clean()
    check_overlap(member)
    member.save()
    give_role_rights(user, role=role)
    return member


def check_overlap(member: TeamMember) -> None:
    """The same role of the same person twice at once would be two ends of one membership."""
    rows = TeamMember.objects.own().filter(client=member.client, user=member.user, role=member.role)
    others = rows.exclude(pk=member.pk).overlapping(member.starts_on, member.ends_on)
    if member.stands_in_for_id is None and (other := others.first()) is not None:
        raise ValidationError({"starts_on": overlap_words(other)})


def overlap_words(other: TeamMember) -> str:
    """`other` is there already."""
    words = _(
        "%(person)s has this role with this client already %(days)s: change those days, or begin"
        " after them."
    )
    return words % {"person": other.user, "days": days_words(other.starts_on, other.ends_on)}


def give_role_rights(user: User, *, role: str) -> None:
    """Put the person into the role's group. Rights stay when a membership ends: without a client
    in sight they open nothing."""
    user.groups.add(Group.objects.get(name=ROLE_GROUPS[role]))


def directors() -> list[User]:
    """Those who see all clients."""
    people = User.objects.filter(is_active=True, is_staff=True).order_by("pk")
    return [person for person in people if person.sees_all_clients]


def people_in_roles(client: Client, roles: Iterable[Role], *, on: dt.date) -> list[User]:
    """Who of the team has the first of these roles that anybody has; no one who is away, but who
    stands in for them.
    """
    members = TeamMember.objects.active(on=on).filter(client=client).select_related("user")
    by_role: dict[str, dict[User, None]] = {}
    for member in at_work(members.order_by("pk")):
        by_role.setdefault(member.role, {})[member.user] = None
    return next((list(by_role[role]) for role in roles if role in by_role), [])


def at_work(members: Iterable[TeamMember]) -> list[TeamMember]:
    """Of those of one day: without who is away, whom another of them stands in for."""
    members = list(members)
    away = {member.stands_in_for_id for member in members}
    return [member for member in members if member.pk not in away]
