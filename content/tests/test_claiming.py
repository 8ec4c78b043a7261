"""Claims, leases and deaths: whatever line a worker dies at, nothing goes out twice or is lost."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from communities.networks.outcomes import Kind, Ok, OutcomeUnknown
from communities.networks.publishing import PUBLISHERS, Published
from content.claiming import (
    LONGEST_WRITE,
    PREPARING,
    Held,
    claim,
    find_due,
    mark_sending,
    set_if_held,
)
from content.models import Publication, PublicationState
from content.publishing import publish_due
from content.reaping import reap
from content.sent_outcomes import FIRST_LOOK, take_outcome
from content.tests.publishing_stage import LATER, FakeNetwork, due
from tests.factories import NOON, StopFactory

S = PublicationState
WRITE_BY = LATER + dt.timedelta(seconds=60)
SENT = Ok(Published("77", "https://vk.com/wall-1_77", LATER))


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    fake = FakeNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", fake)
    return fake


def state_of(publication: Publication) -> str:
    publication.refresh_from_db()
    return publication.state


def after(lease: dt.timedelta, moment: dt.datetime = LATER) -> dt.datetime:
    return moment + lease + dt.timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_claim_each_publication_once() -> None:
    ids = [due().pk for _number in range(12)]
    together = threading.Barrier(2)
    taken: list[list[int]] = []

    def work() -> None:
        try:
            together.wait()
            taken.append([held.pk for held in claim(ids, at=LATER)])
        finally:
            connection.close()

    in_threads(work, work)
    assert sorted(taken[0] + taken[1]) == sorted(ids)


@pytest.mark.django_db(transaction=True)
def test_doubled_wake_sends_once(network: FakeNetwork) -> None:
    publications = [due() for _number in range(6)]

    def work() -> None:
        try:
            publish_due(at=LATER)
        finally:
            connection.close()

    in_threads(work, work)
    assert sorted(draft.guid for _page, draft in network.walls) == sorted(
        each.guid for each in publications
    )
    assert {state_of(each) for each in publications} == {S.SENT}


def in_threads(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db
def test_attempt_is_counted_before_the_work() -> None:
    publication = due()
    [held] = claim([publication.pk], at=LATER)
    publication.refresh_from_db()
    assert (publication.state, publication.attempts) == (S.CLAIMED, 1)
    assert (publication.lease_token, publication.due_since) == (held.token, NOON)


@pytest.mark.django_db
def test_died_after_the_claim_is_due_again(network: FakeNetwork) -> None:
    publication = due()
    claim([publication.pk], at=LATER)
    assert reap(at=LATER + PREPARING) == 0
    assert reap(at=after(PREPARING)) == 1
    assert (state_of(publication), publication.lease_token) == (S.DUE, None)
    publish_due(at=after(PREPARING))
    assert (state_of(publication), publication.attempts) == (S.SENT, 2)


@pytest.mark.django_db
def test_what_kills_its_worker_three_times_goes_to_a_person(network: FakeNetwork) -> None:
    publication = due()
    for number in range(3):
        moment = LATER + dt.timedelta(minutes=5 * number)
        claim([publication.pk], at=moment)
        reap(at=after(PREPARING, moment))
    publish_due(at=LATER + dt.timedelta(minutes=20))
    assert (state_of(publication), network.walls) == (S.FAILED, [])
    assert publication.failure == "The program failed three times before it could send the post."


@pytest.mark.django_db
def test_died_while_sending_is_unknown_and_looked_up(network: FakeNetwork) -> None:
    publication = due()
    held = claim([publication.pk], at=LATER)
    assert list(mark_sending(held, write_by=WRITE_BY, at=LATER)) == [publication.pk]
    assert reap(at=WRITE_BY + LONGEST_WRITE) == 0
    dead = after(LONGEST_WRITE, WRITE_BY)
    assert reap(at=dead) == 1
    assert (state_of(publication), publication.next_try_at) == (S.UNKNOWN, dead + FIRST_LOOK)
    assert list(publication.tries.values_list("outcome", flat=True)) == ["unknown"]
    publish_due(at=dead + dt.timedelta(minutes=9))
    assert (state_of(publication), network.keys) == (S.UNKNOWN, [])


@pytest.mark.django_db
def test_sending_and_its_attempt_are_written_before_the_call() -> None:
    publication = due()
    held = claim([publication.pk], at=LATER)
    mark_sending(held, write_by=WRITE_BY, at=LATER)
    publication.refresh_from_db()
    assert (publication.state, publication.sending_at) == (S.SENDING, LATER)
    attempt = publication.tries.get()
    assert (attempt.began_at, attempt.outcome, attempt.ended_at) == (LATER, "", None)


@pytest.mark.django_db
def test_worker_taken_for_dead_sends_nothing() -> None:
    publication = due()
    [held] = claim([publication.pk], at=LATER)
    assert mark_sending([held], write_by=WRITE_BY, at=after(PREPARING)) == {}
    reap(at=after(PREPARING))
    [other] = claim([publication.pk], at=after(PREPARING))
    assert mark_sending([held], write_by=WRITE_BY, at=after(PREPARING)) == {}
    assert list(mark_sending([other], write_by=WRITE_BY, at=after(PREPARING))) == [publication.pk]


@pytest.mark.django_db
def test_stop_between_claim_and_call_holds_it_back() -> None:
    publication = due()
    held = claim([publication.pk], at=LATER)
    StopFactory.create(client=publication.client)
    assert mark_sending(held, write_by=WRITE_BY, at=LATER) == {}


@pytest.mark.django_db
def test_only_the_holder_changes_the_row() -> None:
    publication = due()
    [held] = claim([publication.pk], at=LATER)
    assert set_if_held(Held(held.pk, uuid.uuid4()), S.CLAIMED, attempts=9) is False
    assert set_if_held(held, S.SENDING, attempts=9) is False
    assert set_if_held(held, S.CLAIMED, attempts=9) is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "state"), [(SENT, S.SENT), (OutcomeUnknown("Lost.", Kind.AMBIGUOUS), S.UNKNOWN)]
)
def test_late_answer_of_one_taken_for_dead(outcome: Any, state: str) -> None:
    """It is out and known: kept. Nothing else changes a row that is another's by now."""
    publication = due()
    [held] = claim([publication.pk], at=LATER)
    attempt = mark_sending([held], write_by=WRITE_BY, at=LATER)[publication.pk]
    reap(at=after(LONGEST_WRITE, WRITE_BY))
    take_outcome(held, attempt, outcome, at=after(LONGEST_WRITE, WRITE_BY))
    assert state_of(publication) == state


