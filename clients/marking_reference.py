"""Laws of marking that every installation starts with; directors edit and add them."""

import datetime as dt
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps


class Row(NamedTuple):
    needs_identifier: bool
    needs_advertiser: bool
    word: str
    refused_networks: tuple[str, ...]
    source: str
    identifier_name: str = "erid"


# By country and the first day.
ROWS: dict[tuple[str, dt.date], Row] = {
    ("RU", dt.date(2022, 9, 1)): Row(
        True, True, "Реклама", (), "347-ФЗ от 02.07.2021 (ст. 18.1 Закона «О рекламе»)"
    ),
    ("RU", dt.date(2025, 9, 1)): Row(
        True,
        True,
        "Реклама",
        ("facebook", "instagram"),
        "72-ФЗ от 07.04.2025: реклама на ресурсах нежелательных и экстремистских организаций",
    ),
}


def load_marking_rules(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver: rows by country and day, made once."""
    try:
        model: Any = apps.get_model("clients", "MarkingRule")
    except LookupError:
        return
    for (country, since), row in ROWS.items():
        values = row._asdict() | {"refused_networks": list(row.refused_networks)}
        model.objects.get_or_create(country=country, since=since, defaults=values)
