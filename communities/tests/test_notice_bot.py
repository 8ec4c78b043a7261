"""The agency's bot: connecting, sending, and what goes wrong, against the simulated network."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from pytest_django import Settings

from clients import notice_chats
from clients.models import Notice, NoticeBot, NoticeDelivery, NoticeHabits, TeamMember, User
from clients.notice_chats import make_code
from clients.tests.test_notices import DAY, HOUR, NEXT_NINE, member, say
from communities import notice_bot
from communities.networks.telegram_talk import LONGEST_TEXT, cut, parse_talk
from communities.notice_bot import LEASE, hear, send_to_chats
from communities.tests.networks.conftest import Start, simulate
from smm_agency.simulator.server import Simulator
from smm_agency.simulator.telegram_people import block
from smm_agency.simulator.telegram_people import say as write
from tests.factories import NOON, ClientFactory

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db

CHAT = 910_000_001


@pytest.fixture
def bot(settings: Settings) -> str:
    """Its name; a key of its own for each test."""
    number = uuid4().int % 10**9 + 10**9
    settings.NOTICE_BOT_TOKEN = f"{number}:AA{uuid4().hex}"
    settings.LANGUAGE_CODE = "en"
    settings.PUBLIC_URL = "https://smm.example"
    return f"agency_{number}_bot"


@pytest.fixture
def anna() -> User:
    return member(ClientFactory.create(), language="en", first_name="Anna", last_name="Sample")


def start(simulate: Start, **scenario: Any) -> Simulator:
    return simulate(**{"invent": False, "limits": False, **scenario})


def connect(person: User, chat: int = CHAT) -> None:
    NoticeHabits.objects.update_or_create(
        person=person, defaults={"chat_id": str(chat), "chat_since": NOON}
    )


def said(networks: Simulator, chat: int = CHAT) -> list[str]:
    return [each["text"] for each in networks.world.said.added["telegram", str(chat)]]


def states() -> list[str]:
    rows = NoticeDelivery.objects.filter(channel="telegram").order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_code_connects_the_chat_once(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    code = make_code(anna, at=NOON)
    write(networks.world, bot, CHAT, f"/start {code}")
    write(networks.world, bot, CHAT + 1, f"/start {code}")
    assert [hear(at=NOON), hear(at=NOON)] == [2, 0]
    assert NoticeHabits.objects.get().chat_id == str(CHAT)
    assert said(networks) == ["Connected: Anna Sample is told here. /stop disconnects."]
    assert said(networks, CHAT + 1)[0].startswith("This code is unknown, used or too old.")
    row = NoticeBot.objects.get()
    assert (row.name, row.leased_until) == (bot, None)


def test_old_code_connects_nothing(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    write(networks.world, bot, CHAT, f"/start {make_code(anna, at=NOON)}")
    hear(at=NOON + HOUR)
    assert NoticeHabits.objects.get().chat_id == ""


def test_page_of_the_link_presses_the_button(simulate: Start, bot: str, anna: User,
                                             settings: Settings) -> None:  # fmt: skip
    networks = start(simulate)
    settings.TELEGRAM_LINK_URL = networks.url("telegram/chat")
    hear(at=NOON)
    code = make_code(anna, at=NOON)
    assert notice_chats.link_of(code) == f"{networks.url('telegram/chat')}/{bot}?start={code}"
    open_page(notice_chats.link_of(code))
    assert hear(at=NOON) == 1
    assert NoticeHabits.objects.get().chat_since == NOON


def open_page(address: str) -> None:
    assert httpx.get(address).status_code == 200


def test_stop_disconnects(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    connect(anna)
    for text in ("hello", "/stop", "/stop"):
        write(networks.world, bot, CHAT, text)
    hear(at=NOON)
    assert NoticeHabits.objects.get().chat_id == ""
    assert said(networks) == [
        "I only tell what happens. /stop disconnects this chat.",
        "Disconnected: you are told nothing here any more.",
        "This chat was not connected.",
    ]


def test_only_one_worker_asks(simulate: Start, bot: str, anna: User) -> None:
    start(simulate)
    NoticeBot.objects.create(number=notice_chats.bot_number(), leased_until=NOON + LEASE)
    assert hear(at=NOON) == 0
    assert notice_bot._lease(at=NOON) is None
    assert notice_bot._lease(at=NOON + 2 * LEASE) is not None


def test_batch_that_another_took_is_not_taken_again(bot: str, anna: User) -> None:
    row = NoticeBot.objects.create(number=notice_chats.bot_number(), offset=9)
    row.offset = 5
    assert notice_bot._take(row, parse_talk([]).heard, 7, at=NOON) == []
    assert NoticeBot.objects.get().offset == 9


def test_message_is_the_subject_and_the_link(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    connect(anna)
    say(anna, client=anna.memberships.get().client, text="Never in a message", path="/admin/x/")
    assert [send_to_chats(at=NOON), send_to_chats(at=NOON)] == [1, 0]
    assert said(networks) == ["Subject\nhttps://smm.example/admin/x/"]
    assert states() == ["sent"]


def test_digest_is_one_message(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    connect(anna)
    anna.notice_choices.create(kind="data", channel="telegram", when="digest")
    client = anna.memberships.get().client
    for number in range(2):
        say(anna, client=client, kind="data", key=f"k{number}", subject=f"S{number}", path="/p/")
    assert [send_to_chats(at=NOON), send_to_chats(at=NEXT_NINE)] == [0, 1]
    link = "https://smm.example/p/"
    assert said(networks) == [f"Your day: 2 notices\n\nS0\n{link}\n\nS1\n{link}"]


def test_digest_longer_than_a_message_goes_in_several(
    simulate: Start, bot: str, anna: User
) -> None:
    networks = start(simulate)
    connect(anna)
    anna.notice_choices.create(kind="data", channel="telegram", when="digest")
    client = anna.memberships.get().client
    subjects = [f"{number:02d}{'x' * 190}" for number in range(30)]
    for subject in subjects:
        say(anna, client=client, kind="data", key=subject[:2], subject=subject)
    assert send_to_chats(at=NEXT_NINE) == 2
    assert (len(said(networks)), states()) == (2, ["sent"] * 30)
    whole = "\n".join(said(networks))
    assert [whole.count(subject) for subject in subjects] == [1] * 30


def test_what_was_read_in_the_workbench_is_not_in_the_digest(
    simulate: Start, bot: str, anna: User
) -> None:
    networks = start(simulate)
    connect(anna)
    anna.notice_choices.create(kind="data", channel="telegram", when="digest")
    for number in range(2):
        say(anna, client=anna.memberships.get().client, kind="data", key=f"k{number}",
            subject=f"S{number}", path="")  # fmt: skip
    Notice.objects.filter(key="k0").update(read_at=NOON)
    assert (send_to_chats(at=NEXT_NINE), states()) == (1, ["dropped", "sent"])
    assert said(networks) == ["Your day: 1 notice\n\nS1"]


def test_lost_answer_is_not_sent_again(simulate: Start, bot: str, anna: User) -> None:
    networks = start(
        simulate, faults=[{"network": "telegram", "method": "sendMessage", "fault": "drop"}]
    )
    connect(anna)
    say(anna, client=anna.memberships.get().client)
    assert [send_to_chats(at=NOON), send_to_chats(at=NOON + DAY)] == [0, 0]
    assert (states(), len(said(networks))) == (["unknown"], 1)


def test_worker_killed_while_sending_leaves_it_unknown(
    simulate: Start, bot: str, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = start(simulate)
    connect(anna)
    say(anna, client=anna.memberships.get().client)

    def die(*args: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(notice_bot, "send_text", die)
        with pytest.raises(SystemExit):
            send_to_chats(at=NOON)
    assert [send_to_chats(at=NOON + LEASE / 2), states()] == [0, ["waiting"]]
    assert [send_to_chats(at=NOON + 2 * LEASE), states()] == [0, ["unknown"]]
    assert said(networks) == []


def test_wait_of_the_network_is_obeyed(simulate: Start, bot: str, anna: User) -> None:
    networks = start(
        simulate,
        faults=[
            {"network": "telegram", "method": "sendMessage", "fault": "telegram_error:429:3000"}
        ],
    )
    connect(anna)
    say(anna, client=anna.memberships.get().client)
    assert send_to_chats(at=NOON) == 0
    row = NoticeDelivery.objects.get(channel="telegram")
    assert (row.state, row.attempts, (row.leased_until or NOON) - NOON) == (
        "waiting",
        0,
        HOUR * 5 / 6,
    )
    assert send_to_chats(at=NOON + HOUR / 2) == 0
    assert said(networks) == []


def test_blocked_bot_disconnects_and_the_page_says_so(
    simulate: Start, bot: str, anna: User
) -> None:
    networks = start(simulate)
    connect(anna)
    networks.world.said.banned.add(("telegram", str(CHAT)))
    say(anna, client=anna.memberships.get().client)
    assert send_to_chats(at=NOON) == 0
    standing = notice_chats.standing_of(NoticeHabits.objects.get())
    assert (states(), standing.since, standing.lost_at) == (["given_up"], None, NOON)


def test_who_blocks_the_bot_is_disconnected(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    connect(anna)
    block(networks.world, bot, CHAT)
    hear(at=NOON)
    assert NoticeHabits.objects.get().chat_lost_at == NOON


def test_revoked_key_costs_nobody_their_message(
    simulate: Start, bot: str, anna: User, settings: Settings
) -> None:
    start(simulate, tokens={settings.NOTICE_BOT_TOKEN: {"state": "revoked"}})
    connect(anna)
    say(anna, client=anna.memberships.get().client)
    hear(at=NOON)
    assert send_to_chats(at=NOON) == 0
    row = NoticeDelivery.objects.get(channel="telegram")
    assert (row.state, row.attempts, row.is_begun) == ("waiting", 0, False)
    assert NoticeBot.objects.get().refusal == "Telegram error 401: Unauthorized"


def test_who_left_the_team_is_not_written_to(simulate: Start, bot: str, anna: User) -> None:
    networks = start(simulate)
    connect(anna)
    say(anna, client=anna.memberships.get().client)
    TeamMember.objects.update(ends_on=NOON.date() - DAY)
    assert (send_to_chats(at=NOON), states(), said(networks)) == (0, ["dropped"], [])


def test_without_a_key_nothing_is_asked(settings: Settings) -> None:
    settings.NOTICE_BOT_TOKEN = ""
    assert (hear(at=NOON), send_to_chats(at=NOON)) == (0, 0)


def test_long_message_is_cut_to_what_telegram_takes() -> None:
    assert cut("short") == "short"
    assert len(cut("🔥" * LONGEST_TEXT).encode("utf-16-le")) <= LONGEST_TEXT * 2
