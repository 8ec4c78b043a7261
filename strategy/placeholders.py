"""`[words in brackets]` of the templates: somebody fills them in before a client reads them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from strategy.industries import TEMPLATES
from strategy.models import SectionState, StrategyVersion

# No Markdown link, whose brackets are followed by an address.
PLACEHOLDER = re.compile(r"\[([^\[\]\n]+)\](?!\()")


def placeholders_in(text: str) -> list[str]:
    """The words in brackets, each once, in their order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


@cache
def known_placeholders() -> frozenset[str]:
    """All that the templates leave open: other brackets are the writer's own business."""
    return frozenset(
        place for template in TEMPLATES.values() for text in template.all_texts()
        for place in placeholders_in(text)
    )  # fmt: skip


def check_placeholders(version: StrategyVersion) -> list[str]:
    """Finished sections and rows that still have a template's brackets, with the mend.

    Sections in work are not among them: they are asked to be finished anyway.
    """
    return [
        _("“%(where)s” still has %(places)s: write what belongs there, or delete it.")
        % {"where": row, "places": ", ".join(f"[{place}]" for place in open_places)}
        for row, text in _texts(version)
        if (open_places := [one for one in placeholders_in(text) if one in known_placeholders()])
    ]


def _texts(version: StrategyVersion) -> Iterator[tuple[Any, str]]:
    for section in version.sections.printed().filter(state=SectionState.READY):
        yield section, section.text
    for goal in version.goals.all():
        yield goal, f"{goal.text}\n{goal.measure}"
    for segment in version.segments.all():
        fields = ("who", "need", "pains", "triggers", "objections", "platforms")
        yield segment, "\n".join(getattr(segment, name) for name in fields)
    for one in version.positionings.all():
        yield one, f"{one.message}\n{one.proof}\n{one.tone}"
