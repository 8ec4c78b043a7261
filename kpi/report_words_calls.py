"""The report's calls in words: of communities, posts and placements, and how sure it is."""

import datetime as dt

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from communities.networks.registry import network_name
from kpi.count import Reason
from kpi.models import Confidence, Evidence
from kpi.promotion_reasons import row_title, unattributed_line
from kpi.promotion_words import Line, line_of
from kpi.report_marks import marked
from kpi.report_span import Data
from kpi.report_words_pages import day_of
from smm_agency.lib.charts import Plot, Series
from smm_agency.lib.document_blocks import (
    Block,
    Column,
    Fact,
    Facts,
    Graph,
    Heading,
    Note,
    Section,
    Table,
    Text,
    number_column,
)
from smm_agency.lib.words import as_count, as_share, coverage_note, short_day
from strategy.models import Metric

# Of a line of promotion: calls and unique-target calls.
CALLED, UNIQUE_TARGET = 4, 5


def calls_section(figures: Data) -> Section:
    title, calls = _("Phone calls"), figures["calls"]
    if not figures["client"]["takes_calls"]:
        words = _("This client takes no phone calls: that is stated, not counted as 0.")
        return Section(title, [Text(words)])
    total = calls["total"]["calls"]
    if total["total"] is None:
        words = _("Nothing is known of the calls of this period: %(why)s.")
        return Section(title, [Text(words % {"why": why(total)})])
    return Section(
        title,
        [
            Facts(_totals(calls)),
            _by_day(figures),
            *_communities(calls),
            *_evidence(calls, figures),
            *_posts(calls),
            *_places(figures),
        ],
    )


def why(count: Data) -> str:
    return str(Reason(count["reason"] or Reason.NOT_MEASURED).label)


def told(count: Data) -> str:
    """`34`, or why it is not known."""
    return as_count(count["total"]) if count["total"] is not None else why(count)


def _totals(calls: Data) -> list[Fact]:
    total, unique_target, kinds = (
        calls["total"]["calls"], calls["total"]["unique_target"], calls["kinds"],
    )  # fmt: skip
    facts = [
        (_("Calls"), f"{told(total)}\n{_covered(total)}"),
        (_("Unique-target calls"), f"{told(unique_target)}\n{_covered(unique_target)}"),
    ]
    if total["tallied"] is not None:
        words = _("%(count)s of the calls came by tally: their callers are not known.")
        facts.append((_("By tally"), words % {"count": as_count(total["tallied"])}))
    if total["tallied"] is None or kinds["calls"]:
        facts += [
            (_("Unique calls"), as_count(kinds["unique"])),
            (_("Target calls"), as_count(kinds["target"])),
        ]
    if kinds["unknown"]:
        words = _("%(count)s target calls from hidden or forgotten numbers, in no unique count")
        facts.append((_("Uniqueness not known"), words % {"count": as_count(kinds["unknown"])}))
    answered = calls["missed"] + calls["answered"]
    if not answered:
        return facts
    words = _("%(missed)s of %(all)s of all the client's calls, wherever they came from")
    missed = words % {"missed": as_count(calls["missed"]), "all": as_count(answered)}
    return [*facts, (_("Not answered"), missed)]


def _covered(count: Data) -> str:
    return coverage_note(count["measured_days"], count["days"])


def _by_day(figures: Data) -> Graph:
    """By tally, where no day has a figure of its own."""
    calls = figures["calls"]
    rows = calls["days"]
    if calls["tallies"] and all(row["calls"] is None for row in rows):
        return _by_tally(calls["tallies"])
    days = [dt.date.fromisoformat(row["day"]) for row in rows]
    plot = Plot(
        [short_day(day) for day in days],
        [
            Series(_("Calls"), [row["calls"] for row in rows], "bar", "1"),
            Series(_("Unique-target calls"), [row["unique_target"] for row in rows], "bar", "2"),
        ],
    )
    plot = marked(plot, days, figures, metrics=(Metric.CALLS, Metric.UNIQUE_TARGET_CALLS))
    return Graph("calls", _("Calls by day"), _("Day"), plot)


