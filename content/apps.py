from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from content.schedule import load_schedule
from content.suggestion_reference import load_rules


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        post_migrate.connect(load_schedule, sender=self, dispatch_uid="content.schedule")
        post_migrate.connect(load_rules, sender=self, dispatch_uid="content.suggestion_rules")
