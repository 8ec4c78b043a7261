import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Notice, User
from content.inbox_steps import assign
from content.models import ActionState, EventDoor, InboxAction, InboxItem, InboxState
from content.templatetags.said import said
from kpi.tests.network_stage import Start, simulate
from tests.factories import (
    NOON,
    AccessKeyFactory,
    DirectorFactory,
    EventDoorFactory,
    InboxActionFactory,
    InboxItemFactory,
    InboxNoteFactory,
    ProfileFactory,
    SavedReplyFactory,
    TeamMemberFactory,
    UserFactory,
)

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db
LIST = "/admin/content/inboxitem/"


@pytest.fixture
def person() -> User:
    made: User = UserFactory.create(is_superuser=True)
    return made


@pytest.fixture
def browser(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.fixture
def item() -> InboxItem:
    profile = ProfileFactory.create(external_id="1001", relation="own")
    AccessKeyFactory.create(
        client=profile.client, kind="community", secret=f"vk1.a.community.{uuid4().hex}"
    )
    made: InboxItem = InboxItemFactory.create(
        profile=profile,
        external_id="77",
        post_external_id="6",
        author_id="501",
        author_name="Ann Invented",
    )
    return made


def step(item: InboxItem, name: str) -> str:
    return reverse(f"admin:content_inboxitem_{name}", args=[item.pk])


def seen_in(answer: Any) -> str:
    value: str = answer.context["form"]["seen"].initial
    return value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>x</b> & <script>", "&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;"),
        (
            "see https://a.example/?q=1",
            'see <a class="smm-stranger" href="https://a.example/?q=1" target="_blank"'
            ' rel="noopener noreferrer nofollow">https://a.example/?q=1</a>',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('https://a.example/"onx=1', None),
    ],
)
def test_strangers_words_are_shown_safely(text: str, expected: str | None) -> None:
    shown = said(text)
    assert '"onx' not in shown
    assert expected is None or shown == expected


def test_list_costs_the_same_however_many_there_are(
    browser: Browser, item: InboxItem, django_assert_num_queries: Any
) -> None:
    browser.get(LIST)
    for more in (0, 2):
        for _n in range(more):
            InboxItemFactory.create(profile=item.profile)
        # Five of the list, two of the clocks and three to reckon those that are not set yet.
        with django_assert_num_queries(10):
            assert browser.get(LIST).status_code == 200


def test_list_shows_what_waits_the_oldest_first(browser: Browser, item: InboxItem) -> None:
    older = InboxItemFactory.create(profile=item.profile, received_at=NOON - dt.timedelta(hours=1))
    InboxItemFactory.create(profile=item.profile, state=InboxState.ANSWERED)
    InboxItemFactory.create(profile=item.profile, needs_reply=False)
    assert list(browser.get(LIST).context["cl"].result_list) == [older, item]
    assert len(browser.get(f"{LIST}?state=all").context["cl"].result_list) == 4
    assert len(browser.get(f"{LIST}?what=unsorted&whose=nobody").context["cl"].result_list) == 2


def test_page_shows_thread_notes_and_actions(browser: Browser, item: InboxItem) -> None:
    InboxNoteFactory.create(item=item, text="A <note>")
    InboxActionFactory.create(item=item, state="refused", message="No <way>")
    InboxItemFactory.create(profile=item.profile, author_id="501", text="Earlier words")
    page = browser.get(f"{LIST}{item.pk}/change/").content.decode()
    assert "A &lt;note&gt;" in page
    assert "No &lt;way&gt;" in page
    assert "Earlier words" in page


def test_answer_is_sent_after_the_commit_and_once(
    browser: Browser, item: InboxItem, simulate: Start, django_capture_on_commit_callbacks: Any
) -> None:
    networks = simulate(any_token=True)
    page = browser.get(step(item, "answer"))
    sent = {"text": "Yes", "seen": seen_in(page)}
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(step(item, "answer"), sent).status_code == 302
    assert InboxAction.objects.get().state == ActionState.DONE
    again = browser.post(step(item, "answer"), sent)
    assert "meanwhile" in again.content.decode()
    assert [each["text"] for each in networks.world.said.added["vk", "1001"]] == ["Yes"]


def test_variables_are_shown_filled_in_before_they_go_out(
    browser: Browser, item: InboxItem
) -> None:
    page = browser.get(step(item, "answer"))
    sent = {"text": "Hello, {name}!", "seen": seen_in(page)}
    shown = browser.post(step(item, "answer"), sent).content.decode()
    assert "Hello, Ann!" in shown
    assert InboxAction.objects.count() == 0
    saved = SavedReplyFactory.create(text="Dear {name}")
    assert "Dear Ann" in browser.get(f"{step(item, 'answer')}?saved={saved.pk}").content.decode()


