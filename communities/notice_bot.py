"""The agency's bot that tells its people of things: connecting chats, and sending notices there.

A message says what it is about and gives the link; whoever opens that has to sign in. Telegram has
no key against doubles, so a message whose answer was lost counts as unknown and is not sent again.
Only one worker at a time asks for what people wrote: the bot's row holds the lease.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients import notice_chats
from clients.language import language_of
from clients.models import Channel, NoticeBot, NoticeDelivery, NoticeHabits, User
from clients.notice_delivery import drop_forbidden, drop_read, due, link_of
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, OutcomeUnknown, Refused, RefusedForNow
from communities.networks.telegram_talk import Heard, cut, fits, read_name, read_talk, send_text

logger = logging.getLogger(__name__)

S = NoticeDelivery.State
LEASE = dt.timedelta(minutes=5)
# How long the line stays open while somebody is connecting a chat.
WAIT_SECONDS = 20
MOST_BATCHES = 20
# Telegram's own, for each chat and second; the rest waits for the next minute.
MOST_MESSAGES = 50
# The key itself is at fault: the directors see it on their page, nobody's message is counted.
KEY_IS_BAD = frozenset({Kind.TOKEN_INVALID, Kind.TOKEN_EXPIRED, Kind.NEEDS_HUMAN})
CHAT_IS_LOST = frozenset({Kind.PERMISSION, Kind.NOT_FOUND})


@lru_cache(maxsize=1)
def _key_of(secret: str) -> AccessToken:
    return AccessToken("telegram", TokenKind.BOT, secret)


def bot_key() -> AccessToken:
    return _key_of(str(settings.NOTICE_BOT_TOKEN))


# --- What people write ---------------------------------------------------------------------------


def hear(*, at: dt.datetime) -> int:
    """Read what people wrote to the bot and do it; how many messages were taken."""
    if not notice_chats.is_on():
        return 0
    bot = _lease(at=at)
    if bot is None:
        return 0
    try:
        return _hear(bot, at=at)
    finally:
        NoticeBot.objects.filter(pk=bot.pk).update(leased_until=None)


def _lease(*, at: dt.datetime) -> NoticeBot | None:
    """None: another worker asks just now."""
    number = notice_chats.bot_number()
    bot = NoticeBot.objects.get_or_create(number=number)[0]
    free = NoticeBot.objects.filter(Q(leased_until=None) | Q(leased_until__lt=at), pk=bot.pk)
    if not free.update(leased_until=at + LEASE):
        return None
    bot.refresh_from_db()
    return bot


def _hear(bot: NoticeBot, *, at: dt.datetime) -> int:
    if not bot.name and not _learn_name(bot):
        return 0
    taken = 0
    wait = WAIT_SECONDS if notice_chats.is_awaited(at=at) else 0
    for _batch in range(MOST_BATCHES):
        outcome = read_talk(bot_key(), bot.offset, wait_seconds=wait)
        if not isinstance(outcome, Ok):
            _note_refusal(bot, outcome)
            break
        _note_works(bot)
        talk, wait = outcome.value, 0
        if talk.next_offset is None:
            break
        answers = _take(bot, talk.heard, talk.next_offset, at=at)
        taken += len(talk.heard)
        for chat_id, words in answers:
            send_text(bot_key(), chat_id, words)
        if not talk.has_more:
            break
    return taken


def _learn_name(bot: NoticeBot) -> bool:
    outcome = read_name(bot_key())
    if not isinstance(outcome, Ok):
        _note_refusal(bot, outcome)
        return False
    bot.name = outcome.value[:64]
    bot.save(update_fields=["name"])
    return True


def _note_refusal(bot: NoticeBot, outcome: Outcome[object]) -> None:
    if isinstance(outcome, Refused):
        NoticeBot.objects.filter(pk=bot.pk).update(refusal=outcome.message[:300])
        logger.warning("The bot of notices is refused: %s", outcome.kind)


def _note_works(bot: NoticeBot) -> None:
    NoticeBot.objects.filter(pk=bot.pk).exclude(refusal="").update(refusal="")


@transaction.atomic
def _take(
    bot: NoticeBot, heard: Sequence[Heard], next_offset: int, *, at: dt.datetime
) -> list[tuple[str, str]]:
    """What is to be answered, by chat. Stored with the offset: a batch is taken once."""
    is_ours = NoticeBot.objects.filter(pk=bot.pk, offset=bot.offset).update(offset=next_offset)
    if not is_ours:
        return []
    bot.offset = next_offset
    answers = [(each.chat_id, _answer(each, at=at)) for each in heard]
    return [(chat_id, words) for chat_id, words in answers if words]


def _answer(heard: Heard, *, at: dt.datetime) -> str:
    """Does what was asked; "" where nothing is to be said."""
    if heard.has_left:
        notice_chats.lose(heard.chat_id, at=at)
        return ""
    word, _space, rest = heard.text.strip().partition(" ")
    if word == "/start":
        return _connect(rest.strip(), heard.chat_id, at=at)
    if word == "/stop":
        person = _person_of(heard.chat_id)
        with translation.override(_language(person)):
            if notice_chats.take_away(heard.chat_id):
                return _("Disconnected: you are told nothing here any more.")
            return _("This chat was not connected.")
    with translation.override(_language(_person_of(heard.chat_id))):
        return _("I only tell what happens. /stop disconnects this chat.")


def _connect(code: str, chat_id: str, *, at: dt.datetime) -> str:
    person = notice_chats.connect(code, chat_id, at=at)
    with translation.override(_language(person)):
        if person is None:
            return _(
                "This code is unknown, used or too old. Take a new one in the workbench, on your"
                " page of notices."
            )
        return _("Connected: %(person)s is told here. /stop disconnects.") % {"person": person}


def _person_of(chat_id: str) -> User | None:
    habits = NoticeHabits.objects.filter(chat_id=chat_id).exclude(chat_id="")
    row = habits.select_related("person").first()
    return row.person if row else None


def _language(person: User | None) -> str:
    return language_of(person, None) if person else str(settings.LANGUAGE_CODE)


# --- What is sent --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """One message: a notice, or a digest of several."""

    chat_id: str
    person: User
    rows: list[NoticeDelivery]

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in self.rows]

    def text(self) -> str:
        return cut(self.words())

    def words(self) -> str:
        """Subjects and links only, in the reader's language."""
        notices = [row.notice for row in self.rows]
        with translation.override(language_of(self.person, notices[0].client)):
            parts = [f"{each.subject}\n{link_of(each)}".rstrip() for each in notices]
            if self.rows[0].is_digest:
                words = ngettext(
                    "Your day: %(count)d notice", "Your day: %(count)d notices", len(notices)
                )
                parts.insert(0, words % {"count": len(notices)})
        return "\n\n".join(parts)


