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
    """The parts in reading order; where words were replaced, the old ones stand first.

    Spaces and line breaks alone are no change: what stayed is shown with those of the new text.
    """
    before, after = WORDS.findall(old), WORDS.findall(new)
    parts: list[Part] = []
    old_words, new_words = ([word.strip() for word in words] for words in (before, after))
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            # Whatever follows is kept apart from the last word, in either text.
            last = max(before[i2 - 1], after[j2 - 1], key=len)
            parts.append(Part("same", "".join([*after[j1 : j2 - 1], last])))
            continue
        if i2 > i1:
            parts.append(Part("old", "".join(before[i1:i2])))
        if j2 > j1:
            parts.append(Part("new", "".join(after[j1:j2])))
    return parts
