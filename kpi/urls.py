"""The addresses of the portal, and of the door for machines."""

from django.urls import include, path

from clients.portal import PortalHome
from kpi.portal import Calls, Overview
from kpi.portal_reviews import Reviews

portal = [
    path("", PortalHome.as_view(), name="home"),
    path("<int:client_id>/", Overview.as_view(), name="overview"),
    path("<int:client_id>/calls/", Calls.as_view(), name="calls"),
    path("<int:client_id>/reviews/", Reviews.as_view(), name="reviews"),
]

urlpatterns = [
    path("portal/", include((portal, "portal"))),
    path("hooks/", include("kpi.hook_urls")),
]
