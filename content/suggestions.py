"""What an item seems to be, by rules that are data. A suggestion is shown; a person decides."""

import logging
from collections.abc import Sequence
from functools import lru_cache

import regex
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.models import SuggestionRule

logger = logging.getLogger(__name__)

# Longer texts are judged by their beginning.
LONGEST_TEXT = 2_000
# A staff's pattern may go astray on a stranger's text: it is stopped and left out.
PATTERN_SECONDS = 0.05
# So many words before a match may take it back.
UNLESS_WORDS = 3

_WORD = regex.compile(r"[\w’'-]+")
_END_OF_CLAUSE = regex.compile(r"[.,!?;:()—]")


def load_rules() -> list[SuggestionRule]:
    return list(SuggestionRule.objects.filter(is_active=True).order_by("order", "code"))


def suggest(text: str, rules: Sequence[SuggestionRule]) -> str:
    """The category of the first rule that fits; "" where none does."""
    said = " ".join(text[:LONGEST_TEXT].lower().replace("ё", "е").split())
    return next((rule.category for rule in rules if fits(rule, said)), "")


def fits(rule: SuggestionRule, said: str) -> bool:
    """`said` is in small letters, ё as е, single spaces."""
    if rule.words and _finds(_words_pattern(tuple(rule.words)), said, rule):
        return True
    if not rule.pattern:
        return False
    try:
        return _finds(compiled(rule.pattern), said, rule)
    except (regex.error, TimeoutError):
        logger.warning("The pattern of rule %s is broken or takes too long.", rule.code)
        return False


def check_pattern(pattern: str) -> None:
    """Raises ValidationError: it is no regular expression, or one that goes astray."""
    try:
        expression = compiled(pattern)
        for trial in ("a" * 400 + "!", "а " * 200 + "!", "1" * 400 + "!"):
            expression.search(trial, timeout=PATTERN_SECONDS)
    except regex.error as error:
        message = _("This is no regular expression: %(error)s") % {"error": error}
        raise ValidationError({"pattern": message}) from error
    except TimeoutError as error:
        message = _("This takes too long on long texts: repeat nothing within a repetition.")
        raise ValidationError({"pattern": message}) from error


@lru_cache(maxsize=500)
def compiled(pattern: str) -> "regex.Pattern[str]":
    return regex.compile(pattern, regex.IGNORECASE)


@lru_cache(maxsize=500)
def _words_pattern(words: tuple[str, ...]) -> "regex.Pattern[str]":
    parts = [_part(" ".join(word.lower().replace("ё", "е").split())) for word in words]
    return regex.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def _part(word: str) -> str:
    stem = regex.escape(word.removesuffix("*"))
    return stem + r"\w*" if word.endswith("*") else stem


def _finds(expression: "regex.Pattern[str]", said: str, rule: SuggestionRule) -> bool:
    unless = {word.lower() for word in rule.unless}
    for match in expression.finditer(said, timeout=PATTERN_SECONDS):
        clause = _END_OF_CLAUSE.split(said[: match.start()])[-1] or ""
        before = _WORD.findall(clause)[-UNLESS_WORDS:]
        if not unless & set(before):
            return True
    return False
