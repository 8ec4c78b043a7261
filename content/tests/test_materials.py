"""A request for material: received once, taken back, asked again; what was sent twice."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from communities.tests.pictures import picture
from content.material_files import Arrival
from content.materials import ask_again, cancel, take_in
from content.models import MaterialRequest
from smm_agency.lib.uploads import PICTURES, check_upload
from tests.factories import NOON, MaterialRequestFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(hours=1)


def arrival(name: str = "photo.png", *, width: int = 40) -> Arrival:
    return Arrival(
        check_upload(picture(width, 20), name, types=set(PICTURES.values()), most_bytes=10_000),
        is_scanned=True,
    )


def test_first_of_it_makes_the_request_received() -> None:
    request, person = MaterialRequestFactory.create(), UserFactory.create()
    assert take_in(request, [arrival()], by=None, at=NOON) == 1
    assert take_in(request, [], answer="And the prices.", by=person, at=LATER) == 0
    request.refresh_from_db()
    assert (request.state, request.received_at, request.received_by) == ("received", NOON, None)
    assert request.answer == "And the prices."
    assert list(request.files.values_list("file__name", "is_scanned")) == [("photo.png", True)]


def test_words_alone_are_material_too() -> None:
    request = MaterialRequestFactory.create()
    take_in(request, [], answer=" Open until nine. ", by=None, at=NOON)
    take_in(request, [], answer="On Sundays until six.", by=None, at=LATER)
    request.refresh_from_db()
    assert request.answer == "Open until nine.\n\nOn Sundays until six."


def test_same_file_twice_is_kept_once() -> None:
    request = MaterialRequestFactory.create()
    assert take_in(request, [arrival(), arrival("copy.png")], by=None, at=NOON) == 1
    assert take_in(request, [arrival(), arrival("b.png", width=41)], by=None, at=LATER) == 1
    assert request.files.count() == 2


def test_nothing_is_not_received() -> None:
    request = MaterialRequestFactory.create()
    with pytest.raises(ValidationError, match="Choose a file"):
        take_in(request, [], answer="  ", by=None, at=NOON)
    request.refresh_from_db()
    assert request.state == "open"


def test_what_was_taken_back_takes_nothing() -> None:
    request, person = MaterialRequestFactory.create(), UserFactory.create()
    cancel(request, reason="Another post.", by=person, at=NOON)
    with pytest.raises(ValidationError, match="no longer needed"):
        take_in(request, [arrival()], by=None, at=LATER)
    with pytest.raises(ValidationError, match="faster"):
        cancel(request, reason="", by=person, at=LATER)
    request.refresh_from_db()
    assert (request.state, request.cancelled_at, request.reason) == (
        "cancelled", NOON, "Another post.",
    )  # fmt: skip


def test_asked_again_is_a_request_of_its_own() -> None:
    post, person = PostFactory.create(), UserFactory.create()
    first = MaterialRequestFactory.create(client=post.client, post=post)
    with pytest.raises(ValidationError, match="not come yet"):
        ask_again(first, due_on=NOON.date(), reason="", by=person, at=NOON)
    take_in(first, [arrival()], by=None, at=NOON)
    again = ask_again(first, due_on=NOON.date(), reason="Sharper.", by=person, at=LATER)
    assert (again.post, again.what, again.why, again.state) == (
        post, first.what, "Sharper.", "open",
    )  # fmt: skip
    assert MaterialRequest.objects.get(pk=first.pk).received_at == NOON
