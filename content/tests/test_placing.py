"""Native scheduling: off by default; what is placed is followed until it is on the wall."""

import datetime as dt

import pytest

from clients.models import Notice
from communities.networks.outcomes import Kind, Ok, RefusedForNow
from communities.networks.publishing import PUBLISHERS, Published
from content.models import Publication, PublicationState
from content.placing import follow, place
from content.publishing import publish_due
from content.tests.publishing_stage import FakeNetwork, due
from tests.factories import (
    NOON,
    ContentTermsFactory,
    DirectorFactory,
    StopFactory,
    WallPostFactory,
)

pytestmark = pytest.mark.django_db

S = PublicationState
BEFORE = NOON - dt.timedelta(hours=3)
AFTER = NOON + dt.timedelta(minutes=2)


class QueueingNetwork(FakeNetwork):
    """Like VK: what has a time of its own is put into the queue."""

    def published(self, number: int = 1) -> Published:
        [(_page, draft)] = self.walls[-1:]
        posted_at = draft.publish_at or NOON
        return Published(str(number), f"https://vk.com/wall-1_{number}", posted_at)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> QueueingNetwork:
    fake = QueueingNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", fake)
    return fake


def scheduled(*, native: bool = True) -> Publication:
    row = due(post__author=DirectorFactory.create(email="author@agency.example"))
    ContentTermsFactory.create(client=row.client, uses_native_scheduling=native)
    return row


def test_network_waits_itself_where_the_terms_say_so(network: QueueingNetwork) -> None:
    row, other = scheduled(), scheduled(native=False)
    assert place(at=BEFORE) == 1
    assert place(at=BEFORE) == 0
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.external_id, row.sent_at) == (S.PLACED, "1", None)
    assert network.walls[0][1].publish_at == NOON
    assert other.state == S.DUE
    publish_due(at=AFTER)
    row.refresh_from_db()
    assert (row.state, len(network.walls)) == (S.PLACED, 2)


@pytest.mark.parametrize(("minutes", "placed"), [(16, 1), (14, 0), (24 * 60 + 1, 0)])
def test_only_what_the_network_takes_is_placed(
    network: QueueingNetwork, minutes: int, placed: int
) -> None:
    scheduled()
    assert place(at=NOON - dt.timedelta(minutes=minutes)) == placed


def test_placed_post_is_followed_to_its_new_id(network: QueueingNetwork) -> None:
    row = scheduled()
    place(at=BEFORE)
    assert follow(at=NOON) == 0
    network.looks = [Ok(Published("90", "https://vk.com/wall-1_90", NOON))]
    assert follow(at=AFTER) == 1
    row.refresh_from_db()
    assert (row.state, row.external_id, row.aliases) == (S.SENT, "90", ["1"])
    assert (row.sent_at, row.post.__class__.objects.get(pk=row.post_id).state) == (
        NOON,
        "published",
    )


def test_placed_post_is_known_by_its_old_id_on_the_measured_wall(
    network: QueueingNetwork,
) -> None:
    row = scheduled()
    place(at=BEFORE)
    wall_post = WallPostFactory.create(
        profile=row.community.profile, external_id="90", aliases=["1"], posted_at=NOON
    )
    follow(at=AFTER)
    row.refresh_from_db()
    assert (row.state, row.wall_post, network.asked) == (S.SENT, wall_post, 0)


def test_placed_post_that_does_not_appear_goes_to_a_person(network: QueueingNetwork) -> None:
    row = scheduled()
    place(at=BEFORE)
    network.looks = [Ok(None)] * 9
    for minutes in (2, 10, 20, 31):
        follow(at=NOON + dt.timedelta(minutes=minutes))
    row.refresh_from_db()
    assert (row.state, row.next_try_at, Notice.objects.count()) == (S.UNKNOWN, None, 1)


def test_stop_over_a_placed_post_is_told_since_it_cannot_hold_it(
    network: QueueingNetwork,
) -> None:
    row = scheduled()
    place(at=BEFORE)
    StopFactory.create(client=row.client, began_at=BEFORE)
    for _number in range(2):
        follow(at=BEFORE)
    row.refresh_from_db()
    assert row.warning.startswith(
        "Publications are held, but this post is in the network's own queue"
    )
    assert (row.state, Notice.objects.count()) == (S.PLACED, 1)


@pytest.mark.parametrize("kind", [Kind.QUOTA_EXHAUSTED, Kind.TEMPORARY])
def test_what_the_network_does_not_take_early_keeps_its_time(
    network: QueueingNetwork, kind: Kind
) -> None:
    row = scheduled()
    network.answers = [RefusedForNow(kind, "Not now.")]
    assert place(at=BEFORE) == 0
    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.failure_kind) == (S.DUE, NOON, kind)
    soon = BEFORE + dt.timedelta(hours=1)
    assert (place(at=soon), publish_due(at=soon), network.walls) == (0, 0, [])
    assert publish_due(at=NOON) == 1
    assert network.walls[0][1].publish_at is None
