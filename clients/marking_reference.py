"""Laws of marking that every installation starts with; directors edit and add them."""

import datetime as dt
from decimal import Decimal
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
    registered_above: int | None = None
    levy_percent: Decimal | None = None
    acts_due_day: int | None = None


LAW = "347-ФЗ от 02.07.2021 (ст. 18.1 Закона «О рекламе»)"
REGISTER = (
    "303-ФЗ от 08.08.2024: страницы с аудиторией больше 10 000 — в перечне Роскомнадзора"
    " с 01.11.2024; с 01.01.2025 без этого реклама на них запрещена"
)
LEVY = "479-ФЗ от 26.12.2024 (ст. 18.2 Закона «О рекламе»): отчисления 3 % с 01.04.2025"
BANNED = "72-ФЗ от 07.04.2025: реклама на ресурсах нежелательных и экстремистских организаций"
WORD = "Реклама"

# By country and the first day.
ROWS: dict[tuple[str, dt.date], Row] = {
    ("RU", dt.date(2022, 9, 1)): Row(True, True, WORD, (), LAW, acts_due_day=30),
    ("RU", dt.date(2025, 1, 1)): Row(
        True, True, WORD, (), REGISTER, registered_above=10_000, acts_due_day=30
    ),
    ("RU", dt.date(2025, 4, 1)): Row(
        True, True, WORD, (), f"{REGISTER}; {LEVY}", "erid", 10_000, Decimal(3), 30
    ),
    ("RU", dt.date(2025, 9, 1)): Row(
        True,
        True,
        WORD,
        ("facebook", "instagram"),
        f"{BANNED}; {REGISTER}; {LEVY}",
        "erid",
        10_000,
        Decimal(3),
        30,
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
