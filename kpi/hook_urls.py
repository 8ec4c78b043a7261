"""Addresses for machines; included under `/hooks/`. Some senders leave out the last slash."""

from django.urls import path

from kpi.webhooks import receive

app_name = "hooks"
urlpatterns = [
    path("calls/<str:provider>/<str:path_token>", receive),
    path("calls/<str:provider>/<str:path_token>/", receive, name="calls"),
    path("calls/<str:provider>/<str:path_token>/<path:path>", receive),
]
