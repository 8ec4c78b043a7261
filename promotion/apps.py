from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from promotion.schedule import load_schedule


class PromotionConfig(AppConfig):
    name = "promotion"
    verbose_name = _("Promotion")

    def ready(self) -> None:
        post_migrate.connect(load_schedule, sender=self, dispatch_uid="promotion.schedule")
