"""Approval: a draft is sent, somebody of the agency approves it, the client's word is recorded.

From the moment it is sent a version does not change; who finds something takes it back to draft.
With the client's word it rules from its first day, and supersedes the version that stood before.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from clients.todo import add_task
from strategy.approval_checks import find_problems, order_problems
from strategy.models import (
    ApprovalChannel,
    GoalTask,
    KpiTarget,
    StrategyVersion,
    VersionDocument,
    VersionState,
)
from strategy.versions import lock_client

# What a client sends back: a signed scan, a letter, a screenshot.
DOCUMENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}


@dataclass(frozen=True)
class Document:
    """A file that a person attaches."""

    name: str
    content: bytes


@transaction.atomic
def send_for_approval(
    version: StrategyVersion, *, by: User, on: dt.date, at: dt.datetime | None = None
) -> StrategyVersion:
    """A draft that lacks nothing goes on approval.

    Raises ValidationError with everything that is missing, each with its mend.
    """
    version = _locked(version)
    problems = _may_change(version, by=by, on=on)
    if version.state != VersionState.DRAFT:
        problems.append(_("This version is not a draft: it has been sent already."))
    problems += find_problems(version, by=by, on=on)
    if problems:
        raise ValidationError(problems)
    primary = version.targets.filter(is_primary=True).first()
    if primary and primary.reason and primary.reason_by is None and by.sees_all_clients:
        record_reason(primary, reason=primary.reason, by=by)
    version.state = VersionState.ON_APPROVAL
    version.sent_at, version.sent_by = at or timezone.now(), by
    version.return_note = ""
    version.save()
    return version


@transaction.atomic
def take_back(version: StrategyVersion, *, by: User, on: dt.date, note: str) -> StrategyVersion:
    """Back to draft, with the reason; what was approved so far is approved anew."""
    version = _locked(version)
    problems = [*_may_change(version, by=by, on=on), *_on_approval(version)]
    if not note.strip():
        problems.append(_("Write what is to be mended: it is what the strategist reads."))
    if problems:
        raise ValidationError(problems)
    version.documents.all().delete()
    version.state = VersionState.DRAFT
    version.sent_at = version.sent_by = version.checked_at = version.checked_by = None
    version.return_note = note.strip()
    version.save()
    return version


@transaction.atomic
def approve_inside(
    version: StrategyVersion, *, by: User, on: dt.date, at: dt.datetime | None = None
) -> StrategyVersion:
    """The agency's own approval, before the client is asked for its word."""
    version = _locked(version)
    problems = [*_may_approve(version, by=by, on=on), *_on_approval(version)]
    if version.checked_at:
        problems.append(
            _("%(person)s approved this version inside the agency already.")
            % {"person": version.checked_by}
        )
    if problems:
        raise ValidationError(problems)
    version.checked_at, version.checked_by = at or timezone.now(), by
    version.save()
    return version


@transaction.atomic
def record_client_word(
    version: StrategyVersion,
    *,
    by: User,
    on: dt.date,
    said_by: str,
    said_on: dt.date,
    channel: str,
    document: Document | None = None,
    at: dt.datetime | None = None,
) -> StrategyVersion:
    """The client has agreed: the version is approved, and the one before is superseded.

    Two at once: one wins, the other is told what stands in its way.
    """
    version = _locked(version)
    problems = [
        *_may_change(version, by=by, on=on),
        *_on_approval(version),
        *order_problems(version),
        *_check_word(version, said_by=said_by, said_on=said_on, channel=channel, on=on),
        *(check_document(document) if document else []),
    ]
    if channel == ApprovalChannel.SIGNED and document is None:
        problems.append(_("Attach the signed document."))
    if problems:
        raise ValidationError(problems)
    moment = at or timezone.now()
    if document:
        keep_document(version, VersionDocument.Kind.CLIENT_WORD, document, by=by, at=moment)
    _add_tasks(version)
    before = StrategyVersion.objects.filter(
        client=version.client, state=VersionState.APPROVED
    ).first()
    if before:
        supersede(before, by_version=version)
    version.state = VersionState.APPROVED
    version.client_said_by, version.client_said_on = said_by.strip(), said_on
    version.client_channel = channel
    version.approved_at, version.approved_by = moment, by
    version.save()
    return version


