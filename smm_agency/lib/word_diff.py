"""Two texts word by word: what stayed, what went, what came."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# Words with the space after them, so that the parts joined are the text again.
WORDS = re.compile(r"\S+\s*|\s+")


class Part(NamedTuple):
    kind: Literal["same", "old", "new"]
    text: str


def diff_words(old: str, new: str) -> list[Part]:
    """The parts in reading order; where words were replaced, the old ones stand first."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    parts: list[Part] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            parts.append(Part("same", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            parts.append(Part("old", "".join(before[i1:i2])))
        if j2 > j1:
            parts.append(Part("new", "".join(after[j1:j2])))
    return parts
