"""Flags on the start page: the worst first, their evidence, all of them by age."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Role, User
from clients.team import join_team
from kpi.diagnosis.causes import describe_cause
from kpi.flag_sentence import sentence_of
from kpi.models import FlagState, Light
from smm_agency.dashboard.flags import (
    SHOWN,
    AgeRow,
    FlagLine,
    age_rows,
    flag_line,
    flag_lists,
)
from smm_agency.dashboard.gather import gather
from smm_agency.dashboard.reader import Reader
from tests.factories import (
    DAY,
    LONG_AGO,
    ClientFactory,
    DirectorFactory,
    FlagCauseFactory,
    FlagFactory,
    KpiTargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)
FACTS = {
    "first": "2026-02-01", "last": "2026-03-10", "expected": 14.2, "actual": 5,
    "run_length_days": 800,
}  # fmt: skip


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


def read(user: User) -> tuple[list[FlagLine], list[AgeRow]]:
    reader = Reader(user, today=DAY)
    found = gather(user, flag_lists(reader))
    lines = [flag_line(row, reader) for row in found.get("flags", [])]
    return lines, age_rows(found.get("flag_ages", []), reader)


def test_a_flag_tells_its_sentence_and_its_causes_with_their_side(director: User) -> None:
    target = KpiTargetFactory.create(metric="calls")
    flag = FlagFactory.create(
        client=target.client,
        severity=Light.RED,
        opened_on=DAY - ONE,
        target=target,
        evidence={"newest": FACTS, "opened": {}},
    )
    cause = FlagCauseFactory.create(flag=flag, side="client")
    FlagFactory.create(state=FlagState.DECIDED)
    [line], _ages = read(director)
    assert line == FlagLine(
        client=flag.client.name,
        severity=Light.RED,
        subject="calls",
        sentence=sentence_of(flag),
        causes=[f"{describe_cause(cause)} (client)"],
        age_days=1,
        state="open",
        url=reverse("admin:kpi_flag_change", args=[flag.pk]),
    )


def test_the_worst_and_oldest_flags_are_listed(director: User) -> None:
    client = ClientFactory.create()
    for age in range(SHOWN):
        FlagFactory.create(client=client, severity=Light.AMBER, opened_on=DAY - age * ONE)
    FlagFactory.create(client=client, severity=Light.RED, opened_on=DAY)
    lines, _ages = read(director)
    assert [line.age_days for line in lines] == [0, *reversed(range(1, SHOWN))]


def test_flags_are_counted_by_age_and_severity(director: User) -> None:
    for age in (0, 2, 3, 7, 8, 14, 15, 90):
        FlagFactory.create(severity=Light.RED, opened_on=DAY - age * ONE)
    FlagFactory.create(severity=Light.AMBER, opened_on=DAY - 20 * ONE)
    _lines, rows = read(director)
    assert {row.light: [cell.flags for cell in row.cells] for row in rows} == {
        "red": [2, 2, 2, 2],
        "amber": [0, 0, 0, 1],
    }


def test_a_number_of_flags_leads_to_as_many(director: User) -> None:
    for age in (0, 2, 3, 7, 8, 14, 15, 90):
        FlagFactory.create(severity=Light.RED, opened_on=DAY - age * ONE)
    FlagFactory.create(severity=Light.AMBER, opened_on=DAY)
    browser = Browser()
    browser.force_login(director)
    _lines, rows = read(director)
    [red] = [row for row in rows if row.light == "red"]
    assert [browser.get(cell.url).context["cl"].result_count for cell in red.cells] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("role", "seen"),
    [(Role.ACCOUNT_MANAGER, 1), (Role.STRATEGIST, 1), (Role.PAID_SOCIAL, 0), (Role.MODERATOR, 0)],
)
def test_flags_are_for_those_who_decide_in_their_own_clients(role: Role, seen: int) -> None:
    user = UserFactory.create()
    flag = FlagFactory.create()
    FlagFactory.create()
    join_team(flag.client, user, role=role, starts_on=LONG_AGO)
    lines, rows = read(user)
    assert (len(lines), len(rows)) == (seen, seen)
