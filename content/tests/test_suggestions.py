import time

import pytest
from django.core.exceptions import ValidationError

from content.models import SuggestionRule
from content.suggestion_reference import RULES
from content.suggestions import check_pattern, suggest

ALL = [
    SuggestionRule(code=code, **rule._asdict())
    for code, rule in sorted(RULES.items(), key=lambda each: (each[1].order, each[0]))
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Сколько стоит доставка?", "question"),
        ("How much is it?", "question"),
        ("Спасибо огромное, всё понравилось", "thanks"),
        ("Thanks, great work", "thanks"),
        ("Мне совсем не понравилось", "constructive"),
        ("This was not great", ""),
        ("Не супер", ""),
        ("Звонил, но никто не отвечает", "constructive"),
        ("Ужасно! Спасибо, больше не приду", "emotional"),
        ("Ребёнок отравился, подам в суд", "crisis"),
        ("ОТРАВИЛИСЬ ВСЕЙ СЕМЬЕЙ", "crisis"),
        ("Не отравился, спасибо", "thanks"),
        ("Подпишись на мой канал", "spam"),
        ("Earn from home, dm me to start", "spam"),
        ("Вы идиоты", "insult"),
        ("А завтра?", "question"),
        ("Красиво", ""),
        ("", ""),
    ],
)
def test_suggestion(text: str, expected: str) -> None:
    assert suggest(text, ALL) == expected


def test_words_are_whole_words() -> None:
    rule = SuggestionRule(code="a", category="question", words=["цена"])
    assert [suggest(text, [rule]) for text in ("сцена", "цена.", "ценам", "ЦЕНА")] == [
        "",
        "question",
        "",
        "question",
    ]


def test_a_pattern_that_goes_astray_is_left_out() -> None:
    bad = SuggestionRule(code="bad", category="spam", pattern=r"(a|aa)+$")
    good = SuggestionRule(code="good", category="question", words=["price"])
    began = time.monotonic()
    assert suggest("price " + "a" * 1_500 + "!", [bad, good]) == "question"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("pattern", ["(", "[a", r"(a|aa)+$"])
def test_a_bad_pattern_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(ValidationError):
        check_pattern(pattern)


def test_a_good_pattern_is_taken() -> None:
    check_pattern(r"https?://\S+")
