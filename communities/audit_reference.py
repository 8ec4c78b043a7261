"""Rows that every installation starts with: the criteria of audits.

Loaded after every `migrate`. A criterion that is there stays as directors edited it; one that they
do not want is switched off, not deleted.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps

from communities.audit_criteria import CRITERIA

SECTION_STEP, CRITERION_STEP = 1000, 10


def load_criteria(app_config: AppConfig, apps: Apps = global_apps, **kwargs: Any) -> None:
    """A `post_migrate` receiver; `apps` may be older than the code when migrating backwards."""
    try:
        criterion: Any = apps.get_model("communities", "AuditCriterion")
    except LookupError:
        return
    known = set(criterion.objects.values_list("network", "code"))
    criterion.objects.bulk_create(
        criterion(**row) for row in criterion_rows() if (row["network"], row["code"]) not in known
    )


def criterion_rows() -> Iterator[dict[str, Any]]:
    for number, (section, criteria) in enumerate(CRITERIA.items(), start=1):
        for place, each in enumerate(criteria, start=1):
            fields = each._asdict()
            for network in fields.pop("networks"):
                position = number * SECTION_STEP + place * CRITERION_STEP
                yield {"network": network, "section": section, "position": position, **fields}
