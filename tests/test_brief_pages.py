"""The brief through the admin: begun, filled in, sent, brought back, agreed."""

import io
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from openpyxl import load_workbook

from clients.admin.brief_form import SALT
from clients.brief_sheet import write_brief
from clients.briefs import questions_of, values_of
from clients.models import Brief, BriefQuestion, Engagement, Letter, Role, User
from clients.team import join_team
from clients.tests.import_book import bytes_of
from clients.tests.test_briefs import OPTIONS, put
from tests.factories import (
    LONG_AGO,
    BriefFactory,
    BriefQuestionFactory,
    ContactFactory,
    DirectorFactory,
    EngagementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def brief() -> Brief:
    BriefQuestion.objects.all().delete()
    BriefQuestionFactory.create(code="what", text_en="What?", is_required=True, position=1)
    BriefQuestionFactory.create(code="bill", kind="number", text_en="Bill?", position=2)
    BriefQuestionFactory.create(
        code="tone", kind="several", text_en="Tone?", options=OPTIONS, position=3
    )
    found: Brief = BriefFactory.create(engagement__client__language="en")
    return found


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def address(brief: Brief, step: str = "change") -> str:
    return reverse(f"admin:clients_brief_{step}", args=[brief.pk])


def sent(brief: Brief, **answers: Any) -> dict[str, Any]:
    return {"seen": signing.dumps(values_of(brief), salt=SALT), **answers}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_an_engagement_begins_its_brief_once(browser: Browser) -> None:
    engagement: Engagement = EngagementFactory.create(client__industry="Автосервис")
    page = reverse("admin:clients_engagement_begin_brief", args=[engagement.pk])
    asked: Any = browser.get(page)
    assert asked.context["form"].initial["industry"] == "car"
    assert not Brief.objects.exists()
    browser.post(page, {"industry": "car"})
    again: Any = browser.get(page)
    assert (Brief.objects.count(), again["Location"]) == (1, address(Brief.objects.get()))


def test_answers_are_saved_on_one_page(browser: Browser, brief: Brief) -> None:
    assert "Required answers: 0 of 1" in text(browser.get(address(brief)))
    filled = sent(brief, what="<b>Teeth</b>", bill="1 250,5", tone=["cold", "warm"])
    page = text(browser.post(address(brief), filled, follow=True))
    assert values_of(brief) == {"what": "<b>Teeth</b>", "bill": "1250.5", "tone": "warm\ncold"}
    assert "Required answers: 1 of 1" in page
    assert "<b>Teeth" not in page


def test_one_wrong_answer_stores_nothing_and_is_told(browser: Browser, brief: Brief) -> None:
    page = text(browser.post(address(brief), sent(brief, what="Teeth", bill="a lot")))
    assert "This is not a clear number" in page
    assert values_of(brief) == {}


def test_a_late_page_does_not_overwrite(browser: Browser, brief: Brief) -> None:
    old = sent(brief, what="Mine")
    browser.post(address(brief), sent(brief, what="Theirs"))
    page = text(browser.post(address(brief), old))
    assert "Somebody has changed this meanwhile" in page
    assert values_of(brief) == {"what": "Theirs"}


def test_the_workbook_is_downloaded_and_comes_back_by_way_of_a_preview(
    browser: Browser, brief: Brief
) -> None:
    response: Any = browser.get(address(brief, "download"))
    book = load_workbook(io.BytesIO(response.content))
    put(book.worksheets[0], "what", "Teeth")
    put(book.worksheets[0], "bill", "a lot")
    file = SimpleUploadedFile("brief.xlsx", bytes_of(book))
    shown: Any = browser.post(address(brief, "bring"), {"file": file})
    assert "Teeth" in text(shown)
    assert "This is not a clear number" in text(shown)
    assert values_of(brief) == {}
    browser.post(address(brief, "bring"), {"answers": shown.context["sent"]})
    assert values_of(brief) == {"what": "Teeth"}


def test_a_preview_is_not_taken_where_an_answer_has_changed(browser: Browser, brief: Brief) -> None:
    book = load_workbook(io.BytesIO(write_brief(brief)))
    put(book.worksheets[0], "what", "Teeth")
    file = SimpleUploadedFile("brief.xlsx", bytes_of(book))
    shown: Any = browser.post(address(brief, "bring"), {"file": file})
    browser.post(address(brief), sent(brief, what="Knees"))
    page = browser.post(address(brief, "bring"), {"answers": shown.context["sent"]}, follow=True)
    assert "Somebody has changed this meanwhile" in text(page)
    assert values_of(brief) == {"what": "Knees"}
    other = BriefFactory.create(client=brief.client, engagement__client=brief.client)
    browser.post(address(other, "bring"), {"answers": shown.context["sent"]})
    browser.post(address(brief, "bring"), {"answers": "forged"})
    assert (values_of(other), values_of(brief)) == ({}, {"what": "Knees"})


def test_the_brief_goes_to_the_main_contact(browser: Browser, brief: Brief) -> None:
    page = address(brief, "send")
    assert "no main contact" in text(browser.post(page, {"seen": "open", "text": "Hello"}))
    ContactFactory.create(client=brief.client, email="petr@denta.example", is_main=True)
    browser.post(page, {"seen": "open", "text": "Hello"})
    letter = Letter.objects.get()
    brief.refresh_from_db()
    assert (letter.address, letter.text, brief.state) == ("petr@denta.example", "Hello", "sent")
    assert bytes(letter.files.get().content)[:2] == b"PK"


def test_a_brief_is_filled_and_agreed_by_what_was_seen(browser: Browser, brief: Brief) -> None:
    assert "1 required answer is missing" in text(
        browser.post(address(brief, "agree"), {"seen": "open"})
    )
    browser.post(address(brief), sent(brief, what="Teeth"))
    browser.post(address(brief, "mark_as_filled"), {"seen": "open"})
    assert "meanwhile" in text(browser.post(address(brief, "agree"), {"seen": "open"}))
    browser.post(address(brief, "agree"), {"seen": "filled"})
    brief.refresh_from_db()
    assert brief.state == "agreed"
    assert "Teeth" in text(browser.get(address(brief)))
    browser.post(address(brief), sent(brief, what="Knees"))
    assert values_of(brief) == {"what": "Teeth"}


def role_of(brief: Brief, role: Role) -> tuple[User, Browser]:
    user = UserFactory.create()
    join_team(brief.client, user, role=role, starts_on=LONG_AGO)
    browser = Browser()
    browser.force_login(user)
    return user, browser


def test_who_only_reads_changes_nothing(brief: Brief) -> None:
    _user, browser = role_of(brief, Role.DESIGNER)
    assert browser.get(address(brief)).status_code == 200
    assert browser.post(address(brief), sent(brief, what="x")).status_code == 403
    for step in ("send", "bring", "mark_as_filled", "agree"):
        assert browser.get(address(brief, step)).status_code == 403, step
    assert values_of(brief) == {}


def test_an_account_manager_of_another_client_sees_nothing(brief: Brief) -> None:
    _user, browser = role_of(BriefFactory.create(), Role.ACCOUNT_MANAGER)
    for step in ("change", "download", "send", "bring", "mark_as_filled", "agree"):
        assert browser.get(address(brief, step)).status_code != 200, step


def test_the_account_manager_fills_it_in(brief: Brief) -> None:
    _user, browser = role_of(brief, Role.ACCOUNT_MANAGER)
    browser.post(address(brief), sent(brief, what="Teeth"))
    assert values_of(brief) == {"what": "Teeth"}


@pytest.mark.parametrize("answered", [1, 3])
def test_the_page_asks_as_often_for_many_answers(
    browser: Browser, brief: Brief, answered: int, django_assert_num_queries: Any
) -> None:
    for question in questions_of(brief)[:answered]:
        brief.answers.create(client=brief.client, question=question, value="1")
    with django_assert_num_queries(5):
        browser.get(address(brief))
