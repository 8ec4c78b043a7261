"""What people say on the simulated networks, and what was answered, deleted and banned there."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smm_agency.simulator import figures
from smm_agency.simulator.scenario import Json

FIRST_ID = 700_001
# Invented comments a post has at most, and dialogues a community.
MOST_COMMENTS, DIALOGUES = 4, 3

_COMMENTS = {
    "ru": (
        "Сколько стоит и как записаться?",
        "Спасибо большое, всё очень понравилось!",
        "Звонила два дня, никто не отвечает. Так и задумано?",
        "А по выходным вы работаете?",
        "Ужасное обслуживание, больше ни ногой!",
        "Подпишись на мой канал, заработок на дому от 5000 в день",
        "Очень красиво получилось!",
        "Привезли не то, что заказывала. Как обменять?",
    ),
    "en": (
        "How much is it, and how do I book?",
        "Thank you so much, loved it!",
        "I have called for two days and nobody answers.",
        "Are you open at the weekend?",
        "Terrible service, never again!",
        "Follow me and earn from home, 500 a day",
        "That looks great!",
        "The wrong order arrived. How can I change it?",
    ),
}
_NAMES = {
    "ru": ("Ольга Придуманная", "Игорь Вымышленный", "Нина Небывалова", "Пётр Выдумкин"),
    "en": ("Olive Invented", "Ian Madeup", "Nina Fiction", "Peter Nobody"),
}


@dataclass
class Said:
    """By page. Whoever changes something holds the lock for all of it."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    # (network, page) → what was added to the invented comments and messages.
    added: dict[tuple[str, str], list[Json]] = field(default_factory=lambda: defaultdict(list))
    guids: dict[tuple[str, str, str], int] = field(default_factory=dict)
    gone: set[tuple[str, str, str]] = field(default_factory=set)
    banned: set[tuple[str, str]] = field(default_factory=set)
    # Addresses that asked for events: page or bot → what it was told.
    servers: dict[str, Json] = field(default_factory=dict)
    # What single people sent a bot, by its name.
    private: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    _last_id: int = FIRST_ID - 1

    def next_id(self) -> int:
        with self.lock:
            self._last_id += 1
            return self._last_id

    def once(self, network: str, page: str, guid: str) -> int | None:
        """The id that the same guid got before."""
        return self.guids.get((network, page, guid)) if guid not in ("", "0") else None

    def add(self, network: str, page: str, item: Json, guid: str = "") -> None:
        with self.lock:
            self.added[network, page].append(item)
            if guid not in ("", "0"):
                self.guids[network, page, guid] = item["id"]


def comments(page: str, post: figures.InventedPost, now: datetime, language: str) -> list[Json]:
    """Invented comments of a post, as they have come by `now`: {number, at, author, name, text}."""
    count = min(MOST_COMMENTS, int(figures.share(page, post.number, "comments of") * 6))
    found = [_comment(page, post, place, language) for place in range(count)]
    return [each for each in found if each["at"] <= now]


def messages(page: str, now: datetime, language: str, *, days: int = 3) -> list[Json]:
    """Invented first messages of the last days; one a day in most."""
    found = []
    for ago in range(days):
        day = now.date() - timedelta(days=ago)
        if figures.share(page, day, "writes") < 0.3:
            continue
        minutes = 9 * 60 + int(figures.share(page, day, "message") * 10 * 60)
        at = datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo)
        number = day.toordinal()
        found.append(_said(page, number, at + timedelta(minutes=minutes), language))
    return [each for each in found if each["at"] <= now]


def _comment(page: str, post: figures.InventedPost, place: int, language: str) -> Json:
    minutes = 5 + int(figures.share(page, post.number, place, "after") * 20 * 60)
    number = post.number * 10 + place + 1
    return _said(page, number, post.at + timedelta(minutes=minutes), language)


def _said(page: str, number: int, at: datetime, language: str) -> Json:
    texts = _COMMENTS.get(language, _COMMENTS["en"])
    names = _NAMES.get(language, _NAMES["en"])
    who = int(figures.share(page, number, "who") * len(names))
    return {
        "number": number,
        "at": at,
        "author": 9_000_001 + who,
        "name": names[who],
        "text": texts[int(figures.share(page, number, "what") * len(texts))],
    }
