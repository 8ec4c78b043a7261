"""Addresses for machines; included under `/hooks/`."""

from django.urls import path

from kpi.webhooks import receive_generic

app_name = "hooks"
urlpatterns = [
    path("calls/generic/<str:path_token>/", receive_generic, name="calls-generic"),
]
