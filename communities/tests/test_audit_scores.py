"""The arithmetic of scores: no database, figures worked out by hand."""

from communities.audit_changes import compare
from communities.audit_scores import Total, section_totals, share_of, total_of
from communities.models import AuditScore, AuditSection


def row(
    score: int | None, *, section: str = "design", code: str = "", **fields: bool
) -> AuditScore:
    return AuditScore(section=section, code=code, score=score, **fields)


def test_score_is_points_by_twice_the_judged() -> None:
    total = total_of([row(2), row(1), row(0), row(2)])
    assert (total, total.share) == (Total(5, 4, 4), 5 / 8)


def test_score_leaves_out_what_nobody_judged() -> None:
    total = total_of([row(2), row(None), row(1)])
    assert (total, total.share) == (Total(3, 2, 3), 0.75)


def test_score_leaves_out_what_does_not_apply() -> None:
    total = total_of([row(2), row(None, is_not_applicable=True), row(0)])
    assert (total, total.share) == (Total(2, 2, 2), 0.5)


def test_nothing_judged_is_no_score_and_no_zero() -> None:
    assert total_of([row(None), row(None, is_not_applicable=True)]).share is None
    assert share_of(None, 0) is None


def test_all_bad_is_a_zero() -> None:
    assert total_of([row(0), row(0)]).share == 0.0


def test_sections_in_their_order_without_empty_ones() -> None:
    rows = [row(1, section="promotion"), row(2, section="profile"), row(0, section="profile")]
    assert [(each.section, each.total) for each in section_totals(rows)] == [
        (AuditSection.PROFILE, Total(2, 2, 2)),
        (AuditSection.PROMOTION, Total(1, 1, 1)),
    ]


def test_whole_is_of_all_criteria_and_no_mean_of_sections() -> None:
    rows = [row(2, section="profile"), *(row(0) for _ in range(3))]
    assert total_of(rows).share == 0.25


# --- Before and after ----------------------------------------------------------------------------


def test_comparison_holds_criterion_against_criterion() -> None:
    before = [row(0, code="cover"), row(2, code="avatar"), row(1, code="menu")]
    after = [row(2, code="cover"), row(1, code="avatar"), row(1, code="menu")]
    told = compare(before, after)
    assert [(pair.after.code, pair.change) for pair in told.pairs] == [
        ("cover", 2),
        ("avatar", -1),
        ("menu", 0),
    ]
    assert (told.before.share, told.after.share) == (3 / 6, 4 / 6)
    assert [pair.after.code for pair in told.better] == ["cover"]
    assert [pair.after.code for pair in told.worse] == ["avatar"]


def test_comparison_says_what_came_and_went_and_counts_neither() -> None:
    before = [row(0, code="old"), row(1, code="both")]
    after = [row(2, code="new"), row(2, code="both")]
    told = compare(before, after)
    assert [each.code for each in told.came] == ["new"]
    assert [each.code for each in told.went] == ["old"]
    assert (told.before, told.after) == (Total(1, 1, 1), Total(2, 1, 1))


def test_comparison_counts_only_what_was_judged_in_both() -> None:
    before = [row(0, code="a"), row(None, code="b", is_not_applicable=True)]
    after = [row(None, code="a"), row(2, code="b")]
    told = compare(before, after)
    assert [pair.change for pair in told.pairs] == [None, None]
    assert (told.before.share, told.after.share, told.sections) == (None, None, [])
