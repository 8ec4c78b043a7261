"""What nobody knows is looked up; a person gets what no look can tell."""

import datetime as dt

import pytest

from clients.models import Notice
from communities.networks.keys import Capability
from communities.networks.outcomes import Kind, Ok, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.publishing import PUBLISHERS
from content.models import PostState, Publication, PublicationState
from content.publishing import publish_due
from content.reconciling import PAUSE, look_up
from content.sent_outcomes import FIRST_LOOK
from content.tests.publishing_stage import LATER, FakeNetwork, due
from tests.factories import AccessKeyFactory, DirectorFactory, WallPostFactory

pytestmark = pytest.mark.django_db

S = PublicationState
FIRST = LATER + FIRST_LOOK + dt.timedelta(seconds=1)
SECOND = FIRST + PAUSE + dt.timedelta(seconds=1)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    fake = FakeNetwork()
    monkeypatch.setitem(PUBLISHERS, "vk", fake)
    return fake


def lost(network: FakeNetwork) -> Publication:
    """Sent, and the answer is lost."""
    publication = due(post__author=DirectorFactory.create(language="en", email="a@agency.example"))
    network.answers = [OutcomeUnknown("The answer was lost.")]
    publish_due(at=LATER)
    return publication


def again(publication: Publication) -> Publication:
    return Publication.objects.select_related("post").get(pk=publication.pk)


def test_found_post_is_published_and_not_sent_again(network: FakeNetwork) -> None:
    publication = lost(network)
    network.looks = [Ok(network.published(7))]
    assert look_up(at=LATER) == 0
    assert look_up(at=FIRST) == 1
    publish_due(at=SECOND)
    row = again(publication)
    assert (row.state, row.external_id, len(network.keys)) == (S.SENT, "7", 1)
    assert list(row.tries.order_by("pk").values_list("outcome", flat=True)) == ["unknown", "found"]
    assert (row.post.state, row.failure, Notice.objects.count()) == (PostState.PUBLISHED, "", 0)


def test_absent_twice_with_a_pause_is_sent_again_once(network: FakeNetwork) -> None:
    publication = lost(network)
    network.looks = [Ok(None), Ok(None)]
    look_up(at=FIRST)
    assert again(publication).state == S.UNKNOWN
    look_up(at=FIRST + PAUSE / 2)
    assert network.asked == 1
    look_up(at=SECOND)
    assert (again(publication).state, again(publication).resends) == (S.DUE, 1)
    network.answers = [OutcomeUnknown("Lost again.")]
    publish_due(at=SECOND)
    network.looks = [Ok(None), Ok(None)]
    for minutes in range(1, 12):
        look_up(at=SECOND + dt.timedelta(minutes=minutes))
        publish_due(at=SECOND + dt.timedelta(minutes=minutes))
    row = again(publication)
    assert (row.state, row.next_try_at, len(network.keys)) == (S.UNKNOWN, None, 2)
    assert row.failure == "Lost again. It is not on the wall, and it was sent twice."
    assert row.post.state == PostState.NEEDS_CHECKING
    assert Notice.objects.count() == 1


def test_network_that_shows_nothing_asks_a_person_at_once(network: FakeNetwork) -> None:
    publication = lost(network)
    network.can_look_up = False
    for _number in range(3):
        look_up(at=FIRST)
    row = again(publication)
    assert (row.state, row.next_try_at, network.asked) == (S.UNKNOWN, None, 0)
    notice = Notice.objects.get()
    assert notice.person.email == "a@agency.example"
    assert "paste its address on the publication's page" in notice.text


def test_network_that_does_not_answer_is_asked_for_two_hours(network: FakeNetwork) -> None:
    publication = lost(network)
    network.looks = [RefusedForNow(Kind.TEMPORARY, "Not reached.")] * 99
    for minutes in range(0, 119, 4):
        look_up(at=FIRST + dt.timedelta(minutes=minutes))
    assert again(publication).next_try_at is not None
    look_up(at=FIRST + dt.timedelta(minutes=125))
    assert (again(publication).next_try_at, Notice.objects.count()) == (None, 1)


def test_other_key_reads_the_wall_where_the_first_may_not(network: FakeNetwork) -> None:
    publication = lost(network)
    AccessKeyFactory.create(client=None, capabilities=[Capability.READ_POSTS])
    network.looks = [Refused(Kind.WRONG_TOKEN_KIND, "No."), Ok(network.published(3))]
    look_up(at=FIRST)
    assert (again(publication).state, network.asked) == (S.SENT, 2)


def test_found_post_of_another_publication_is_left_to_a_person(network: FakeNetwork) -> None:
    publication = lost(network)
    due(
        state=S.SENT, sent_at=LATER, external_id="7", community=publication.community,
        post__client=publication.client,
    )  # fmt: skip
    network.looks = [Ok(network.published(7))]
    look_up(at=FIRST)
    assert (again(publication).state, again(publication).next_try_at) == (S.UNKNOWN, None)


def test_lost_post_is_tied_to_its_own_text_on_the_measured_wall(network: FakeNetwork) -> None:
    publication = lost(network)
    network.can_look_up = False
    wall_post = WallPostFactory.create(
        profile=publication.community.profile, text=publication.post.text, posted_at=LATER
    )
    look_up(at=FIRST)
    row = again(publication)
    assert (row.state, row.wall_post, row.post.state) == (S.SENT, wall_post, PostState.PUBLISHED)
    assert Notice.objects.count() == 0
