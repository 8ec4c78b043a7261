"""Who joins a client's team, and the rights that the role brings."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import ROLE_GROUPS, Client, Role, TeamMember, User


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
    member.save()
    give_role_rights(user, role=role)
    return member


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
    rows = list(members.order_by("pk"))
    away = {row.stands_in_for_id for row in rows}
    by_role: dict[str, list[User]] = {}
    for row in rows:
        people = by_role.setdefault(row.role, [])
        if row.pk not in away and row.user not in people:
            people.append(row.user)
    return next((by_role[role] for role in roles if by_role.get(role)), [])
