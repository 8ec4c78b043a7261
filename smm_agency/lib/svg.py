"""SVG is a program as much as a picture: only what draws by itself is taken.

What may stand in it is listed, so that what nobody thought of is refused.
"""

import re
from typing import NamedTuple, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from smm_agency.lib.upload_refusal import UploadRefusedError

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
DRAWS = frozenset(
    {
        "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "switch",
        "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
        "textPath", "image", "clipPath", "mask", "pattern", "marker", "linearGradient",
        "radialGradient", "stop", "filter", "feBlend", "feColorMatrix", "feComponentTransfer",
        "feComposite", "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap",
        "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR",
        "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight",
        "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
    }
)  # fmt: skip
MOST_ELEMENTS = 50_000
# To a part of itself, or a raster picture that it carries.
INNER = re.compile(r"#|data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE)
OUTER_STYLE = re.compile(
    r"@import|expression\s*\(|image-set\s*\(|\\|url\(\s*['\"]?(?!['\"#\s])", re.IGNORECASE
)
SCRIPT = re.compile(r"(java|vb|live)script:", re.IGNORECASE)
LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*$")


class SvgSize(NamedTuple):
    """Pixels; None where the picture names none."""

    width: int | None
    height: int | None


class PictureBuilder(TreeBuilder):
    """Also hears the instructions before the picture, which leave no trace in its tree."""

    def pi(self, target: str, text: str | None = None) -> NoReturn:
        raise _refusal(_("an instruction to load something"))


def read_svg(content: bytes) -> SvgSize:
    """Raises UploadRefusedError with what makes it more than a picture."""
    root = _parse(content)
    elements = list(root.iter())
    if len(elements) > MOST_ELEMENTS:
        raise UploadRefusedError(_("The SVG has too many elements: simplify it."))
    for element in elements:
        _check_element(element)
    _check_uses(elements)
    return _size_of(root)


def _parse(content: bytes) -> Element:
    parser = DefusedXMLParser(target=PictureBuilder(), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException:
        raise _refusal(_("a DTD or entities")) from None
    except (ParseError, ValueError, LookupError):
        raise UploadRefusedError(_("The SVG cannot be read: save it anew.")) from None
    if not isinstance(root, Element) or _name(root) != "svg":
        raise UploadRefusedError(_("The SVG cannot be read: save it anew."))
    return root


def _name(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def _check_element(element: Element) -> None:
    name = _name(element)
    space = element.tag.rpartition("}")[0].removeprefix("{")
    is_html = "xhtml" in space
    if is_html or (space in ("", SVG_NAMESPACE) and name not in DRAWS) or name.lower() == "script":
        raise _refusal(f"<{name}>")
    for key, value in element.attrib.items():
        _check_attribute(key.lower(), value)
    if name == "style" and OUTER_STYLE.search("".join(element.itertext())):
        raise _refusal(_("a style that loads something"))


def _check_attribute(key: str, value: str) -> None:
    """An editor's own attributes (`{its namespace}name`) mean nothing to a browser but links."""
    plain = "".join(value.split())
    name = key.rpartition("}")[2]
    is_link = name in ("href", "src")
    if key.startswith("on"):
        raise _refusal(name)
    if is_link and not INNER.match(plain):
        raise _refusal(_("a link to the outside (%(link)s)") % {"link": plain[:80]})
    if SCRIPT.search(plain):
        raise _refusal(_("a script in “%(name)s”") % {"name": name})
    if key == name and not is_link and OUTER_STYLE.search(value):
        raise _refusal(_("a style that loads something"))


def _check_uses(elements: list[Element]) -> None:
    """A use of what uses something itself doubles with each level: a small file, a huge picture."""
    by_id = {element.attrib["id"]: element for element in elements if "id" in element.attrib}
    for use in (element for element in elements if _name(element) == "use"):
        link = next((v for k, v in use.attrib.items() if k.rpartition("}")[2] == "href"), "")
        target = by_id.get(link.strip().removeprefix("#"))
        if target is not None and any(_name(inner) == "use" for inner in target.iter()):
            raise _refusal(_("a <use> within what another one uses"))


def _size_of(root: Element) -> SvgSize:
    size = [LENGTH.match(root.attrib.get(name, "")) for name in ("width", "height")]
    if all(size):
        return SvgSize(*(round(float(found[1])) for found in size if found))
    box = root.attrib.get("viewBox", "").replace(",", " ").split()
    if len(box) == 4 and all(LENGTH.match(each) for each in box[2:]):
        return SvgSize(round(float(box[2])), round(float(box[3])))
    return SvgSize(None, None)


def _refusal(what: str) -> UploadRefusedError:
    message = _(
        "The SVG holds more than a picture: %(what)s. Save it without scripts, links and outside"
        " styles, or as a PNG."
    )
    return UploadRefusedError(message % {"what": what})
