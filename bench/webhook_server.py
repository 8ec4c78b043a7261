"""The program with one more address: a bare view that only inserts, in the same process."""

import json
import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
connections.databases["default"]["NAME"] = os.environ["BENCH_DATABASE"]

from kpi.models import RawCallEvent  # noqa: E402 - needs the program to be set up

CLIENT, CONNECTION = (int(text) for text in os.environ["BENCH_CONNECTION"].split(":"))


@csrf_exempt
def insert(request: HttpRequest) -> JsonResponse:
    """Reads the body and inserts the row as Django does; verifies nothing, wakes nobody."""
    body = request.body.decode()
    event: dict[str, Any] = json.loads(body)
    RawCallEvent.objects.create(
        client_id=CLIENT, connection_id=CONNECTION, event_id=event["event_id"], body=body
    )
    return JsonResponse({"status": "stored"})


urlpatterns = [path("bare/", insert), path("", include("smm_agency.urls"))]
