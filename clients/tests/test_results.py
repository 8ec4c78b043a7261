"""A result goes one allowed step at a time, and is accepted by a contact of the client."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from clients.models import BlockResult, Engagement, ResultMove, ResultState
from clients.results import NEXT, Acceptance, move_result, results_of
from tests.factories import (
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    PaperFactory,
)

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 19)


@pytest.fixture
def engagement() -> Engagement:
    made: Engagement = EngagementFactory.create(starts_on=dt.date(2026, 1, 1), ends_on=None)
    return made


def move(engagement: Engagement, to: str, *, seen: str, **more: Any) -> ResultMove:
    return move_result(
        engagement, "strategy", to=to, by=DirectorFactory.create(), at=AT, seen=seen, **more
    )


def accepted(engagement: Engagement, **facts: Any) -> BlockResult:
    move(engagement, "in_work", seen="not_begun")
    move(engagement, "handed_over", seen="in_work")
    by = facts.pop("by", None) or ContactFactory.create(client=engagement.client, name="Olga")
    acceptance = Acceptance(facts.pop("on", DAY), by, **facts)
    move(engagement, "accepted", seen="handed_over", acceptance=acceptance)
    return BlockResult.objects.get(engagement=engagement)


def refusal(engagement: Engagement, to: str, *, seen: str, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        move(engagement, to, seen=seen, **more)
    error = refused.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def test_a_block_without_a_row_is_not_begun(engagement: Engagement) -> None:
    assert [(row.block, row.state) for row in results_of(engagement)] == [
        (block, "not_begun") for block in ("creation", "strategy", "management", "promotion")
    ]
    assert not BlockResult.objects.exists()


def test_every_state_has_its_next_ones() -> None:
    assert set(NEXT) == set(ResultState)


def test_an_accepted_result_keeps_day_contact_and_document(engagement: Engagement) -> None:
    paper = PaperFactory.create(client=engagement.client, state="sent")
    row = accepted(engagement, paper=paper)
    engagement.client.contacts.get().delete()
    row.refresh_from_db()
    assert (row.state, row.accepted_on, row.accepted_by_name, row.accepted_by, row.paper) == (
        "accepted", DAY, "Olga", None, paper,
    )  # fmt: skip
    moves = row.moves.order_by("pk")
    assert [(one.old, one.new, one.accepted_by_name) for one in moves] == [
        ("not_begun", "in_work", ""), ("in_work", "handed_over", ""),
        ("handed_over", "accepted", "Olga"),
    ]  # fmt: skip


def test_reopening_asks_why_and_leaves_the_acceptance_in_the_history(
    engagement: Engagement,
) -> None:
    row = accepted(engagement)
    assert list(refusal(engagement, "in_work", seen="accepted")) == ["note"]
    move(engagement, "in_work", seen="accepted", note="A new audience")
    row.refresh_from_db()
    assert (row.state, row.accepted_on, row.accepted_by_name) == ("in_work", None, "")
    assert row.moves.filter(new="accepted", accepted_on=DAY).exists()


@pytest.mark.parametrize("to", ["accepted", "handed_over", "returned", "not_begun", "rubbish"])
def test_a_step_that_is_not_allowed_is_refused(engagement: Engagement, to: str) -> None:
    [said] = refusal(engagement, to, seen="not_begun")["to"]
    assert said.endswith("Allowed: in work.")
    assert not ResultMove.objects.exists()


def test_a_step_upon_a_state_that_changed_is_refused(engagement: Engagement) -> None:
    move(engagement, "in_work", seen="not_begun")
    [said] = refusal(engagement, "in_work", seen="not_begun")[""]
    assert said == "The result was moved meanwhile (it is “in work” now): look at it again."


def test_a_return_says_why(engagement: Engagement) -> None:
    move(engagement, "in_work", seen="not_begun")
    move(engagement, "handed_over", seen="in_work")
    assert list(refusal(engagement, "returned", seen="handed_over")) == ["note"]


@pytest.mark.parametrize(
    ("on", "field"), [(dt.date(2026, 3, 21), "accepted_on"), (dt.date(2025, 12, 31), "accepted_on")]
)
def test_a_day_that_cannot_be_is_refused(engagement: Engagement, on: dt.date, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        accepted(engagement, on=on)
    assert list(refused.value.message_dict) == [field]


def test_nobody_accepts_for_another_client(engagement: Engagement) -> None:
    with pytest.raises(ValidationError) as refused:
        accepted(engagement, by=ContactFactory.create())
    assert list(refused.value.message_dict) == ["accepted_by"]
    with pytest.raises(ValidationError) as refused:
        move(
            engagement, "accepted", seen="handed_over",
            acceptance=Acceptance(
                DAY, ContactFactory.create(client=engagement.client), PaperFactory.create()
            ),
        )  # fmt: skip
    assert list(refused.value.message_dict) == ["paper"]


def test_nothing_is_accepted_without_who_and_when(engagement: Engagement) -> None:
    move(engagement, "in_work", seen="not_begun")
    move(engagement, "handed_over", seen="in_work")
    assert list(refusal(engagement, "accepted", seen="handed_over")) == ["accepted_by"]


@pytest.mark.parametrize("state", ["draft", "void"])
def test_no_draft_and_nothing_annulled_is_a_document(engagement: Engagement, state: str) -> None:
    paper = PaperFactory.create(client=engagement.client, state=state)
    with pytest.raises(ValidationError) as refused:
        accepted(engagement, paper=paper)
    assert list(refused.value.message_dict) == ["paper"]


def test_the_document_of_an_acceptance_stays(engagement: Engagement) -> None:
    paper = PaperFactory.create(client=engagement.client, state="sent")
    accepted(engagement, paper=paper)
    with pytest.raises(ProtectedError):
        paper.delete()
