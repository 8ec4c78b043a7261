"""A substitute sees, may and is told what the absent would; from the first day to the last."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from clients.models import Client, Notice, NoticeDelivery, Role, TeamMember, User
from clients.notices import tell
from clients.rights import Rights
from clients.substitutes import cut, end_membership, is_mine, substitute
from clients.team import join_team, people_in_roles
from clients.todo import add_task
from tests.factories import LONG_AGO, ClientFactory, DirectorFactory, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2040, 3, 5), dt.date(2040, 3, 16)


@pytest.fixture
def client() -> Client:
    return ClientFactory.create()


@pytest.fixture
def away(client: Client) -> User:
    person = UserFactory.create(first_name="Anna", last_name="Away", email="anna@agency.test")
    join_team(client, person, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return person


@pytest.fixture
def stand_in() -> User:
    return UserFactory.create(first_name="Boris", last_name="Here", email="boris@agency.test")


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def refusal_of(
    person: User, by_whom: User, client: Client, **days: dt.date
) -> dict[str, list[str]]:
    first, last = days.get("first", FIRST), days.get("last", LAST)
    with pytest.raises(ValidationError) as refused:
        substitute(person, by_whom=by_whom, clients=[client], first=first, last=last)
    return refused.value.message_dict


def test_substitute_has_each_role_within_its_days(client: Client, stand_in: User) -> None:
    person = UserFactory.create()
    join_team(client, person, role=Role.DESIGNER, starts_on=FIRST + DAY)
    join_team(client, person, role=Role.MODERATOR, starts_on=LONG_AGO, ends_on=LAST - DAY)
    substitute(person, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    rows = TeamMember.objects.filter(user=stand_in).order_by("role")
    assert [(row.role, row.starts_on, row.ends_on, row.stands_in_for.user) for row in rows] == [  # type: ignore[union-attr] # set above
        (Role.DESIGNER, FIRST + DAY, LAST, person),
        (Role.MODERATOR, FIRST, LAST - DAY, person),
    ]


def test_substitute_sees_and_may_from_the_first_day_to_the_last(
    client: Client, away: User, stand_in: User
) -> None:
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    stand_in = User.objects.get(pk=stand_in.pk)
    days = [FIRST - DAY, FIRST, LAST, LAST + DAY]
    seen = [Client.objects.visible_to(stand_in, on=day).count() for day in days]
    may = [Rights(stand_in, on=day).allows("clients.change_client", client_id=client.pk)
           for day in days]  # fmt: skip
    assert (seen, may) == ([0, 1, 1, 0], [False, True, True, False])


@pytest.mark.parametrize(
    ("zone", "seen"),
    [("Pacific/Kiritimati", [0, 1, 1, 0]), ("Pacific/Pago_Pago", [0, 0, 1, 1])],
)
def test_a_day_is_the_clients_day(
    zone: str, seen: list[int], away: User, stand_in: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 11:00 UTC it is the next day already in Kiritimati, and the same one in Pago Pago."""
    client = ClientFactory.create(time_zone=zone)
    join_team(client, away, role=Role.DESIGNER, starts_on=LONG_AGO)
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=FIRST + DAY)
    found = []
    for shift in (-2, -1, 0, 1):
        moment = at(FIRST, 11) + shift * DAY
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        rights = Rights(stand_in)
        count = Client.objects.visible_to(stand_in).count()
        assert len(rights.groups) == count
        found.append(count)
    assert found == seen


def test_broken_time_zone_shuts_nobody_out(client: Client, away: User) -> None:
    Client.objects.filter(pk=client.pk).update(time_zone="Mars/Olympus")
    assert list(Client.objects.visible_to(away)) == [client]


def test_notices_go_to_the_substitute_and_wait_on_the_dashboard_of_the_absent(
    client: Client, away: User, stand_in: User
) -> None:
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    for day in (FIRST - DAY, FIRST, LAST + DAY):
        tell(
            [away], kind="tasks", key=str(day), subject="S", text="", path="", client=client,
            at=at(day),
        )  # fmt: skip
    told = Notice.objects.order_by("key", "person").values_list("key", "person__first_name")
    sent = NoticeDelivery.objects.order_by("notice__key").values_list(
        "notice__key", "notice__person__first_name"
    )
    before, during, after = str(FIRST - DAY), str(FIRST), str(LAST + DAY)
    assert list(told) == [
        (before, "Anna"), (during, "Anna"), (during, "Boris"), (after, "Anna")
    ]  # fmt: skip
    assert list(sent) == [(before, "Anna"), (during, "Boris"), (after, "Anna")]


