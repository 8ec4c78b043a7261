"""The program as it is served, on the bench's database."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")
application = get_wsgi_application()
connections.databases["default"]["NAME"] = os.environ["BENCH_DATABASE"]
