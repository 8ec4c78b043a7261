"""Stops."""

from django.contrib import admin

from clients.admin.scoped import ScopedAdmin
from content.models import Stop, Incident


@admin.register(Stop)
class StopAdmin(ScopedAdmin):
    pass


@admin.register(Incident)
class IncidentAdmin(ScopedAdmin):
    pass