def test_people_in_roles_names_the_substitute_instead(
    client: Client, away: User, stand_in: User
) -> None:
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
    roles = [Role.ACCOUNT_MANAGER]
    assert [people_in_roles(client, roles, on=day) for day in days] == [
        [away], [stand_in], [stand_in], [away]
    ]  # fmt: skip


def test_people_in_roles_names_nobody_who_has_left(client: Client, away: User) -> None:
    User.objects.filter(pk=away.pk).update(is_active=False)
    assert people_in_roles(client, [Role.ACCOUNT_MANAGER], on=FIRST) == []


def test_new_task_of_the_absent_owner_is_told_to_the_substitute(
    client: Client, away: User, stand_in: User
) -> None:
    today = client.today()
    substitute(away, by_whom=stand_in, clients=[client], first=today, last=today)
    task = add_task(client, title="Call them", owner=away)
    told = Notice.objects.filter(key=f"task:{task.pk}").order_by("person__first_name")
    assert [notice.person for notice in told] == [away, stand_in]
    assert NoticeDelivery.objects.filter(notice__person=away).count() == 0


def test_rows_of_the_absent_are_the_substitutes_too(
    client: Client, away: User, stand_in: User
) -> None:
    other = ClientFactory.create()
    join_team(other, away, role=Role.DESIGNER, starts_on=LONG_AGO)
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    own, theirs = (TaskFactory.create(client=client, owner=each) for each in (stand_in, away))
    TaskFactory.create(client=other, owner=away)
    rows: Any = type(own).objects.order_by("pk")
    seen = [list(rows.filter(is_mine("owner", stand_in, on=day))) for day in (FIRST, LAST + DAY)]
    assert seen == [[own, theirs], [own]]


def test_nobody_stands_in_for_themselves(client: Client, away: User) -> None:
    assert refusal_of(away, away, client) == {
        "substitute": ["Nobody stands in for themselves: choose a colleague."]
    }


@pytest.mark.parametrize("lacks", ["is_staff", "is_active"])
def test_only_who_works_here_stands_in(
    lacks: str, client: Client, away: User, stand_in: User
) -> None:
    User.objects.filter(pk=stand_in.pk).update(**{lacks: False})
    assert refusal_of(away, stand_in, client) == {
        "substitute": ["Boris Here does not work for the agency now: choose a colleague who does."]
    }


def test_days_the_wrong_way_round_are_refused(client: Client, away: User, stand_in: User) -> None:
    assert refusal_of(away, stand_in, client, first=LAST, last=FIRST) == {
        "last": ["The last day is before the first: swap them, or give a later one."]
    }


def test_days_that_are_over_are_refused(client: Client, away: User, stand_in: User) -> None:
    before = client.today() - DAY
    assert list(refusal_of(away, stand_in, client, first=before, last=before)) == ["last"]


def test_days_outside_the_membership_are_refused(client: Client, stand_in: User) -> None:
    person = UserFactory.create(first_name="Gone", last_name="Soon")
    join_team(client, person, role=Role.DESIGNER, starts_on=LONG_AGO, ends_on=FIRST - DAY)
    [said] = refusal_of(person, stand_in, client)["first"]
    assert said.startswith("Gone Soon is in the team from ")


def test_two_do_not_stand_in_at_once(client: Client, away: User, stand_in: User) -> None:
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=FIRST)
    other = UserFactory.create()
    [said] = refusal_of(away, other, client)["first"]
    assert said.startswith("Boris Here stands in here already from ")
    assert substitute(away, by_whom=other, clients=[client], first=FIRST + DAY, last=LAST)


def test_who_is_away_stands_in_for_nobody(client: Client, away: User, stand_in: User) -> None:
    join_team(client, stand_in, role=Role.DESIGNER, starts_on=LONG_AGO)
    third = UserFactory.create()
    substitute(stand_in, by_whom=third, clients=[client], first=LAST, last=LAST)
    [said] = refusal_of(away, stand_in, client)["substitute"]
    assert said.startswith("Boris Here is away from ")