def test_who_gets_an_item_back_is_written_to_again(person: User, item: InboxItem) -> None:
    ann, ben = (DirectorFactory.create(email=f"{name}@agency.example") for name in ("ann", "ben"))
    for minute, to in enumerate((ann, ben, ann)):
        assign(item, to, by=person, at=NOON + dt.timedelta(minutes=minute))
    notices = Notice.objects.order_by("pk")
    assert [notice.person.email for notice in notices] == [ann.email, ben.email, ann.email]


def test_times_are_by_the_clients_clock_and_say_so(browser: Browser, item: InboxItem) -> None:
    Client.objects.update(time_zone="Asia/Yekaterinburg")
    InboxItem.objects.update(received_at=NOON)
    shown = browser.get(step(item, "change")).content.decode()
    assert "Times are by the client's clock: Asia/Yekaterinburg." in shown
    assert "03/11/2026 2 p.m." in shown
    assert "03/11/2026 2 p.m." in browser.get(LIST).content.decode()


def test_assignment_writes_one_letter(browser: Browser, item: InboxItem) -> None:
    colleague = TeamMemberFactory.create(
        client=item.client, user__is_staff=True, user__email="a@agency.example"
    ).user
    for _n in range(2):
        browser.post(step(item, "give"), {"to": str(colleague.pk)})
    notice = Notice.objects.get()
    assert notice.person.email == "a@agency.example"
    assert item.text not in notice.text
    item.refresh_from_db()
    assert (item.assignee, item.state) == (colleague, InboxState.IN_WORK)


def test_spam_is_set_aside_many_at_once(browser: Browser, item: InboxItem) -> None:
    other = InboxItemFactory.create(profile=item.profile)
    chosen = {"action": "mark_spam", "_selected_action": [item.pk, other.pk]}
    browser.post(LIST, chosen)
    rows = InboxItem.objects.values_list("category", "state", "needs_reply")
    assert list(rows) == [("spam", "closed", False)] * 2


def test_several_are_closed_with_an_outcome(browser: Browser, item: InboxItem) -> None:
    address = f"{reverse('admin:content_inboxitem_do_together')}?ids={item.pk}"
    assert browser.get(address).status_code == 200
    browser.post(address, {"outcome": "Called"})
    item.refresh_from_db()
    assert (item.state, item.resolution) == (InboxState.CLOSED, "Called")
    browser.post(step(item, "reopen_item"))
    item.refresh_from_db()
    assert (item.state, item.closed_at) == (InboxState.IN_WORK, None)


def test_door_asks_the_network_only_where_it_can_reach_us(
    browser: Browser, simulate: Start, settings: Any
) -> None:
    networks = simulate(any_token=True)
    profile = ProfileFactory.create(external_id="1001", relation="own")
    key = AccessKeyFactory.create(
        client=profile.client, kind="community", secret=f"vk1.a.community.{uuid4().hex}"
    )
    door = EventDoorFactory.create(profile=profile, access_key=key, confirmation="")
    address = reverse("admin:content_eventdoor_receive_events", args=[door.pk])
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "HTTPS" in browser.post(address).content.decode()
    settings.PUBLIC_URL = "https://work.example"
    assert browser.post(address).status_code == 302
    door = EventDoor.objects.get()
    assert (door.confirmation, door.asked_at is None) == ("c0de1001", False)
    [server] = networks.world.said.servers.values()
    assert server["url"] == f"https://work.example/hooks/networks/vk/{door.path_token}/"
    assert (server["secret_key"], server["wall_reply_new"]) == (door.secret, "1")
    stop = reverse("admin:content_eventdoor_stop_events", args=[door.pk])
    browser.post(stop)
    door.refresh_from_db()
    assert (door.asked_at, networks.world.said.servers) == (None, {})


def test_door_is_made_from_its_page(browser: Browser, item: InboxItem) -> None:
    address = reverse("admin:communities_profile_receive_events", args=[item.profile_id])
    assert browser.get(address).status_code == 200
    assert EventDoor.objects.count() == 0
    for _n in range(2):
        assert browser.post(address).status_code == 302
    door = EventDoor.objects.get()
    page = browser.get(reverse("admin:content_eventdoor_change", args=[door.pk])).content.decode()
    assert door.path_token in page
    assert door.secret not in page
