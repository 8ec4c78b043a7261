"""Invented figures: the same id and day always give the same number, and days move them on."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b

# The day of which invented levels without a stated start are taken.
EPOCH = date(2026, 1, 1)
WALL_DAYS = 180
# The fractions that spread days most evenly, and stay strangers to each other.
GOLDEN, SILVER = 5**0.5 / 2 - 0.5, 2**0.5 - 1
_FIRST_POST_DAY = date(2020, 1, 1)

_TEXTS = {
    "ru": (
        "Новинка недели уже ждёт вас. Подробности по телефону!",
        "Отвечаем на частый вопрос подписчиков: с чего начать?",
        "До и после: показываем работу наших мастеров.",
        "Знакомьтесь, наша команда. Кто вас встречает каждый день.",
        "Акция до конца недели. Звоните, расскажем условия.",
        "Спасибо за отзыв! Читаем каждый и отвечаем.",
        "Пять советов, о которых редко говорят.",
        "Как проходит обычный день у нас за кулисами.",
    ),
    "en": (
        "New this week. Call us for details!",
        "A question we hear often: where to begin?",
        "Before and after: the work of our team.",
        "Meet the people who welcome you every day.",
        "An offer until the end of the week.",
        "Thank you for the review! We read every one.",
        "Five tips that are rarely told.",
        "An ordinary day behind the scenes.",
    ),
}


@dataclass(frozen=True)
class InventedPost:
    """A post with its counters as they stand at the moment asked for."""

    number: int
    at: datetime
    text: str
    photos: int
    likes: int
    comments: int
    shares: int
    views: int


def share(*parts: object) -> float:
    """A fixed number in 0…1 for these parts."""
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def evenly(profile: str, day: date, what: str, *, step: float) -> float:
    """A number in 0…1 that differs from day to day but has no long luck: weeks are alike."""
    return (share(profile, what) + day.toordinal() * step) % 1


def followers(profile: str, day: date, *, level: int | None = None, on: date = EPOCH) -> int:
    """Followers on `day`, moving day by day from `level` on the day `on`."""
    start = level if level is not None else int(300 * 100 ** share(profile, "level"))
    trend = start * (share(profile, "trend") * 0.0024 - 0.0004)
    wobble = max(2.0, start * 0.001)
    moved = trend * (day - on).days + wobble * (_noise(profile, day) - _noise(profile, on))
    return max(0, round(start + moved))


def posts(profile: str, now: datetime, *, reach: int, language: str = "ru") -> list[InventedPost]:
    """The posts of the last `WALL_DAYS` days up to `now`, newest first, two days of three."""
    found = (
        _post(profile, now.date() - timedelta(days=age), now, reach, language)
        for age in range(WALL_DAYS)
    )
    return [post for post in found if post is not None]


def _noise(profile: str, day: date) -> float:
    return share(profile, day, "noise") * 2 - 1


@lru_cache(maxsize=20_000)
def _at(profile: str, day: date) -> datetime | None:
    """When the profile posts on this day, if it does."""
    if share(profile, day, "posts") > 0.65:
        return None
    minutes = 6 * 60 + int(share(profile, day, "minute") * 12 * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=UTC)


def _post(profile: str, day: date, now: datetime, reach: int, language: str) -> InventedPost | None:
    at = _at(profile, day)
    if at is None or at > now:
        return None
    grown = 1 - math.exp(-(now - at).total_seconds() / 72_000)
    views = reach * (0.15 + 0.4 * evenly(profile, day, "views", step=GOLDEN)) * grown
    likes = views * (0.01 + 0.04 * evenly(profile, day, "likes", step=SILVER))
    texts = _TEXTS.get(language, _TEXTS["en"])
    return InventedPost(
        number=(day - _FIRST_POST_DAY).days * 4,
        at=at,
        text=texts[int(share(profile, day, "text") * len(texts))],
        photos=int(share(profile, day, "photos") * 4),
        likes=int(likes),
        comments=int(likes * 0.15 * share(profile, day, "comments")),
        shares=int(likes * 0.2 * share(profile, day, "shares")),
        views=int(views),
    )
