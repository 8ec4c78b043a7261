from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from communities.schedule import load_schedule


class CommunitiesConfig(AppConfig):
    name = "communities"
    verbose_name = _("Communities")

    def ready(self) -> None:
        # They know models, which do not exist when this module is imported.
        from communities.audit_reference import load_criteria  # noqa: PLC0415
        from communities.checklist_reference import load_checklists  # noqa: PLC0415
        from communities.design_reference import load_requirements  # noqa: PLC0415

        post_migrate.connect(load_requirements, sender=self, dispatch_uid="communities.design")
        post_migrate.connect(load_checklists, sender=self, dispatch_uid="communities.checklists")
        post_migrate.connect(load_criteria, sender=self, dispatch_uid="communities.audit_criteria")
        post_migrate.connect(load_schedule, sender=self, dispatch_uid="communities.schedule")
