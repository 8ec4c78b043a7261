"""The addresses of the portal, and of the door for machines."""

from django.urls import include, path

from clients.portal import PortalHome
from communities.portal_audits import AuditPage, AuditPaper, Audits
from communities.portal_design import DesignFile
from communities.urls import portal as communities
from content.urls import portal as content
from kpi.portal import Calls, Overview
from kpi.portal_papers import AssessmentPaper, Papers
from kpi.portal_people import People
from kpi.portal_posts import MeasuredPost
from kpi.portal_promotion import AssessmentPage, CampaignPage, Promotion
from kpi.portal_published import PublishedPosts
from kpi.portal_register import RegisteredFile
from kpi.portal_reports import ReportPage, ReportPaper, Reports, ReportSheet
from kpi.portal_reviews import Reviews
from kpi.portal_versions import StrategyPage, VersionPage, VersionPaper
from promotion.urls import portal as promotion

portal = [
    path("", PortalHome.as_view(), name="home"),
    path("<int:client_id>/", Overview.as_view(), name="overview"),
    path("<int:client_id>/audits/", Audits.as_view(), name="audits"),
    path("<int:client_id>/audits/<int:audit_id>/", AuditPage.as_view(), name="audit"),
    path(
        "<int:client_id>/audits/<int:audit_id>/document/",
        AuditPaper.as_view(),
        name="audit_document",
    ),
    path("<int:client_id>/calls/", Calls.as_view(), name="calls"),
    *communities,
    *content,
    *promotion,
    path("<int:client_id>/papers/", Papers.as_view(), name="papers"),
    path(
        "<int:client_id>/papers/<int:paper_id>/file/", RegisteredFile.as_view(), name="paper_file"
    ),
    path("<int:client_id>/people/", People.as_view(), name="people"),
    path("<int:client_id>/plan/<int:post_id>/", MeasuredPost.as_view(), name="post"),
    path("<int:client_id>/posts/", PublishedPosts.as_view(), name="posts"),
    path("<int:client_id>/promotion/", Promotion.as_view(), name="promotion"),
    path("<int:client_id>/promotion/<int:campaign_id>/", CampaignPage.as_view(), name="campaign"),
    path(
        "<int:client_id>/promotion/assessments/<int:assessment_id>/",
        AssessmentPage.as_view(),
        name="promotion_assessment",
    ),
    path(
        "<int:client_id>/promotion/assessments/<int:assessment_id>/document/",
        AssessmentPaper.as_view(),
        name="assessment_document",
    ),
    path("<int:client_id>/reports/", Reports.as_view(), name="reports"),
    path("<int:client_id>/reports/<int:report_id>/", ReportPage.as_view(), name="report"),
    path("<int:client_id>/reports/<int:report_id>/pdf/", ReportPaper.as_view(), name="report_pdf"),
    path(
        "<int:client_id>/reports/<int:report_id>/xlsx/", ReportSheet.as_view(), name="report_xlsx"
    ),
    path("<int:client_id>/reviews/", Reviews.as_view(), name="reviews"),
    path("<int:client_id>/strategy/", StrategyPage.as_view(), name="strategy"),
    path("<int:client_id>/strategy/<int:number>/", VersionPage.as_view(), name="strategy_version"),
    path(
        "<int:client_id>/strategy/<int:number>/document/",
        VersionPaper.as_view(),
        name="strategy_document",
    ),
    path("<int:client_id>/design/<int:file_id>/", DesignFile.as_view(), name="design_file"),
]

urlpatterns = [
    path("portal/", include((portal, "portal"))),
    path("hooks/", include("kpi.hook_urls")),
]
