"""A finished audit does not change, whatever asks for it: the database says no."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from clients.erasure import erase_client
from communities.models import Audit, AuditReport, AuditScore
from tests.factories import (
    AuditFactory,
    AuditReportFactory,
    AuditScoreFactory,
    TaskFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit() -> Audit:
    audit = AuditFactory.create()
    AuditScoreFactory.create(audit=audit, score=1)
    finish_in_place(audit)
    AuditReportFactory.create(audit=audit)
    return audit


CHANGES: dict[str, Callable[[Audit], object]] = {
    "verdict": lambda audit: Audit.objects.update(verdict="Better"),
    "state": lambda audit: Audit.objects.update(state="draft", finished_at=None),
    "audit gone": lambda audit: Audit.objects.filter(pk=audit.pk)._raw_delete("default"),
    "score": lambda audit: AuditScore.objects.update(score=2),
    "finding": lambda audit: AuditScore.objects.update(finding="Other"),
    "score gone": lambda audit: AuditScore.objects.all().delete(),
    "new score": lambda audit: AuditScoreFactory.create(audit=audit),
    "report": lambda audit: AuditReport.objects.update(content=b"Other"),
    "report gone": lambda audit: AuditReport.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_finished_audit_does_not_change(audit: Audit, change: str) -> None:
    with pytest.raises(IntegrityError, match="finished audit"), transaction.atomic():
        CHANGES[change](audit)


def test_finished_audit_may_be_shown_and_its_findings_become_tasks(audit: Audit) -> None:
    Audit.objects.update(is_shown=True)
    task = TaskFactory.create(client=audit.client)
    AuditScore.objects.update(task=task)
    task.delete()
    assert AuditScore.objects.get().task is None


def test_audit_in_work_changes() -> None:
    row = AuditScoreFactory.create()
    AuditScore.objects.update(score=2)
    Audit.objects.update(verdict="Better")
    row.audit.delete()
    assert Audit.objects.count() == 0


def test_finished_audit_goes_with_its_client(audit: Audit) -> None:
    gone = erase_client(audit.client)
    assert (gone["communities.Audit"], gone["communities.AuditScore"]) == (1, 1)
    assert gone["communities.AuditReport"] == 1
