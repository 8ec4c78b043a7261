import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from clients.models import Client
from kpi.callers import caller_number, find_or_make_caller, find_or_make_callers, unmask
from kpi.models import Caller, Unmasking
from tests.factories import CallerFactory, ClientFactory, TeamMemberFactory, UserFactory

NUMBER = "+79161234567"


@pytest.mark.django_db
def test_caller_is_made_once_per_client() -> None:
    client = ClientFactory.create()
    first = find_or_make_caller(client, NUMBER)
    assert find_or_make_caller(client, NUMBER).pk == first.pk
    assert (first.phone, first.last4, first.country_code) == (NUMBER, "4567", "+7")
    elsewhere = find_or_make_caller(ClientFactory.create(), NUMBER)
    assert elsewhere.phone_hash != first.phone_hash


@pytest.mark.django_db
def test_callers_in_a_set_are_found_and_made_together() -> None:
    client = ClientFactory.create()
    known = find_or_make_caller(client, NUMBER)
    found = find_or_make_callers(client, [NUMBER, "+79161234568"])
    assert found[NUMBER] == known.pk
    assert Caller.objects.filter(client=client).count() == 2


@pytest.mark.django_db
def test_number_is_not_stored_in_the_open() -> None:
    caller = find_or_make_caller(ClientFactory.create(), NUMBER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kpi_caller::text FROM kpi_caller WHERE id = %s", [caller.pk])
        (row,) = cursor.fetchone()
    assert "9161234567" not in row


@pytest.mark.django_db(transaction=True)
def test_rivals_make_one_caller() -> None:
    client = ClientFactory.create()
    start = threading.Barrier(4)
    made: list[int] = []

    def make() -> None:
        start.wait()
        made.append(find_or_make_caller(Client.objects.get(pk=client.pk), NUMBER).pk)
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


@pytest.mark.parametrize("raw", ["anonymous", "", None, "112", "123-45-67"])
def test_hidden_or_invalid_number_is_none(raw: str | None) -> None:
    assert caller_number(Client(country="RU"), raw) is None


def test_number_is_read_in_the_region_of_the_client() -> None:
    assert caller_number(Client(country="RU"), "8 (916) 123-45-67") == NUMBER
    assert caller_number(Client(country="DE"), "030 901820") == "+4930901820"


@pytest.mark.django_db
def test_unmasking_is_written_down_and_shows_the_number() -> None:
    client = ClientFactory.create()
    caller = CallerFactory.create(client=client, phone=NUMBER)
    user = UserFactory.create(permissions=("kpi.unmask_caller",))
    TeamMemberFactory.create(client=client, user=user)
    assert unmask(caller, by=user, reason=" complaint ") == NUMBER
    written = Unmasking.objects.get()
    assert (written.caller_id, written.seen_by_id, written.reason) == (
        caller.pk,
        user.pk,
        "complaint",
    )


@pytest.mark.django_db
def test_unmasking_is_refused_without_permission_team_or_reason() -> None:
    client = ClientFactory.create()
    caller = CallerFactory.create(client=client)
    without = UserFactory.create()
    TeamMemberFactory.create(client=client, user=without)
    stranger = UserFactory.create(permissions=("kpi.unmask_caller",))
    for user in (without, stranger):
        with pytest.raises(PermissionDenied):
            unmask(caller, by=user, reason="complaint")
    TeamMemberFactory.create(client=client, user=stranger)
    with pytest.raises(ValidationError):
        unmask(caller, by=stranger, reason="  ")
    assert Unmasking.objects.count() == 0
