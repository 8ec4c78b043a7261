from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from clients.look_reference import load_agency_look
from clients.marking_reference import load_marking_rules
from clients.schedule import load_schedule
from clients.task_template_rows import load_task_templates


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = _("Clients")

    def ready(self) -> None:
        post_migrate.connect(load_marking_rules, sender=self, dispatch_uid="clients.marking")
        post_migrate.connect(load_agency_look, sender=self, dispatch_uid="clients.look")
        post_migrate.connect(load_schedule, sender=self, dispatch_uid="clients.schedule")
        post_migrate.connect(load_task_templates, sender=self, dispatch_uid="clients.templates")
