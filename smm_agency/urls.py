"""The doors of the program by address."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from content.urls import hooks, links
from smm_agency.health import health
from smm_agency.home import admin_sign_in, home

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("account/", include("clients.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/", admin.site.urls),
    path("link/", include((links, "link"))),
    path("hooks/networks/", include((hooks, "network_hooks"))),
    path("", include("kpi.urls")),
]
