"""The words of one publication are mended while the rest of its post is out."""

import pytest
from django.core.exceptions import ValidationError

from content.models import PostState, Publication, PublicationState
from content.outgoing import outgoing_text
from content.text_here import write_text
from tests.factories import NOON, PublicationFactory, UserFactory

pytestmark = pytest.mark.django_db

S = PublicationState


def failed(state: str = S.FAILED) -> Publication:
    row: Publication = PublicationFactory.create(
        state=state, post__state=PostState.FAILED, next_try_at=NOON
    )
    PublicationFactory.create(post=row.post, state=S.SENT, sent_at=NOON)
    return row


@pytest.mark.parametrize("state", [S.FAILED, S.MISSED])
def test_text_is_mended_here_alone(state: str) -> None:
    row, person = failed(state), UserFactory.create()
    write_text(row, "Shorter.", reason="Too long for a caption.", by=person, at=NOON)
    texts = list(row.post.publications.order_by("pk").values_list("text", flat=True))
    assert (texts, outgoing_text(row)) == (["Shorter.", ""], "Shorter.")
    said = row.tries.get()
    assert (said.message, said.by) == ("Text here: Too long for a caption.", person)
    version = row.post.versions.get()
    assert [each["text"] for each in version.content["variants"]] == ["Shorter.", ""]


@pytest.mark.parametrize("state", [S.DUE, S.UNKNOWN, S.CANCELLED, S.PLANNED])
def test_text_of_others_is_not_mended_here(state: str) -> None:
    with pytest.raises(ValidationError, match="settled meanwhile"):
        write_text(failed(state), "Shorter.", reason="So.", by=UserFactory.create(), at=NOON)


def test_text_that_the_network_would_refuse_is_refused() -> None:
    row = failed()
    with pytest.raises(ValidationError):
        write_text(row, "a" * 17_000, reason="So.", by=UserFactory.create(), at=NOON)
    row.refresh_from_db()
    assert row.text == ""