def _by_tally(tallies: list[Data]) -> Graph:
    spans: dict[tuple[str, str], int] = {}
    for row in tallies:
        key = row["first"], row["last"]
        spans[key] = spans.get(key, 0) + row["total"]
    labels = [" – ".join(dict.fromkeys(map(day_of, span))) for span in spans]
    plot = Plot(labels, [Series(_("Calls"), list(spans.values()), "bar", "1")])
    note = _("as they were tallied; a week counts with the month of its last day")
    return Graph("calls", _("Calls by tally"), _("Days"), plot, note)


def _communities(calls: Data) -> list[Block]:
    heading = Heading(_("By community"))
    if not calls["communities"]:
        return [heading, Note(_("There is no community yet."))]
    columns = [
        Column(_("community"), 3), number_column(_("calls"), weight=2),
        number_column(_("unique-target calls"), weight=2),
    ]  # fmt: skip
    rows = [
        [
            f"{row['title']}\n{network_name(row['network'])}",
            f"{told(row['calls'])}\n{_covered(row['calls'])}",
            f"{told(row['unique_target'])}\n{_covered(row['unique_target'])}",
        ]
        for row in calls["communities"]
    ]
    return [heading, Table(columns, rows)]


def _evidence(calls: Data, figures: Data) -> list[Block]:
    """By the strength of what is known; the last line is what nobody knows."""
    heading = Heading(_("How it is known where they came from"))
    rows = calls["evidence"]
    if not rows:
        return [heading, Note(_("No single calls are known in this period."))]
    columns = [
        Column(_("evidence, the strongest first"), 4), Column(_("how sure"), 1),
        number_column(_("calls")), number_column(_("share")),
        number_column(_("unique-target calls")),
    ]  # fmt: skip
    whole = sum(row["calls"] for row in rows)
    lines = [
        [
            *_evidence_words(row["evidence"]),
            as_count(row["calls"]),
            as_share(row["calls"] / whole),
            as_count(row["unique_target"]),
        ]
        for row in rows
    ]
    note = _("Share = calls of the line ÷ all calls of the client, without spam.")
    blocks = [heading, Table(columns, lines), Note(note)]
    return [*blocks, Note(unattributed_line(figures["promotion"]["results"]))]


def _evidence_words(code: int | None) -> tuple[str, str]:
    if code is None:
        return _("not known"), "—"
    evidence = Evidence(code)
    return capfirst(str(evidence.label)), str(Confidence(evidence.confidence).label)


def _posts(calls: Data) -> list[Block]:
    heading = Heading(_("By post"))
    if not calls["posts"]:
        words = _(
            "No call came to a number that stands in one published post alone; calls to a number"
            " of a whole community are the community's."
        )
        return [heading, Note(words)]
    columns = [
        Column(_("post"), 4), number_column(_("calls")), number_column(_("target calls")),
        number_column(_("unique-target calls")),
    ]  # fmt: skip
    rows = [
        [row["title"], *(as_count(row[name]) for name in ("calls", "target", "unique_target"))]
        for row in calls["posts"]
    ]
    return [heading, Table(columns, rows)]


def _places(figures: Data) -> list[Block]:
    """Campaigns and placements, with the cost of a call where it can be told."""
    results = figures["promotion"]["results"]
    heading = Heading(_("By campaign and placement"))
    lines = [
        (row, line_of(row, results))
        for by in ("campaign", "placement")
        for row in results["by"][by]
        if row["key"] is not None
    ]
    if not lines:
        return [heading, Note(_("There was no promotion in this period."))]
    columns = [
        Column(_("name"), 3), Column(_("calls"), 3), Column(_("unique-target calls"), 3),
    ]  # fmt: skip
    rows = [[row_title(row), *(_cell(line, n) for n in (CALLED, UNIQUE_TARGET))]
            for row, line in lines]  # fmt: skip
    note = (
        _(
            "A placement's calls are in those of its campaign too. Cost of a call = spent ÷ calls;"
            " of a unique-target call = spent ÷ unique-target calls. Of fewer than 10 the interval"
            " stands beside the number: exact, of a Poisson count, at 95 %%."
        )
        % {}
    )
    return [heading, Table(columns, rows), Note(note)]


def _cell(line: Line, place: int) -> str:
    cell = line.cells[place]
    return "\n".join([cell.text, *(note.text for note in cell.notes)])
