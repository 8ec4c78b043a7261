"""Each list asks the same number of questions for the rows of one client as for those of three."""

import pytest
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories import ClientFactory, DirectorFactory
from tests.test_admin_scoping import everything_of, fill

pytestmark = pytest.mark.django_db

# The session and the person, the rows, and what each list has more: a count, its filters.
QUERIES = {
    "clients.Brief": 5,
    "clients.BriefQuestion": 4,
    "clients.Client": 6,
    "clients.Engagement": 5,
    "clients.Package": 4,
    "clients.DataWaiver": 5,
    "clients.RecurringTask": 5,
    "clients.Paper": 8,
    "clients.Service": 4,
    "clients.Task": 7,
    "clients.TaskTemplate": 5,
    "clients.HandOver": 5,
    "clients.TeamMember": 6,
    "clients.TimeEntry": 6,
    "clients.TrackingNumber": 6,
    "communities.AccessKey": 5,
    "communities.Audit": 5,
    "communities.AuditCriterion": 4,
    "communities.ChecklistItem": 6,
    "communities.Community": 5,
    "communities.DesignAsset": 6,
    "communities.Profile": 5,
    "communities.Redesign": 5,
    "communities.WallPost": 5,
    "content.MonthClose": 5,
    "content.NativePost": 5,
    "content.Post": 5,
    "content.ContentTerms": 5,
    "content.EventDoor": 5,
    "content.InboxItem": 7,
    "content.NetworkEvent": 4,
    "content.SavedReply": 5,
    "content.PublicationPlan": 5,
    "kpi.Call": 6,
    "kpi.CallConnection": 5,
    "kpi.CallImport": 5,
    "kpi.CallRuleChange": 5,
    "kpi.CallTally": 6,
    "kpi.ColumnMapping": 5,
    "kpi.DayCount": 6,
    "kpi.Deal": 5,
    "kpi.Decision": 6,
    "kpi.Evaluation": 4,
    "kpi.Event": 6,
    "kpi.FileImport": 6,
    "kpi.Flag": 6,
    "kpi.KpiReview": 5,
    "kpi.NumberPlacement": 7,
    "kpi.OutgoingCall": 5,
    "kpi.PostSnapshot": 4,
    "kpi.ProfileSnapshot": 5,
    "kpi.PromotionAssessment": 5,
    "kpi.RawCallEvent": 4,
    "kpi.Report": 8,
    "kpi.ReportSettings": 7,
    "kpi.SnapshotCorrection": 4,
    "kpi.TestCall": 5,
    "kpi.Unmasking": 5,
    "promotion.AdAccount": 5,
    "promotion.AdFigure": 9,
    "promotion.AdObject": 7,
    "promotion.Creative": 6,
    "promotion.Campaign": 6,
    "promotion.Placement": 7,
    "promotion.PublisherCard": 9,
    "promotion.Participant": 6,
    "promotion.PromoAction": 5,
    "promotion.Winner": 5,
    "promotion.BudgetAlert": 5,
    "promotion.ChannelBudget": 7,
    "promotion.Cost": 8,
    "promotion.CostColumns": 5,
    "promotion.CostFile": 5,
    "promotion.TopUp": 8,
    "strategy.Competitor": 5,
    "strategy.KpiTarget": 5,
    "strategy.StrategyVersion": 5,
}


@pytest.mark.parametrize("clients", [1, 3])
def test_lists_ask_as_often_for_many_rows(
    clients: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    for number in range(clients):
        fill(ClientFactory.create(), f"Client {number}")
    for label, queries in QUERIES.items():
        model = apps.get_model(label)
        address = reverse(f"admin:{label.replace('.', '_').lower()}_changelist")
        with django_assert_num_queries(queries, info=label):
            response = browser.get(address, everything_of(model))
        assert response.status_code == 200, label
