"""A person's chat with the agency's bot: connected by a one-time code, lost when it is blocked."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import NoticeBot, NoticeHabits, User
from smm_agency.lib.link_tokens import hash_of, new_token

# How long a code waits for its button.
CODE_LIVES = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class ChatStanding:
    """What the person's page says of Telegram."""

    is_on: bool
    bot: str
    since: dt.datetime | None
    lost_at: dt.datetime | None
    refusal: str


def is_on() -> bool:
    return bool(settings.NOTICE_BOT_TOKEN)


def bot_number() -> str:
    return str(settings.NOTICE_BOT_TOKEN).partition(":")[0]


def standing_of(habits: NoticeHabits) -> ChatStanding:
    bot = NoticeBot.objects.filter(number=bot_number()).first()
    return ChatStanding(
        is_on=is_on(),
        bot=bot.name if bot else "",
        since=habits.chat_since if habits.chat_id else None,
        lost_at=habits.chat_lost_at,
        refusal=bot.refusal if bot else "",
    )


def make_code(person: User, *, at: dt.datetime) -> str:
    """A new one; an older one opens nothing any more."""
    code = new_token()
    NoticeHabits.objects.update_or_create(
        person=person, defaults={"code_hash": hash_of(code), "code_until": at + CODE_LIVES}
    )
    return code


def link_of(code: str) -> str:
    """Opens the chat and fills the code in; "" before the bot was asked for its name."""
    bot = NoticeBot.objects.filter(number=bot_number()).first()
    return f"{settings.TELEGRAM_LINK_URL}/{bot.name}?start={code}" if bot and bot.name else ""


@transaction.atomic
def connect(code: str, chat_id: str, *, at: dt.datetime) -> User | None:
    """Whose code it was; None: it is unknown, used or too old, or the person has left.

    A chat that was another person's is theirs no more: it speaks to whoever holds the phone.
    """
    rows = NoticeHabits.objects.select_for_update(of=("self",)).select_related("person")
    habits = rows.filter(code_hash=hash_of(code), code_until__gt=at).first() if code else None
    if habits is None or not (habits.person.is_active and habits.person.is_staff):
        return None
    try:
        with transaction.atomic():
            take_away(chat_id)
            habits.chat_id, habits.chat_since, habits.chat_lost_at = chat_id, at, None
            habits.code_hash, habits.code_until = "", None
            habits.save()
    except IntegrityError:  # Two codes in one chat at the same moment: the first has it.
        return None
    return habits.person


def take_away(chat_id: str) -> int:
    """By /stop: nobody is told in this chat any more."""
    rows = NoticeHabits.objects.filter(chat_id=chat_id).exclude(chat_id="")
    return rows.update(chat_id="", chat_since=None)


def disconnect(person: User) -> bool:
    rows = NoticeHabits.objects.filter(person=person).exclude(chat_id="")
    return bool(rows.update(chat_id="", chat_since=None, chat_lost_at=None))


def lose(chat_id: str, *, at: dt.datetime | None = None) -> int:
    """The bot may not write there any more: the person's page says so."""
    rows = NoticeHabits.objects.filter(chat_id=chat_id).exclude(chat_id="")
    return rows.update(chat_id="", chat_since=None, chat_lost_at=at or timezone.now())


def is_awaited(*, at: dt.datetime) -> bool:
    """Whether somebody is connecting a chat just now."""
    return NoticeHabits.objects.filter(code_until__gt=at).exists()
