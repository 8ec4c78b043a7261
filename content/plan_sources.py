"""Where each planned post comes from: by its rubric, and never above the cap of the strategy."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from content.models import TextWork
from strategy.models import ContentSource, PostFormat, Rubric

# What is usually done to a text from there: a plan's assumption, which the post's author corrects.
USUAL_WORK: Mapping[str, TextWork] = {
    ContentSource.OWN: TextWork.WRITTEN,
    ContentSource.CLIENT_MATERIAL: TextWork.FROM_MATERIAL,
    ContentSource.USERS: TextWork.REPOST,
    ContentSource.CURATED: TextWork.REWRITE,
}


def name_of(rubric: Rubric | str) -> str:
    """By what a rubric is known from one version to the next."""
    return str(rubric).strip().casefold()


@dataclass
class Mix:
    """Deals out sources post by post, in the order of time.

    At every post the curated ones are at most floor(cap × posts so far), so they are at the end of
    the month, and they stand all over it. `cap` None: the strategy names none, so there are none.
    """

    cap: Decimal | None
    posts: int = 0
    curated: int = 0
    by_rubric: Counter[str] = field(default_factory=Counter)
    curated_by_rubric: Counter[str] = field(default_factory=Counter)

    def count(self, source: str, rubric: str) -> None:
        """A post that stands already, or has just been dealt out."""
        self.posts += 1
        self.by_rubric[rubric] += 1
        if source == ContentSource.CURATED:
            self.curated += 1
            self.curated_by_rubric[rubric] += 1

    def deal(self, rubric: Rubric) -> str:
        name = name_of(rubric)
        source = ContentSource.CURATED if self._takes_curated(rubric) else self._other(rubric)
        self.count(source, name)
        return source

    def _takes_curated(self, rubric: Rubric) -> bool:
        name = name_of(rubric)
        wanted = math.floor(rubric.curated_share * (self.by_rubric[name] + 1))
        return self.curated_by_rubric[name] < wanted and self.curated < self.most(self.posts + 1)

    def most(self, posts: int) -> int:
        return 0 if self.cap is None else math.floor(self.cap * posts)

    def _other(self, rubric: Rubric) -> str:
        """The rubric's other sources in turn; the agency's own where it names none."""
        others = [source for source in rubric.sources if source != ContentSource.CURATED]
        if not others:
            return ContentSource.OWN
        name = name_of(rubric)
        return others[(self.by_rubric[name] - self.curated_by_rubric[name]) % len(others)]

    def short_of(self, rubric: Rubric) -> int:
        """Curated posts that the rubric's own share asks for beyond what it was given."""
        name = name_of(rubric)
        wanted = math.floor(rubric.curated_share * self.by_rubric[name])
        return max(0, wanted - self.curated_by_rubric[name])


def format_of(rubric: Rubric, number: int) -> str:
    """The rubric's formats in turn, from post 0 on; text where it names none."""
    return str(rubric.formats[number % len(rubric.formats)]) if rubric.formats else PostFormat.TEXT
