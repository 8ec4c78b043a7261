"""What is set on a page as evidence of an audit, by what its network tells with our key.

A score is proposed where "set" or "not set" is all there is to it; whether a text is any good, a
person says.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from communities.audit_writing import Measured
from communities.models import Prefill
from communities.networks.records import PageFacts
from kpi.audit_figures import AuditFigures
from smm_agency.lib.phones import normalise
from smm_agency.lib.words import as_count

GOOD, BAD = 2, 0
# The longest that a network shows or allows, in characters.
MOST_LETTERS: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("vk", Prefill.TITLE): 48,
        ("telegram", Prefill.DESCRIPTION): 255,
        ("instagram", Prefill.DESCRIPTION): 150,
    }
)
TEXT_SHOWN = 400

Words = Callable[[AuditFigures, PageFacts], Measured | None]


def not_told() -> Measured:
    return Measured("", lacking=_("The network does not tell this with our key."))


def _text(code: Prefill, read: Callable[[PageFacts], str | None]) -> Words:
    """A text as it is set, with its length; an empty one is bad."""

    def words(figures: AuditFigures, facts: PageFacts) -> Measured | None:
        value = read(facts)
        if value is None:
            return None
        if not value.strip():
            return Measured(_("Not set."), BAD)
        most = MOST_LETTERS.get((figures.profile.network, code))
        letters = (
            _("%(count)d characters of %(most)d") % {"count": len(value), "most": most}
            if most
            else _("%(count)d characters") % {"count": len(value)}
        )
        shown = value if len(value) <= TEXT_SHOWN else value[:TEXT_SHOWN].rstrip() + "…"
        return Measured(_("“%(text)s” (%(letters)s)") % {"text": shown, "letters": letters})

    return words


def _switch(read: Callable[[PageFacts], bool | None], *, is_enough: bool = False) -> Words:
    """Something that is there or not; where its being there is all that is asked, that is good."""

    def words(figures: AuditFigures, facts: PageFacts) -> Measured | None:
        value = read(facts)
        if value is None:
            return None
        if not value:
            return Measured(_("Not set."), BAD)
        return Measured(_("Set."), GOOD if is_enough else None)

    return words


def phone(figures: AuditFigures, facts: PageFacts) -> Measured | None:
    """The one that calls are counted by is good; another one may be the client's own."""
    if facts.phone is None:
        return None
    if not facts.phone.strip():
        return Measured(_("No phone on the page."), BAD)
    shown = _("On the page: %(phone)s.") % {"phone": facts.phone}
    number = normalise(facts.phone, figures.profile.client.country)
    if number and number in figures.numbers:
        return Measured(f"{shown} {_('It is the tracking number of this community.')}", GOOD)
    if not figures.numbers:
        return Measured(f"{shown} {_('This community has no tracking number.')}")
    expected = _("It is not the tracking number of this community (%(numbers)s).")
    return Measured(f"{shown} {expected % {'numbers': ', '.join(figures.numbers)}}")


def admins(figures: AuditFigures, facts: PageFacts) -> Measured | None:
    if facts.admins is None:
        return None
    return Measured(_("Administrators: %(count)s.") % {"count": as_count(facts.admins)})


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        Prefill.TITLE: _text(Prefill.TITLE, lambda facts: facts.title),
        Prefill.SHORT_ADDRESS: _text(Prefill.SHORT_ADDRESS, lambda facts: facts.screen_name),
        Prefill.CATEGORY: _text(Prefill.CATEGORY, lambda facts: facts.category),
        Prefill.DESCRIPTION: _text(Prefill.DESCRIPTION, lambda facts: facts.description),
        Prefill.SITE: _text(Prefill.SITE, lambda facts: facts.site),
        Prefill.ADDRESS: _text(Prefill.ADDRESS, lambda facts: facts.address),
        Prefill.PHONE: phone,
        Prefill.AVATAR: _switch(lambda facts: facts.has_avatar),
        Prefill.COVER: _switch(lambda facts: facts.has_cover),
        Prefill.PINNED: _switch(lambda facts: facts.has_pinned_post),
        Prefill.COMMENTS: _switch(lambda facts: facts.has_comments, is_enough=True),
        Prefill.MESSAGES: _switch(lambda facts: facts.has_messages),
        Prefill.VERIFIED: _switch(lambda facts: facts.is_verified, is_enough=True),
        Prefill.ADMINS: admins,
    }
)
