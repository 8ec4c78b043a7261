"""Holding what a network tells of a page against what the set-up checklist asks for.

What is not told with the key that asked is unknown; it is never said to be missing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from communities.models import Finding, PageCheck
from communities.networks.records import PageFacts
from smm_agency.lib import phones

# The owner, who is the client, and somebody of the agency.
FEWEST_ADMINS = 2
LONGEST_VALUE = 200
FEWEST_DIGITS = 10
_NUMBER_LIKE = re.compile(r"\+?\d[\d\s().\-–]{8,18}\d")


@dataclass(frozen=True)
class Known:
    """The client's own side: tracking numbers in use (E.164), and the region of their phones."""

    numbers: Sequence[str]
    region: str


class Checked(NamedTuple):
    """A finding with the values that its words are made of."""

    finding: Finding
    found: Mapping[str, object] = {}


UNKNOWN = Checked(Finding.UNKNOWN)
Check = Callable[[PageFacts, Known], Checked]


def check_page(code: str, facts: PageFacts, known: Known) -> Checked:
    return CHECKS[PageCheck(code)](facts, known)


def text_check(name: str) -> Check:
    def check(facts: PageFacts, known: Known) -> Checked:
        value: str | None = getattr(facts, name)
        if value is None:
            return UNKNOWN
        if not value.strip():
            return Checked(Finding.NOT_OK)
        return Checked(Finding.OK, {"text": value[:LONGEST_VALUE], "length": len(value)})

    return check


def flag_check(name: str) -> Check:
    def check(facts: PageFacts, known: Known) -> Checked:
        value: bool | None = getattr(facts, name)
        if value is None:
            return UNKNOWN
        return Checked(Finding.OK if value else Finding.NOT_OK)

    return check


def check_site(facts: PageFacts, known: Known) -> Checked:
    checked = text_check("site")(facts, known)
    if checked.finding != Finding.OK:
        return checked
    has_marks = any(name.startswith("utm_") for name, _value in query_of(facts.site or ""))
    finding = Finding.OK if has_marks else Finding.NOT_OK
    return Checked(finding, {**checked.found, "has_marks": has_marks})


def query_of(address: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(address).query, keep_blank_values=True)
    except ValueError:
        return []


def check_admins(facts: PageFacts, known: Known) -> Checked:
    if facts.admins is None:
        return UNKNOWN
    finding = Finding.OK if facts.admins >= FEWEST_ADMINS else Finding.NOT_OK
    return Checked(finding, {"count": facts.admins})


def number_check(name: str) -> Check:
    """Whether one of the client's tracking numbers stands in this text of the page."""

    def check(facts: PageFacts, known: Known) -> Checked:
        text: str | None = getattr(facts, name)
        if text is None:
            return UNKNOWN
        shown = numbers_in(text, known.region)
        tracked = [number for number in shown if number in known.numbers]
        if tracked:
            return Checked(Finding.OK, {"number": tracked[0]})
        return Checked(Finding.NOT_OK, {"shown": shown[:3], "expected": list(known.numbers[:3])})

    return check


def numbers_in(text: str, region: str) -> list[str]:
    """The phone numbers of a text, E.164, each once, in their order."""
    whole = [part for part in re.split(r"[,;\n]", text) if part.strip()]
    candidates = [*whole, *_NUMBER_LIKE.findall(text)]
    found = (number_of(each, region) for each in candidates)
    return list(dict.fromkeys(number for number in found if number))


def number_of(text: str, region: str) -> str | None:
    """Numbering plans change faster than tables: what is written whole counts as it is written."""
    digits = "".join(filter(str.isdecimal, text))
    whole = text.strip().startswith("+") and len(digits) >= FEWEST_DIGITS
    return phones.normalise(text, region) or (f"+{digits}" if whole else None)


CHECKS: Mapping[PageCheck, Check] = {
    PageCheck.TITLE: text_check("title"),
    PageCheck.SHORT_ADDRESS: text_check("screen_name"),
    PageCheck.DESCRIPTION: text_check("description"),
    PageCheck.CATEGORY: text_check("category"),
    PageCheck.SITE: check_site,
    PageCheck.PHONE: text_check("phone"),
    PageCheck.TRACKING_NUMBER: number_check("phone"),
    PageCheck.NUMBER_IN_TEXT: number_check("description"),
    PageCheck.ADDRESS: text_check("address"),
    PageCheck.AVATAR: flag_check("has_avatar"),
    PageCheck.COVER: flag_check("has_cover"),
    PageCheck.PINNED_POST: flag_check("has_pinned_post"),
    PageCheck.COMMENTS: flag_check("has_comments"),
    PageCheck.MESSAGES: flag_check("has_messages"),
    PageCheck.VERIFIED: flag_check("is_verified"),
    PageCheck.ADMINS: check_admins,
}
