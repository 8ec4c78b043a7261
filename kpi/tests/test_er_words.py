"""An engagement rate never stands without its formula, its numbers and its coverage."""

from typing import Any

import pytest

from kpi.engagement_rate import ErValue
from kpi.er_words import figures_line, formula_line, formula_title, lines_of

FACTS: dict[str, Any] = {
    "formula": "er_post", "numerator": 120, "denominator": 3_000.0, "parts": ["likes", "comments"],
}  # fmt: skip


def test_a_rate_says_formula_numbers_posts_and_days() -> None:
    value = ErValue(
        "er_post", 30, 120, 3_000.0, posts=10, posts_measured=8, measured_days=26,
        parts=("likes", "comments"),
    )  # fmt: skip
    assert lines_of(value) == [
        "ER post, average = likes + comments + shares + saves of the period's posts"
        " ÷ subscribers (mean of the measured days) × posts",
        "120 (likes + comments) ÷ 3,000 (subscribers × posts)",
        "8 of 10 posts measured",
        "26 of 30 days measured",
    ]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (FACTS, "120 (likes + comments) ÷ 3,000 (subscribers × posts)"),
        (
            FACTS | {"formula": "er_day", "numerator": 0.26, "denominator": 26},
            "26 % ÷ 26 (measured days)",
        ),
        (
            FACTS | {"formula": "er_post_mean", "numerator": 0.1111, "denominator": 2},
            "11.1 % ÷ 2 (posts)",
        ),
        (FACTS | {"formula": "er_median20", "numerator": 0.015, "denominator": 1}, ""),
        (FACTS | {"numerator": None, "denominator": None}, ""),
        (FACTS | {"numerator": 0}, "0 (likes + comments) ÷ 3,000 (subscribers × posts)"),
        (FACTS | {"formula": "no_such"}, ""),
        ({}, ""),
    ],
)
def test_numbers_stand_with_what_they_are(facts: dict[str, Any], line: str) -> None:
    assert figures_line(facts) == line


def test_what_was_not_measured_has_no_numbers() -> None:
    lines = lines_of(ErValue("telegram_err", 31, posts=3))
    assert lines[1:] == ["0 of 3 posts measured", "0 of 31 days measured"]


def test_a_code_of_another_day_says_nothing() -> None:
    assert (formula_title("no_such"), formula_line("no_such")) == ("", "")
    assert formula_title("telegram_err") == "Telegram ERR, views by subscribers"
