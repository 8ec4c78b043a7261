"""When things happen: weekdays, seasons, and counts without the noise of dice. Pure."""

import datetime as dt
import math
import random
from collections.abc import Iterable, Sequence

from smm_agency.demo.stories import Story, Strength
from strategy.periods import days_between, last_of_month, month_of

DAY = dt.timedelta(days=1)


def dice(today: dt.date, *parts: str) -> random.Random:
    """The same day and the same parts give the same throws."""
    return random.Random("/".join([today.isoformat(), *parts]))


def months_since(start: dt.date, month: dt.date) -> int:
    return (month.year - start.year) * 12 + month.month - start.month


def target_of(story: Story, full: float, month: dt.date, *, starts_on: dt.date) -> int:
    """The target of a month: ramped up from the strategy's first month, with the season."""
    ramp = story.ramp_of(max(months_since(starts_on, month), 0))
    return max(1, round(full * ramp * story.season_of(month)))


def strength_on(strengths: Iterable[Strength], day: dt.date, *, today: dt.date) -> float:
    """The share of what was agreed that comes on this day: the newest statement rules."""
    ago = (today - day).days
    ruling = [each for each in strengths if each.days_ago >= ago]
    return min(ruling, key=lambda each: each.days_ago).share if ruling else 0.0


def day_rates(
    story: Story, full: float, days: Sequence[dt.date], *, starts_on: dt.date
) -> list[float]:
    """How much of the month's target each day should bring, by weekday."""
    return [_day_rate(story, full, day, starts_on) for day in days]


def _day_rate(story: Story, full: float, day: dt.date, starts_on: dt.date) -> float:
    month = month_of(day)
    weights = [story.weekdays[each.weekday()] for each in days_between(month, last_of_month(month))]
    target = target_of(story, full, month, starts_on=starts_on)
    return target * story.weekdays[day.weekday()] / sum(weights)


def spread(rates: Sequence[float], rng: random.Random) -> list[int]:
    """Counts whose running sum stays near that of the rates: lifelike, yet without long luck."""
    counts = [0] * len(rates)
    reached, due = 0.0, 0.5 + rng.uniform(-0.4, 0.4)
    number = 0
    for position, rate in enumerate(rates):
        reached += rate
        while reached >= due:
            counts[position] += 1
            number += 1
            due = number + 0.5 + rng.uniform(-0.4, 0.4)
    return counts


def grown(age: dt.timedelta) -> float:
    """The share of its reactions that a post of this age has gathered."""
    return 1 - math.exp(-max(age.total_seconds(), 0.0) / 72_000)
