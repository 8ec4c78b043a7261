"""What a version changed against the one before, word by word."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smm_agency.lib.document_blocks import Block, Changed, Changes, Heading, Note
from smm_agency.lib.document_blocks import Change as ChangeBlock
from smm_agency.lib.word_diff import WORDS, Part
from strategy.changes import Change, Group, Kind

LABELS = {
    Kind.ADDED: gettext_lazy("added"),
    Kind.REMOVED: gettext_lazy("removed"),
    Kind.CHANGED: gettext_lazy("changed"),
}
# So many words stay around what changed; the rest of a long text says nothing new.
WORDS_AROUND = 15


def change_blocks(groups: Sequence[Group]) -> list[Block]:
    if not groups:
        return [Note(_("Nothing changed but the period."))]
    blocks: list[Block] = []
    for group in groups:
        blocks += [Heading(group.title), Changes([_block(change) for change in group.changes])]
    return blocks


def _block(change: Change) -> ChangeBlock:
    fields = [Changed(capfirst(one.name), shorten(one.parts)) for one in change.fields]
    return ChangeBlock(change.kind.value, str(LABELS[change.kind]), change.title, fields)


def shorten(parts: Sequence[Part]) -> list[Part]:
    """Long stretches of the same are cut to the words next to what changed."""
    last = len(parts) - 1
    return [
        Part("same", _cut(part.text, is_first=index == 0, is_last=index == last))
        if part.kind == "same"
        else part
        for index, part in enumerate(parts)
    ]


def _cut(text: str, *, is_first: bool, is_last: bool) -> str:
    words = WORDS.findall(text)
    if len(words) <= 2 * WORDS_AROUND:
        return text
    before = "" if is_first else "".join(words[:WORDS_AROUND])
    after = "" if is_last else "".join(words[-WORDS_AROUND:])
    return f"{before}… {after}"
