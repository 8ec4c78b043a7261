"""The assessment of promotion on paper, in the client's language; notes of ours are not in it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.models import PromotionAssessment
from kpi.promotion_reasons import BY_TITLES, hanging_line, rule_lines, unattributed_line
from kpi.promotion_results import BY
from kpi.promotion_words import COLUMNS, Cell, Line, days_title, formula_lines, held_lines, lines_of
from smm_agency.lib.document_blocks import (
    Block,
    Column,
    Fact,
    Facts,
    Heading,
    Note,
    Section,
    Table,
    Text,
    as_json,
    number_column,
)
from smm_agency.lib.documents import TEMPLATES, make_pdf

TEMPLATE = TEMPLATES / "promotion.typ"
# Of the page's columns, those that fit on paper: spent, joined, calls, unique-target, deals.
PRINTED = (0, 3, 4, 5, 6)
LONGEST_SUMMARY = 700


def print_assessment(assessment: PromotionAssessment, *, at: dt.datetime) -> bytes:
    return make_pdf(TEMPLATE, paper_of(assessment), at=at)


def file_name(assessment: PromotionAssessment) -> str:
    with translation.override(assessment.client.language):
        return _("Assessment of promotion %(client)s %(day)s.pdf") % {
            "client": assessment.client.name.replace("/", "-"), "day": assessment.ends_on,
        }  # fmt: skip


def paper_of(assessment: PromotionAssessment) -> dict[str, Any]:
    """All that the template lays out; JSON throughout."""
    client = assessment.client
    with translation.override(client.language), timezone.override(client.zone):
        title = _("Assessment of promotion")
        days = f"{date_format(assessment.starts_on)} – {date_format(assessment.ends_on)}"
        return {
            "language": client.language,
            "agency": settings.AGENCY_NAME,
            "title": f"{title}: {client.name}",
            "running": f"{client.name}  ·  {title}"[:90],
            "edition": days,
            "mark": "" if assessment.finished_at else _("DRAFT"),
            "words": {
                "contents": _("Contents"),
                # The template puts the numbers in.
                "page": _("Page {page} of {pages}"),
            },
            "cover": {
                "agency": settings.AGENCY_NAME,
                "kind": title,
                "title": days,
                "client": client.name,
                "facts": as_json(_cover_facts(assessment)),
                "summary": "" if _is_long(assessment) else assessment.verdict.strip(),
            },
            "sections": as_json(sections_of(assessment)),
        }


def _is_long(assessment: PromotionAssessment) -> bool:
    return len(assessment.verdict) > LONGEST_SUMMARY


def _cover_facts(assessment: PromotionAssessment) -> list[Fact]:
    zone = assessment.client.zone
    facts = [(_("Figures of"), date_format(assessment.counted_at.astimezone(zone)))]
    if assessment.finished_at:
        finished = date_format(assessment.finished_at.astimezone(zone))
        facts.append((pgettext("document", "Date"), finished))
    return facts


def sections_of(assessment: PromotionAssessment) -> list[Section]:
    figures = assessment.figures
    if not figures:
        return []
    return [
        Section(_("Verdict"), [*_words(assessment), *_held(figures)]),
        *_tables(figures),
        Section(_("How it was counted"), _counting(figures)),
    ]


def _words(assessment: PromotionAssessment) -> list[Block]:
    told = [
        ("", assessment.verdict if _is_long(assessment) else ""),
        (_("What is repeated"), assessment.repeated),
        (_("What is stopped"), assessment.stopped),
        (_("What changes"), assessment.changes),
    ]
    blocks: list[Block] = []
    for title, text in told:
        if text.strip():
            blocks += [*([Heading(title)] if title else []), Text(text.strip())]
    return blocks


def _held(figures: dict[str, Any]) -> list[Block]:
    lines = held_lines(figures)
    if not lines:
        return []
    columns = [Column(_("KPI"), 3), number_column(_("plan")), number_column(_("fact"))]
    rows = [[f"{one.title}\n{one.note}".strip(), one.plan, one.fact] for one in lines]
    return [Heading(_("Plan and fact")), Table(columns, rows)]


def _tables(figures: dict[str, Any]) -> list[Section]:
    return [
        Section(capfirst(str(BY_TITLES[by])), _table(lines_of(rows, figures)))
        for by in BY
        if (rows := figures["by"].get(by))
    ]


def _table(lines: Sequence[Line]) -> list[Block]:
    columns = [Column(_("name"), 3), *(Column(capfirst(str(COLUMNS[n])), 3) for n in PRINTED)]
    rows = [[line.title, *(_cell(line.cells[n]) for n in PRINTED)] for line in lines]
    answers: list[Fact] = [
        (line.title, f"{capfirst(line.answer)}. {' '.join(line.reasons)}") for line in lines
    ]
    return [Table(columns, rows), Facts(answers)]


def _cell(cell: Cell) -> str:
    return "\n".join([cell.text, *(note.text for note in cell.notes)])


def _counting(figures: dict[str, Any]) -> list[Block]:
    lines = [days_title(figures), *rule_lines(figures), unattributed_line(figures)]
    lines += [line for line in [hanging_line(figures)] if line]
    formulas = [tuple(line.split(": ", 1)) for line in formula_lines()]
    return [*map(Text, lines), Heading(_("Formulas")), Facts([(a, b) for a, b in formulas]),
            Note(_("A dash is not a zero: it was not measured."))]  # fmt: skip
