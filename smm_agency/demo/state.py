"""What the database holds: nothing, the demo, or somebody's own agency."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext as _

from clients.models import Client, PortalAccess, Role, User
from clients.role_rights import DIRECTOR
from smm_agency.demo.cast import PASSWORD


class DemoState(StrEnum):
    EMPTY = "empty"
    DEMO = "demo"
    REAL = "real"


def demo_state() -> DemoState:
    """`demo` as long as anything of it can be used, so that nothing of it meets a real network."""
    if Client.objects.filter(is_demo=True).exists() or _demo_people().exists():
        return DemoState.DEMO
    if Client.objects.exists() or User.objects.filter(is_demo=False).exists():
        return DemoState.REAL
    return DemoState.EMPTY


def _demo_people() -> models.QuerySet[User]:
    return User.objects.filter(is_demo=True, is_active=True)


def logins() -> list[str]:
    """One line for each kind of person: what they are, the user name and the password."""
    people = _demo_people().order_by("pk")
    wanted = [
        (_("director"), people.filter(groups__name=DIRECTOR)),
        (_("account manager"), people.filter(memberships__role=Role.ACCOUNT_MANAGER)),
        (_("client"), people.filter(pk__in=PortalAccess.objects.values("user"))),
    ]
    return [
        f"  {title:<16} {user.username} / {PASSWORD}"
        for title, found in wanted
        if (user := found.first())
    ]
