"""The program's addresses and that of a bare page: one query, one small template."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from clients.models import Client

PAGE = "<!doctype html><title>{{ client.name }}</title><h1>{{ client.name }}</h1>"


def bare(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"client": Client.objects.earliest("pk")}, request))


urlpatterns = [path("bare/", bare), path("", include("smm_agency.urls"))]
