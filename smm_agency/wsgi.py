"""WSGI door for granian or any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")

application = get_wsgi_application()

# Needs the settings that stand a line above.
from smm_agency.settled_memory import settle_memory  # noqa: E402

settle_memory()
