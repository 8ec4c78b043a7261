"""The Celery application. Tasks only wake work up; the database decides what is done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smm_agency.settings")

app = Celery("smm_agency")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
