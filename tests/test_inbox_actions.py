import datetime as dt
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from clients.models import Task, User
from communities.models import AccessKey
from communities.networks.moderation import Act, SaidKind
from communities.networks.outcomes import Kind, Refused
from communities.networks.vk_moderation import LONGEST
from content import inbox_actions
from content.inbox_actions import (
    SAFE_AGAIN,
    finish_actions,
    mark_of,
    say_what_stands,
    send_action,
    why_not,
    write_action,
)
from content.models import ActionState, InboxAction, InboxAnswer, InboxItem, InboxState
from content.replies import reply, reply_text
from kpi.tests.network_stage import Start, simulate
from tests.factories import (
    NOON,
    AccessKeyFactory,
    InboxActionFactory,
    InboxItemFactory,
    ProfileFactory,
    StandingFactFactory,
    TrackingNumberFactory,
    UserFactory,
    WallPostFactory,
)

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db
COMMENT = {"id": 77, "post_id": 6, "from_id": 501, "date": int(NOON.timestamp()), "text": "Hi"}
GROUP = {"posts": [{"id": 6, "date": int(NOON.timestamp())}], "comments": [COMMENT]}
LATER = NOON + dt.timedelta(minutes=10)


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


@pytest.fixture
def item() -> InboxItem:
    profile = ProfileFactory.create(external_id="1001")
    for kind in ("community", "user"):
        AccessKeyFactory.create(
            client=profile.client, kind=kind, secret=f"vk1.a.{kind}.{uuid4().hex}"
        )
    post = WallPostFactory.create(profile=profile, external_id="6")
    made: InboxItem = InboxItemFactory.create(
        profile=profile,
        external_id="77",
        wall_post=post,
        post_external_id="6",
        author_id="501",
        author_name="Ann Invented",
    )
    return made


@pytest.fixture
def message(item: InboxItem) -> InboxItem:
    made: InboxItem = InboxItemFactory.create(
        profile=item.profile, kind="message", external_id="5", thread_id="501", author_id="501"
    )
    return made


def spoken(networks: Any) -> list[Any]:
    return [each["text"] for each in networks.world.said.added["vk", "1001"]]


def test_a_reply_goes_out_once_and_is_the_first_reply(
    simulate: Start, item: InboxItem, by: User
) -> None:
    networks = simulate(groups={"1001": GROUP}, any_token=True)
    action = reply(item, "100 roubles", by=by, at=LATER, seen=mark_of(item))
    assert (action.state, action.message) == (ActionState.DONE, "")
    assert spoken(networks) == ["100 roubles"]
    item.refresh_from_db()
    assert item.state == InboxState.ANSWERED
    assert item.first_reply_at is not None
    answer = InboxAnswer.objects.get()
    assert (answer.text, answer.answers_id, answer.external_id) == (
        "100 roubles",
        "77",
        action.external_id,
    )


def test_a_message_goes_to_its_dialogue(simulate: Start, message: InboxItem, by: User) -> None:
    said = {"id": 5, "peer_id": 501, "from_id": 501, "date": 1, "text": "Hi", "out": 0}
    networks = simulate(groups={"1001": {**GROUP, "messages": [said]}}, any_token=True)
    assert reply(message, "Hello", by=by, at=LATER).state == ActionState.DONE
    assert networks.world.said.added["vk messages", "1001"][0]["peer_id"] == 501


def test_who_looked_at_something_else_is_stopped(
    simulate: Start, item: InboxItem, by: User
) -> None:
    simulate(groups={"1001": GROUP}, any_token=True)
    seen = mark_of(item)
    reply(item, "first", by=by, at=LATER, seen=seen)
    item.refresh_from_db()
    with pytest.raises(ValidationError, match="meanwhile"):
        reply(item, "second", by=by, at=LATER, seen=seen)
    assert InboxAction.objects.count() == 1


def test_a_lost_answer_is_looked_up_by_the_same_guid(
    simulate: Start, item: InboxItem, by: User
) -> None:
    networks = simulate(
        groups={"1001": GROUP},
        any_token=True,
        faults=[{"method": "wall.createComment", "fault": "drop"}],
    )
    action = reply(item, "once", by=by, at=LATER)
    assert action.state == ActionState.UNKNOWN
    with pytest.raises(ValidationError, match="arrived"):
        write_action(item, Act.REPLY, by=by, at=LATER, text="again")
    assert finish_actions(at=LATER + dt.timedelta(minutes=1)) == 0
    assert finish_actions(at=LATER + dt.timedelta(minutes=3)) == 1
    action.refresh_from_db()
    assert (action.state, spoken(networks)) == (ActionState.DONE, ["once"])
    assert Task.objects.count() == 0


