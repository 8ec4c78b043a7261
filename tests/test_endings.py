"""Pausing, resuming and ending a client, through the pages of staff and of the client's people."""

import datetime as dt
import json
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.client_status import change_status
from clients.endings import PORTAL_DAYS, decide_item, ended_on, items_of, set_portal_until
from clients.models import (
    ChangeEntry,
    Client,
    ClientStatus,
    EndingCode,
    EndingItem,
    EndingState,
    Role,
    Task,
    TrackingNumber,
    User,
)
from clients.team import join_team
from communities.models import AccessKey
from content.models import Publication, PublicationState
from kpi.models import CallConnection, NumberPlacement
from smm_agency.ending_checks import CHECKS, facts_of
from tests.factories import (
    LONG_AGO,
    AccessGrantFactory,
    AccessKeyFactory,
    AdAccountKeyFactory,
    ArchiveJobFactory,
    CalendarFeedFactory,
    CallConnectionFactory,
    CampaignFactory,
    ClientFactory,
    EventDoorFactory,
    NumberPlacementFactory,
    PaperFactory,
    PortalAccessFactory,
    PublicationFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

S, P, C = ClientStatus, PublicationState, EndingCode
DAY = dt.timedelta(days=1)


@pytest.fixture
def client() -> Client:
    return ClientFactory.create(name="Denta", language="en")


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory.create(language="en", username="anna")
    join_team(client, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return user


@pytest.fixture
def browser(manager: User) -> Browser:
    found = Browser()
    found.force_login(manager)
    return found


def page(name: str, client: Client, *args: object) -> str:
    return reverse(f"admin:clients_client_{name}", args=[client.pk, *args])


def set_status(browser: Browser, client: Client, to: str, seen: str) -> str:
    answer = browser.post(page("change_client_status", client), {"to": to, "seen": seen})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    client.refresh_from_db()
    return answer.headers["Location"]


def waiting_post(client: Client, **values: object) -> Publication:
    return PublicationFactory.create(
        post__client=client, community__profile__client=client, **values
    )


# --- Status --------------------------------------------------------------------------------------


def test_the_step_counts_what_will_happen_before_it_is_confirmed(
    browser: Browser, client: Client
) -> None:
    soon = timezone.now() + DAY
    waiting_post(client, state=P.DUE, planned_at=soon, next_try_at=soon)
    CampaignFactory.create(client=client, state="running", starts_on=LONG_AGO, ends_on=None)
    TaskFactory.create(client=client)
    text = browser.get(page("change_client_status", client)).content.decode()
    assert "Scheduled posts: 1; those that fall due in the pause" in text
    assert "Running campaigns, which nobody stops for you: 1. Open tasks, which stay: 1." in text
    assert "Ended, which cannot be undone" in text


def test_a_status_that_changed_meanwhile_is_refused(browser: Browser, client: Client) -> None:
    answer = browser.post(page("change_client_status", client), {"to": "ended", "seen": "paused"})
    assert "The status is “active” meanwhile: look again." in answer.content.decode()
    client.refresh_from_db()
    assert client.status == S.ACTIVE


def test_an_ended_client_comes_back_by_no_way(client: Client, manager: User) -> None:
    change_status(client, to=S.ENDED, by=manager)
    with pytest.raises(ValidationError, match="Allowed: nothing: this is the end"):
        change_status(client, to=S.ACTIVE, by=manager)


def test_after_a_pause_each_missed_post_is_asked_about(browser: Browser, client: Client) -> None:
    set_status(browser, client, S.PAUSED, S.ACTIVE)
    past = timezone.now() - dt.timedelta(minutes=1)
    rows = [
        waiting_post(client, state=P.DUE, planned_at=past - n * DAY, next_try_at=past - n * DAY)
        for n in range(3)
    ]
    assert set_status(browser, client, S.ACTIVE, S.PAUSED) == page("resume", client)
    answer = browser.get(page("resume", client))
    forms = dict(answer.context["lines"])
    assert {row.state for row in forms} == {P.MISSED}
    data: dict[str, str] = {}
    for row, what in zip(rows, ("move", "drop", "leave"), strict=True):
        initial = forms[row].initial
        data[f"row-{row.pk}-what"] = what
        data[f"row-{row.pk}-seen"] = initial["seen"]
        data[f"row-{row.pk}-moment"] = f"{initial['moment']:%Y-%m-%dT%H:%M}"
    # Another moved the dropped one before the answer came: it is left as it is.
    answer = browser.post(page("resume", client), data)
    assert answer.headers["Location"] == page("resume", client)
    states = [Publication.objects.get(pk=row.pk).state for row in rows]
    assert states == [P.DUE, P.CANCELLED, P.MISSED]
    moved = Publication.objects.get(pk=rows[0].pk)
    assert moved.planned_at is not None
    assert moved.planned_at > timezone.now()


def test_what_was_settled_meanwhile_is_left_alone(browser: Browser, client: Client) -> None:
    row = waiting_post(client, state=P.MISSED, planned_at=timezone.now() - DAY)
    data = {f"row-{row.pk}-what": "drop", f"row-{row.pk}-seen": "missed 2020-01-01T00:00:00"}
    text = browser.post(page("resume", client), data, follow=True).content.decode()
    assert "It was settled meanwhile: look at the page again." in text
    assert Publication.objects.get(pk=row.pk).state == P.MISSED


# --- The checklist -------------------------------------------------------------------------------


def test_ending_makes_the_checklist_its_task_and_the_portals_last_day(
    browser: Browser, client: Client, manager: User
) -> None:
    assert set_status(browser, client, S.ENDED, S.ACTIVE) == page("ending", client)
    assert [item.code for item in items_of(client)] == list(EndingCode)
    assert EndingItem.objects.filter(client=client, state=EndingState.OPEN).count() == 13
    task = Task.objects.get(client=client, leads_to="ending")
    assert (task.owner, task.title) == (
        manager, "The work has ended: go through the checklist of the ending",
    )  # fmt: skip
    assert (task.origin, task.origin_note) == (client, "end of the work")
    assert client.portal_until == client.today() + 30 * DAY
    assert ended_on(client) == client.today()


def test_every_item_has_its_fact(client: Client) -> None:
    assert list(CHECKS) == list(EndingCode)
    facts = facts_of(client, at=timezone.now())
    open_facts = {code for code, fact in facts.items() if fact.is_done is False}
    assert open_facts == {C.FINAL_ACT, C.PORTAL, C.ARCHIVE}


def test_only_the_clients_archive_of_after_the_end_counts(client: Client, manager: User) -> None:
    change_status(client, to=S.ENDED, by=manager)
    now = timezone.now()
    facts = []
    for made_for, finished_at in (("agency", now), ("client", now - 2 * DAY), ("client", now)):
        ArchiveJobFactory.create(
            client=client, state="done", made_for=made_for, finished_at=finished_at,
            asked_at=finished_at,
        )  # fmt: skip
        fact = facts_of(client, at=now)[C.ARCHIVE]
        facts.append((fact.is_done, fact.words.partition(" of ")[0].partition(" on ")[0]))
    # Whether it was handed over, only a person knows.
    assert facts == [
        (False, "no archive for the client is made"), (False, "the one"), (None, "made"),
    ]  # fmt: skip


def test_facts_count_what_is_left(client: Client) -> None:
    soon = timezone.now() + DAY
    waiting_post(client, state=P.DUE, planned_at=soon, next_try_at=soon)
    AccessGrantFactory.create(client=client)
    AccessKeyFactory.create(client=client)
    PaperFactory.create(client=client, kind="act", state="sent")
    TaskFactory.create(client=client)
    facts = facts_of(client, at=timezone.now())
    words = {code: facts[code].words for code in (C.ACCESS, C.KEYS, C.FINAL_ACT, C.TASKS)}
    assert words == {
        C.ACCESS: "1 role is not taken back",
        C.KEYS: "1 key is stored",
        C.FINAL_ACT: "1 act is not signed",
        C.TASKS: "1 task is open",
    }
    assert facts[C.SCHEDULED_POSTS].words.startswith("1 scheduled, 0 wait for a decision")
    assert facts[C.KEYS].url == (
        reverse("admin:communities_accesskey_changelist") + f"?client={client.pk}"
    )


def test_an_item_is_not_ticked_while_the_facts_say_otherwise(
    browser: Browser, client: Client, manager: User
) -> None:
    change_status(client, to=S.ENDED, by=manager)
    AccessKeyFactory.create(client=client)
    step = page("ending_item", client, C.KEYS)
    answer = browser.post(step, {"to": "done", "reason": "", "seen": "open"})
    assert "The facts beside it say otherwise" in answer.content.decode()
    answer = browser.post(step, {"to": "not_needed", "reason": "", "seen": "open"})
    assert "Say why it is not needed." in answer.content.decode()
    answer = browser.post(step, {"to": "not_needed", "reason": "Sister firm", "seen": "open"})
    assert answer.status_code == 302
    item = EndingItem.objects.get(client=client, code=C.KEYS)
    assert (item.state, item.reason, item.decided_by) == ("not_needed", "Sister firm", manager)
    answer = browser.post(step, {"to": "open", "reason": "", "seen": "open"})
    assert "Somebody has decided it meanwhile" in answer.content.decode()


def test_the_task_is_done_with_the_last_item(client: Client, manager: User) -> None:
    change_status(client, to=S.ENDED, by=manager)
    for item in items_of(client):
        decide_item(
            client, item.code, seen="open", to="not_needed", reason="Tested", is_done=False,
            by=manager, at=timezone.now(),
        )  # fmt: skip
    task = Task.objects.get(client=client, leads_to="ending")
    assert task.state == "done"
    changes = ChangeEntry.objects.get_for_object(task)
    assert changes.filter(action=ChangeEntry.Action.UPDATE).count() == 1


def test_only_the_checklists_own_task_is_the_endings(client: Client, manager: User) -> None:
    """Whatever somebody wrote of where theirs came from."""
    mine = TaskFactory.create(client=client, origin_note="ending")
    change_status(client, to=S.ENDED, by=manager)
    assert facts_of(client, at=timezone.now())[C.TASKS].words == "1 task is open"
    for item in items_of(client):
        decide_item(
            client, item.code, seen="open", to="not_needed", reason="Tested", is_done=False,
            by=manager, at=timezone.now(),
        )  # fmt: skip
    assert list(Task.objects.unfinished().filter(client=client)) == [mine]


def test_the_task_of_the_ending_leads_to_the_checklist(
    browser: Browser, client: Client, manager: User
) -> None:
    change_status(client, to=S.ENDED, by=manager)
    task = Task.objects.get(client=client, leads_to="ending")
    text = browser.get(reverse("admin:clients_task_change", args=[task.pk])).content.decode()
    assert page("ending", client) in text


def act(browser: Browser, client: Client, code: str) -> None:
    step = page("ending_do", client, code)
    seen = browser.get(step).context["form"].initial["seen"]
    answer = browser.post(step, {"seen": seen})
    assert answer.status_code == 302, answer.content.decode()


def test_the_program_does_what_it_can_by_itself(
    browser: Browser, client: Client, manager: User
) -> None:
    soon = timezone.now() + DAY
    row = waiting_post(client, state=P.DUE, planned_at=soon, next_try_at=soon)
    EventDoorFactory.create(profile__client=client)
    AdAccountKeyFactory.create(account__client=client)
    ours = AccessKeyFactory.create(client=None, kind="service")
    AccessKeyFactory.create(client=client)
    connection = CallConnectionFactory.create(client=client)
    placement = NumberPlacementFactory.create(
        number__client=client, community=row.community, ends_on=None
    )
    CalendarFeedFactory.create(client=client)
    change_status(client, to=S.ENDED, by=manager)
    for code in (C.SCHEDULED_POSTS, C.KEYS, C.NUMBERS, C.LINKS):
        act(browser, client, code)
    facts = facts_of(client, at=timezone.now())
    assert {facts[code].is_done for code in (C.SCHEDULED_POSTS, C.KEYS, C.NUMBERS, C.LINKS)} == {
        True
    }
    assert Publication.objects.get(pk=row.pk).state == P.CANCELLED
    assert list(AccessKey.objects.all()) == [ours]
    old = connection.secret
    connection = CallConnection.objects.get(pk=connection.pk)
    assert (connection.is_active, connection.secret == old, connection.credentials) == (
        False, False, "{}",
    )  # fmt: skip
    assert TrackingNumber.objects.filter(client=client, is_active=True).count() == 0
    assert NumberPlacement.objects.get(pk=placement.pk).ends_on == client.today()


def test_keys_that_came_meanwhile_are_not_erased_unseen(
    browser: Browser, client: Client, manager: User
) -> None:
    change_status(client, to=S.ENDED, by=manager)
    AccessKeyFactory.create(client=client)
    seen = json.dumps({"networks": 0, "ads": 0, "calls": 0, "doors": 0})
    answer = browser.post(page("ending_do", client, C.KEYS), {"seen": seen})
    assert "The keys have changed meanwhile: look again." in answer.content.decode()
    assert AccessKey.objects.filter(client=client).count() == 1


def test_keys_of_a_connection_that_was_switched_off_are_erased_too(
    browser: Browser, client: Client, manager: User
) -> None:
    row = CallConnectionFactory.create(client=client, is_active=False, credentials='{"key": "k"}')
    change_status(client, to=S.ENDED, by=manager)
    assert facts_of(client, at=timezone.now())[C.KEYS].words == "1 key is stored"
    act(browser, client, C.KEYS)
    erased = CallConnection.objects.get(pk=row.pk)
    assert (erased.secret == row.secret, erased.credentials, erased.is_active) == (
        False, "{}", False,
    )  # fmt: skip
    assert erased.path_token != row.path_token
    assert facts_of(client, at=timezone.now())[C.KEYS].is_done


@pytest.mark.parametrize("seen", ["", "{", "7", "[]", '{"networks": [1]}', "null"])
def test_keys_seen_that_cannot_be_read_are_refused_with_words(
    browser: Browser, client: Client, manager: User, seen: str
) -> None:
    change_status(client, to=S.ENDED, by=manager)
    AccessKeyFactory.create(client=client)
    answer = browser.post(page("ending_do", client, C.KEYS), {"seen": seen})
    assert "What was shown cannot be read: open the page again." in answer.content.decode()
    assert AccessKey.objects.filter(client=client).count() == 1


def test_nothing_is_decided_before_the_end(browser: Browser, client: Client) -> None:
    data = {"to": "not_needed", "reason": "Early", "seen": "open"}
    answer = browser.post(page("ending_item", client, C.KEYS), data)
    assert answer.status_code == 404
    assert not EndingItem.objects.exists()


def test_strangers_and_others_see_no_checklist(client: Client) -> None:
    stranger = Browser()
    stranger.force_login(UserFactory.create())
    designer = UserFactory.create()
    join_team(client, designer, role=Role.DESIGNER, starts_on=LONG_AGO)
    other = Browser()
    other.force_login(designer)
    pages = [
        page("ending", client), page("ending_item", client, C.KEYS),
        page("ending_do", client, C.KEYS), page("ending_portal", client),
        page("archive", client), page("archive_ask", client), page("resume", client),
    ]  # fmt: skip
    answers = {browser.get(each).status_code for browser in (stranger, other) for each in pages}
    assert answers <= {403, 404}


# --- The portal ----------------------------------------------------------------------------------


def portal_of(client: Client) -> Browser:
    found = Browser()
    found.force_login(PortalAccessFactory.create(client=client, user__language="en").user)
    return found


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_portal_is_open_through_its_last_day_by_the_clients_clock(
    client: Client, manager: User, zone: str
) -> None:
    Client.objects.filter(pk=client.pk).update(time_zone=zone)
    client = Client.objects.get(pk=client.pk)
    change_status(client, to=S.ENDED, by=manager)
    people = portal_of(client)
    user = User.objects.get(portal_access__client=client)
    for days, is_open in ((0, True), (-1, False)):
        Client.objects.filter(pk=client.pk).update(portal_until=client.today() + days * DAY)
        assert Client.objects.open_to(user).exists() == is_open
        assert Client.objects.closed_to(user).exists() != is_open
    answer = people.get(reverse("portal:overview", args=[client.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("portal:home"))
    text = people.get(reverse("portal:home")).content.decode()
    assert "This portal is closed" in text
    assert "The portal of Denta was open until" in text


def test_portals_of_those_that_had_ended_before_get_a_last_day() -> None:
    """What the migration does, on rows as they stood before it."""
    statement = import_module("clients.migrations.0022_portals_of_ended_clients_close").CLOSE
    ended, active, dated, forgotten = ClientFactory.create_batch(4)
    Client.objects.exclude(pk=active.pk).update(status=S.ENDED)
    day, today = dt.date(2026, 1, 1), timezone.now().date()
    Client.objects.filter(pk=dated.pk).update(portal_until=day)
    Client.objects.filter(pk=forgotten.pk).update(forgotten_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(statement)
    days = dict(Client.objects.values_list("pk", "portal_until"))
    closes = days.pop(ended.pk)
    assert closes is not None
    assert abs(closes - today - PORTAL_DAYS * DAY) <= DAY
    assert days == {active.pk: None, dated.pk: day, forgotten.pk: None}


def test_staff_look_at_a_portal_that_is_closed_to_the_client(client: Client, manager: User) -> None:
    change_status(client, to=S.ENDED, by=manager)
    Client.objects.update(portal_until=client.today() - DAY)
    assert list(Client.objects.open_to(manager)) == [client]


def test_the_last_day_is_set_as_it_was_seen(
    browser: Browser, client: Client, manager: User
) -> None:
    with pytest.raises(ValidationError, match="only once the work has ended"):
        set_portal_until(client, client.today(), seen=None, on=client.today())
    change_status(client, to=S.ENDED, by=manager)
    assert client.portal_until is not None
    step = page("ending_portal", client)
    later = client.today() + 60 * DAY
    data = {"until": later.isoformat(), "seen": client.portal_until.isoformat()}
    assert browser.post(step, data).status_code == 302
    assert Client.objects.get().portal_until == later
    assert "Somebody has changed it meanwhile" in browser.post(step, data).content.decode()
    past = {"until": (client.today() - DAY).isoformat(), "seen": later.isoformat()}
    assert "Give today or a later day." in browser.post(step, past).content.decode()
