"""After it is out: the row of the wall and the state of the post, whatever died in between."""

import pytest

from communities.models import WallPost
from communities.networks.outcomes import Ok
from communities.networks.publishing import Published
from content.claiming import claim, mark_sending
from content.finishing import finish_sent
from content.models import PostState, Publication, PublicationState
from content.sent_outcomes import take_outcome
from content.tests.publishing_stage import LATER, due
from tests.factories import WallPostFactory

pytestmark = pytest.mark.django_db


def just_sent(*aliases: str) -> Publication:
    """The answer is stored, and the worker died right after that."""
    publication = due(text="Our words.")
    [held] = claim([publication.pk], at=LATER)
    attempt = mark_sending([held], write_by=LATER, at=LATER)[publication.pk]
    sent = Published("10", "https://vk.com/wall-1_10", LATER, aliases)
    assert take_outcome(held, attempt, Ok(sent), at=LATER) is True
    publication.refresh_from_db()
    return publication


def test_sent_post_is_finished_by_whoever_comes_next() -> None:
    publication = just_sent("11", "12")
    assert (publication.state, publication.wall_post) == (PublicationState.SENT, None)
    assert publication.post.state == PostState.SCHEDULED
    assert finish_sent(at=LATER) == 1
    assert finish_sent(at=LATER) == 0
    row = Publication.objects.select_related("post").get()
    wall_post = WallPost.objects.get()
    assert (row.wall_post, row.post.state) == (wall_post, PostState.PUBLISHED)
    assert (wall_post.external_id, wall_post.aliases, wall_post.text) == (
        "10",
        ["11", "12"],
        "Our words.",
    )


def test_what_measurement_told_of_it_stays() -> None:
    publication = just_sent("11")
    known = WallPostFactory.create(
        profile=publication.community.profile, external_id="11", text="As the network has it.",
        kind="photo",
    )  # fmt: skip
    finish_sent(at=LATER)
    publication.refresh_from_db()
    known.refresh_from_db()
    assert publication.wall_post == known
    assert (known.external_id, known.text, known.kind) == ("10", "As the network has it.", "photo")


def test_wall_post_of_another_publication_is_left_to_it() -> None:
    first = just_sent()
    finish_sent(at=LATER)
    second = due(
        state=PublicationState.SENT, sent_at=LATER, external_id="10", attempts=1,
        community=first.community, post__client=first.client,
    )  # fmt: skip
    finish_sent(at=LATER)
    assert finish_sent(at=LATER) == 0
    second.refresh_from_db()
    assert (second.wall_post, second.post.state) == (None, PostState.PUBLISHED)
