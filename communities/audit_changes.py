"""Before and after: a re-audit against the audit that it repeats, criterion by criterion.

The scores are compared over the criteria that were judged in both, so that a criterion that came or
went moves nothing; it is said.
"""

from collections.abc import Sequence
from typing import NamedTuple

from communities.audit_scores import Total, total_of
from communities.models import AuditScore, AuditSection


class Pair(NamedTuple):
    """One criterion in both audits."""

    before: AuditScore
    after: AuditScore

    @property
    def is_judged(self) -> bool:
        return self.before.score is not None and self.after.score is not None

    @property
    def change(self) -> int | None:
        """Points won or lost; None where it was not judged in both."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score


class SectionChange(NamedTuple):
    section: AuditSection
    before: Total
    after: Total


class Comparison(NamedTuple):
    """`pairs` in the order of the re-audit; `came` are only in it, `went` only before."""

    pairs: list[Pair]
    came: list[AuditScore]
    went: list[AuditScore]

    @property
    def judged(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.is_judged]

    @property
    def before(self) -> Total:
        return total_of(pair.before for pair in self.judged)

    @property
    def after(self) -> Total:
        return total_of(pair.after for pair in self.judged)

    @property
    def better(self) -> list[Pair]:
        return [pair for pair in self.judged if (pair.change or 0) > 0]

    @property
    def worse(self) -> list[Pair]:
        return [pair for pair in self.judged if (pair.change or 0) < 0]

    @property
    def sections(self) -> list[SectionChange]:
        """Of the sections that have criteria judged in both."""
        return [
            SectionChange(
                section,
                total_of(pair.before for pair in pairs),
                total_of(pair.after for pair in pairs),
            )
            for section in AuditSection
            if (pairs := [pair for pair in self.judged if pair.after.section == section])
        ]


def compare(before: Sequence[AuditScore], after: Sequence[AuditScore]) -> Comparison:
    """By the criteria's codes."""
    known = {row.code: row for row in before}
    codes = {row.code for row in after}
    return Comparison(
        [Pair(known[row.code], row) for row in after if row.code in known],
        [row for row in after if row.code not in known],
        [row for row in before if row.code not in codes],
    )
