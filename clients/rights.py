"""What a person may do with a client's rows: by the role they have in that client's team today.

Django's groups hold for the whole agency, so that whoever manages one client and moderates another
would manage both. Here the group of a role counts for the clients where the person has that role;
what was given to the person directly, or by another group, counts for all of their clients.
"""

import datetime as dt
from functools import cached_property
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q

from clients.models import ROLE_GROUPS, Client, Role, TeamMember, User
from clients.models.client import ClientQuerySet


class Rights:
    """One person's rights on one day (None: today at each client's place): read once, then asked
    about any client.

    Permissions are written as for `has_perm`: `kpi.unmask_caller`.
    """

    def __init__(self, user: Any, *, on: dt.date | None = None) -> None:
        self.user = user
        self.on = on

    def allows(self, permission: str, *, client_id: int) -> bool:
        """Whether the person may do it with the rows of this client."""
        if not self.user.has_perm(permission):
            return False
        if self.user.sees_all_clients:
            return True
        # The roles are asked first: they answer more often than the rest.
        groups = self.groups.get(client_id, set())
        return bool(groups) and (
            any(permission in self.by_group.get(group, set()) for group in groups)
            or (permission in self.everywhere and not self.is_contractor(client_id))
        )

    def is_contractor(self, client_id: int) -> bool:
        """Whether they are a contractor with this client and nothing else there.

        What was given to them besides holds for the clients that they see.
        """
        is_only = self.groups.get(client_id) == {ROLE_GROUPS[Role.CONTRACTOR]}
        return is_only and not self.user.sees_all_clients

    def clients_with(self, *permissions: str) -> set[int] | None:
        """Ids of the clients where one of these is allowed; None: of all there are."""
        if self.user.sees_all_clients and any(map(self.user.has_perm, permissions)):
            return None
        return {
            client_id
            for client_id in self.groups
            if any(self.allows(permission, client_id=client_id) for permission in permissions)
        }

    @cached_property
    def groups(self) -> dict[int, set[str]]:
        """The groups of the roles in each client whose team the person is in."""
        found: dict[int, set[str]] = {}
        if not isinstance(self.user, User):
            return found
        teams = TeamMember.objects.active(on=self.on).filter(user=self.user)
        for client_id, role in teams.values_list("client_id", "role"):
            found.setdefault(client_id, set()).add(ROLE_GROUPS[role])
        return found

    @cached_property
    def by_group(self) -> dict[str, set[str]]:
        """What the groups of the person's roles allow, as staff edited them."""
        names = set().union(*self.groups.values())
        rows = Permission.objects.filter(group__name__in=names).order_by()
        found: dict[str, set[str]] = {}
        for name, app, code in rows.values_list(
            "group__name", "content_type__app_label", "codename"
        ):
            found.setdefault(name, set()).add(f"{app}.{code}")
        return found

    @cached_property
    def everywhere(self) -> set[str]:
        """What was given to the person directly, or by a group that is no role's."""
        others = self.user.groups.exclude(name__in=ROLE_GROUPS.values())
        rows = Permission.objects.filter(Q(user=self.user) | Q(group__in=others)).order_by()
        codes = rows.values_list("content_type__app_label", "codename")
        return {f"{app}.{code}" for app, code in codes}


def may(user: Any, permission: str, *, client: Client | int, on: dt.date | None = None) -> bool:
    """Whether the person may do this with the client's rows on that day; today unless given."""
    client_id = client.pk if isinstance(client, Client) else client
    return Rights(user, on=on).allows(permission, client_id=client_id)


def clients_where(user: Any, permission: str, *, on: dt.date | None = None) -> ClientQuerySet:
    """The clients with whose rows the person may do this: what a form offers."""
    clients: ClientQuerySet = Client.objects.visible_to(user, on=on)
    allowed = Rights(user, on=on).clients_with(permission)
    return clients if allowed is None else clients.filter(pk__in=allowed)
