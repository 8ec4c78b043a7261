"""Who works for the client, and who is there for it: team, contacts, the portal's people."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Contact, PortalAccess, Role, TeamMember
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, listed, moment_of

NAME = ("first_name", "last_name", "username")


class Person(NamedTuple):
    name: str
    note: str
    email: str = ""
    phone: str = ""
    is_main: bool = False
    seen_at: dt.datetime | None = None


class People(NamedTuple):
    """Each list is None for who may not see it."""

    team: list[Person] | None
    contacts: list[Person] | None
    portal: list[Person] | None


def ask(scope: Scope) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    names = {name: f"user__{name}" for name in NAME}
    if scope.sees("clients.teammember"):
        team = TeamMember.objects.active(on=scope.today).filter(client=scope.client)
        away = Subquery(
            TeamMember.objects.active(on=scope.today)
            .filter(stands_in_for=OuterRef("pk"))
            .order_by("ends_on")
            .values("ends_on")[:1]
        )
        absent = {f"absent_{name}": f"stands_in_for__user__{name}" for name in NAME}
        wanted["team"] = listed(
            team.order_by("role", "user__last_name"),
            "role", "ends_on", "stands_in_for_id", away_until=away, **names, **absent,
        )  # fmt: skip
    if scope.sees("clients.contact"):
        contacts = Contact.objects.filter(client=scope.client).order_by("-is_main", "name")
        wanted["contacts"] = listed(contacts, "name", "position", "email", "phone", "is_main")
    if scope.sees("clients.portalaccess"):
        portal = PortalAccess.objects.filter(client=scope.client, revoked_at=None)
        seen = {"email": "user__email", "last_login": "user__last_login"}
        wanted["portal"] = listed(portal.order_by("user__last_name", "pk"), **names, **seen)
    return wanted


def show(scope: Scope, found: Found, *, settings_url: str) -> Section | None:
    lists = [found.get(name) for name in ("team", "contacts", "portal")]
    if lists == [None, None, None]:
        return None
    team, contacts, portal = lists
    people = People(
        None if team is None else [Person(name_of(row), _role(row)) for row in team],
        None if contacts is None else [_contact(row) for row in contacts],
        None if portal is None else [_guest(row) for row in portal],
    )
    change = Link(_("Change people"), settings_url)
    return Section("people", _("People"), people, links=[change, *_steps(scope)], add=change)


def _steps(scope: Scope) -> list[Link]:
    """What is done with the team from here."""
    team = Link(_("Team with its dates"), scope.list_url("clients.teammember"))
    if not (scope.may("clients.change_teammember") and scope.may("clients.add_teammember")):
        return [team]
    pages = {"substitute": _("Substitute"), "hand_over": _("Hand over work")}
    steps = [
        Link(words, reverse(f"admin:clients_client_{page}", args=[scope.client.pk]))
        for page, words in pages.items()
    ]
    return [team, *steps]


def name_of(row: Found) -> str:
    return f"{row['first_name']} {row['last_name']}".strip() or str(row["username"])


def _role(row: Found) -> str:
    """With who is away, and for whom somebody stands in."""
    role = str(Role(row["role"]).label)
    if row["stands_in_for_id"]:
        absent = {name: row[f"absent_{name}"] for name in NAME}
        words = _("%(role)s, stands in for %(person)s until %(day)s")
        return words % {"role": role, "person": name_of(absent), "day": _day(row["ends_on"])}
    if row["away_until"]:
        words = _("%(role)s, away until %(day)s")
        return words % {"role": role, "day": _day(row["away_until"])}
    return role


def _day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")


def _contact(row: Found) -> Person:
    return Person(row["name"], row["position"], row["email"], row["phone"], row["is_main"])


def _guest(row: Found) -> Person:
    return Person(name_of(row), "", row["email"], seen_at=moment_of(row["last_login"]))
