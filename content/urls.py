"""The addresses of content: in the portal, by signed link, and for the networks."""

from django.urls import URLPattern, path

from content.approval_page import ApprovalFile, ApprovalPage
from content.link_pages import material_page
from content.portal import PlanCalendar, PlanEvents, PlanTable, PostPicture
from content.portal_materials import Materials
from content.webhooks import receive

# Under /portal/, with `client_id` first.
portal: list[URLPattern] = [
    path("<int:client_id>/materials/", Materials.as_view(), name="materials"),
    path("<int:client_id>/plan/", PlanCalendar.as_view(), name="plan"),
    path("<int:client_id>/plan/plan.xlsx", PlanTable.as_view(), name="plan_table"),
    path("<int:client_id>/plan/plan.ics", PlanEvents.as_view(), name="plan_events"),
    path(
        "<int:client_id>/plan/pictures/<int:picture_id>/",
        PostPicture.as_view(),
        name="post_picture",
    ),
]
# Under /link/: one-time links outside the portal.
links: list[URLPattern] = [
    path("approve/<str:token>/", ApprovalPage.as_view(), name="approval"),
    path("approve/<str:token>/file/<int:file_id>/", ApprovalFile.as_view(),
         name="approval_file"),
    path("material/<str:token>/", material_page, name="material"),
]  # fmt: skip
# Under /hooks/networks/: what networks send.
hooks: list[URLPattern] = [
    path("<str:network>/<str:path_token>/", receive, name="events"),
]
