"""What people write into an audit in work: several at once, none over another's words."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from clients.rights import may
from communities.files import store_file
from communities.models import Audit, AuditScore
from smm_agency.lib.uploads import CheckedFile

# What a person writes of a criterion.
WRITTEN = (
    "score", "is_not_applicable", "reason", "evidence", "evidence_url", "finding",
    "recommendation", "owner_id", "due_on", "priority",
)  # fmt: skip


class Change(NamedTuple):
    """New values of a criterion (names of `WRITTEN`), and its state when the person saw it."""

    seen: str
    values: Mapping[str, Any]
    file: CheckedFile | None = None


class Saved(NamedTuple):
    """`overtaken` were changed by somebody else meanwhile: they stay as that person wrote them."""

    saved: int
    overtaken: list[AuditScore]


def state_of(row: AuditScore) -> str:
    """Another one as soon as anything that people write is changed."""
    values = [getattr(row, name) for name in (*WRITTEN, "evidence_file_id")]
    text = json.dumps(values, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def write_scores(audit: Audit, changes: Mapping[int, Change], *, by: User) -> Saved:
    """Save what was changed, by the score's id. Raises ValidationError when the audit is closed."""
    audit = Audit.objects.select_for_update().select_related("client").get(pk=audit.pk)
    if not may(by, "communities.change_auditscore", client=audit.client_id):
        raise ValidationError(_("You may not change audits of this client."))
    if not audit.is_open:
        raise ValidationError(_("This audit has been finished already: it does not change."))
    rows = {row.pk: row for row in audit.scores.filter(pk__in=changes)}
    saved, overtaken = 0, []
    for pk, change in changes.items():
        row = rows[pk]
        if not _differs(row, change):
            continue
        if state_of(row) != change.seen:
            overtaken.append(row)
            continue
        _write(row, change, by=by)
        saved += 1
    return Saved(saved, overtaken)


def _differs(row: AuditScore, change: Change) -> bool:
    values = change.values.items()
    return change.file is not None or any(getattr(row, name) != value for name, value in values)


def _write(row: AuditScore, change: Change, *, by: User) -> None:
    for name, value in change.values.items():
        setattr(row, name, value)
    if change.file is not None:
        row.evidence_file = store_file(row.audit.client, change.file, by=by)
    row.save(update_fields=[*change.values, "evidence_file"])


class Measured(NamedTuple):
    """What the program found of a criterion, or why it could find nothing.

    No score follows from most of it.
    """

    text: str
    proposed: int | None = None
    lacking: str = ""


@transaction.atomic
def keep_measured(audit: Audit, found: Mapping[str, Measured]) -> int:
    """Write what was measured beside the criteria, by what they are filled from; how many.

    A score is only proposed: what people wrote stays as it is. Raises ValidationError.
    """
    audit = Audit.objects.select_for_update().get(pk=audit.pk)
    if not audit.is_open:
        raise ValidationError(_("This audit has been finished already: it does not change."))
    rows: Sequence[AuditScore] = list(audit.scores.filter(prefill__in=found))
    for row in rows:
        row.measured, row.proposed, row.lacking = found[row.prefill]
    AuditScore.objects.bulk_update(rows, ["measured", "proposed", "lacking"])
    return len(rows)
