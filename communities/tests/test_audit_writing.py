"""Several people write into one audit, and nobody's words are lost."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clients.models import User
from communities.audit_writing import (
    WRITTEN,
    Change,
    Measured,
    keep_measured,
    state_of,
    write_scores,
)
from communities.models import AuditScore, ClientFile
from smm_agency.lib.uploads import CheckedFile
from tests.factories import (
    AuditFactory,
    AuditScoreFactory,
    DirectorFactory,
    UserFactory,
    finish_in_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> User:
    return DirectorFactory.create()


def change(row: AuditScore, **new: Any) -> Change:
    return Change(state_of(row), {name: getattr(row, name) for name in WRITTEN} | new)


def test_what_was_changed_is_written(director: User) -> None:
    row = AuditScoreFactory.create()
    other = AuditScoreFactory.create(audit=row.audit)
    changes = {row.pk: change(row, score=1, finding="Old"), other.pk: change(other)}
    assert write_scores(row.audit, changes, by=director) == (1, [])
    row.refresh_from_db()
    assert (row.score, row.finding) == (1, "Old")


def test_second_of_two_people_does_not_write_over_the_first(director: User) -> None:
    row = AuditScoreFactory.create()
    mine, theirs = change(row, score=2), change(row, score=0)
    assert write_scores(row.audit, {row.pk: mine}, by=director) == (1, [])
    assert write_scores(row.audit, {row.pk: theirs}, by=director) == (0, [row])
    row.refresh_from_db()
    assert row.score == 2


def test_two_people_on_different_criteria_are_both_written(director: User) -> None:
    first = AuditScoreFactory.create()
    second = AuditScoreFactory.create(audit=first.audit)
    mine = {first.pk: change(first, score=2), second.pk: change(second)}
    theirs = {first.pk: change(first), second.pk: change(second, score=0)}
    write_scores(first.audit, mine, by=director)
    saved = write_scores(first.audit, {second.pk: theirs[second.pk]}, by=director)
    assert saved == (1, [])
    assert list(first.audit.scores.values_list("score", flat=True)) == [2, 0]


def test_same_words_of_two_people_are_no_quarrel(director: User) -> None:
    row = AuditScoreFactory.create()
    same = {row.pk: change(row, score=2)}
    write_scores(row.audit, same, by=director)
    assert write_scores(row.audit, same, by=director) == (0, [])


def test_file_is_kept_as_evidence(director: User) -> None:
    row = AuditScoreFactory.create()
    file = CheckedFile("a.png", "image/png", b"picture", "0" * 64, 1, 1)
    saved = write_scores(row.audit, {row.pk: change(row)._replace(file=file)}, by=director)
    row.refresh_from_db()
    stored = ClientFile.objects.get()
    assert (saved.saved, row.evidence_file, stored.client, stored.is_shown) == (
        1, stored, row.audit.client, False,
    )  # fmt: skip


def test_finished_audit_is_not_written(director: User) -> None:
    row = AuditScoreFactory.create()
    finish_in_place(row.audit)
    with pytest.raises(ValidationError, match="finished already"):
        write_scores(row.audit, {row.pk: change(row, score=1)}, by=director)


def test_stranger_writes_nothing() -> None:
    row = AuditScoreFactory.create()
    with pytest.raises(ValidationError, match="You may not change audits"):
        write_scores(row.audit, {row.pk: change(row, score=1)}, by=UserFactory.create())


def test_measured_is_kept_beside_and_no_score_is_set() -> None:
    row = AuditScoreFactory.create(prefill="phone", evidence="By hand")
    other = AuditScoreFactory.create(audit=row.audit, prefill="site")
    assert keep_measured(row.audit, {"phone": Measured("No phone", 0)}) == 1
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.measured, row.proposed, row.score, row.evidence) == (
        "No phone", 0, None, "By hand",
    )  # fmt: skip
    assert other.measured == ""


def test_measuring_does_not_overtake_who_is_writing(director: User) -> None:
    row = AuditScoreFactory.create(prefill="phone")
    mine = change(row, score=2)
    keep_measured(row.audit, {"phone": Measured("No phone", 0)})
    assert write_scores(row.audit, {row.pk: mine}, by=director) == (1, [])


def test_finished_audit_is_not_measured() -> None:
    audit = finish_in_place(AuditFactory.create())
    with pytest.raises(ValidationError, match="finished already"):
        keep_measured(audit, {})
