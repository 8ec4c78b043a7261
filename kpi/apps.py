from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from kpi.reference import (
    load_alarm_settings,
    load_cadence_rows,
    load_retention,
    load_schedule,
)


class KpiConfig(AppConfig):
    name = "kpi"
    verbose_name = _("KPI")

    def ready(self) -> None:
        # They know models, which do not exist when this module is imported.
        from content.network_events import HEARERS  # noqa: PLC0415
        from kpi.bot_updates import hear_event  # noqa: PLC0415
        from kpi.diagnosis.reference import load_cause_rules  # noqa: PLC0415

        HEARERS["kpi"] = hear_event

        post_migrate.connect(load_schedule, sender=self, dispatch_uid="kpi.reference")
        post_migrate.connect(load_alarm_settings, sender=self, dispatch_uid="kpi.alarm_settings")
        post_migrate.connect(load_cadence_rows, sender=self, dispatch_uid="kpi.cadence")
        post_migrate.connect(load_retention, sender=self, dispatch_uid="kpi.retention")
        post_migrate.connect(load_cause_rules, sender=self, dispatch_uid="kpi.cause_rules")
