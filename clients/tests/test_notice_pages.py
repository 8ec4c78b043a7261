"""A person's page of notices, and switching letters off by their link."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from clients.letters import send_letters, write_letter
from clients.models import (
    Channel,
    Letter,
    MailRefusal,
    Notice,
    NoticeChoice,
    NoticeDelivery,
    NoticeHabits,
    User,
)
from clients.notice_choices import choices_of
from clients.notice_delivery import send_notices
from clients.notice_forms import name_of, offered
from clients.tests.test_notices import NEXT_NINE, member, say
from smm_agency.lib.link_tokens import hash_of
from tests.factories import (
    NOON,
    ClientFactory,
    MailRefusalFactory,
    NoticeFactory,
    PortalUserFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def link_in(letter: Any) -> str:
    match = re.search(r"https?://[^/]+(/account/unsubscribe/\S+/)$", str(letter.body))
    assert match is not None
    return match[1]


def sent_link() -> str:
    send_notices(at=NEXT_NINE)
    send_letters(at=NEXT_NINE)
    return link_in(mail.outbox[0])


def test_staff_switch_a_kind_off_without_a_sign_in() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client)
    link = sent_link()
    browser = Browser(enforce_csrf_checks=True)
    assert "approvals and the client" in browser.get(link).content.decode()
    assert not NoticeChoice.objects.exists()
    answer = browser.post(link, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer["Referrer-Policy"]) == (200, "no-referrer")
    assert "Switched off" in answer.content.decode()
    assert choices_of(anna)["approvals", Channel.EMAIL] == "off"
    assert say(anna, client=client, key="next") == 1
    assert not NoticeDelivery.objects.filter(state="waiting").exists()


def test_digest_is_switched_off_whole_and_what_waits_is_dropped() -> None:
    client = ClientFactory.create()
    anna = member(client)
    say(anna, client=client, kind="data")
    link = sent_link()
    say(anna, client=client, kind="data", key="waits", at=NEXT_NINE)
    Browser().post(link)
    choices = choices_of(anna)
    assert (choices["data", Channel.EMAIL], choices["tasks", Channel.EMAIL]) == ("off", "off")
    assert choices["incidents", Channel.EMAIL] == "at_once"
    assert not NoticeDelivery.objects.filter(state="waiting").exists()


def letter_to(client: Any, address: str, key: str, kind: str = "approvals") -> bool:
    return write_letter(
        key=key, address=address, subject="S", text="T", at=NOON, client=client, kind=kind
    )


def test_clients_person_switches_a_kind_off() -> None:
    client, other = ClientFactory.create(), ClientFactory.create()
    assert letter_to(client, "Olga@client.example", "a")
    link = sent_link()
    assert [Browser().post(link).status_code for _ in range(2)] == [200, 200]
    assert MailRefusal.objects.get().address == "olga@client.example"
    assert not letter_to(client, "Olga@client.example", "b")
    assert letter_to(client, "Olga@client.example", "c", kind="materials")
    assert letter_to(client, "ivan@client.example", "d")
    assert letter_to(other, "Olga@client.example", "e")


def test_wrong_token_says_what_to_do() -> None:
    client = ClientFactory.create()
    letter_to(client, "olga@client.example", "a")
    link = sent_link()
    for broken in (link[:-2] + "x/", "/account/unsubscribe/1/", "/account/unsubscribe/1:x/"):
        answer = Browser().post(broken)
        assert answer.status_code == 404
        assert "This link is not whole" in answer.content.decode()
    assert not MailRefusal.objects.exists()


def test_letter_without_a_kind_has_no_link() -> None:
    write_letter(key="k", address="a@agency.example", subject="S", text="T", at=NOON)
    send_letters(at=NOON)
    assert (set(mail.outbox[0].extra_headers), mail.outbox[0].body) == ({"Message-ID"}, "T")


def test_refusal_is_of_one_client() -> None:
    refusal = MailRefusalFactory.create()
    assert not letter_to(refusal.client, refusal.address, "a")
    assert Letter.objects.count() == 0


# --- The person's own pages ----------------------------------------------------------------------


@pytest.fixture
def anna() -> User:
    return member(ClientFactory.create(), language="en")


@pytest.fixture
def browser(client: Browser, anna: User) -> Browser:
    client.force_login(anna)
    return client


def test_pages_are_of_the_agencys_people(client: Browser) -> None:
    pages = [reverse("account:notices"), reverse("account:notice_settings")]
    assert [client.get(page).status_code for page in pages] == [302, 302]
    client.force_login(PortalUserFactory.create())
    assert [client.get(page).status_code for page in pages] == [403, 403]


def test_own_notices_are_shown_opened_and_read(browser: Browser, anna: User) -> None:
    home = anna.memberships.get().client
    mine = NoticeFactory.create(person=anna, client=home, subject="Mine", path="/admin/x/")
    NoticeFactory.create(person=anna, subject="Of a client not mine")
    other = NoticeFactory.create(person=UserFactory.create(), client=home, subject="Another's")
    page = browser.get(reverse("account:notices")).content.decode()
    assert ("Mine" in page, "not mine" in page, "Another" in page) == (True, False, False)
    answer = browser.post(reverse("account:open_notice", args=[mine.pk]))
    assert answer["Location"] == "/admin/x/"
    browser.post(reverse("account:notices"), {"notice": other.pk})
    read = Notice.objects.exclude(read_at=None)
    assert list(read) == [mine]


def test_what_came_meanwhile_stays_unread(browser: Browser, anna: User) -> None:
    home = anna.memberships.get().client
    seen, new = (NoticeFactory.create(person=anna, client=home) for _ in range(2))
    browser.post(reverse("account:notices"), {"newest": seen.pk})
    assert list(Notice.objects.unread()) == [new]


def chosen(anna: User, **changed: str) -> dict[str, Any]:
    from_page = {name_of(kind, channel): when for (kind, channel), when in choices_of(anna).items()}
    hours = {"digest_hour": "7", "quiet_from": "22", "quiet_until": "6", "time_zone": "Asia/Omsk"}
    return {**from_page, **hours, **changed}


def test_choices_and_hours_are_saved(browser: Browser, anna: User) -> None:
    NoticeHabits.objects.create(person=anna, chat_id="5", code_hash="x")
    data = chosen(anna, **{"data-email": "at_once"})
    answer = browser.post(reverse("account:notice_settings"), data, follow=True)
    assert "Saved." in answer.content.decode()
    assert list(NoticeChoice.objects.values_list("kind", "channel", "when")) == [
        ("data", "email", "at_once")
    ]
    habits = NoticeHabits.objects.get()
    assert (habits.digest_hour, habits.quiet_from, habits.quiet_until) == (7, 22, 6)
    assert (habits.chat_id, habits.code_hash) == ("5", "x")
    anna.refresh_from_db()
    assert anna.time_zone == "Asia/Omsk"


def test_digest_in_the_quiet_hours_is_refused(browser: Browser, anna: User) -> None:
    data = chosen(anna, digest_hour="5")
    answer = browser.post(reverse("account:notice_settings"), data)
    assert (answer.status_code, NoticeHabits.objects.count()) == (400, 0)
    assert "Choose an hour outside the quiet hours" in answer.content.decode()


def test_choice_that_is_not_offered_is_refused(browser: Browser, anna: User) -> None:
    data = chosen(anna, **{"incidents-email": "digest"})
    answer = browser.post(reverse("account:notice_settings"), data)
    assert (answer.status_code, NoticeChoice.objects.count()) == (400, 0)
    assert [when.value for when in offered("data", Channel.DASHBOARD)] == ["at_once", "off"]


def test_code_is_shown_once_and_kept_as_a_hash(browser: Browser, anna: User, settings: Any) -> None:
    settings.NOTICE_BOT_TOKEN = "7:AA"
    page = browser.post(reverse("account:connect_chat")).content.decode()
    code = page.partition("/start ")[2].partition("<")[0]
    assert NoticeHabits.objects.get().code_hash == hash_of(code)


def test_without_a_bot_the_page_says_so(browser: Browser, settings: Any) -> None:
    settings.NOTICE_BOT_TOKEN = ""
    page = browser.get(reverse("account:notice_settings")).content.decode()
    assert "The agency has no bot for notices." in page
    browser.post(reverse("account:connect_chat"))
    assert not NoticeHabits.objects.exists()
