"""Norm hours of a month: what the packages plan, and whose work counts."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Package
from clients.norms import norm_hours
from clients.packages import apply_package
from tests.factories import EngagementFactory, EngagementServiceFactory

pytestmark = pytest.mark.django_db

# June 2026 has 22 days from Monday to Friday.
JUNE = dt.date(2026, 6, 1)
MAY_10 = dt.date(2026, 5, 10)


@pytest.mark.parametrize(
    ("code", "hours"), [("presence", 101), ("management", 140), ("whole", 187), ("promotion", 41)]
)
def test_a_package_plans_a_month_that_people_can_work(code: str, hours: int) -> None:
    package = Package.objects.get(code=code)
    engagement = EngagementFactory.create(package=package, starts_on=MAY_10)
    apply_package(engagement)
    assert norm_hours(engagement.client, JUNE) == hours


def test_answers_are_planned_for_as_many_hours_as_were_sold() -> None:
    engagement = EngagementFactory.create(package=Package.objects.get(code="presence"))
    apply_package(engagement)
    rows = engagement.services.filter(service__code__in=["moderation", "comments", "messages"])
    assert sorted(rows.values_list("quantity", "norm_hours")) == [
        (Decimal("0.5"), Decimal("0.5")), (Decimal("0.5"), Decimal("0.5")), (1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("performer", "hours"),
    [("agency", 5), ("third_party", 5), ("client", None), ("nobody", None)],
)
def test_only_what_the_agency_answers_for_has_a_norm(performer: str, hours: int | None) -> None:
    row = EngagementServiceFactory.create(
        engagement__starts_on=MAY_10, performer=performer, period="month", norm_hours=5
    )
    assert norm_hours(row.client, JUNE) == hours
