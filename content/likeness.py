"""How alike two texts are: the share of their words that both have.

Likeness = 2 × words in common ÷ (words of the one + words of the other), each word as often as it
stands there; case, punctuation, addresses and hashtags' signs do not count. The same text is 100 %.
"""

import re
from collections import Counter

# Two texts of so few words are alike by chance: they must be the same.
FEW_WORDS = 5

_ADDRESS = re.compile(r"https?://\S+")
_WORD = re.compile(r"\w+")


def likeness(one: str, other: str) -> int:
    """In whole per cent; 0 where either has no words."""
    first, second = words_of(one), words_of(other)
    total = first.total() + second.total()
    if not first or not second:
        return 0
    common = (first & second).total()
    if min(first.total(), second.total()) < FEW_WORDS and first != second:
        return 0
    return int(200 * common / total)


def is_same_text(one: str, other: str) -> bool:
    """Letter by letter, but for spaces and line breaks; empty texts are never the same."""
    return bool(plain(one)) and plain(one) == plain(other)


def plain(text: str) -> str:
    return " ".join(text.split())


def words_of(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_ADDRESS.sub(" ", text).lower()))
