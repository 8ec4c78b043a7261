from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from strategy.schedule import load_schedule


class StrategyConfig(AppConfig):
    name = "strategy"
    verbose_name = _("Strategy")

    def ready(self) -> None:
        post_migrate.connect(load_schedule, sender=self, dispatch_uid="strategy.schedule")
