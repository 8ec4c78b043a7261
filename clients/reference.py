"""Rows that every installation starts with: groups of rights, services, questions of the brief.

Loaded after every `migrate` (and after a test's flush). A row that exists is left as staff edited
it; only what is missing is made.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

from clients.brief_questions import load_brief_questions
from clients.models import ROLE_GROUPS
from clients.package_catalogue import PACKAGE_SERVICES, PACKAGES
from clients.role_rights import DIRECTOR, DIRECTOR_APPS, OUR_APPS, ROLE_PERMISSIONS
from clients.service_catalogue import service_rows


def load_reference_rows(
    app_config: AppConfig, apps: Apps = global_apps, using: str = "default", **kwargs: Any
) -> None:
    """A `post_migrate` receiver; `apps` may be older than the code when migrating backwards."""
    try:
        service = apps.get_model("clients", "Service")
        group = apps.get_model("auth", "Group")
        permission = apps.get_model("auth", "Permission")
    except LookupError:
        return
    load_services(service)
    load_packages(apps, service)
    load_brief_questions(apps)
    known = set(permission.objects.values_list("pk", flat=True))
    for label in OUR_APPS:
        create_permissions(global_apps.get_app_config(label), verbosity=0, using=using, apps=apps)
    load_groups(group, permission, known)


def load_services(service: Any) -> None:
    known = {field.name for field in service._meta.get_fields()}
    for position, (code, row) in enumerate(service_rows().items(), start=1):
        told = {name: value for name, value in row.items() if name in known}
        service.objects.get_or_create(code=code, defaults={"position": position * 10, **told})


def load_packages(apps: Apps, service: Any) -> None:
    """A package that is new gets its services; of an old one staff decide what it holds."""
    try:
        package, row = (apps.get_model("clients", name) for name in ("Package", "PackageService"))
    except LookupError:
        return
    services = dict(service.objects.values_list("code", "pk"))
    for position, (code, (name_en, name_ru)) in enumerate(PACKAGES.items(), start=1):
        names = {"name_en": name_en, "name_ru": name_ru, "position": position * 10}
        made, is_new = package.objects.get_or_create(code=code, defaults=names)
        if is_new:
            row.objects.bulk_create(
                row(package=made, service_id=services[work], **terms)
                for work, terms in PACKAGE_SERVICES[code].items()
            )


def load_groups(group: Any, permission: Any, known: set[int]) -> None:
    """Rights for new groups, and rights that are new for old ones: `known` stood here before."""
    granted = {ROLE_GROUPS[role]: set(codes) for role, codes in ROLE_PERMISSIONS.items()}
    rights = permission.objects.filter(content_type__app_label__in=DIRECTOR_APPS)
    rights = [
        (row.pk, row.content_type.app_label, row.codename)
        for row in rights.select_related("content_type")
    ]
    for name in (DIRECTOR, *granted):
        row, is_made = group.objects.get_or_create(name=name)
        row.permissions.add(
            *(
                pk
                for pk, app, codename in rights
                if (is_made or pk not in known)
                and (name == DIRECTOR or f"{app}.{codename}" in granted[name])
            )
        )
