from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from content.schedule import load_schedule
from content.suggestion_reference import load_rules


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        # They know models, which do not exist when this module is imported.
        from content.reply_reference import load_spike_rules, load_targets  # noqa: PLC0415

        post_migrate.connect(load_targets, sender=self, dispatch_uid="content.reply_targets")
        post_migrate.connect(load_spike_rules, sender=self, dispatch_uid="content.spike_rules")
        post_migrate.connect(load_schedule, sender=self, dispatch_uid="content.schedule")
        post_migrate.connect(load_rules, sender=self, dispatch_uid="content.suggestion_rules")
