"""The page of an upload link: what it takes, what it refuses, what it tells nobody."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from clients.models import Notice
from communities.models import ClientFile
from communities.tests.pictures import picture
from content.models import ContentTerms, MaterialRequest, UploadLink
from content.upload_links import make_link, withdraw_links
from tests.factories import (
    ClientFactory,
    ContentTermsFactory,
    DirectorFactory,
    MaterialRequestFactory,
    PostFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def asked() -> MaterialRequest:
    client = ClientFactory.create(name="Hidden client", language="en")
    ContentTermsFactory.create(client=client, has_upload_links=True)
    row: MaterialRequest = MaterialRequestFactory.create(
        client=client, what="Photos of the hall", why="<b>Bright</b> ones", answer="Old answer",
        post=PostFactory.create(client=client, title="Hidden post"),
        asked_by=DirectorFactory.create(email="boris@agency.example"),
    )  # fmt: skip
    return row


@pytest.fixture
def address(asked: MaterialRequest) -> str:
    return make_link(asked, by=None, at=timezone.now())[0].removeprefix("http://127.0.0.1:8000")


def photo(name: str = "hall.png", width: int = 30) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(width, 20))


def send(address: str, *files: SimpleUploadedFile, answer: str = "") -> Any:
    return Browser().post(address, {"uploads": list(files), "answer": answer})


def test_get_shows_what_is_asked_and_changes_nothing(asked: MaterialRequest, address: str) -> None:
    before = MaterialRequest.objects.values().get(), UploadLink.objects.values().get()
    response = Browser().get(address)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Photos of the hall" in page
    assert "&lt;b&gt;Bright&lt;/b&gt; ones" in page
    assert (MaterialRequest.objects.values().get(), UploadLink.objects.values().get()) == before


def test_page_tells_nothing_else_of_the_client(address: str) -> None:
    page = Browser().get(address).content.decode()
    for hidden in ("Hidden client", "Hidden post", "Old answer", "boris"):
        assert hidden not in page


def test_page_is_kept_out_of_search_caches_and_referrers(address: str) -> None:
    headers = Browser().get(address).headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "script-src" not in headers["Content-Security-Policy"]


def test_several_files_and_words_are_taken(asked: MaterialRequest, address: str) -> None:
    response = send(address, photo(), photo("b.png", 31), answer="More to come.")
    assert "2 files were taken." in response.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.received_by, asked.answer) == (
        "received", None, "Old answer\n\nMore to come.",
    )  # fmt: skip
    rows = asked.files.order_by("pk").values_list("file__name", "file__is_shown", "is_scanned")
    assert list(rows) == [("hall.png", False, False), ("b.png", False, False)]
    assert Notice.objects.get().person.email == "boris@agency.example"
    assert UploadLink.objects.get().used_at is not None


def test_good_files_are_not_lost_with_a_bad_one(asked: MaterialRequest, address: str) -> None:
    response = send(address, photo(), SimpleUploadedFile("run.exe", b"MZ\x90\x00"))
    page = response.content.decode()
    assert "1 file was taken." in page
    assert "run.exe: This is not a file of the kind" in page
    assert asked.files.count() == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose a file, or write"),
        ([SimpleUploadedFile("hall.png", b"<svg xmlns='x'></svg>")], "This is a SVG file"),
        ([SimpleUploadedFile("empty.png", b"")], "empty"),
        ([SimpleUploadedFile(f"{n}.png", b"x") for n in range(21)], "at most 20 files"),
    ],
)
def test_what_will_not_do_is_said(
    asked: MaterialRequest, address: str, files: list[SimpleUploadedFile], words: str
) -> None:
    assert words in send(address, *files).content.decode()
    asked.refresh_from_db()
    assert (asked.state, ClientFile.objects.count()) == ("open", 0)


@override_settings(COMMUNITY_FILE_BYTES=50)
def test_too_large_a_file_is_refused(asked: MaterialRequest, address: str) -> None:
    assert "larger than" in send(address, photo(width=300)).content.decode()
    assert not ClientFile.objects.exists()


@override_settings(UPLOAD_SCAN_COMMAND="grep -q PNG")
def test_scanner_is_asked(asked: MaterialRequest, address: str) -> None:
    """This one finds a virus in whatever does not hold the letters PNG."""
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01"
    response = send(
        address, photo(), SimpleUploadedFile("b.gif", gif + b"\x00\x00\x02\x02D\x01\x00;")
    )
    assert "b.gif: The scanner found a virus" in response.content.decode()
    assert list(asked.files.values_list("is_scanned", flat=True)) == [True]


def test_form_without_its_token_is_refused(asked: MaterialRequest, address: str) -> None:
    response = Browser(enforce_csrf_checks=True).post(address, {"answer": "x"})
    assert response.status_code == 403
    asked.refresh_from_db()
    assert asked.state == "open"


def test_links_that_do_not_work_look_alike(asked: MaterialRequest, address: str) -> None:
    now = timezone.now()
    pages = {Browser().get("/link/material/no-such-link/").content}
    for change in (
        {"expires_at": now - dt.timedelta(seconds=1)},
        {"expires_at": now + dt.timedelta(days=1), "revoked_at": now},
    ):
        UploadLink.objects.update(**change)
        response = send(address, photo())
        assert response.status_code == 404
        pages.add(response.content)
    assert len(pages) == 1
    assert not ClientFile.objects.exists()


def test_taken_back_request_closes_its_link(asked: MaterialRequest, address: str) -> None:
    MaterialRequest.objects.update(state="cancelled", cancelled_at=timezone.now())
    assert Browser().get(address).status_code == 404


def test_terms_without_links_close_them(asked: MaterialRequest, address: str) -> None:
    ContentTerms.objects.update(has_upload_links=False)
    assert Browser().get(address).status_code == 404


def test_withdrawn_links_do_not_work(asked: MaterialRequest, address: str) -> None:
    assert withdraw_links(asked, at=timezone.now()) == 1
    assert Browser().get(address).status_code == 404


def test_received_request_may_be_added_to(asked: MaterialRequest, address: str) -> None:
    send(address, photo())
    assert "1 file was taken." in send(address, photo("b.png", 31)).content.decode()
    assert asked.files.count() == 2


def test_too_many_sendings_are_put_off(address: str) -> None:
    codes = [send(address, answer="x").status_code for _number in range(11)]
    assert codes == [200] * 10 + [429]
    assert Browser().get(address).status_code == 200


def test_guessing_addresses_is_put_off() -> None:
    codes = [Browser().get(f"/link/material/guess-{n}/").status_code for n in range(11)]
    assert codes == [404] * 10 + [429]


def test_secret_itself_is_not_stored(address: str) -> None:
    token = address.split("/")[-2]
    assert UploadLink.objects.get().token_hash != token
    assert token not in str(UploadLink.objects.values().get())
