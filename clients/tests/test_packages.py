"""A new engagement starts with its package."""

from decimal import Decimal

import pytest

from clients.models import EngagementService, Package, Service
from clients.packages import apply_package
from clients.service_catalogue import CLIENTS_USUALLY
from tests.factories import EngagementFactory, EngagementServiceFactory

pytestmark = pytest.mark.django_db


def sold(code: str, **facts: object) -> EngagementService:
    engagement = EngagementFactory.create(package=Package.objects.get(code="management"), **facts)
    apply_package(engagement)
    return EngagementService.objects.get(engagement=engagement, service__code=code)


def test_a_package_brings_quantities_and_terms() -> None:
    row = sold("writing")
    assert (row.quantity, row.amount, row.performer, row.in_contract) == (
        Decimal(12), "12 posts a month", "agency", True,
    )  # fmt: skip
    assert (row.approver, row.deadline) == ("client", "3 working days after the material came")
    assert sold("stories").amount == "8 stories a month"
    assert sold("correction-rounds").amount == "2 rounds for each post"


def test_what_a_package_does_not_hold_is_not_done() -> None:
    row = sold("targeted-ads")
    assert (row.performer, row.quantity, row.in_contract) == ("nobody", None, False)


def test_the_clients_works_stay_the_clients() -> None:
    engagement = EngagementFactory.create(package=Package.objects.get(code="promotion"))
    assert apply_package(engagement) == Service.objects.count()
    theirs = set(
        engagement.services.filter(performer="client").values_list("service__code", flat=True)
    )
    materials = Service.objects.filter(is_client_only=True).values_list("code", flat=True)
    assert theirs == CLIENTS_USUALLY | set(materials)


def test_what_was_divided_already_stays() -> None:
    engagement = EngagementFactory.create(package=Package.objects.get(code="management"))
    kept = EngagementServiceFactory.create(
        engagement=engagement, service=Service.objects.get(code="writing"), quantity=3
    )
    assert apply_package(engagement) == Service.objects.count() - 1
    assert apply_package(engagement) == 0
    kept.refresh_from_db()
    assert kept.quantity == 3


def test_a_row_of_a_package_satisfies_its_rules() -> None:
    engagement = EngagementFactory.create(package=Package.objects.get(code="whole"))
    apply_package(engagement)
    for row in engagement.services.select_related("service"):
        row.full_clean()
