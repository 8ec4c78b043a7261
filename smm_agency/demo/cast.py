"""The demo's people: thirteen of the agency, and those who look at the portal. All invented."""

import datetime as dt
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from clients.models import ROLE_GROUPS, Client, Contact, PortalAccess, Role, TeamMember, User
from clients.role_rights import DIRECTOR
from clients.team import join_team
from smm_agency.demo.stories import Person, Story

PASSWORD = "demo-agency"  # noqa: S105 - printed on purpose; only people of the demo have it

DIRECTOR_ROLE = "director"


class Staff(NamedTuple):
    username: str
    first_name: str
    last_name: str
    role: str


STAFF: tuple[Staff, ...] = (
    Staff("vera", "Вера", "Показова", DIRECTOR_ROLE),
    Staff("oliver", "Oliver", "Sample", DIRECTOR_ROLE),
    Staff("anna", "Анна", "Примерова", Role.ACCOUNT_MANAGER),
    Staff("boris", "Борис", "Образцов", Role.ACCOUNT_MANAGER),
    Staff("gleb", "Глеб", "Эскизов", Role.STRATEGIST),
    Staff("darya", "Дарья", "Черновикова", Role.CONTENT_MANAGER),
    Staff("emma", "Emma", "Placeholder", Role.CONTENT_MANAGER),
    Staff("eva", "Ева", "Макетова", Role.DESIGNER),
    Staff("zakhar", "Захар", "Тестов", Role.PAID_SOCIAL),
    Staff("inna", "Инна", "Демонова", Role.PAID_SOCIAL),
    Staff("kira", "Кира", "Шаблонова", Role.MODERATOR),
    Staff("lev", "Лев", "Пробников", Role.MODERATOR),
    Staff("mark", "Марк", "Подрядов", Role.CONTRACTOR),
)


class Work(NamedTuple):
    """How clients reach somebody; the addresses and numbers are nobody's."""

    email: str
    phone: str
    telegram: str
    hours: str


WORK: dict[str, Work] = {
    "anna": Work(
        "anna.primerova@agency.example",
        "+7 495 555-01-01",
        "anna_of_the_demo",
        "пн–пт 10–19 по Москве",
    ),
    "boris": Work(
        "boris.obraztsov@agency.example",
        "+7 495 555-01-02",
        "boris_of_the_demo",
        "пн–пт 9–18 по Москве",
    ),
}


class Cast:
    """Makes each person once and finds them by user name."""

    def __init__(self) -> None:
        # One hash for all: hashing is slow on purpose, and the password is no secret.
        self._password = make_password(PASSWORD)
        self._people: dict[str, User] = {}
        for staff in STAFF:
            self._hire(staff)

    def __getitem__(self, username: str) -> User:
        return self._people[username]

    @property
    def director(self) -> User:
        return self._people[STAFF[0].username]

    def member(self, story: Story, role: str) -> User:
        """Who does this role for the client; a director where nobody does."""
        names = [username for each, username in story.team if each == role]
        return self._people[names[0]] if names else self.director

    def _hire(self, staff: Staff) -> None:
        user = self._person(
            staff.username, staff.first_name, staff.last_name, "agency.example", is_staff=True
        )
        if work := WORK.get(staff.username):
            user.work_email, user.work_phone, user.work_telegram, user.work_hours = work
            user.save(update_fields=[f"work_{name}" for name in Work._fields])
        name = DIRECTOR if staff.role == DIRECTOR_ROLE else ROLE_GROUPS[staff.role]
        user.groups.add(Group.objects.get(name=name))

    def _person(
        self, username: str, first_name: str, last_name: str, host: str, *, is_staff: bool
    ) -> User:
        user, _made = User.objects.update_or_create(
            username=username,
            is_demo=True,
            defaults={
                "first_name": first_name,
                "last_name": last_name,
                "email": f"{username}@{host}",
                "password": self._password,
                "is_staff": is_staff,
                "is_active": True,
            },
        )
        self._people[username] = user
        return user

    def invite(self, client: Client, person: Person, *, by: User, at: dt.datetime) -> None:
        """Let somebody of the client look at the portal; the same person may have several."""
        user = self._people.get(person.username)
        if user is None:
            first_name, _, last_name = person.name.partition(" ")
            user = self._person(
                person.username, first_name, last_name, "client.example", is_staff=False
            )
        PortalAccess.objects.create(client=client, user=user, granted_by=by, granted_at=at)

    def join(self, client: Client, story: Story, *, starts_on: dt.date) -> list[TeamMember]:
        return [
            join_team(client, self._people[username], role=role, starts_on=starts_on)
            for role, username in story.team
        ]


def contact_rows(client: Client, story: Story) -> list[Contact]:
    code = "+44 7700 9009" if story.country != "RU" else "+7 000 000-00-"
    return [
        Contact(
            client=client,
            name=person.name,
            position=person.position,
            email=f"{person.username or f'person{n}'}@client.example",
            phone=f"{code}{n + 1:02d}",
            is_main=n == 0,
        )
        for n, person in enumerate(story.people)
    ]