def test_what_may_have_arrived_is_never_sent_past_the_safe_hour(
    simulate: Start, item: InboxItem, by: User
) -> None:
    """The second try is put off for an hour: by then the network may not know the `guid`."""
    method = "wall.createComment"
    faults = [{"method": method, "fault": fault} for fault in ("drop", "vk_error:9")]
    networks = simulate(groups={"1001": GROUP}, any_token=True, faults=faults)
    action = reply(item, "once", by=by, at=LATER)
    for minutes in (3, 70, 140):
        finish_actions(at=LATER + dt.timedelta(minutes=minutes))
        action.refresh_from_db()
        assert (action.state, Task.objects.count()) == (ActionState.UNKNOWN, 1)
    assert spoken(networks) == ["once"]


def test_deletion_that_arrived_the_first_time_is_done(
    simulate: Start, item: InboxItem, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(groups={"1001": GROUP}, any_token=True)
    gone = Refused(Kind.NOT_FOUND, "Bad Request: message to delete not found")
    monkeypatch.setattr(inbox_actions, "_ask", lambda *args: gone)
    first = write_action(item, Act.DELETE, by=by, at=LATER, reason="spam")
    assert send_action(first.pk, at=LATER).state == ActionState.REFUSED
    again = InboxActionFactory.create(
        item=item, act="delete", state="sending", text="", reason="spam", written_at=LATER,
        sent_at=LATER,
    )  # fmt: skip
    finish_actions(at=LATER + dt.timedelta(minutes=3))
    again.refresh_from_db()
    item.refresh_from_db()
    assert (again.state, item.gone_at is not None) == (ActionState.DONE, True)


def test_what_stays_unknown_is_a_persons_and_asked_once(
    simulate: Start, item: InboxItem, by: User
) -> None:
    faults = [{"method": "wall.createComment", "fault": "drop", "times": None}]
    simulate(groups={"1001": GROUP}, any_token=True, faults=faults)
    action = reply(item, "once", by=by, at=LATER)
    late = LATER + SAFE_AGAIN + dt.timedelta(minutes=5)
    for _run in range(2):
        finish_actions(at=late)
    Task.objects.update(state="done", done_at=late)
    finish_actions(at=late)
    assert Task.objects.count() == 1
    say_what_stands(action, arrived=False, by=by, at=late)
    action.refresh_from_db()
    assert action.state == ActionState.NOT_DONE
    with pytest.raises(ValidationError):
        say_what_stands(action, arrived=True, by=by, at=late)


def test_a_request_that_died_is_finished_by_the_clock(
    simulate: Start, item: InboxItem, by: User
) -> None:
    networks = simulate(groups={"1001": GROUP}, any_token=True)
    waiting = write_action(item, Act.REPLY, by=by, at=LATER, text="waits")
    assert finish_actions(at=LATER + dt.timedelta(seconds=10)) == 0
    assert finish_actions(at=LATER + dt.timedelta(minutes=1)) == 1
    waiting.refresh_from_db()
    assert waiting.state == ActionState.DONE
    died = InboxActionFactory.create(item=item, state="sending", text="dies", written_at=LATER,
                                     sent_at=LATER)  # fmt: skip
    finish_actions(at=LATER + dt.timedelta(minutes=3))
    died.refresh_from_db()
    assert (died.state, spoken(networks)) == (ActionState.DONE, ["waits", "dies"])


def test_a_refusal_for_now_is_tried_again_in_time_and_three_times_at_most(
    simulate: Start, item: InboxItem, by: User
) -> None:
    faults = [{"method": "wall.createComment", "fault": "vk_error:9", "times": None}]
    simulate(groups={"1001": GROUP}, any_token=True, faults=faults)
    action = reply(item, "later", by=by, at=LATER)
    assert (action.state, action.next_try_at) == (
        ActionState.WAITING,
        LATER + dt.timedelta(hours=1),
    )
    assert finish_actions(at=LATER + dt.timedelta(minutes=30)) == 0
    for hours in (2, 4):
        finish_actions(at=LATER + dt.timedelta(hours=hours))
    action.refresh_from_db()
    assert action.state == ActionState.REFUSED


def test_a_dead_key_is_used_no_more(simulate: Start, item: InboxItem, by: User) -> None:
    faults = [{"method": "wall.createComment", "fault": "vk_error:5"}]
    simulate(groups={"1001": GROUP}, any_token=True, faults=faults)
    assert reply(item, "no", by=by, at=LATER).state == ActionState.REFUSED
    assert AccessKey.objects.get(kind="community").state == AccessKey.State.REFUSED


def test_deletion_restoring_and_ban_have_reasons(
    simulate: Start, item: InboxItem, by: User
) -> None:
    networks = simulate(groups={"1001": GROUP}, any_token=True)
    with pytest.raises(ValidationError, match="why"):
        write_action(item, Act.DELETE, by=by, at=LATER, reason=" ")
    send_action(write_action(item, Act.DELETE, by=by, at=LATER, reason="Rude").pk, at=LATER)
    item.refresh_from_db()
    assert (item.gone_at, networks.world.said.gone) == (LATER, {("vk", "1001", "77")})
    assert why_not(item, Act.DELETE) == "It is gone already."
    send_action(write_action(item, Act.RESTORE, by=by, at=LATER).pk, at=LATER)
    item.refresh_from_db()
    assert (item.gone_at, networks.world.said.gone) == (None, set())
    send_action(write_action(item, Act.BAN, by=by, at=LATER, reason="Rude").pk, at=LATER)
    assert networks.world.said.banned == {("1001", "501")}


def test_what_cannot_be_done_is_said_in_words(item: InboxItem, message: InboxItem) -> None:
    assert why_not(item, Act.REPLY) == ""
    assert "no hiding" in why_not(item, Act.HIDE)
    assert "stays with the person" in why_not(message, Act.DELETE)
    AccessKey.objects.filter(kind="user").delete()
    assert why_not(item, Act.DELETE) == (
        "This page has no working key for it. Needed: administrator's key."
    )
    review = InboxItemFactory.create(
        profile=None, client=item.client, kind="review", site="Maps", external_id=""
    )
    assert "by hand" in why_not(review, Act.REPLY)


@pytest.mark.parametrize("text", ["", "  ", "a" * (LONGEST[SaidKind.COMMENT] + 1)])
def test_texts_that_the_network_does_not_take_are_refused(
    item: InboxItem, by: User, text: str
) -> None:
    with pytest.raises(ValidationError):
        write_action(item, Act.REPLY, by=by, at=LATER, text=text)


def test_variables_are_filled_in_and_unknown_ones_named(item: InboxItem) -> None:
    TrackingNumberFactory.create(client=item.client, number="+74950000001")
    text = "{name}, {client}: {phone}"
    assert reply_text(text, item) == f"Ann, {item.client.name}: +74950000001"
    with pytest.raises(ValidationError, match="adress"):
        reply_text("{adress}", item)
    item.author_name = ""
    with pytest.raises(ValidationError, match="Write it by hand"):
        reply_text("{name}!", item)


def test_standing_facts_fill_in_answers_while_they_are_true(item: InboxItem) -> None:
    today = item.client.today()
    for code, until in (("price_visit", today), ("price_old", today - dt.timedelta(days=1))):
        StandingFactFactory.create(
            client=item.client, code=code, value="1 800 ₽", valid_until=until
        )
    assert reply_text("It costs {price_visit}.", item) == "It costs 1 800 ₽."
    with pytest.raises(ValidationError, match="price_old"):
        reply_text("It costs {price_old}.", item)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_write_one_reply(item: InboxItem) -> None:
    people = [UserFactory.create() for _n in range(2)]
    seen, gate, done = mark_of(item), threading.Barrier(2), []

    def write(person: User) -> None:
        gate.wait()
        try:
            write_action(item, Act.REPLY, by=person, at=LATER, seen=seen, text="same")
            done.append("written")
        except ValidationError:
            done.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["refused", "written"]
    assert InboxAction.objects.count() == 1


def test_an_action_taken_by_another_worker_is_not_sent_twice(
    simulate: Start, item: InboxItem, by: User
) -> None:
    networks = simulate(groups={"1001": GROUP}, any_token=True)
    action = write_action(item, Act.REPLY, by=by, at=LATER, text="once")
    for _worker in range(3):
        send_action(action.pk, at=LATER)
    assert spoken(networks) == ["once"]
