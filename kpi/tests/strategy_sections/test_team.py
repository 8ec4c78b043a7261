from decimal import Decimal

import pytest

from clients.models import Block, EngagementService, Performer, Role, TeamMember
from kpi.strategy_sections.team import division_blocks, people_blocks, rhythm_blocks
from smm_agency.lib.document_blocks import Column, Facts, Heading, Table
from tests.factories import EngagementFactory, EngagementServiceFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db


def test_services_stand_by_block_with_who_does_them() -> None:
    engagement = EngagementFactory.create()
    for name, block, more in (
        ("Ads", Block.PROMOTION, {}),
        ("Posts", Block.MANAGEMENT, {"quantity": Decimal("12.00"), "unit": "a month"}),
        ("Photos", Block.MANAGEMENT, {"performer": Performer.CLIENT, "note": "Hush"}),
    ):
        EngagementServiceFactory.create(
            engagement=engagement, service__name_en=name, service__block=block, **more
        )
    rows = EngagementService.objects.order_by("pk").select_related("service")
    columns = [Column("Work", weight=3), Column("Who does it")]
    assert division_blocks(list(rows)) == [
        Heading("Who does what: community management"),
        Table([*columns, Column("How much")],
              [["Posts", "Agency", "12 a month"], ["Photos", "Client", ""]]),
        Heading("Who does what: promotion"),
        Table(columns, [["Ads", "Agency"]]),
    ]  # fmt: skip


def test_people_have_names_and_roles_and_no_contacts() -> None:
    member = TeamMemberFactory.create(
        user__first_name="Anna", user__last_name="Testova", role=Role.STRATEGIST
    )
    assert people_blocks([TeamMember.objects.get(pk=member.pk)]) == [
        Heading("The team of the agency"),
        Table([Column("Name"), Column("Role")], [["Anna Testova", "Strategist"]]),
    ]
    assert people_blocks([]) == []


def test_the_rhythm_of_reviews_is_the_engagements() -> None:
    assert rhythm_blocks(EngagementFactory.create(review_rhythm="quarter")) == [
        Facts([("KPI review", "every quarter")])
    ]
    assert rhythm_blocks(None) == []
