"""The assessment of promotion: made with its figures, written, finished once, then shown."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import Client, User
from kpi.models import PromotionAssessment
from kpi.promotion_figures import figures_of
from kpi.promotion_formulas import Answer
from kpi.promotion_reasons import answers_of

# What a person has read before finishing it.
READ = ("figures", "verdict", "repeated", "stopped", "changes")


def make_assessment(
    client: Client, first: dt.date, last: dt.date, *, by: User, at: dt.datetime, seen: str
) -> PromotionAssessment:
    """A draft with these figures; `seen` is the digest of those that the person looked at.

    What the figures say of repeating and stopping stands in it already, in the client's language.
    """
    figures = figures_of(client, first, last)
    if digest_of(figures) != seen:
        raise ValidationError(_("The figures have changed since: look at them again."))
    with translation.override(client.language):
        repeated = answers_of(figures, Answer.REPEAT)
        stopped = answers_of(figures, Answer.STOP, Answer.SILENT)
    return PromotionAssessment.objects.create(
        client=client, starts_on=first, ends_on=last, figures=figures, counted_at=at, made_by=by,
        repeated=listed(repeated), stopped=listed(stopped),
    )  # fmt: skip


def listed(lines: list[str]) -> str:
    return "\n".join(lines)[:4_000]


@transaction.atomic
def count_again(
    assessment: PromotionAssessment, *, at: dt.datetime, seen: str
) -> PromotionAssessment:
    """A draft's figures as they are now; the texts stay."""
    kept = locked(assessment, seen=seen)
    kept.figures = figures_of(kept.client, kept.starts_on, kept.ends_on)
    kept.counted_at = at
    kept.save(update_fields=["figures", "counted_at"])
    return kept


@transaction.atomic
def finish_assessment(
    assessment: PromotionAssessment, *, by: User, at: dt.datetime, seen: str
) -> PromotionAssessment:
    """Frozen from here on. `seen`: the digest of what the person read."""
    kept = locked(assessment, seen=seen)
    if not kept.verdict.strip():
        raise ValidationError(_("Write the verdict before it is finished."))
    if kept.ends_on >= kept.client.day_of(at):
        raise ValidationError(_("Its days are not over yet: finish it after the last of them."))
    kept.finished_at, kept.finished_by = at, by
    kept.save(update_fields=["finished_at", "finished_by"])
    return kept


def show_assessment(assessment: PromotionAssessment, *, shown: bool) -> None:
    """To the client, or no longer; a draft is never shown."""
    done = update_noted(
        PromotionAssessment.objects.finished().filter(pk=assessment.pk), is_shown=shown
    )
    if not done:
        raise ValidationError(_("Finish it before it is shown to the client."))


def locked(assessment: PromotionAssessment, *, seen: str) -> PromotionAssessment:
    """Inside a transaction, and as the person saw it."""
    row = (
        PromotionAssessment.objects.select_for_update(of=("self",))
        .select_related("client")
        .get(pk=assessment.pk)
    )
    if row.finished_at:
        raise ValidationError(_("It is finished already and does not change."))
    if digest_of(read_of(row)) != seen:
        raise ValidationError(_("Somebody has changed it since: read it again."))
    return row


def read_of(assessment: PromotionAssessment) -> list[Any]:
    return [getattr(assessment, name) for name in READ]


def digest_of(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def newest_finished(client: Client) -> PromotionAssessment | None:
    """The result of the promotion block, as far as there is one."""
    return PromotionAssessment.objects.finished().filter(client=client).first()
