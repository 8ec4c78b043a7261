"""Time: what may be written down, by whom, and what the director reads of it."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, Role, TimeEntry, User
from clients.norms import of_month
from clients.team import give_role_rights
from clients.time_spent import hours_of, log_time, may_mend, totals_of, warning_of
from smm_agency.time_summary import (
    Money,
    clients_time,
    loads,
    norm_shares,
)
from tests.factories import (
    ClientFactory,
    DirectorFactory,
    EngagementFactory,
    PublicationFactory,
    TaskFactory,
    TeamMemberFactory,
    TimeEntryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 10)
JUNE = dt.date(2026, 6, 1)


def member(client: Client, role: Role = Role.CONTENT_MANAGER, **dates: Any) -> User:
    user: User = UserFactory.create()
    TeamMemberFactory.create(client=client, user=user, role=role, **dates)
    give_role_rights(user, role=role)
    return user


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def send(user: User, client: Client, **data: Any) -> Any:
    address = reverse("admin:clients_timeentry_log")
    return signed_in(user).post(address, {"client": client.pk, "minutes": 30, **data}, follow=True)


def said(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def refused(**values: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        log_time(today=TODAY, **values)
    return error.value.message_dict


def test_time_is_written_down_with_the_block_of_the_task() -> None:
    client = ClientFactory.create()
    engagement = EngagementFactory.create(client=client)
    person, task = member(client), TaskFactory.create(client=client, block="strategy")
    entry = log_time(client, by=person, on=TODAY, minutes=90, task=task, today=TODAY)
    assert (entry.block, entry.engagement, entry.minutes) == ("strategy", engagement, 90)


def test_a_day_to_come_is_refused() -> None:
    client = ClientFactory.create()
    tomorrow = TODAY + dt.timedelta(days=1)
    told = refused(client=client, by=member(client), on=tomorrow, minutes=5)
    assert told == {"day": ["This day is still to come: write what was done."]}


def test_a_day_has_no_more_than_its_hours() -> None:
    client = ClientFactory.create()
    person = member(client)
    TimeEntryFactory.create(person=person, day=TODAY, minutes=1430)
    told = refused(client=client, by=person, on=TODAY, minutes=11)
    assert told == {
        "minutes": ["23:50 are written for this day: with these it would have over 24 hours."]
    }
    assert log_time(client, by=person, on=TODAY, minutes=10, today=TODAY).minutes == 10


@pytest.mark.parametrize("minutes", [0, 1441])
def test_minutes_are_those_of_a_day(minutes: int) -> None:
    client = ClientFactory.create()
    assert list(refused(client=client, by=member(client), on=TODAY, minutes=minutes)) == ["minutes"]
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeEntryFactory.create(minutes=minutes)


def test_only_the_team_of_the_day_writes_time() -> None:
    client = ClientFactory.create()
    person = member(client, ends_on=TODAY - dt.timedelta(days=1))
    told = refused(client=client, by=person, on=TODAY, minutes=5)
    assert told == {"day": [f"{person} was not in the client's team on that day."]}
    assert log_time(client, by=DirectorFactory.create(), on=TODAY, minutes=5, today=TODAY).pk


def test_a_task_of_another_client_is_refused() -> None:
    client = ClientFactory.create()
    told = refused(client=client, by=member(client), on=TODAY, minutes=5, task=TaskFactory.create())
    assert list(told) == ["task"]


@pytest.mark.parametrize(
    ("status", "warns"), [("active", False), ("paused", True), ("ended", True)]
)
def test_a_resting_client_is_warned_of(status: str, warns: bool) -> None:
    assert bool(warning_of(ClientFactory.create(status=status))) is warns


def test_totals_are_of_the_day_and_the_week() -> None:
    person = UserFactory.create()
    for day, minutes in ((10, 30), (10, 15), (8, 60), (7, 500), (11, 500)):
        TimeEntryFactory.create(person=person, day=dt.date(2026, 6, day), minutes=minutes)
    TimeEntryFactory.create(day=TODAY)
    assert totals_of(person, today=TODAY) == (45, 105)


def test_own_time_is_mended_for_some_days(settings: Any) -> None:
    settings.TIME_EDIT_DAYS = 7
    entry = TimeEntryFactory.create(day=TODAY - dt.timedelta(days=7))
    assert may_mend(entry, by=entry.person, today=TODAY)
    assert not may_mend(entry, by=entry.person, today=TODAY + dt.timedelta(days=1))
    assert not may_mend(entry, by=UserFactory.create(), today=TODAY)
    assert may_mend(entry, by=DirectorFactory.create(), today=TODAY + dt.timedelta(days=99))


def test_the_small_form_saves_and_stays() -> None:
    client = ClientFactory.create(name="Bakery")
    person = member(client)
    task = TaskFactory.create(client=client, block="strategy")
    back = reverse("admin:clients_task_change", args=[task.pk])
    page = send(person, client, task=task.pk, minutes=90, note="Call", back=back)
    assert page.redirect_chain[-1][0] == back
    entry = TimeEntry.objects.get()
    assert (entry.person, entry.minutes, entry.block) == (person, 90, "strategy")
    assert entry.note == "Call"
    assert said(page) == ["1:30 written down for Bakery. Today: 1:30."]


def test_the_small_form_says_what_is_wrong() -> None:
    client = ClientFactory.create()
    tomorrow = timezone.localdate() + dt.timedelta(days=2)
    page = send(member(client), client, day=tomorrow)
    assert said(page) == ["This day is still to come: write what was done."]
    assert send(member(client), client, minutes="many").status_code == 200
    assert TimeEntry.objects.count() == 0


def test_the_small_form_never_leads_away() -> None:
    client = ClientFactory.create()
    for back in ("https://elsewhere.example/admin/", "//elsewhere.example", "/portal/"):
        page = send(member(client), client, back=back)
        assert page.redirect_chain[-1][0] == reverse("admin:clients_timeentry_changelist")


def test_no_time_for_a_client_of_others() -> None:
    client = ClientFactory.create()
    assert send(member(ClientFactory.create()), client).status_code == 404
    assert TimeEntry.objects.count() == 0


@pytest.mark.parametrize("role", list(Role))
def test_every_role_writes_time_and_sees_their_own(role: Role) -> None:
    client = ClientFactory.create()
    person = member(client, role)
    TimeEntryFactory.create(client=client, note="somebody else's")
    send(person, client, note="my own")
    page = signed_in(person).get(reverse("admin:clients_timeentry_changelist"), {"whose": "all"})
    assert [row.note for row in page.context["cl"].result_list] == ["my own"]


def test_the_form_refuses_by_field() -> None:
    client = ClientFactory.create()
    browser = signed_in(member(client))
    address = reverse("admin:clients_timeentry_add")
    day = timezone.localdate() + dt.timedelta(days=3)
    form = {"client": client.pk, "day": day, "minutes": 5, "block": "", "note": "", "task": ""}
    page = browser.post(address, form)
    assert list(page.context["adminform"].form.errors) == ["day"]
    page = browser.post(address, form | {"day": timezone.localdate()})
    assert page.status_code == 302
    assert TimeEntry.objects.get().minutes == 5


def test_old_time_is_not_changed_by_its_person() -> None:
    client = ClientFactory.create()
    person = member(client)
    entry = TimeEntryFactory.create(client=client, person=person, day=dt.date(2026, 1, 1))
    address = reverse("admin:clients_timeentry_change", args=[entry.pk])
    form = {"day": "2026-01-01", "minutes": 5, "block": "", "note": "", "task": ""}
    assert signed_in(person).post(address, form).status_code == 403
    assert signed_in(DirectorFactory.create()).post(address, form).status_code == 302


def test_hours_are_by_client_block_and_person() -> None:
    client, person = ClientFactory.create(), UserFactory.create()
    for minutes in (30, 60):
        TimeEntryFactory.create(
            client=client, person=person, day=JUNE, minutes=minutes, block="strategy"
        )
    TimeEntryFactory.create(client=client, person=person, day=dt.date(2026, 5, 31))
    found = hours_of([client], first=JUNE, last=dt.date(2026, 6, 30))
    assert found == {(client.pk, "strategy", person.pk): Decimal("1.5")}


@pytest.mark.parametrize(
    ("norm", "period", "starts_on", "share"),
    [
        (None, "month", JUNE, None),
        (Decimal(0), "month", JUNE, Decimal(0)),
        (Decimal(9), "", JUNE, Decimal(9)),
        (Decimal(7), "week", JUNE, Decimal(30)),
        (Decimal(2), "day", JUNE, Decimal(44)),
        (Decimal(9), "once", JUNE, Decimal(9)),
        (Decimal(9), "once", dt.date(2026, 5, 31), None),
        (Decimal(9), "post", JUNE, None),
    ],
)
def test_a_norm_is_parted_by_its_period(
    norm: Decimal | None, period: str, starts_on: dt.date, share: Decimal | None
) -> None:
    assert of_month(norm, period, JUNE, starts_on=starts_on) == share


def test_fee_per_hour_is_within_one_currency() -> None:
    client, mixed, bare = (ClientFactory.create() for _number in range(3))
    for each, fees in ((client, ((300, "RUB"), (150, "RUB"))), (mixed, ((5, "RUB"), (5, "EUR")))):
        for fee, currency in fees:
            EngagementFactory.create(client=each, fee=fee, currency=currency)
    EngagementFactory.create(client=bare, fee=None)
    for each in (client, mixed, bare):
        TimeEntryFactory.create(client=each, day=JUNE, minutes=270)
    lines = {line.client: line for line in clients_time([client, mixed, bare], JUNE)}
    assert lines[client].per_hour == Money(Decimal(100), "RUB")
    assert [(lines[each].fee, lines[each].per_hour) for each in (mixed, bare)] == [(None, None)] * 2
    assert [lines[each].norm for each in (client, mixed, bare)] == [None] * 3
    july = clients_time([client], dt.date(2026, 7, 1))
    assert [line.hours for line in july] == [Decimal(0)]
    assert [line.per_hour for line in july] == [None]


def test_an_ended_engagement_brings_no_fee() -> None:
    client = ClientFactory.create()
    EngagementFactory.create(client=client, fee=5, ends_on=dt.date(2026, 5, 31))
    assert clients_time([client], JUNE) == []


def test_the_load_is_what_stands_before_the_person() -> None:
    client = ClientFactory.create()
    person = member(client)
    person.hours_per_week = 20
    person.save()
    for days in (-1, 0, 13, 14):
        TaskFactory.create(client=client, owner=person, due_on=TODAY + dt.timedelta(days=days))
    TaskFactory.create(client=client, owner=person, due_on=TODAY, state="cancelled")
    noon = dt.datetime(2026, 6, 12, 12, tzinfo=dt.UTC)
    PublicationFactory.create(post__client=client, post__author=person, planned_at=noon)
    load = loads([client], today=TODAY, on_month=JUNE)[0]
    assert (load.tasks, load.overdue, load.publications) == (2, 1, 1)
    assert (load.planned, load.capacity, load.share) == (None, 40, None)


def test_a_norm_is_shared_by_the_team() -> None:
    shares = norm_shares({(1, 7), (1, 8), (2, 7)}, {1: Decimal(30), 2: Decimal(60)}, JUNE)
    assert {pk: round(value, 2) for pk, value in shares.items()} == {7: 35, 8: 7}


def test_the_summary_is_for_who_sees_fees() -> None:
    client = ClientFactory.create()
    address = reverse("admin:clients_timeentry_summary")
    for role in Role:
        assert signed_in(member(client, role)).get(address).status_code in (302, 403), role
    assert signed_in(DirectorFactory.create()).get(address).status_code == 200


def test_the_summary_goes_out_as_a_sheet() -> None:
    client = ClientFactory.create(name="=Bakery")
    EngagementFactory.create(client=client, fee=300, currency="RUB")
    TimeEntryFactory.create(client=client, day=JUNE, minutes=90)
    browser = signed_in(DirectorFactory.create())
    query = {"month": "2026-06", "export": "xlsx"}
    answer = browser.get(reverse("admin:clients_timeentry_summary"), query)
    sheet: Any = load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("'=Bakery", 1.5, None, None, 300, "RUB", 200)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_summary_asks_as_often_for_many_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        client = ClientFactory.create(name=f"Client {number}")
        person = member(client)
        EngagementFactory.create(client=client, fee=300)
        TaskFactory.create(client=client, owner=person, due_on=timezone.localdate())
        TimeEntryFactory.create(client=client, person=person, day=timezone.localdate())
    browser = signed_in(DirectorFactory.create())
    # The session, the person, the clients; hours, fees, norms and people; team, its people, tasks,
    # publications.
    with django_assert_num_queries(12):
        page = browser.get(reverse("admin:clients_timeentry_summary"))
    assert [len(page.context[name]) for name in ("lines", "loads")] == [rows, rows]
