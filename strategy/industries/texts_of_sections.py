"""Reads the sections of a template from its files, one for each language.

A section begins with `# kind`; what follows `## note` in it is for the agency only. Headings of the
text itself begin at the third level.
"""

from collections.abc import Mapping
from pathlib import Path

from strategy.industries.template import LANGUAGES, SectionText
from strategy.models import SectionKind

FOLDER = Path(__file__).parent / "texts"
NOTE = "\n## note\n"


def read_texts(name: str) -> Mapping[str, Mapping[SectionKind, SectionText]]:
    """Language → section → its text and note. Raises ValueError for a kind that there is not."""
    return {
        language: parse_sections((FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


def parse_sections(source: str) -> dict[SectionKind, SectionText]:
    sections = {}
    for part in f"\n{source}".split("\n# ")[1:]:
        kind, _, body = part.partition("\n")
        text, _, note = body.partition(NOTE)
        sections[SectionKind(kind.strip())] = SectionText(text.strip(), note.strip())
    return sections
