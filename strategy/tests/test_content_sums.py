from decimal import Decimal

from strategy.content_sums import planned_curated_share, posts_by_community, sum_of_shares
from strategy.models import GridCell, Rubric


def rubric(pk: int, share: str | None, curated: str = "0") -> Rubric:
    return Rubric(
        pk=pk, share=None if share is None else Decimal(share), curated_share=Decimal(curated)
    )


def cell(rubric_id: int, community_id: int, posts: int) -> GridCell:
    return GridCell(rubric_id=rubric_id, community_id=community_id, weekday=0, posts=posts)


def test_shares_add_up_only_when_all_are_given() -> None:
    assert sum_of_shares([rubric(1, "0.3"), rubric(2, "0.7")]) == 1
    assert sum_of_shares([rubric(1, "0.3"), rubric(2, None)]) is None
    assert sum_of_shares([]) is None


def test_posts_of_a_week_by_community() -> None:
    assert posts_by_community([cell(1, 7, 2), cell(2, 7, 1), cell(1, 8, 4)]) == {7: 3, 8: 4}


def test_curated_share_is_of_the_posts_in_the_grid() -> None:
    """3 posts of a half curated rubric and 1 of an own one: 1.5 of 4."""
    rubrics = [rubric(1, "0.5", "0.5"), rubric(2, "0.5")]
    assert planned_curated_share(rubrics, [cell(1, 7, 3), cell(2, 7, 1)]) == Decimal("0.375")


def test_curated_share_without_a_grid_is_by_the_shares() -> None:
    assert planned_curated_share([rubric(1, "0.4", "0.5"), rubric(2, "0.6")], []) == Decimal("0.2")
    assert planned_curated_share([rubric(1, None, "0.5")], []) is None
