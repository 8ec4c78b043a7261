"""The monthly report as a PDF: cover, contents, numbered sections, charts as vectors."""

import datetime as dt
import re
import zoneinfo
from dataclasses import replace
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.report_sections import sections_of
from kpi.report_span import Data
from kpi.report_words_kpi import main_line, main_row
from smm_agency.lib.charts import Rule
from smm_agency.lib.document_blocks import Block, Chart, Fact, Graph, Note, Section, Text, as_json
from smm_agency.lib.documents import TEMPLATES, make_pdf
from smm_agency.lib.vector_plots import plot_svg

TEMPLATE = TEMPLATES / "report.typ"
LONGEST_SUMMARY = 900
COLOUR = re.compile("#[0-9a-fA-F]{6}")


class PaperLook(NamedTuple):
    """An accent as `#3b5bdb`, and logos: SVG, PNG or JPEG. Empty: the house's own, or none."""

    accent: str = ""
    logo: bytes = b""
    agency: str = ""
    client_logo: bytes = b""


def print_report(
    figures: Data,
    *,
    language: str,
    zone: dt.tzinfo | str,
    at: dt.datetime,
    look: PaperLook = PaperLook(),  # noqa: B008
    mark: str = "",
) -> bytes:
    """The same figures at the same moment make the same bytes; `mark` is a watermark (a draft)."""
    zone = zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone
    with translation.override(language), timezone.override(zone):
        return make_pdf(TEMPLATE, paper_of(figures, language, look, mark, at=at), at=at)


def paper_of(
    figures: Data, language: str, look: PaperLook, mark: str, *, at: dt.datetime
) -> dict[str, Any]:
    """All that the template lays out, in the active language; JSON throughout."""
    agency, client = look.agency or settings.AGENCY_NAME, figures["client"]["name"]
    title, days = _("Monthly report"), period_of(figures)
    return {
        "language": language,
        "agency": agency,
        "title": f"{title}: {client}, {days}",
        "running": f"{client}  ·  {title}"[:90],
        "edition": days,
        "mark": mark,
        "accent": look.accent if COLOUR.fullmatch(look.accent) else "",
        "logo": list(look.logo),
        "logo_format": picture_format(look.logo),
        "client_logo": list(look.client_logo),
        "client_logo_format": picture_format(look.client_logo),
        # The template puts the numbers in.
        "words": {"contents": _("Contents"), "page": _("Page {page} of {pages}")},
        "cover": {
            "agency": agency,
            "kind": title,
            "title": days,
            "client": client,
            "facts": as_json(_cover_facts(figures, at)),
            "summary": _cover_summary(figures),
        },
        "sections": as_json(
            [printed(section) for section in (*written_sections(figures), *sections_of(figures))]
        ),
    }


def picture_format(picture: bytes) -> str:
    if picture.lstrip().startswith(b"<"):
        return "svg"
    return "jpg" if picture.startswith(b"\xff\xd8") else "png"


def period_of(figures: Data) -> str:
    first, last = (dt.date.fromisoformat(figures[name]) for name in ("first", "last"))
    if figures["is_month"]:
        return date_format(first, "F Y")
    return f"{date_format(first)} – {date_format(last)}"


def _cover_facts(figures: Data, at: dt.datetime) -> list[Fact]:
    first, last = (date_format(dt.date.fromisoformat(figures[n])) for n in ("first", "last"))
    counted = date_format(timezone.localtime(dt.datetime.fromisoformat(figures["at"])))
    edition = written_over(figures, "replaces")
    return [
        (_("Period"), f"{first} – {last}"),
        (_("Figures of"), counted),
        (pgettext("document", "Date"), date_format(timezone.localtime(at))),
        *([(pgettext("document", "Edition"), edition)] if edition else []),
    ]


def written_over(figures: Data, name: str) -> str:
    """What a person wrote over the figures (`kpi.report_contents.told_with`); may be nothing."""
    return str(figures.get("cover", {}).get(name, ""))


def written_sections(figures: Data) -> list[Section]:
    """What was corrected, and a covering text that is too long for the cover."""
    text, corrected = written_over(figures, "text"), written_over(figures, "corrected")
    return [
        *([Section(_("What was corrected"), [Text(corrected)])] if corrected else []),
        *([Section(_("From us to you"), [Text(text)])] if len(text) > LONGEST_SUMMARY else []),
    ]


def _cover_summary(figures: Data) -> str:
    text = written_over(figures, "text")
    if 0 < len(text) <= LONGEST_SUMMARY:
        return text
    main = main_row(figures)
    return main_line(main, figures)[:LONGEST_SUMMARY] if main else ""


def printed(section: Section) -> Section:
    return replace(section, blocks=[one for block in section.blocks for one in _drawn(block)])


def _drawn(block: Block) -> list[Block]:
    """A chart is drawn, with what its bands, lines and marks are about below it."""
    if not isinstance(block, Graph):
        return [block]
    if block.is_empty:
        return [Note(f"{block.title}: {_('Nothing was measured in this time.')}")]
    title = f"{block.title} · {block.note}" if block.note else block.title
    chart = Chart(title, plot_svg(block.plot))
    legend = legend_of(block)
    return [chart, Note(legend)] if legend else [chart]


def legend_of(graph: Graph) -> str:
    """What its bands (▒), upright lines (│) and marks (▼) are about."""
    lines = [f"▒ {mark.label}" for mark in graph.plot.marks]
    lines += [f"│ {_rule_words(graph, rule)}" for rule in graph.plot.rules]
    lines += [f"▼ {flag.label}" for flag in graph.plot.flags]
    return "\n".join(lines)


def _rule_words(graph: Graph, rule: Rule) -> str:
    told = {"day": graph.plot.labels[rule.position], "version": rule.label}
    return _("%(day)s: the strategy was corrected, %(version)s begins") % told
