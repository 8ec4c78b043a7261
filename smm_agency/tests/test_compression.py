"""What leaves compressed, and what does not."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse

from smm_agency.compression import TextCompressionMiddleware
from tests.factories import DirectorFactory

PACKED = {"accept-encoding": "gzip, br"}


@pytest.mark.django_db
def test_a_page_leaves_compressed_to_whoever_can_read_it() -> None:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    page = reverse("admin:index")
    packed, plain = browser.get(page, headers=PACKED), browser.get(page)
    assert (packed["Content-Encoding"], plain.get("Content-Encoding")) == ("gzip", None)
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 5
    assert b"</html>" in gzip.decompress(packed.content)


@pytest.mark.parametrize(
    ("content_type", "is_packed"),
    [
        ("text/html; charset=utf-8", True),
        ("application/json", True),
        ("application/pdf", False),
        ("application/zip", False),
        ("image/png", False),
    ],
)
def test_what_is_compressed_already_leaves_as_it_is(content_type: str, *, is_packed: bool) -> None:
    answer = HttpResponse(b"a" * 4000, content_type=content_type)
    middleware = TextCompressionMiddleware(lambda request: answer)
    middleware(RequestFactory().get("/", headers=PACKED))
    assert answer.has_header("Content-Encoding") is is_packed
