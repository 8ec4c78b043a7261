"""The score of an audit: points ÷ (2 × judged criteria), of a section and of the whole.

What is not judged yet and what does not apply are in neither: they are no zeros. Where nothing is
judged there is no score. The whole is of all criteria together, not a mean of the sections.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from communities.models import AuditScore, AuditSection

MOST_POINTS = AuditScore.Value.GOOD.value
FORMULA = _("Score = points ÷ (2 × judged criteria); what does not apply is left out.")


class Total(NamedTuple):
    """`criteria` are all but those that do not apply; `judged` of them have a score."""

    points: int
    judged: int
    criteria: int

    @property
    def most(self) -> int:
        return self.judged * MOST_POINTS

    @property
    def share(self) -> float | None:
        """0…1; None where nothing is judged."""
        return share_of(self.points, self.judged)


class SectionTotal(NamedTuple):
    section: AuditSection
    total: Total


def share_of(points: int | None, judged: int) -> float | None:
    return (points or 0) / (judged * MOST_POINTS) if judged else None


def total_of(rows: Iterable[AuditScore]) -> Total:
    scores = [row.score for row in rows if not row.is_not_applicable]
    judged = [score for score in scores if score is not None]
    return Total(sum(judged), len(judged), len(scores))


def section_totals(rows: Sequence[AuditScore]) -> list[SectionTotal]:
    """Of the sections that have criteria, in their order."""
    return [
        SectionTotal(section, total_of(found))
        for section in AuditSection
        if (found := [row for row in rows if row.section == section])
    ]
