"""Turns the words of a template into the words of one strategy: `{client}`, `{+30}`, `{if calls}`.

A line that begins with `{if calls}` or `{if no calls}` stands only where the client does, or does
not, take phone calls; a line with a day after the end of the strategy does not stand.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import override

from strategy.industries.template import Words

DAY_AFTER = re.compile(r"\{\+(\d+)\}")
CONDITIONS = (("{if calls}", True), ("{if no calls}", False))
GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Filling:
    """What is known of the client and of the strategy that is begun."""

    client_name: str
    takes_calls: bool
    language: str
    starts_on: dt.date
    ends_on: dt.date

    def fill(self, words: Words | str) -> str:
        text = words if isinstance(words, str) else words.said_in(self.language)
        lines = [self._condition_met(line) for line in text.split("\n")]
        kept = [line for line in lines if line is not None and not self._is_late(line)]
        filled = "\n".join(map(self._with_facts, kept))
        return GAPS.sub("\n\n", filled).strip()

    def day_after(self, days: int) -> dt.date:
        """So many days after the first, but within the strategy."""
        return min(self.starts_on + dt.timedelta(days=days), self.ends_on)

    def _condition_met(self, line: str) -> str | None:
        for mark, wanted in CONDITIONS:
            if line.startswith(mark):
                return line.removeprefix(mark) if self.takes_calls is wanted else None
        return line

    def _is_late(self, line: str) -> bool:
        days = [int(found) for found in DAY_AFTER.findall(line)]
        return any(self.starts_on + dt.timedelta(days=each) > self.ends_on for each in days)

    def _with_facts(self, line: str) -> str:
        return DAY_AFTER.sub(self._written_day, line).replace("{client}", self.client_name)

    def _written_day(self, found: re.Match[str]) -> str:
        with override(self.language):
            return date_format(self.starts_on + dt.timedelta(days=int(found[1])))
