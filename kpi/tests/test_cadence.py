import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Role
from kpi.cadence import Slot, load_cadence
from kpi.models import SnapshotCadence
from kpi.reference import CADENCE, load_cadence_rows
from tests.factories import DirectorFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db

MOSCOW = ZoneInfo("Europe/Moscow")
# 17:45 in Moscow.
NOW = dt.datetime(2026, 3, 10, 14, 45, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def load() -> None:
    load_cadence_rows(apps.get_app_config("kpi"))


def steps(relation: str) -> list[tuple[int, int]]:
    rows = SnapshotCadence.objects.filter(relation=relation).order_by("up_to_hours")
    return list(rows.values_list("up_to_hours", "every_hours"))


@pytest.mark.parametrize(
    ("relation", "hours", "hour"),
    [
        ("own", 0, 17),
        ("own", 24, 12),
        ("own", 7 * 24, 0),
        ("own", 90 * 24, 0),
        ("competitor", 0, 12),
        ("competitor", 24, 0),
        ("publisher", 0, 0),
    ],
)
def test_slots_grow_longer_with_the_age(relation: str, hours: int, hour: int) -> None:
    moment = NOW.astimezone(MOSCOW)
    posted_at = NOW - dt.timedelta(hours=hours)
    cadence = load_cadence()
    assert cadence.slot(relation, posted_at, moment) == Slot(dt.date(2026, 3, 10), hour)


def test_border_of_a_step_belongs_to_the_older_posts() -> None:
    moment, day = NOW.astimezone(MOSCOW), dt.timedelta(hours=24)
    cadence = load_cadence()
    assert cadence.slot("own", NOW - day + SECOND, moment).hour == 17
    assert cadence.slot("own", NOW - day, moment).hour == 12


def test_slot_is_of_the_clients_own_day() -> None:
    late = NOW + dt.timedelta(hours=7)
    slots = [
        load_cadence().slot("own", late, late.astimezone(ZoneInfo(zone)))
        for zone in ("Europe/Moscow", "America/New_York", "Asia/Vladivostok")
    ]
    assert slots == [
        (dt.date(2026, 3, 11), 0),
        (dt.date(2026, 3, 10), 17),
        (dt.date(2026, 3, 11), 7),
    ]


def test_walls_without_steps_are_not_read() -> None:
    cadence = load_cadence()
    assert sorted(cadence.relations) == ["competitor", "own"]
    assert cadence.longest == cadence.reads_for("own") == dt.timedelta(days=30)
    SnapshotCadence.objects.all().delete()
    assert load_cadence().relations == []
    assert load_cadence().longest == dt.timedelta(0)


def test_rows_are_there_from_the_first_start_and_once() -> None:
    load()
    assert {relation: tuple(steps(relation)) for relation in CADENCE} == CADENCE


def test_what_staff_changed_or_deleted_stays_so() -> None:
    SnapshotCadence.objects.filter(relation="own", up_to_hours=24).update(up_to_hours=48)
    SnapshotCadence.objects.filter(relation="own", up_to_hours=168).delete()
    SnapshotCadence.objects.filter(relation="competitor").delete()
    load()
    assert steps("own") == [(48, 1), (720, 24)]
    assert tuple(steps("competitor")) == CADENCE["competitor"]


def test_director_edits_the_cadence_in_parts_of_a_day() -> None:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    row = SnapshotCadence.objects.get(relation="competitor", up_to_hours=24)
    page = reverse("admin:kpi_snapshotcadence_change", args=[row.pk])
    told = {"relation": "competitor", "up_to_hours": 24, "every_hours": 5}
    answer = browser.post(page, told)
    assert "Use 1, 2, 3, 4, 6, 8, 12 or 24" in answer.content.decode()
    assert browser.post(page, told | {"every_hours": 3}).status_code == 302
    row.refresh_from_db()
    assert row.every_hours == 3
    assert browser.get(reverse("admin:kpi_snapshotcadence_changelist")).status_code == 200


def test_nobody_else_sees_the_cadence() -> None:
    browser = Browser()
    browser.force_login(TeamMemberFactory.create(role=Role.ACCOUNT_MANAGER).user)
    assert browser.get(reverse("admin:kpi_snapshotcadence_changelist")).status_code == 403
