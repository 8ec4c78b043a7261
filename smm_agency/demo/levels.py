"""Subscribers of a page day by day, with waves, gaps, and what joined and left. Pure."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import NamedTuple

from smm_agency.demo.stories import Page

GAPS = 5
# The last weeks are whole: what is seen first should not look broken.
QUIET_DAYS = 25


class Level(NamedTuple):
    """A day's reading; joined and left are None where the network does not tell them."""

    day: dt.date
    followers: int
    joined: int | None
    left: int | None


def plan_levels(page: Page, days: Sequence[dt.date], rng: random.Random) -> list[Level]:
    """One for each day; `days` end with yesterday."""
    today = days[-1] + dt.timedelta(days=1)
    base = float(page.followers)
    shown: list[int] = []
    for day in days:
        base += page.growth / 30.4 * rng.uniform(0.7, 1.3)
        base += sum(_wave(page.followers, wave, (today - day).days) for wave in page.waves)
        shown.append(max(1, round(base + rng.gauss(0, 0.6))))
    return [
        Level(day, level, *_moves(page, level, shown[n - 1] if n else level, rng))
        for n, (day, level) in enumerate(zip(days, shown, strict=True))
    ]


def _wave(followers: int, wave: tuple[int, int, float], ago: int) -> float:
    days_ago, length, share = wave
    return followers * share / length if days_ago - length < ago <= days_ago else 0.0


def _moves(
    page: Page, level: int, before: int, rng: random.Random
) -> tuple[int | None, int | None]:
    if not page.tells_joined:
        return None, None
    net = level - before
    churn = round(level * 0.0005 * rng.uniform(0.5, 1.6))
    left = max(churn, -net)
    return net + left, left


def missing_days(page: Page, days: Sequence[dt.date], rng: random.Random) -> set[dt.date]:
    """Days on which nothing was read: a few short gaps, and the last days of a refused key."""
    early = days[:-QUIET_DAYS]
    gaps = {
        early[start] + dt.timedelta(days=n)
        for start in (rng.randrange(len(early)) for _ in range(GAPS if early else 0))
        for n in range(rng.randint(1, page.gap_days) if page.gap_days < 7 else page.gap_days)
    }
    silent = set(days[-page.silent_days :]) if page.silent_days else set()
    return {day for day in gaps if day <= early[-1]} | silent if early else silent
