"""Whether a file fits what the network wants: each finding says what was found and what is wanted.

A finding is kept as codes and figures, so that it is read in the reader's language.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from communities.models import AssetRequirement
from smm_agency.lib.file_types import NAMES, PDF, PICTURES, PSD, names_of

# A pixel of rounding is no other proportion.
RATIO_TOLERANCE = 0.01
# Printed papers and sources may be made for the press.
PRINTED = frozenset({PDF, PSD})

Rule = AssetRequirement.Rule
# JSON: {"code": …, and figures}.
Finding = Mapping[str, str | int]


class Measured(Protocol):
    """A checked upload, or a file as it is stored."""

    @property
    def content_type(self) -> str: ...

    @property
    def width(self) -> int | None: ...

    @property
    def height(self) -> int | None: ...


def find_faults(
    file: Measured, requirement: AssetRequirement | None, *, size: int, colours: str = ""
) -> list[Finding]:
    """What does not fit, in the order type, pixels, weight, colours. `size` is in bytes."""
    faults: list[Finding] = []
    if requirement is not None:
        faults += _type_faults(file, requirement)
        faults += _pixel_faults(file, requirement)
        faults += _weight_faults(size, requirement)
    if colours == "CMYK" and file.content_type not in PRINTED:
        faults.append({"code": "cmyk"})
    return faults


def _type_faults(file: Measured, requirement: AssetRequirement) -> list[Finding]:
    if file.content_type in requirement.types:
        return []
    found = NAMES.get(file.content_type, file.content_type)
    return [{"code": "type", "found": found, "wanted": names_of(requirement.types)}]


def _pixel_faults(file: Measured, requirement: AssetRequirement) -> list[Finding]:
    if requirement.rule == Rule.ANY or not (requirement.width and requirement.height):
        return []
    is_picture = file.content_type in PICTURES.values()
    if not is_picture or file.width is None or file.height is None:
        # A vector or a source has no pixels of its own.
        return []
    wanted_width, wanted_height = requirement.width, requirement.height
    is_proportional = _same_ratio(file.width, file.height, wanted_width, wanted_height)
    fits = {
        Rule.EXACT: (file.width, file.height) == (wanted_width, wanted_height),
        Rule.AT_LEAST: is_proportional and file.width >= wanted_width,
        Rule.RATIO: is_proportional,
    }
    if fits[Rule(requirement.rule)]:
        return []
    return [
        {
            "code": requirement.rule,
            "width": file.width,
            "height": file.height,
            "wanted_width": wanted_width,
            "wanted_height": wanted_height,
        }
    ]


def _same_ratio(width: int, height: int, wanted_width: int, wanted_height: int) -> bool:
    return abs(width * wanted_height - height * wanted_width) <= RATIO_TOLERANCE * min(
        width * wanted_height, height * wanted_width
    )


def _weight_faults(size: int, requirement: AssetRequirement) -> list[Finding]:
    if requirement.most_bytes is None or size <= requirement.most_bytes:
        return []
    return [{"code": "weight", "found": size, "wanted": requirement.most_bytes}]


def describe_finding(finding: Finding) -> str:
    """The sentence in the reader's language."""
    return SENTENCES[str(finding["code"])](finding)


def _exact(finding: Finding) -> str:
    message = _("%(width)s×%(height)s px; wanted exactly %(wanted_width)s×%(wanted_height)s.")
    return message % finding


def _at_least(finding: Finding) -> str:
    message = _(
        "%(width)s×%(height)s px; wanted at least %(wanted_width)s×%(wanted_height)s, of these"
        " proportions."
    )
    return message % finding


def _ratio(finding: Finding) -> str:
    message = _(
        "%(width)s×%(height)s px; wanted the proportions of %(wanted_width)s×%(wanted_height)s."
    )
    return message % finding


def _type(finding: Finding) -> str:
    return _("A %(found)s file; wanted %(wanted)s.") % finding


def _weight(finding: Finding) -> str:
    return _("%(found)s; wanted at most %(wanted)s.") % {
        "found": filesizeformat(finding["found"]),
        "wanted": filesizeformat(finding["wanted"]),
    }


def _cmyk(finding: Finding) -> str:
    return _("The colours are CMYK, for the press; wanted RGB, else screens show others.")


SENTENCES: dict[str, Callable[[Finding], str]] = {
    "exact": _exact,
    "at_least": _at_least,
    "ratio": _ratio,
    "type": _type,
    "weight": _weight,
    "cmyk": _cmyk,
}
