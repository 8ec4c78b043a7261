"""A page of the portal that shows the design of all communities: for tests of that part alone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from clients.portal import PortalView
from communities.portal_design import read_design
from smm_agency.urls import urlpatterns as every_page

PAGE = """{% extends "portal/base.html" %}{% block month %}{% endblock %}{% block page %}
<div>{% for design in designs %}{% include "portal/_community_design.html" %}{% endfor %}</div>
{% endblock %}"""


class DesignPage(PortalView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(designs=list(read_design(self.client).values()))
        return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("test/<int:client_id>/design/", DesignPage.as_view()), *every_page]
