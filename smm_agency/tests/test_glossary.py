"""The glossary holds the words of the program: its terms are those of the catalogue."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
CATALOGUE = settings.BASE_DIR / "locale" / "ru" / "LC_MESSAGES" / "django.po"
# The terms that the plain translation would mislead about.
MISLEADING = {
    "client", "contact", "engagement", "service", "community", "profile", "network", "audit",
    "finding", "design asset", "strategy", "goal", "task", "KPI target", "rubric",
    "publication plan", "post", "publication", "curated share", "rewrite", "comment", "incident",
    "campaign", "seeding", "publisher page", "promo action", "giveaway", "call",
    "unique-target calls", "call tally", "tracking number", "profile snapshot", "evaluation",
    "flag", "decision", "KPI review", "paid social specialist",
}  # fmt: skip


def rows(columns: int) -> list[list[str]]:
    """Of the tables with so many columns, without their heads."""
    lines = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in GLOSSARY.read_text().splitlines()
        if line.startswith("| ") and not line.startswith("| ---")
    ]
    return [cells for cells in lines if len(cells) == columns and "Русский" not in cells]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ru")


def test_every_term_is_the_one_that_the_program_shows(catalogue: Catalog) -> None:
    terms = {english: russian for english, russian, *_meaning in rows(4)}
    shown = {term: message.string for term in terms if (message := catalogue.get(term))}
    assert shown == terms


def test_every_misleading_term_is_explained_in_both_languages() -> None:
    found = rows(4)
    assert MISLEADING - {english for english, *_rest in found} == set()
    assert [cells for cells in found if not all(cells)] == []


def test_each_term_stands_once() -> None:
    for column in (0, 1):
        terms = [cells[column] for cells in rows(4)]
        assert sorted(set(terms)) == sorted(terms)


@pytest.mark.parametrize("word", [cells[0] for cells in rows(2)])
def test_no_translation_uses_a_word_that_is_not_used(catalogue: Catalog, word: str) -> None:
    stem = re.compile(rf"(?<![а-яё]){word}", re.IGNORECASE)
    texts = [
        text
        for message in catalogue
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
    ]
    assert [text for text in texts if stem.search(text)] == []


def test_every_word_that_is_not_used_has_another() -> None:
    found = rows(2)
    assert len(found) >= 10
    assert [word for word, instead in found if not instead] == []