def send_to_chats(*, at: dt.datetime) -> int:
    """Send what is due by Telegram; how many messages went out."""
    if not notice_chats.is_on():
        return 0
    _settle_lost(at=at)
    sent = 0
    for _number in range(MOST_MESSAGES):
        message = _claim(at=at)
        if message is None:
            break
        if not message.rows:
            continue
        outcome = send_text(bot_key(), message.chat_id, message.text())
        _settle(message, outcome, at=at)
        sent += isinstance(outcome, Ok)
        if isinstance(outcome, Refused) and outcome.kind in KEY_IS_BAD:
            break
    return sent


def _settle_lost(*, at: dt.datetime) -> None:
    """Whoever began to send and died: perhaps it arrived, so it is not sent again."""
    dead = NoticeDelivery.objects.filter(
        channel=Channel.TELEGRAM, state=S.WAITING, is_begun=True, leased_until__lt=at
    )
    dead.update(state=S.UNKNOWN, leased_until=None)


@transaction.atomic
def _claim(*, at: dt.datetime) -> Message | None:
    """The next message, with its attempt counted and its sending noted before it begins.

    None: nothing waits. Without rows: it may not be told any more.
    """
    free = due(Channel.TELEGRAM, at=at).filter(Q(leased_until=None) | Q(leased_until__lt=at))
    free = free.filter(is_begun=False)
    first = free.select_for_update(of=("self",), skip_locked=True).first()
    if first is None:
        return None
    rows = [first]
    if first.is_digest:
        others = free.filter(is_digest=True, notice__person=first.notice.person)
        rows = list(others.select_for_update(of=("self",), skip_locked=True))
    return _begin(first.notice.person, rows, at=at)


def _begin(person: User, rows: list[NoticeDelivery], *, at: dt.datetime) -> Message:
    allowed = drop_forbidden(drop_read(rows) if rows[0].is_digest else rows, at=at)
    habits = NoticeHabits.objects.filter(person=person).exclude(chat_id="").first()
    if habits is None:
        NoticeDelivery.objects.filter(pk__in=[row.pk for row in allowed]).update(state=S.DROPPED)
        allowed = []
    allowed = _that_fit(person, allowed)
    for row in allowed:
        row.attempts, row.is_begun, row.leased_until = row.attempts + 1, True, at + LEASE
    NoticeDelivery.objects.bulk_update(allowed, ["attempts", "is_begun", "leased_until"])
    return Message(habits.chat_id if habits else "", person, allowed)


def _that_fit(person: User, rows: Sequence[NoticeDelivery]) -> list[NoticeDelivery]:
    """As many as one message holds; the others wait for the next one."""
    taken = list(rows[:1])
    for row in rows[1:]:
        if not fits(Message("", person, [*taken, row]).words()):
            break
        taken.append(row)
    return taken


def _settle(message: Message, outcome: Outcome[str], *, at: dt.datetime) -> None:
    rows = NoticeDelivery.objects.filter(pk__in=message.ids)
    if isinstance(outcome, Ok):
        rows.update(state=S.SENT, sent_at=at, leased_until=None, is_begun=False, error="")
    elif isinstance(outcome, OutcomeUnknown):
        rows.update(state=S.UNKNOWN, leased_until=None, error=outcome.message[:300])
    elif isinstance(outcome, RefusedForNow):
        _put_off(message, outcome, at=at)
    elif outcome.kind in KEY_IS_BAD:
        rows.update(is_begun=False, leased_until=None, attempts=message.rows[0].attempts - 1)
        NoticeBot.objects.filter(number=notice_chats.bot_number()).update(
            refusal=outcome.message[:300]
        )
    else:
        rows.update(state=S.GIVEN_UP, leased_until=None, error=outcome.message[:300])
        if outcome.kind in CHAT_IS_LOST:
            notice_chats.lose(message.chat_id, at=at)


def _put_off(message: Message, refusal: RefusedForNow, *, at: dt.datetime) -> None:
    """Surely not sent: again when the network says; a "wait" of the network counts for no try."""
    is_wait = refusal.kind == Kind.RATE_LIMITED
    for row in message.rows:
        row.attempts -= is_wait
        row.is_begun, row.leased_until = False, refusal.retry_at(at)
        row.error = refusal.message[:300]
        if row.attempts >= NoticeDelivery.MAX_ATTEMPTS:
            row.state = S.GIVEN_UP
    fields = ["attempts", "is_begun", "leased_until", "error", "state"]
    NoticeDelivery.objects.bulk_update(message.rows, fields)
