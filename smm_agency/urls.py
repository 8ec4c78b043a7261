"""The doors of the program by address."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path

from clients.admin.work_contacts import my_contacts
from clients.look_pages import look_colours, look_logo
from content.admin.calendar import calendar_page
from content.admin.calendar_files import plan_events, plan_table
from content.admin.calendar_moves import drop, move_page
from content.urls import hooks, links
from kpi.calendar_feed import calendar_feed
from promotion.admin.budget_page import budget_file, budget_page
from smm_agency.admin.code_page import code_page, search
from smm_agency.health import health
from smm_agency.home import admin_sign_in, home

# Pages of the admin that are no list of rows.
staff = [
    # Before the admin's own, which it falls back on.
    path("search/", admin.site.admin_view(search), name="search_or_code"),
    path("code/<str:code>/", admin.site.admin_view(code_page), name="code"),
    path("my-contacts/", admin.site.admin_view(my_contacts), name="my_contacts"),
    path("content/calendar/", admin.site.admin_view(calendar_page), name="content_calendar"),
    path(
        "content/calendar/plan.xlsx",
        admin.site.admin_view(plan_table),
        name="content_calendar_table",
    ),
    path(
        "content/calendar/plan.ics",
        admin.site.admin_view(plan_events),
        name="content_calendar_events",
    ),
    path("content/calendar/move/", admin.site.admin_view(drop), name="content_calendar_drop"),
    path(
        "content/calendar/move/<int:pk>/",
        admin.site.admin_view(move_page),
        name="content_calendar_move",
    ),
    path("promotion/budget/", admin.site.admin_view(budget_page), name="promotion_budget_page"),
    path(
        "promotion/budget/budget.xlsx",
        admin.site.admin_view(budget_file),
        name="promotion_budget_file",
    ),
]

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("account/", include("clients.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/", include(staff)),
    path("admin/", admin.site.urls),
    re_path(r"^look/([0-9a-f]{6}-[0-9a-f]{6})\.css$", look_colours, name="look_colours"),
    re_path(r"^look/([0-9a-f]{64})/logo$", look_logo, name="look_logo"),
    path("link/", include((links, "link"))),
    path("feed/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("hooks/networks/", include((hooks, "network_hooks"))),
    path("", include("kpi.urls")),
]
