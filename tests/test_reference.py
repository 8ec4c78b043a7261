"""Reference rows: made once, never overwritten, back after a flush."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django_celery_beat.models import PeriodicTask

from clients.models import ROLE_GROUPS, Block, Package, PackageService, Service
from clients.package_catalogue import PACKAGE_SERVICES, PACKAGES
from clients.reference import load_reference_rows
from clients.role_rights import DIRECTOR, OUR_APPS, ROLE_PERMISSIONS
from clients.schedule import SCHEDULE as CLIENTS_SCHEDULE
from clients.service_catalogue import service_rows
from communities.schedule import SCHEDULE as COMMUNITIES_SCHEDULE
from content.schedule import SCHEDULE as CONTENT_SCHEDULE
from kpi.reference import SCHEDULE as KPI_SCHEDULE
from kpi.reference import load_schedule
from promotion.schedule import SCHEDULE as PROMOTION_SCHEDULE
from smm_agency.celery import app
from smm_agency.schedule import SCHEDULE as AGENCY_SCHEDULE
from strategy.schedule import SCHEDULE as STRATEGY_SCHEDULE

pytestmark = pytest.mark.django_db

SCHEDULE = (
    AGENCY_SCHEDULE
    | CLIENTS_SCHEDULE
    | COMMUNITIES_SCHEDULE
    | CONTENT_SCHEDULE
    | KPI_SCHEDULE
    | PROMOTION_SCHEDULE
    | STRATEGY_SCHEDULE
)


def load() -> None:
    load_reference_rows(apps.get_app_config("clients"))


def codes(group: str) -> set[str]:
    rows = Group.objects.get(name=group).permissions.values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_role_groups_have_exactly_what_is_written(role: str) -> None:
    assert codes(ROLE_GROUPS[role]) == set(ROLE_PERMISSIONS[role])


def test_every_role_has_a_group() -> None:
    assert set(ROLE_PERMISSIONS) == set(ROLE_GROUPS)


def test_director_may_do_everything_in_our_apps() -> None:
    ours = Permission.objects.filter(content_type__app_label__in=OUR_APPS)
    assert set(ours) <= set(Group.objects.get(name=DIRECTOR).permissions.all())


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_no_role_sees_all_clients(role: str) -> None:
    assert "clients.see_all_clients" not in ROLE_PERMISSIONS[role]


def test_a_right_taken_away_stays_away() -> None:
    group = Group.objects.get(name="Designer")
    right = group.permissions.get(codename="view_campaign")
    group.permissions.remove(right)
    load()
    assert right not in group.permissions.all()


def test_a_right_of_a_new_model_reaches_old_groups() -> None:
    Permission.objects.filter(codename="view_campaign").delete()
    load()
    assert "promotion.view_campaign" in codes("Designer")


def test_an_edited_service_stays_edited() -> None:
    Service.objects.filter(code="seeding").update(name_en="Seeding in blogs")
    load()
    assert Service.objects.get(code="seeding").name_en == "Seeding in blogs"
    assert Service.objects.count() == len(service_rows())


def test_catalogue_by_block() -> None:
    counts = {block: Service.objects.filter(block=block).count() for block in Block.values}
    assert counts == {"creation": 7, "strategy": 5, "management": 24, "promotion": 14}


def test_client_materials_are_not_outsourced() -> None:
    materials = Service.objects.filter(is_client_only=True)
    assert sorted(materials.values_list("code", "is_outsourceable")) == [
        ("facts", False),
        ("infographics", False),
        ("news", False),
        ("photo", False),
        ("service-descriptions", False),
        ("video", False),
    ]


def test_a_package_that_staff_emptied_stays_empty() -> None:
    package = Package.objects.get(code="management")
    package.services.all().delete()
    load()
    assert not package.services.exists()


@pytest.mark.parametrize("code", PACKAGES)
def test_packages_satisfy_their_own_rules(code: str) -> None:
    rows = list(PackageService.objects.filter(package__code=code).select_related("service"))
    assert {row.service.code for row in rows} == set(PACKAGE_SERVICES[code])
    assert {"competitors", "kpi-assessment"} <= set(PACKAGE_SERVICES[code])
    for row in rows:
        row.full_clean()


def test_services_satisfy_their_own_rules() -> None:
    for service in Service.objects.all():
        service.full_clean()


def test_schedule_rows_expire_and_stay_as_edited() -> None:
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == set(SCHEDULE)
    assert not PeriodicTask.objects.filter(expire_seconds=None).exists()
    PeriodicTask.objects.filter(name="Read posts").update(name="Posts", enabled=False)
    load_schedule(apps.get_app_config("kpi"))
    assert PeriodicTask.objects.count() == len(SCHEDULE)
    assert PeriodicTask.objects.get(name="Posts").enabled is False


def test_beat_wakes_tasks_that_there_are() -> None:
    app.loader.import_default_modules()
    assert {row.task for row in SCHEDULE.values()} <= set(app.tasks)


@pytest.mark.django_db(transaction=True)
def test_reference_rows_come_back_after_a_flush() -> None:
    call_command("flush", verbosity=0, interactive=False)
    assert Service.objects.count() == len(service_rows())
    assert codes("Designer") == set(ROLE_PERMISSIONS["designer"])
    assert PeriodicTask.objects.count() == len(SCHEDULE)
