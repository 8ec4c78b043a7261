"""What axe finds on a page, in both themes, on a desktop and on a phone."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# WCAG 2.2 at level AA: its targets are at least 24 pixels wide and high.
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
GRAVE = ("serious", "critical")
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class Violation(NamedTuple):
    rule: str
    element: str
    html: str


def find_violations(page: Page) -> Iterator[Violation]:
    found: dict[str, Any] = Axe().run(page, options=OPTIONS).response
    for violation in found["violations"]:
        if violation["impact"] in GRAVE:
            for node in violation["nodes"]:
                element = " ".join(map(str, node["target"]))
                yield Violation(violation["id"], element, node["html"][:160])


def walk_looks(page: Page) -> Iterator[str]:
    """The same page in both themes and widths; yields what it is now."""
    for width in (DESKTOP, PHONE):
        page.set_viewport_size(width)  # type: ignore[arg-type] # a typed dict
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            # A transition of colours would be measured half way.
            page.wait_for_timeout(200)
            yield f"{scheme} {width['width']}"


def is_too_wide(page: Page) -> bool:
    wide: bool = page.evaluate(WIDE)
    return wide
