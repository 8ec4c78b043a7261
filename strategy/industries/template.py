"""What a strategy can start from: the rows of its parts in both languages, no figures made up.

`[words in brackets]` are for the agency to fill in; the other marks are those of `filling`. Parts
name each other by their keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import NamedTuple

from clients.models import Block, Role, Side
from strategy.models import (
    ContentSource,
    FormulaCode,
    GoalLevel,
    Metric,
    PostFormat,
    Rubric,
    SectionKind,
    TargetOwner,
)

LANGUAGES = ("ru", "en")


class Words(NamedTuple):
    """One text in both languages."""

    ru: str
    en: str

    def said_in(self, language: str) -> str:
        text: str = getattr(self, language)
        return text


NOTHING = Words("", "")


class SectionText(NamedTuple):
    """What the client reads, and what only the agency does; both Markdown."""

    text: str
    note: str


@dataclass(frozen=True)
class GoalTaskPart:
    """`days` from the first day of the strategy; `role` is who of the agency does it."""

    title: Words
    days: int
    side: Side = Side.AGENCY
    block: Block = Block.STRATEGY
    role: Role | None = None


@dataclass(frozen=True)
class GoalPart:
    """`callless` stands for `text` and `measure` where the client takes no calls."""

    key: str
    level: GoalLevel
    text: Words
    measure: Words
    serves: str = ""
    tasks: tuple[GoalTaskPart, ...] = ()
    callless: tuple[Words, Words] | None = None


@dataclass(frozen=True)
class SegmentPart:
    key: str
    name: Words
    who: Words
    need: Words
    pains: Words
    triggers: Words
    objections: Words
    platforms: Words


@dataclass(frozen=True)
class PositioningPart:
    key: str
    message: Words
    proof: Words
    tone: Words
    segment: str = ""


@dataclass(frozen=True)
class RulesPart:
    curated_cap: Decimal
    curated_reason: Words
    sources: Words
    taboo: Words


@dataclass(frozen=True)
class RubricPart:
    """Shares are 0…1; `curated` is the part of the rubric that comes from the internet."""

    key: str
    name: Words
    kind: Rubric.Kind
    share: Decimal
    goal: str
    formats: tuple[PostFormat, ...]
    sources: tuple[ContentSource, ...]
    example: Words
    curated: Decimal = Decimal(0)
    segment: str = ""
    positioning: str = ""


class GridPart(NamedTuple):
    """A post of a rubric on a weekday; Monday is 0."""

    rubric: str
    weekday: int
    posts: int = 1


@dataclass(frozen=True)
class TargetPart:
    """A target without its months: these are the agency's to set."""

    metric: Metric
    is_primary: bool = False
    owner: TargetOwner = TargetOwner.SHARED
    tolerance: Decimal = Decimal("0.20")
    min_sample: int = 0
    formula: FormulaCode | str = ""


@dataclass(frozen=True)
class Template:
    """`targets` where the client takes calls, `callless` where not: the first is the primary one.

    Sections that have no text here are not needed. `roles` say why the client is on a network; the
    entry under "" is for the networks that are not named.
    """

    texts: Mapping[str, Mapping[SectionKind, SectionText]]
    summary: Words
    goals: tuple[GoalPart, ...]
    rules: RulesPart
    rubrics: tuple[RubricPart, ...]
    grid: tuple[GridPart, ...]
    roles: Mapping[str, Words]
    targets: tuple[TargetPart, ...]
    callless: tuple[TargetPart, ...]
    segments: tuple[SegmentPart, ...] = ()
    positionings: tuple[PositioningPart, ...] = ()

    @property
    def posts_per_week(self) -> int:
        return sum(part.posts for part in self.grid)

    def role_on(self, network: str) -> Words:
        return self.roles.get(network, self.roles[""])

    def all_texts(self) -> Iterator[str]:
        """Everything that it says, in both languages; what is for the agency only is left out."""
        for sections in self.texts.values():
            yield from (section.text for section in sections.values())
        yield from words_in((self.summary, self.goals, self.segments, self.positionings))
        yield from words_in((self.rules, self.rubrics, tuple(self.roles.values())))


def words_in(part: object) -> Iterator[str]:
    """The texts of a part and of all that it is made of, in both languages."""
    if isinstance(part, Words):
        yield from part
    elif isinstance(part, tuple):
        for each in part:
            yield from words_in(each)
    elif is_dataclass(part) and not isinstance(part, type):
        for each in fields(part):
            yield from words_in(getattr(part, each.name))
