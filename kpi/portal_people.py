"""Who of the agency works for the client: role, work contacts, hours; and who does what.

The portal's role reads people of this client's team on this day, and their work contacts alone.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db.models import Model, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clients.models import Client, Role, TeamMember
from clients.portal import PortalView
from kpi.portal_division import (
    PERFORMERS,
    result_rows,
    results_of,
    service_rows,
    services_by_block,
)
from kpi.portal_lists import Row, objects, read_lists
from kpi.portal_needs import Need
from smm_agency.lib.phones import normalise

CONTACTS = ("work_email", "work_phone", "work_telegram", "work_whatsapp", "work_hours")
ROLES = list(Role.values)


class Link(NamedTuple):
    """`kind`: mail, telegram, whatsapp or phone. Following it writes nothing here."""

    kind: str
    title: str
    url: str


@dataclass
class Person:
    name: str
    work_email: str
    work_phone: str
    work_telegram: str
    work_whatsapp: str
    work_hours: str
    roles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_away: bool = False

    @property
    def role_titles(self) -> str:
        return capfirst(", ".join(str(Role(role).label) for role in self.roles))

    @property
    def links(self) -> list[Link]:
        """Without words in them; `links_about` fills them."""
        return links_to(self, subject="", text="")


def team_rows(on: dt.date) -> QuerySet[Model, object]:
    rows = TeamMember.objects.active(on=on).filter(client=OuterRef("pk"))
    contacts = {name: f"user__{name}" for name in ("first_name", "last_name", *CONTACTS)}
    return objects(
        rows.order_by("starts_on", "pk"),
        user="user_id", role="role", until="ends_on", absent="stands_in_for__user_id",
        absent_first="stands_in_for__user__first_name",
        absent_last="stands_in_for__user__last_name", **contacts,
    )  # fmt: skip


def people_of(rows: list[Row]) -> list[Person]:
    """Each once with all roles, in the order of the roles; who came first stands first."""
    people: dict[int, Person] = {}
    for row in sorted(rows, key=lambda row: ROLES.index(row["role"])):
        person = people.setdefault(row["user"], person_of(row))
        if row["role"] not in person.roles:
            person.roles.append(row["role"])
    note_absences(rows, people)
    return list(people.values())


def note_absences(rows: list[Row], people: dict[int, Person]) -> None:
    """Who stands in for whom until when, said of both, once each."""
    for row in rows:
        if row["absent"] is None:
            continue
        here, absent = people[row["user"]], people.get(row["absent"])
        name = f"{row['absent_first']} {row['absent_last']}".strip() or _("Name not given")
        day = date_format(dt.date.fromisoformat(row["until"]), "SHORT_DATE_FORMAT")
        notes = [(here, _("stands in for %(person)s until %(day)s") % {"person": name, "day": day})]
        if absent is not None:
            words = _("away until %(day)s; %(person)s stands in")
            absent.is_away = True
            notes.append((absent, words % {"person": here.name, "day": day}))
        for person, note in notes:
            if note not in person.notes:
                person.notes.append(note)


def person_of(row: Row) -> Person:
    name = f"{row['first_name']} {row['last_name']}".strip()
    return Person(name or _("Name not given"), *(row[contact] for contact in CONTACTS))


def manager_of(people: list[Person]) -> Person | None:
    """The account manager of today; who stands in, where the own one is away."""
    managers = [one for one in people if Role.ACCOUNT_MANAGER in one.roles]
    return next(iter(sorted(managers, key=lambda one: one.is_away)), None)


def links_about(person: Person | None, need: Need, client: Client) -> list[Link]:
    """Ways to the person with the need's code filled in; none where nobody is known."""
    if person is None:
        return []
    subject = f"[{need.code}] {need.title}"
    text = _("%(client)s, about %(code)s: %(title)s") % {
        "client": client.name, "code": need.code, "title": need.title,
    }  # fmt: skip
    return links_to(person, subject=subject, text=f"{text}\n\n")


def links_to(person: Person, *, subject: str, text: str) -> list[Link]:
    links = []
    if person.work_email:
        words = {"subject": subject, "body": text.replace("\n", "\r\n")}
        address = person.work_email
        links.append(Link("mail", address, f"mailto:{quote(address)}{query(**words)}"))
    if person.work_telegram:
        name = person.work_telegram
        links.append(
            Link("telegram", f"@{name}", f"https://t.me/{quote(name)}{query(text=text.strip())}")
        )
    if digits := digits_of(person.work_whatsapp):
        url = f"https://wa.me/{digits}{query(text=text.strip())}"
        links.append(Link("whatsapp", person.work_whatsapp, url))
    if digits := digits_of(person.work_phone):
        links.append(Link("phone", person.work_phone, f"tel:+{digits}"))
    return links


def query(**words: str) -> str:
    """`?name=word…` of those that say anything; spaces as %20, as mail programs read them."""
    filled = "&".join(f"{name}={quote(word, safe='')}" for name, word in words.items() if word)
    return f"?{filled}" if filled else ""


def digits_of(phone: str) -> str:
    return (normalise(phone, "RU") or "").lstrip("+")


class People(PortalView):
    template_name = "portal/people.html"
    section = "people"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = self.client.today()
        lists = {
            "team": team_rows(today), "services": service_rows(today),
            "results": result_rows(today),
        }  # fmt: skip
        found = read_lists(self.client, lists)
        return super().get_context_data(
            people=people_of(found["team"]),
            services=services_by_block(found["services"]),
            performers=[each.label for each in PERFORMERS],
            results=results_of(found["results"], self.client),
            **kwargs,
        )
