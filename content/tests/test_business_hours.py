"""Whose hours are in force on which day."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.models import Client
from content.business_hours import add_working_time, schedules_of, working_time_between
from content.models import SpecialDay
from tests.factories import BusinessHoursFactory, ClientFactory, SpecialDayFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def moscow(text: str, client: Client) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=client.zone)


def test_usual_hours_are_monday_to_friday_by_the_clients_clock() -> None:
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    friday = moscow("2026-03-13 18:00", client)
    assert add_working_time(client, friday, HOUR * 2) == moscow("2026-03-16 11:00", client)


def test_days_off_of_the_client_are_none_of_the_usual_hours() -> None:
    client = ClientFactory.create(days_off=[0, 6])
    friday = moscow("2026-03-13 18:00", client)
    assert add_working_time(client, friday, HOUR * 2) == moscow("2026-03-17 11:00", client)


def test_a_client_closed_all_week_is_answered_for_all_the_same() -> None:
    client = ClientFactory.create(days_off=[0, 1, 2, 3, 4])
    monday = moscow("2026-03-16 10:00", client)
    assert add_working_time(client, monday, HOUR) == moscow("2026-03-16 11:00", client)


@pytest.mark.parametrize(
    ("closed", "due"), [(True, "2026-05-04 10:30"), (False, "2026-05-01 10:30")]
)
def test_public_holidays_count_where_the_client_closes_on_them(closed: bool, due: str) -> None:
    client = ClientFactory.create(country="RU", closed_on_holidays=closed)
    eve = moscow("2026-04-30 18:30", client)
    assert add_working_time(client, eve, HOUR) == moscow(due, client)


def test_a_change_of_hours_holds_from_its_day() -> None:
    client = ClientFactory.create()
    BusinessHoursFactory.create(
        client=client, starts_on=dt.date(2026, 3, 12), thursday="14:00-20:00"
    )
    wednesday = moscow("2026-03-11 18:30", client)
    assert add_working_time(client, wednesday, HOUR) == moscow("2026-03-12 14:30", client)
    earlier = moscow("2026-03-04 18:30", client)
    assert add_working_time(client, earlier, HOUR) == moscow("2026-03-05 10:30", client)


def test_a_version_keeps_the_zone_in_which_it_was_written() -> None:
    client = ClientFactory.create(time_zone="Europe/Moscow")
    version = BusinessHoursFactory.create(client=client, starts_on=dt.date(2026, 1, 1))
    since = moscow("2026-03-11 18:30", client)
    before = add_working_time(client, since, HOUR)
    Client.objects.filter(pk=client.pk).update(time_zone="Asia/Vladivostok")
    assert version.time_zone == "Europe/Moscow"
    assert add_working_time(Client.objects.get(pk=client.pk), since, HOUR) == before


def test_a_special_day_stands_above_the_week() -> None:
    client = ClientFactory.create()
    SpecialDayFactory.create(client=client, day=dt.date(2026, 3, 12), shifts="")
    SpecialDayFactory.create(client=client, day=dt.date(2026, 3, 14), shifts="12:00-13:00")
    wednesday = moscow("2026-03-11 18:30", client)
    saturday = moscow("2026-03-14 23:00", client)
    # Half an hour on Wednesday, none on Thursday, nine hours on Friday, one on Saturday.
    assert working_time_between(client, wednesday, saturday) == HOUR * 10.5


def test_a_day_that_is_over_gets_no_other_hours() -> None:
    client = ClientFactory.create()
    day = SpecialDay(client=client, day=client.today() - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="This day is over"):
        day.full_clean()


def test_hours_that_are_never_open_are_refused() -> None:
    closed = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "")
    with pytest.raises(IntegrityError), transaction.atomic():
        BusinessHoursFactory.create(**closed)


@pytest.mark.parametrize("number", [1, 3])
def test_schedules_of_many_clients_cost_two_queries(
    number: int, django_assert_num_queries: object
) -> None:
    clients = [ClientFactory.create() for _n in range(number)]
    for client in clients:
        BusinessHoursFactory.create(client=client)
        SpecialDayFactory.create(client=client)
    with django_assert_num_queries(2):  # type: ignore[operator] # pytest-django's fixture
        schedules = schedules_of(clients)
        for schedule in schedules.values():
            schedule.add(dt.datetime(2026, 3, 11, tzinfo=dt.UTC), HOUR * 100)
