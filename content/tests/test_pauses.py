"""A pause holds what is due, in the middle of a run too; nothing bursts out after it."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clients.models import Client, ClientStatus, StatusChange
from communities.networks.publishing import PUBLISHERS
from content.claiming import claim, find_due, mark_sending
from content.missed import publish_now
from content.models import ApprovalLink, Post, PostState, Publication, PublicationState
from content.pauses import (
    cancel_scheduled,
    open_links,
    propose_times,
    resume,
    revoke_links,
    scheduled,
    standing_of,
    waiting,
)
from content.publishing import publish_due
from content.tests.publishing_stage import LATER, FakeNetwork, due
from tests.factories import (
    NOON,
    ApprovalLinkFactory,
    DirectorFactory,
    PostFactory,
    PublicationFactory,
    UploadLinkFactory,
)

S = PublicationState
HOUR = dt.timedelta(hours=1)
WRITE_BY = LATER + dt.timedelta(seconds=60)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    fake = FakeNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", fake)
    return fake


def set_status(client: Client, to: str, *, at: dt.datetime) -> None:
    by = DirectorFactory.create()
    StatusChange.objects.create(
        client=client, old=client.status, new=to, changed_by=by, changed_at=at
    )
    Client.objects.filter(pk=client.pk).update(status=to)
    client.status = to


def state_of(row: Publication) -> str:
    row.refresh_from_db()
    return row.state


@pytest.mark.django_db
@pytest.mark.parametrize("status", [ClientStatus.PAUSED, ClientStatus.ENDED])
def test_nothing_goes_out_while_nobody_works_for_the_client(
    network: FakeNetwork, status: str
) -> None:
    row = due()
    set_status(row.client, status, at=NOON - HOUR)
    assert publish_due(at=LATER) == 0
    row.refresh_from_db()
    assert (row.state, row.failure_kind) == (S.MISSED, "paused")


@pytest.mark.django_db
def test_what_fell_due_in_a_pause_does_not_burst_out_after_it(network: FakeNetwork) -> None:
    """Even where no worker looked at it in the pause, and nobody put it up for decision."""
    row = due()
    set_status(row.client, ClientStatus.PAUSED, at=NOON - HOUR)
    set_status(row.client, ClientStatus.ACTIVE, at=LATER)
    assert claim([row.pk], at=LATER) == []
    assert publish_due(at=LATER) == 0
    assert state_of(row) == S.MISSED


@pytest.mark.django_db
def test_what_is_scheduled_after_the_pause_goes_out(network: FakeNetwork) -> None:
    row = due()
    set_status(row.client, ClientStatus.PAUSED, at=NOON - 2 * HOUR)
    set_status(row.client, ClientStatus.ACTIVE, at=NOON - HOUR)
    assert publish_due(at=LATER) == 1


@pytest.mark.django_db(transaction=True)
def test_a_pause_in_the_middle_of_a_run_holds_what_was_claimed() -> None:
    """The pause comes on another connection, between the claim and the call."""
    row = due()
    held = claim([row.pk], at=LATER)
    assert len(held) == 1

    def pause() -> None:
        set_status(Client.objects.get(pk=row.client_id), ClientStatus.PAUSED, at=LATER)
        connection.close()

    thread = threading.Thread(target=pause)
    thread.start()
    thread.join()
    assert mark_sending(held, write_by=WRITE_BY, at=LATER) == {}
    assert state_of(row) == S.CLAIMED


@pytest.mark.django_db
def test_resuming_asks_about_what_was_missed_and_moves_consent() -> None:
    row = due()
    later = PublicationFactory.create(
        post__client=row.client, community=row.community, state=S.DUE,
        planned_at=LATER + 5 * HOUR, next_try_at=LATER + 5 * HOUR,
    )  # fmt: skip
    post = PostFactory.create(
        client=row.client, state=PostState.CLIENT_REVIEW, consent_at=LATER,
        state_since=LATER - 9 * HOUR,
    )  # fmt: skip
    set_status(row.client, ClientStatus.PAUSED, at=LATER - 2 * HOUR)
    set_status(row.client, ClientStatus.ACTIVE, at=LATER)
    assert resume(row.client, at=LATER) == 1
    assert (state_of(row), state_of(later)) == (S.MISSED, S.DUE)
    assert list(waiting(row.client)) == [row]
    assert Post.objects.get(pk=post.pk).consent_at == LATER + 2 * HOUR


@pytest.mark.django_db
def test_proposed_times_keep_the_hours_and_the_gaps() -> None:
    first = due()
    assert first.planned_at is not None
    zone = first.client.zone
    second = PublicationFactory.build(
        pk=first.pk + 1, planned_at=first.planned_at + dt.timedelta(days=3)
    )
    on = dt.date(2026, 6, 1)
    found = propose_times([first, second], client=first.client, on=on)
    assert found[first.pk].date() == dt.date(2026, 6, 2)
    assert found[first.pk].time() == first.planned_at.astimezone(zone).time()
    assert found[second.pk].date() == dt.date(2026, 6, 5)


@pytest.mark.django_db
def test_nothing_is_published_by_hand_of_a_decision_in_a_pause() -> None:
    row = due(state=S.MISSED)
    set_status(row.client, ClientStatus.PAUSED, at=NOON)
    with pytest.raises(ValidationError, match="resume the work first"):
        publish_now(row, by=DirectorFactory.create(), at=LATER)


@pytest.mark.django_db
def test_all_that_is_scheduled_is_cancelled_as_it_was_seen() -> None:
    row, by = due(), DirectorFactory.create()
    missed = PublicationFactory.create(post__client=row.client, state=S.MISSED, planned_at=NOON)
    assert standing_of(row.client).scheduled == 1
    with pytest.raises(ValidationError, match="changed meanwhile"):
        cancel_scheduled(row.client, seen=frozenset({row.pk}), by=by, at=LATER, reason="End")
    seen = frozenset({row.pk, missed.pk})
    assert cancel_scheduled(row.client, seen=seen, by=by, at=LATER, reason="End") == 2
    assert (state_of(row), state_of(missed)) == (S.CANCELLED, S.CANCELLED)
    assert list(scheduled(row.client)) == []


@pytest.mark.django_db
def test_links_of_a_client_are_revoked_together() -> None:
    link = ApprovalLinkFactory.create(expires_at=LATER + HOUR)
    UploadLinkFactory.create(request__client=link.client, expires_at=LATER + HOUR)
    assert open_links(link.client, at=LATER) == (1, 1)
    assert revoke_links(link.client, by=DirectorFactory.create(), at=LATER) == 2
    assert open_links(link.client, at=LATER) == (0, 0)
    assert ApprovalLink.objects.get().revoked_at == LATER


@pytest.mark.django_db
def test_what_is_due_in_a_pause_is_seen_as_stopped() -> None:
    row = due()
    set_status(row.client, ClientStatus.PAUSED, at=NOON - HOUR)
    assert [each.is_stopped for each in find_due(at=LATER)] == [True]  # type: ignore[attr-defined]