def keep_document(
    version: StrategyVersion, kind: str, document: Document, *, by: User | None, at: dt.datetime
) -> VersionDocument:
    """The version's paper of this kind; a later one takes its place while there is no approval."""
    kept, _is_new = VersionDocument.objects.update_or_create(
        version=version,
        kind=kind,
        defaults={
            "client_id": version.client_id,
            "file_name": document.name,
            "content_type": _type_of(document.name),
            "content": document.content,
            "size": len(document.content),
            "sha256": hashlib.sha256(document.content).hexdigest(),
            "made_at": at,
            "made_by": by,
        },
    )
    return kept


def check_document(document: Document) -> list[str]:
    """A file is what its name says, and not larger than the limit."""
    limit: int = settings.STRATEGY_DOCUMENT_BYTES
    kind = _type_of(document.name)
    if not kind or not document.content.startswith(BEGINNINGS[kind]):
        return [
            _("%(file)s is no PDF, PNG or JPEG: attach the scan, the letter or a screenshot.")
            % {"file": document.name}
        ]
    if len(document.content) > limit:
        return [
            _("%(file)s is larger than %(limit)s: make it smaller.")
            % {"file": document.name, "limit": filesizeformat(limit)}
        ]
    return []


def _type_of(name: str) -> str:
    return DOCUMENT_TYPES.get(name.rpartition(".")[2].lower(), "")


def record_reason(target: KpiTarget, *, reason: str, by: User) -> None:
    """A director's word why another count than calls is primary; raises ValidationError."""
    if not by.sees_all_clients:
        raise ValidationError(_("Only a director records why calls are not primary."))
    target.reason = reason
    target.reason_by = by
    target.save(update_fields=["reason", "reason_by"])


def supersede(before: StrategyVersion, *, by_version: StrategyVersion) -> None:
    """The earlier version ends the day before the new one starts, if it had not ended yet."""
    before.state = VersionState.SUPERSEDED
    before.ends_on = min(before.ends_on, by_version.starts_on - dt.timedelta(days=1))
    before.save(update_fields=["state", "ends_on"])
    if by_version.previous_id is None and not hasattr(before, "next"):
        by_version.previous = before


def _locked(version: StrategyVersion) -> StrategyVersion:
    """One change of a client's strategies at a time."""
    client = lock_client(version.client_id)
    version = StrategyVersion.objects.select_for_update().get(pk=version.pk)
    version.client = client
    return version


def _add_tasks(version: StrategyVersion) -> None:
    """What the goals ask for comes into the one list of tasks, once."""
    waiting = GoalTask.objects.filter(goal__version=version, task=None)
    for row in waiting.select_related("goal"):
        row.task = add_task(
            version.client,
            title=row.title,
            side=row.side,
            block=row.block,
            owner=row.owner,
            due_on=row.due_on,
            origin=version,
            origin_note=row.goal.text[:200],
        )
        row.save(update_fields=["task"])


def _may_change(version: StrategyVersion, *, by: User, on: dt.date) -> list[str]:
    refusal = _("You may not work on strategies; ask a strategist or a director.")
    return _check_right(version, "strategy.change_strategyversion", refusal, by=by, on=on)


def _may_approve(version: StrategyVersion, *, by: User, on: dt.date) -> list[str]:
    refusal = _("You may not approve strategies; ask the account manager or a director.")
    return _check_right(version, "strategy.approve_strategyversion", refusal, by=by, on=on)


def _check_right(
    version: StrategyVersion, right: str, refusal: str, *, by: User, on: dt.date
) -> list[str]:
    if may(by, right, client=version.client_id, on=on):
        return []
    is_seen = Client.objects.visible_to(by, on=on).filter(pk=version.client_id).exists()
    if by.has_perm(right) and not is_seen:
        return [_("You are not in this client's team.")]
    return [refusal]


def _on_approval(version: StrategyVersion) -> list[str]:
    if version.state == VersionState.ON_APPROVAL:
        return []
    if version.state == VersionState.DRAFT:
        return [_("This version is a draft: send it for approval first.")]
    return [_("This version has been approved already.")]


def _check_word(
    version: StrategyVersion, *, said_by: str, said_on: dt.date, channel: str, on: dt.date
) -> list[str]:
    problems = []
    if version.checked_at is None:
        problems.append(_("Nobody of the agency has approved this version yet."))
    if not said_by.strip():
        problems.append(_("Write who said so for the client."))
    if channel not in ApprovalChannel.values:
        problems.append(_("Choose by what channel the client said so."))
    if said_on > on:
        problems.append(_("The client cannot have said so in the future."))
    elif version.sent_at and said_on < version.client.day_of(version.sent_at):
        problems.append(
            _("The client cannot have agreed before the strategy was sent, on %(day)s.")
            % {"day": date_format(version.client.day_of(version.sent_at))}
        )
    return problems