def test_who_stands_in_does_not_go_away(client: Client, away: User, stand_in: User) -> None:
    join_team(client, stand_in, role=Role.DESIGNER, starts_on=LONG_AGO)
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    [said] = refusal_of(stand_in, UserFactory.create(), client)["first"]
    assert said.startswith("The one who goes away stands in for Anna Away with ")


def test_substitution_beside_an_own_membership_of_the_same_day(
    client: Client, away: User, stand_in: User
) -> None:
    join_team(client, stand_in, role=Role.ACCOUNT_MANAGER, starts_on=FIRST)
    assert len(substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)) == 1


def test_overlapping_membership_of_the_same_role_is_refused(client: Client, away: User) -> None:
    with pytest.raises(ValidationError) as refused:
        join_team(client, away, role=Role.ACCOUNT_MANAGER, starts_on=FIRST)
    [said] = refused.value.message_dict["starts_on"]
    assert said.startswith("Anna Away has this role with this client already from ")
    join_team(client, away, role=Role.DESIGNER, starts_on=FIRST)


def test_end_of_a_membership_ends_its_substitution(
    client: Client, away: User, stand_in: User
) -> None:
    today = client.today()
    [row] = substitute(away, by_whom=stand_in, clients=[client], first=today, last=today + 9 * DAY)
    [own] = TeamMember.objects.filter(user=away)
    end_membership(own, last=today + DAY, seen=None)
    for each in (own, row):
        each.refresh_from_db()
        assert each.ends_on == today + DAY


def test_substitution_ends_early_at_once(client: Client, away: User, stand_in: User) -> None:
    today = client.today()
    [row] = substitute(away, by_whom=stand_in, clients=[client], first=today, last=today)
    end_membership(row, last=today - DAY, seen=today)
    assert not Client.objects.visible_to(stand_in).exists()
    assert list(Client.objects.visible_to(away)) == [client]


def test_substitution_ends_in_all_roles_together(
    client: Client, away: User, stand_in: User
) -> None:
    join_team(client, away, role=Role.DESIGNER, starts_on=LONG_AGO)
    today = client.today()
    rows = substitute(away, by_whom=stand_in, clients=[client], first=today, last=today + DAY)
    end_membership(rows[0], last=today, seen=today + DAY)
    left = TeamMember.objects.filter(user=stand_in)
    assert list(left.values_list("ends_on", flat=True)) == [today, today]
    assert TeamMember.objects.filter(user=away, ends_on=None).count() == 2


def test_end_that_somebody_has_changed_is_refused(client: Client, away: User) -> None:
    [own] = TeamMember.objects.filter(user=away)
    end_membership(own, last=client.today(), seen=None)
    with pytest.raises(ValidationError, match="changed this membership meanwhile"):
        end_membership(own, last=client.today(), seen=None)


def test_cut_leaves_what_ended_before(client: Client, away: User) -> None:
    TeamMember.objects.filter(user=away).update(ends_on=FIRST)
    cut(TeamMember.objects.filter(user=away), last=LAST)
    assert TeamMember.objects.get(user=away).ends_on == FIRST


@pytest.mark.django_db(transaction=True)
def test_two_steps_at_once_make_no_chain() -> None:
    """A for B and B for C: whoever comes second is refused."""
    client = ClientFactory.create()
    one, two, three = (UserFactory.create() for _ in range(3))
    for person in (one, two):
        join_team(client, person, role=Role.DESIGNER, starts_on=LONG_AGO)
    barrier, refused = threading.Barrier(2), []

    def step(person: User, by_whom: User) -> None:
        try:
            barrier.wait()
            substitute(person, by_whom=by_whom, clients=[client], first=FIRST, last=LAST)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    pairs = [(one, two), (two, three)]
    threads = [threading.Thread(target=step, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    assert (len(refused), TeamMember.objects.exclude(stands_in_for=None).count()) == (1, 1)


def test_director_is_told_besides(client: Client, away: User, stand_in: User) -> None:
    substitute(away, by_whom=stand_in, clients=[client], first=FIRST, last=LAST)
    director = DirectorFactory.create()
    people = [away, director]
    assert tell(
        people, kind="tasks", key="k", subject="S", text="", path="", client=client, at=at(FIRST)
    ) == 3  # fmt: skip
