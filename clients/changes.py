"""Writing and forgetting the history of changes beside what the library does by itself."""

import datetime as dt
from typing import Any

from auditlog.diff import model_instance_diff
from auditlog.registry import auditlog
from django.conf import settings
from django.db import models, transaction

from clients.models import ChangeEntry

BATCH = 5_000


@transaction.atomic
def update_noted(rows: models.QuerySet[Any, Any], **values: Any) -> int:
    """`rows.update(**values)` with an entry for each row, which a bare update would not leave.

    The rows are locked by the same condition first, so that a step which asks "still open?" holds
    for one of two people as before. Returns how many rows were changed.
    """
    model = rows.model
    if not auditlog.contains(model):
        return int(rows.update(**values))
    old = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    if not old:
        return 0
    kept: set[str] = set(auditlog.get_model_fields(model)["include_fields"])
    done = model._default_manager.filter(pk__in=[row.pk for row in old]).update(**values)
    for row in model._default_manager.filter(pk__in=[row.pk for row in old]).order_by("pk"):
        before = next(each for each in old if each.pk == row.pk)
        note(before, row, fields=kept & values.keys())
    return int(done)


def note(before: models.Model, after: models.Model, *, fields: set[str]) -> None:
    """An entry of what differs between two readings of one row, by the library's own rules."""
    if fields and (changes := model_instance_diff(before, after, fields)):
        action = ChangeEntry.Action.UPDATE
        ChangeEntry.objects.log_create(after, action=action, changes=changes)


def forget_old_changes(*, at: dt.datetime) -> int:
    """What is older than the retention goes, a batch at a time; how many went."""
    before = at - dt.timedelta(days=settings.CHANGE_HISTORY_DAYS)
    old = ChangeEntry.objects.filter(timestamp__lt=before).order_by("timestamp")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += ChangeEntry.objects.filter(pk__in=ids)._raw_delete("default")
    return gone
