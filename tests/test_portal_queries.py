"""How many queries each page of the portal takes: never more than 15, whatever the rows."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client, Side
from kpi.tests.test_portal import CONTROL
from tests import factories as make
from tests.factories import DAY, NOON
from tests.filled_client import fill_client
from tests.test_portal_strangers import OBJECT_IDS, parts_of, person_of, portal_patterns

pytestmark = pytest.mark.django_db

MOST = 15
# The session, the person, the client, the role; and what the page reads.
QUERIES = {
    "assessment_document": 5,
    "audit": 7,
    "audit_document": 5,
    "audits": 5,
    "calls": 13,
    "campaign": 13,
    "communities": 5,
    "community": 13,
    "design_file": 5,
    "home": 3,
    "materials": 6,
    "overview": 15,
    "paper_file": 5,
    "papers": 5,
    "people": 5,
    "plan": 5,
    "plan_events": 5,
    "plan_table": 5,
    "post": 7,
    "post_picture": 5,
    "posts": 7,
    "promotion": 14,
    "promotion_assessment": 5,
    "report": 6,
    "report_pdf": 6,
    "report_xlsx": 6,
    "reports": 5,
    "reviews": 6,
    "strategy": 8,
    "strategy_document": 5,
    "strategy_version": 8,
}


def add_more(client: Client) -> None:
    """Twice more of what the pages list."""
    engagement = client.engagements.earliest("pk")
    for number in range(2):
        make.EngagementServiceFactory.create(engagement=engagement)
        make.TeamMemberFactory.create(client=client)
        make.TaskFactory.create(client=client, side=Side.CLIENT)
        make.MaterialRequestFactory.create(client=client)
        community = make.CommunityFactory.create(profile__client=client)
        make.ChecklistItemFactory.create(community=community, side=Side.CLIENT)
        asset = make.DesignAssetFactory.create(community=community, state="client_review")
        make.AssetVersionFactory.create(asset=asset, shown_at=NOON)
        post = make.PostFactory.create(client=client, state="client_review")
        make.PublicationFactory.create(post=post, community=community, planned_at=NOON)
        campaign = make.CampaignFactory.create(client=client)
        make.PlacementFactory.create(campaign=campaign)
        make.CallFactory.create(client=client, community=community)
        make.DecisionFactory.create(flag__client=client, client_text="Said", is_published=True)
        make.IncidentFactory.create(client=client, is_published=True)
        audit = make.AuditFactory.create(profile=community.profile, number=number + 4)
        make.AuditScoreFactory.create(audit=audit)
        make.finish_in_place(audit, is_shown=True)
        make.PromotionAssessmentFactory.create(
            client=client, finished_at=NOON, verdict="Good", is_shown=True
        )


def queries_of(browser: Browser, ids: dict[str, int]) -> dict[str, int]:
    """By the name of the page; `ids`: what the parts of its address name."""
    found = {}
    for pattern in portal_patterns():
        parts = {part: ids[part] for part in parts_of(pattern)}
        url = reverse(f"portal:{pattern.name}", kwargs=parts)
        with CaptureQueriesContext(connection) as captured:
            browser.get(url, {"month": f"{DAY:%Y-%m}"})
        found[str(pattern.name)] = len(
            [row for row in captured if not row["sql"].startswith(CONTROL)]
        )
    return found


def test_every_page_takes_the_same_queries_for_more_rows(client: Browser) -> None:
    filled = fill_client("alpha")
    client.force_login(person_of(filled))
    ids = {part: find(filled) for part, find in OBJECT_IDS.items()}
    assert queries_of(client, ids) == QUERIES
    add_more(filled)
    assert queries_of(client, ids) == QUERIES


def test_no_page_takes_too_many() -> None:
    assert {name: count for name, count in QUERIES.items() if count > MOST} == {}
