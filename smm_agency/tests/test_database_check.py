"""The program refuses a database it cannot work in."""

import pytest

from smm_agency.database_check import check_database, check_letters, check_version


@pytest.mark.django_db
def test_own_database_passes() -> None:
    assert check_database(databases=["default"]) == []


def test_database_is_left_alone_unless_asked_for() -> None:
    assert check_database(databases=None) == []


@pytest.mark.parametrize("version", [160_004, 179_999])
def test_older_server_is_refused(version: int) -> None:
    assert [message.id for message in check_version(version)] == ["smm_agency.E201"]


def test_database_without_russian_letters_is_refused() -> None:
    assert [message.id for message in check_letters("ё")] == ["smm_agency.E202"]