@pytest.mark.django_db
def test_late_answer_that_it_is_out_keeps_it_from_going_out_again() -> None:
    publication = due()
    [held] = claim([publication.pk], at=LATER)
    attempt = mark_sending([held], write_by=WRITE_BY, at=LATER)[publication.pk]
    Publication.objects.update(state=S.DUE, next_try_at=LATER, lease_token=None)
    assert take_outcome(held, attempt, SENT, at=LATER) is True
    assert state_of(publication) == S.SENT


@pytest.mark.django_db
def test_find_due_gives_of_each_key_the_head_in_turns() -> None:
    busy = due()
    more = [due(community=busy.community, post__client=busy.client).pk for _number in range(4)]
    other = due(next_try_at=LATER)
    found = [row.pk for row in find_due(at=LATER)]
    assert found == [busy.pk, other.pk, *more]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["planned", "sent", "unknown", "by_hand", "missed", "cancelled"])
def test_claim_takes_only_what_is_due(state: str) -> None:
    publication = due(state=state, sent_at=NOON)
    assert claim([publication.pk], at=LATER) == []


@pytest.mark.django_db
def test_cancelled_post_is_not_claimed() -> None:
    publication = due(post_state="cancelled")
    assert (claim([publication.pk], at=LATER), find_due(at=LATER)) == ([], [])
