"""What a content plan adds up to. Shares are 0…1; over rows that were read, no database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from strategy.models import GridCell, Rubric

WHOLE = Decimal(1)


def sum_of_shares(rubrics: Iterable[Rubric]) -> Decimal | None:
    """All shares together; None where a rubric has none yet, or there is no rubric."""
    shares = [rubric.share for rubric in rubrics]
    known = [share for share in shares if share is not None]
    return sum(known, Decimal(0)) if shares and len(known) == len(shares) else None


def posts_by_community(cells: Iterable[GridCell]) -> Counter[int]:
    """Community's id → posts of a usual week."""
    counted: Counter[int] = Counter()
    for cell in cells:
        counted[cell.community_id] += cell.posts
    return counted


def planned_curated_share(rubrics: Sequence[Rubric], cells: Sequence[GridCell]) -> Decimal | None:
    """Curated posts ÷ all posts of the grid; by the shares of the rubrics where there is no grid.

    None where neither says anything.
    """
    curated = {rubric.pk: rubric.curated_share for rubric in rubrics}
    posts = sum(cell.posts for cell in cells)
    if posts:
        taken = sum((cell.posts * curated[cell.rubric_id] for cell in cells), Decimal(0))
        return taken / posts
    if sum_of_shares(rubrics) is None:
        return None
    return sum(
        ((rubric.share or Decimal(0)) * rubric.curated_share for rubric in rubrics), Decimal(0)
    )
