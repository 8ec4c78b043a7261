"""Rows of the sheets Contacts and Team: people of the client and people of the agency."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.client_import_columns import role_choices
from clients.client_import_known import Known, KnownClient
from clients.client_import_rows import CellRefusedError, Row, near_words, set_fields, shown
from clients.client_import_values import one_of, phone_of, read_day, read_email, read_yes, words
from clients.models import Contact, TeamMember, User


def plan_contacts(rows: list[Row], known: Known) -> None:
    seen: dict[tuple[str, str], int] = {}
    planned: list[tuple[Row, KnownClient, Contact]] = []
    for row in rows:
        name = row.read("name", words(120), "")
        row.title = f"{row.text('client')} · {name}"
        found = known.client_of(row)
        if not (found and name):
            continue
        key = (found.client.name, name.casefold())
        contact = _contact(row, found, name) if _is_first(row, seen, key, "name") else None
        if contact is not None:
            planned.append((row, found, contact))
    _check_main(planned)


def _is_first(row: Row, seen: dict[Any, int], key: Any, field: str) -> bool:
    """Whether the file says this for the first time."""
    first = seen.setdefault(key, row.number)
    if first != row.number:
        message = _("The same stands in row %(row)s already: write it once.")
        row.refuse(field, message % {"row": first})
    return first == row.number


def _contact(row: Row, found: KnownClient, name: str) -> Contact | None:
    same = [each for each in found.contacts if each.name.casefold() == name.casefold()]
    if len(same) > 1:
        message = _("The client has %(count)s contacts of this name: change them on its page.")
        row.refuse("name", message % {"count": len(same)})
        return None
    row.is_new = not same
    contact = same[0] if same else Contact(client=found.client, name=name)
    values = {
        "position": ("position", row.read("position", words(120), None)),
        "email": ("email", row.read("email", read_email, None)),
        "phone": ("phone", _phone(row, found, contact)),
        "is_main": ("is_main", row.read("is_main", read_yes, None)),
    }
    set_fields(row, contact, values)
    return contact


def _phone(row: Row, found: KnownClient, contact: Contact) -> str | None:
    """The number in E.164; None where it is the one that stands, written in another way."""
    read = phone_of(found.client.country)
    number = row.read("phone", read, None)
    if number and contact.phone:
        try:
            return None if read(contact.phone) == number else number
        except CellRefusedError:
            return number
    return number


def _check_main(planned: list[tuple[Row, KnownClient, Contact]]) -> None:
    """One main contact for each client, counting those that the file does not name."""
    for row, found, contact in planned:
        if not contact.is_main or row.problems:
            continue
        told = {id(other): each for each, client, other in planned if client is found}
        mains = [
            other
            for other in (*found.contacts, *(c for _r, client, c in planned if client is found))
            if other is not contact and other.is_main and not _is_refused(told.get(id(other)))
        ]
        if mains:
            message = _("The main contact is %(name)s: write “no” there first, or here.")
            row.refuse("is_main", message % {"name": mains[0].name})


def _is_refused(row: Row | None) -> bool:
    return row is not None and bool(row.problems)


def plan_team(rows: list[Row], known: Known, *, on: dt.date) -> None:
    people = _people(rows)
    read_role = one_of(role_choices())
    seen: dict[tuple[str, int, str], int] = {}
    for row in rows:
        row.title = f"{row.text('client')} · {row.text('person')}"
        role = row.read("role", read_role, "")
        person = _person(row, people)
        found = known.client_of(row)
        if not (found and person and role):
            continue
        if _is_first(row, seen, (found.client.name, person.pk, role), "person"):
            _member(row, found, person, role, on=on)


def _people(rows: list[Row]) -> dict[str, list[User]]:
    """People by their login and by their e-mail in small letters."""
    names = {row.text("person").casefold() for row in rows}
    found: dict[str, list[User]] = {}
    wanted = Q(is_staff=True) | Q(username__in=names) | Q(email__in=names)
    for user in User.objects.filter(wanted):
        for name in {user.username.casefold(), user.email.casefold()} - {""}:
            found.setdefault(name, []).append(user)
    return found


def _person(row: Row, people: dict[str, list[User]]) -> User | None:
    name = row.text("person")
    if not name:
        return None
    found = people.get(name.casefold(), [])
    staff = [user for user in found if user.is_staff and user.is_active]
    if len(staff) == 1:
        return staff[0]
    if found:
        _refuse_person(row, found, staff)
        return None
    message = _("Nobody of the agency has the login or the e-mail “%(name)s”.")
    logins = [user.username for users in people.values() for user in users if user.is_staff]
    row.refuse("person", message % {"name": shown(name)} + near_words(name, logins))
    return None


def _refuse_person(row: Row, found: list[User], staff: list[User]) -> None:
    if staff:
        row.refuse("person", _("Several people have this e-mail: write the login."))
    elif any(user.is_staff for user in found):
        row.refuse("person", _("This person does not work any more: write another one."))
    else:
        row.refuse("person", _("Only people of the agency are in a team."))


def _member(row: Row, found: KnownClient, person: User, role: str, *, on: dt.date) -> None:
    starts_on = row.read("starts_on", read_day, None)
    ends_on = row.read("ends_on", read_day, None)
    first = starts_on or on
    mine = [each for each in found.team if each.user_id == person.pk and each.role == role]
    member = _standing(mine, starts_on, on)
    if member is None:
        other = next((each for each in mine if _overlap(each, first, ends_on)), None)
        if other is not None:
            message = _("The person has this role since %(day)s: write that day, or none.")
            row.refuse("starts_on", message % {"day": other.starts_on})
            return
        row.is_new = True
        member = TeamMember(client=found.client, user=person, role=role, starts_on=first)
    if ends_on and ends_on < member.starts_on:
        row.refuse("ends_on", _("The last day is before the first."))
        return
    set_fields(row, member, {"ends_on": ("ends_on", ends_on)})


def _standing(mine: list[TeamMember], starts_on: dt.date | None, on: dt.date) -> TeamMember | None:
    """The membership that the row speaks of: of that first day, or the one that goes on."""
    if starts_on is not None:
        return next((each for each in mine if each.starts_on == starts_on), None)
    return next((each for each in mine if _overlap(each, on, None)), None)


def _overlap(member: TeamMember, first: dt.date, last: dt.date | None) -> bool:
    begins_before_end = last is None or member.starts_on <= last
    return begins_before_end and (member.ends_on is None or member.ends_on >= first)
