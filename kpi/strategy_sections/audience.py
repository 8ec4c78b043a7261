"""Whom the communities speak to, what they say, and where."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smm_agency.lib.document_blocks import Block, Card, Cards, Column, Fact, Table, number_column
from strategy.changes import written
from strategy.contents import Contents
from strategy.models import CommunityRhythm, Positioning, Segment


def segment_blocks(contents: Contents) -> list[Block]:
    if not contents.segments:
        return []
    return [Cards([Card(segment.name, _segment_facts(segment)) for segment in contents.segments])]


def positioning_blocks(contents: Contents) -> list[Block]:
    if not contents.positionings:
        return []
    return [Cards([Card(one.message, _message_facts(one)) for one in contents.positionings])]


def platform_blocks(contents: Contents) -> list[Block]:
    if not contents.rhythms:
        return []
    columns = [
        Column(capfirst(_("community")), weight=2),
        Column(capfirst(_("its role")), weight=3),
        number_column(capfirst(_("posts a week"))),
    ]
    return [Table(columns, [_rhythm_row(rhythm) for rhythm in contents.rhythms])]


def facts_of(row: object, *names: str) -> list[Fact]:
    """The fields that are filled in, as a person reads them."""
    meta = type(row)._meta  # type: ignore[attr-defined] # a model
    return [
        (capfirst(str(meta.get_field(name).verbose_name)), text)
        for name in names
        if (text := written(row, name))
    ]


def _segment_facts(segment: Segment) -> list[Fact]:
    return facts_of(segment, "who", "need", "pains", "triggers", "objections", "platforms")


def _message_facts(one: Positioning) -> list[Fact]:
    whom = str(one.segment) if one.segment else _("all segments")
    return [(capfirst(_("audience segment")), whom), *facts_of(one, "proof", "tone")]


def _rhythm_row(rhythm: CommunityRhythm) -> list[str]:
    return [str(rhythm.community), rhythm.role or "—", str(rhythm.posts_per_week)]


def posts_a_week(posts: int) -> str:
    return ngettext("%(posts)s post a week", "%(posts)s posts a week", posts) % {"posts": posts}
