"""The agency's workbench: settings, doors of the whole program, pages made of several apps."""

from smm_agency.celery import app as celery_app

__all__ = ["celery_app"]
