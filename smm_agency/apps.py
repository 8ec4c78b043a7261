from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AgencyConfig(AppConfig):
    name = "smm_agency"

    def ready(self) -> None:
        from clients.reference import load_reference_rows  # noqa: PLC0415
        from smm_agency import database_check  # noqa: F401, PLC0415
        from smm_agency.audit_log import follow_changes  # noqa: PLC0415
        from smm_agency.hand_over_parts import register_parts  # noqa: PLC0415
        from smm_agency.names import name_foreign_keys  # noqa: PLC0415
        from smm_agency.schedule import load_schedule  # noqa: PLC0415

        # Before the admin makes its pages: this app stands first.
        name_foreign_keys()
        register_parts()
        follow_changes()

        # Connected before Django's own receiver, which makes the permissions: so the loader can
        # tell those that are new from those that staff may have taken from a group.
        post_migrate.connect(
            load_reference_rows,
            sender=apps.get_app_config("clients"),
            dispatch_uid="clients.reference",
        )
        post_migrate.connect(
            load_schedule,
            sender=apps.get_app_config("kpi"),
            dispatch_uid="smm_agency.schedule",
        )
