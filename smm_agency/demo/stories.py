"""What a story of the demo is made of. Days are counted back from the day of loading."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from clients.models import ClientStatus, Side
from kpi.models import DecisionKind
from strategy.industries import Start
from strategy.models import FormulaCode, Metric

HISTORY_DAYS = 425


class Wave(NamedTuple):
    """Subscribers that come or go within `days` days: `share` of the level, negative for losses."""

    days_ago: int
    days: int
    share: float


@dataclass(frozen=True)
class Page:
    """A page on a network. `growth` is net subscribers a month, `followers` the level at first.

    `source`: read from the network, or by a file; `silent_days`: nothing was read for so long.
    """

    network: str
    external_id: str
    screen_name: str
    title: str
    followers: int
    growth: int
    waves: tuple[Wave, ...] = ()
    source: str = "api"
    is_measured: bool = True
    silent_days: int = 0
    tells_joined: bool = False
    gap_days: int = 2

    @property
    def is_simulated(self) -> bool:
        return self.network in ("vk", "telegram")


@dataclass(frozen=True)
class Rival:
    name: str
    pages: tuple[Page, ...]
    strengths: str = ""
    weaknesses: str = ""
    idea: str = ""


class Person(NamedTuple):
    """Somebody on the client's side; with a `username` they look at the portal."""

    name: str
    position: str
    username: str = ""


class Strength(NamedTuple):
    """From so many days ago on, what comes is this share of what was agreed."""

    days_ago: int
    share: float


@dataclass(frozen=True)
class Calls:
    """How people call. `a_month` are new callers who talk; the rest follows from them.

    `lost_days`: since then most of the calls are missed at the client's desk.
    """

    strengths: tuple[Strength, ...] = (Strength(HISTORY_DAYS, 1.1),)
    source: str = "webhook"
    lost_days: int = 0
    # Of a CALLS target, how many calls come with one new caller.
    per_lead: float = 1.0
    stops_days_ago: int = 0
    extra_known: float = 0.0


class Counted(NamedTuple):
    """A count of the day that somebody enters: orders, messages."""

    metric: str
    a_month: int


@dataclass(frozen=True)
class Answer:
    """What people decide about the flags of a metric, once they have stood for some days."""

    metric: str
    kind: str
    reason: str
    client_text: str = ""
    after_days: int = 3
    not_before: int = HISTORY_DAYS
    # The next strategy begins so many days after the decision.
    starts_in: int | None = None
    check_days: int = 30


class Job(NamedTuple):
    """A task: `due` days from today (negative: overdue unless it is done)."""

    title: str
    role: str
    due: int
    block: str = ""
    is_done: bool = False
    note: str = ""
    side: str = Side.AGENCY


@dataclass(frozen=True)
class Story:
    key: str
    name: str
    legal_name: str
    industry: str
    began_days_ago: int
    fee: int
    ad_budget: int
    team: tuple[tuple[str, str], ...]
    people: tuple[Person, ...]
    pages: tuple[Page, ...]
    rivals: tuple[Rival, ...]
    title: str
    summary: str
    goal: str
    texts: tuple[str, ...]
    country: str = "RU"
    zone: str = "Europe/Moscow"
    currency: str = "RUB"
    language: str = "ru"
    status: str = ClientStatus.ACTIVE
    takes_calls: bool = True
    has_call_tracking: bool = True
    shows_forecast: bool = False
    ends_in_days: int | None = None
    paused_days_ago: int | None = None
    is_strategy_approved: bool = True
    primary: str = Metric.UNIQUE_TARGET_CALLS
    target: int = 0
    reason: str = ""
    template: str = Start.LOCAL_SERVICE
    er: tuple[str, str] = (FormulaCode.ER_VIEW, "0.028")
    ramp: tuple[float, ...] = ()
    weekdays: tuple[float, ...] = (1.2, 1.15, 1.1, 1.05, 1.1, 0.8, 0.6)
    season: Mapping[int, float] = field(default_factory=dict)
    calls: Calls | None = None
    tally_strength: float = 0.0
    counted: tuple[Counted, ...] = ()
    campaign: str = ""
    negative_days: int = 0
    # Between these days ago hardly anything was posted.
    quiet: tuple[int, int] | None = None
    third_party: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    # Why the next version is on approval, where one waits for the client's word.
    next_cause: str = ""
    jobs: tuple[Job, ...] = ()

    def ramp_of(self, month_number: int) -> float:
        """What share of the full target the n-th month of the strategy has, from 0."""
        return self.ramp[month_number] if month_number < len(self.ramp) else 1.0

    def season_of(self, month: dt.date) -> float:
        return self.season.get(month.month, 1.0)

    def answer_for(self, metric: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.metric == metric), None)


def keep(metric: str, reason: str, text: str = "") -> Answer:
    return Answer(metric, DecisionKind.KEEP, reason, text)
