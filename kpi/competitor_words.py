"""The comparison with competitors in words: what stands in each cell, and what is said below it.

In the reader's language; a frozen table is written in the language that is active then.
"""

from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.networks.records import FORMAT_TITLES
from communities.networks.registry import network_name
from kpi.competitor_pages import BestPost, Lack, PageFigures
from kpi.competitor_table import Analysis, CompetitorTable, Party
from kpi.er_words import figures_line, posts_note
from smm_agency.lib.words import (
    NOT_MEASURED,
    as_change,
    as_count,
    as_share,
    coverage_note,
    short_day,
)
from strategy.models import Competitor, CompetitorAnalysis


class Cell(NamedTuple):
    """A figure as it is written, and what is said of it: the day, the coverage, the reason."""

    text: str
    notes: tuple[str, ...] = ()


class PageLine(NamedTuple):
    """One page as a row of the table; `numbers` are subscribers, growth, posts a week, ER."""

    title: str
    network: str
    url: str
    numbers: tuple[Cell, Cell, Cell, Cell]
    formats: Cell


class PartyLines(NamedTuple):
    """The client's rows, or a competitor's; none where no page is entered."""

    name: str
    kind: str
    is_own: bool
    pages: tuple[PageLine, ...]


def table_lines(table: CompetitorTable) -> list[PartyLines]:
    return [
        PartyLines(party.name, kind_of(party), party.is_own, tuple(map(page_line, party.pages)))
        for party in table.parties
    ]


def page_line(page: PageFigures) -> PageLine:
    numbers = (subscribers_cell(page), growth_cell(page), posts_cell(page), er_cell(page))
    return PageLine(page.title, network_name(page.network), page.url, numbers, formats_cell(page))


def kind_of(party: Party) -> str:
    return _("own") if party.is_own else str(Competitor.Kind(party.kind).label)


def lacking(page: PageFigures, name: str) -> Cell:
    """A dash, and why there is no figure."""
    code = page.lacks.get(name, "")
    return Cell(NOT_MEASURED, (str(Lack(code).label),) if code in Lack.values else ())


def subscribers_cell(page: PageFigures) -> Cell:
    found = page.subscribers
    if found.count is None or found.read_on is None:
        return lacking(page, "subscribers")
    notes = [_("on %(day)s") % {"day": short_day(found.read_on)}]
    if page.gone_on is not None:
        notes.append(_("gone since %(day)s") % {"day": short_day(page.gone_on)})
    return Cell(as_count(found.count), tuple(notes))


def growth_cell(page: PageFigures) -> Cell:
    found = page.subscribers
    if found.growth is None or found.grown_from is None or found.grown_to is None:
        return lacking(page, "growth")
    text = as_change(found.growth)
    if found.growth_share is not None:
        sign = "−" if found.growth_share < 0 else ""
        text += f" ({sign}{as_share(abs(found.growth_share))})"
    days = f"{short_day(found.grown_from)} – {short_day(found.grown_to)}"
    return Cell(text, (days, coverage_note(found.measured_days, page.days)))


def posts_cell(page: PageFigures) -> Cell:
    if page.posts.count is None:
        return lacking(page, "posts")
    if page.posts.a_week is None:
        lack = lacking(page, "a_week")
        return Cell(lack.text, (*lack.notes, posts_known(page)))
    return Cell(as_count(page.posts.a_week), (posts_known(page),))


def posts_known(page: PageFigures) -> str:
    """`12 posts, known on 20 of 30 days`."""
    posts = page.posts.count or 0
    return ngettext(
        "%(posts)s post, known on %(known)d of %(days)d days",
        "%(posts)s posts, known on %(known)d of %(days)d days",
        posts,
    ) % {"posts": as_count(posts), "known": page.posts.known_days, "days": page.days}


def er_cell(page: PageFigures) -> Cell:
    if page.er.value is None:
        return lacking(page, "er")
    facts = page.er.as_facts()
    notes = [figures_line(facts)]
    if page.er.is_partial:
        notes.append(posts_note(facts))
    return Cell(as_share(page.er.value), tuple(note for note in notes if note))


def formats_cell(page: PageFigures) -> Cell:
    if not page.posts.formats:
        return lacking(page, "formats")
    shares = [
        f"{format_name(each.kind)} {as_share(round(each.share, 2))}" for each in page.posts.formats
    ]
    return Cell(", ".join(shares))


def format_name(kind: str) -> str:
    """A format that is no longer in the list stands as its code."""
    return str(FORMAT_TITLES.get(kind, kind)) if kind else _("not told")


# --- What people saw -----------------------------------------------------------------------------


class AnalysisCard(NamedTuple):
    """What a person wrote of a competitor: (what it is about, the text) of what is not empty."""

    name: str
    kind: str
    age: str
    is_stale: bool
    lines: tuple[tuple[str, str], ...]


class BestLine(NamedTuple):
    engagement: str
    text: str
    note: str
    url: str


class BestCard(NamedTuple):
    title: str
    lines: tuple[BestLine, ...]


ANALYSED = ("strengths", "weaknesses", "idea", "offers", "topics", "tone")


def analysis_cards(table: CompetitorTable) -> list[AnalysisCard]:
    return [
        AnalysisCard(
            party.name,
            kind_of(party),
            age_of(party.analysis),
            party.analysis.is_stale,
            analysis_lines(party.analysis),
        )
        for party in table.parties
        if party.analysis is not None
    ]


def unanalysed(table: CompetitorTable) -> str:
    """The competitors of whom nobody has written yet, with commas."""
    parties = (party for party in table.parties if not party.is_own and party.analysis is None)
    return ", ".join(party.name for party in parties)


def analysis_lines(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    meta: Any = CompetitorAnalysis._meta
    lines = [(str(meta.get_field(name).verbose_name), getattr(analysis, name)) for name in ANALYSED]
    return ((_("time to reply"), reply_time(analysis)), *(line for line in lines if line[1]))


def age_of(analysis: Analysis) -> str:
    """`12 March 2026, 40 days ago`."""
    days = analysis.days_old
    words = ngettext("%(day)s, %(days)d day ago", "%(day)s, %(days)d days ago", days)
    return words % {"day": date_format(analysis.analysed_on), "days": days}


def reply_time(analysis: Analysis) -> str:
    if analysis.reply_minutes is None:
        return NOT_MEASURED
    return _("%(minutes)s min") % {"minutes": as_count(analysis.reply_minutes)}


def page_name(page: PageFigures) -> str:
    """A page on its own: pages of one company are called alike on every network."""
    return f"{page.title} ({network_name(page.network)})"


def best_cards(table: CompetitorTable) -> list[BestCard]:
    """Pages of which posts with reactions are known."""
    return [
        BestCard(page_name(page), tuple(map(best_line, page.best)))
        for _party, page in table.pages
        if page.best
    ]


def best_line(post: BestPost) -> BestLine:
    note = short_day(post.posted_on)
    if post.views is not None:
        views = ngettext("%(count)s view", "%(count)s views", post.views)
        note += " · " + views % {"count": as_count(post.views)}
    return BestLine(as_count(post.engagement), post.text or _("without a text"), note, post.url)
