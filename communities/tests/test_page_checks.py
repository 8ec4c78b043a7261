"""What a network tells against what the list asks: as it should be, not so, or not told."""

from dataclasses import replace
from typing import Any

import pytest

from communities.finding_words import finding_words
from communities.models import ChecklistItem, Finding, PageCheck
from communities.networks.records import PageFacts
from communities.page_checks import CHECKS, Checked, Known, check_page
from tests.factories import NOON

NOTHING = PageFacts(external_id="1", read_at=NOON)
KNOWN = Known(["+74950000001", "+74950000002"], "RU")
WHOLE = replace(
    NOTHING, title="Denta", screen_name="denta", description="We cure teeth.", category="Dentist",
    site="https://denta.example/?utm_source=vk", phone="8 (495) 000-00-01", address="Sadovaya, 1",
    has_avatar=True, has_cover=True, has_pinned_post=True, has_comments=True, has_messages=True,
    is_verified=True, admins=2,
)  # fmt: skip
BARE = replace(
    NOTHING, title="", screen_name="", description="", category="", site="", phone="", address="",
    has_avatar=False, has_cover=False, has_pinned_post=False, has_comments=False,
    has_messages=False, is_verified=False, admins=0,
)  # fmt: skip


def finding(code: str, facts: PageFacts, known: Known = KNOWN) -> str:
    return check_page(code, facts, known).finding


def words(code: str, checked: Checked) -> str:
    item = ChecklistItem(check_code=code, finding=checked.finding, found=dict(checked.found))
    return finding_words(item)


def test_every_check_has_its_question() -> None:
    assert list(CHECKS) == list(PageCheck)


@pytest.mark.parametrize("code", PageCheck.values)
def test_what_is_not_told_is_unknown_and_never_missing(code: str) -> None:
    checked = check_page(code, NOTHING, KNOWN)
    assert checked == Checked(Finding.UNKNOWN)
    assert words(code, checked).endswith(": not told with this key")


@pytest.mark.parametrize("code", [code for code in PageCheck if code != "number_in_text"])
def test_a_whole_page_is_as_it_should_be(code: str) -> None:
    assert finding(code, WHOLE) == Finding.OK


@pytest.mark.parametrize("code", PageCheck.values)
def test_a_bare_page_is_not_as_it_should_be(code: str) -> None:
    assert finding(code, BARE) == Finding.NOT_OK


@pytest.mark.parametrize(
    ("code", "facts", "text"),
    [
        ("title", WHOLE, "The name: Denta"),
        ("description", WHOLE, "The description: 14 characters"),
        ("description", BARE, "The description: empty"),
        ("cover", WHOLE, "The cover: yes"),
        ("cover", BARE, "The cover: no"),
        ("admins", WHOLE, "2 administrators"),
        ("admins", replace(WHOLE, admins=1), "1 administrator"),
        ("site", WHOLE, "The site has UTM marks: https://denta.example/?utm_source=vk"),
        ("site", BARE, "The site with UTM marks: empty"),
        (
            "site",
            replace(WHOLE, site="https://denta.example/"),
            "The site has no UTM marks: https://denta.example/",
        ),
        ("tracking_number", WHOLE, "The tracking number stands there: +74950000001"),
        ("tracking_number", BARE, "No phone number stands there."),
        (
            "tracking_number",
            replace(WHOLE, phone="+7 495 123-45-67"),
            "+74951234567 is no tracking number of the client's; expected: +74950000001,"
            " +74950000002",
        ),
    ],
)
def test_what_was_found_is_said(code: str, facts: PageFacts, text: str) -> None:
    assert words(code, check_page(code, facts, KNOWN)) == text


def test_nothing_is_said_before_the_network_was_asked() -> None:
    assert finding_words(ChecklistItem(check_code="cover")) == ""


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+7 (495) 000-00-01", "+74950000001"),
        ("84950000002", "+74950000002"),
        ("4950000002", "+74950000002"),
        ("8 495 123-45-67, 8 495 000-00-02", "+74950000002"),
        ("8 495 123-45-67", None),
        ("+1 202 555 0101", None),
        ("see the site", None),
    ],
)
def test_the_tracking_number_however_it_is_written(phone: str, expected: str | None) -> None:
    checked = check_page("tracking_number", replace(NOTHING, phone=phone), KNOWN)
    assert checked.found.get("number") == expected
    assert checked.finding == (Finding.OK if expected else Finding.NOT_OK)


def test_a_number_that_no_table_knows_is_known_as_it_is_written() -> None:
    known = Known(["+70000000001"], "RU")
    for phone, expected in (("+7 000 000-00-01", Finding.OK), ("000 000-00-01", Finding.NOT_OK)):
        facts = replace(NOTHING, phone=phone)
        assert finding("tracking_number", facts, known) == expected


def test_a_number_within_a_description() -> None:
    text = "Since 2011. Call 8 495 000-00-02 or come.\nSadovaya, 1"
    checked = check_page("number_in_text", replace(NOTHING, description=text), KNOWN)
    assert checked == Checked(Finding.OK, {"number": "+74950000002"})
    assert finding("number_in_text", replace(NOTHING, description="Since 2011")) == Finding.NOT_OK


def test_a_client_without_a_tracking_number_is_told_so() -> None:
    checked = check_page("tracking_number", WHOLE, Known([], "RU"))
    assert checked.finding == Finding.NOT_OK
    assert words("tracking_number", checked) == "The client has no tracking number in use."


@pytest.mark.parametrize("address", ["https://[broken", "denta.example?utm_medium=", "x"])
def test_an_odd_site_breaks_nothing(address: str) -> None:
    expected = Finding.OK if "utm_" in address else Finding.NOT_OK
    assert finding("site", replace(NOTHING, site=address)) == expected


def test_a_long_text_is_kept_short() -> None:
    found: Any = check_page("description", replace(NOTHING, description="x" * 5000), KNOWN).found
    assert (len(found["text"]), found["length"]) == (200, 5000)
