"""What a network said of one item of the checklist, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import ChecklistItem, Finding, PageCheck

NUMBERS = (PageCheck.TRACKING_NUMBER, PageCheck.NUMBER_IN_TEXT)
FLAGS = (
    PageCheck.AVATAR, PageCheck.COVER, PageCheck.PINNED_POST, PageCheck.COMMENTS,
    PageCheck.MESSAGES, PageCheck.VERIFIED,
)  # fmt: skip


def finding_words(item: ChecklistItem) -> str:
    """A sentence; "" where the network was never asked."""
    if not item.finding:
        return ""
    code = PageCheck(item.check_code)
    if item.finding == Finding.UNKNOWN:
        return _("%(what)s: not told with this key") % {"what": capitalised(code)}
    if code in FLAGS:
        is_there = item.finding == Finding.OK
        words = _("%(what)s: yes") if is_there else _("%(what)s: no")
        return words % {"what": capitalised(code)}
    return of_value(code, item.finding, item.found)


def of_value(code: PageCheck, finding: str, found: Mapping[str, object]) -> str:
    if code in NUMBERS:
        return of_number(finding, found)
    if code == PageCheck.ADMINS:
        return of_admins(found)
    if code == PageCheck.SITE and found.get("text"):
        return of_site(found)
    if finding == Finding.NOT_OK:
        return _("%(what)s: empty") % {"what": capitalised(code)}
    if code == PageCheck.DESCRIPTION:
        return of_length(code, found)
    return f"{capitalised(code)}: {found.get('text', '')}"


def of_length(code: PageCheck, found: Mapping[str, object]) -> str:
    length = int(str(found.get("length", 0)))
    words = ngettext("%(what)s: %(count)d character", "%(what)s: %(count)d characters", length)
    return words % {"what": capitalised(code), "count": length}


def of_site(found: Mapping[str, object]) -> str:
    if found.get("has_marks"):
        return _("The site has UTM marks: %(site)s") % {"site": found["text"]}
    return _("The site has no UTM marks: %(site)s") % {"site": found["text"]}


def of_admins(found: Mapping[str, object]) -> str:
    count = int(str(found.get("count", 0)))
    return ngettext("%(count)d administrator", "%(count)d administrators", count) % {"count": count}


def of_number(finding: str, found: Mapping[str, object]) -> str:
    if finding == Finding.OK:
        return _("The tracking number stands there: %(number)s") % {"number": found["number"]}
    if not found.get("expected"):
        return _("The client has no tracking number in use.")
    if not found.get("shown"):
        return _("No phone number stands there.")
    return _("%(shown)s is no tracking number of the client's; expected: %(expected)s") % {
        "shown": listed(found["shown"]),
        "expected": listed(found["expected"]),
    }


def listed(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, list) else str(values)


def capitalised(code: PageCheck) -> str:
    text = str(code.label)
    return text[:1].upper() + text[1:]
