"""The report's summary, and its plan and fact, in words."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.report_kpi import is_in, line_of, month_before
from kpi.report_marks import marked
from kpi.report_span import Data
from kpi.review_words import named, note_of, result_label
from smm_agency.lib.charts import Plot, Series
from smm_agency.lib.document_blocks import (
    Block,
    Column,
    Graph,
    Heading,
    Note,
    Section,
    Table,
    Text,
    number_column,
)
from smm_agency.lib.words import as_count, coverage_note
from strategy.metric_words import write_value
from strategy.models import Metric
from strategy.models.target import COUNT_METRICS, SHARE_METRICS

# What of two parts of a month makes its whole when added up.
ADDED = (*COUNT_METRICS, Metric.GROWTH)


def summary_section(figures: Data) -> Section:
    main = main_row(figures)
    blocks: list[Block] = [] if main is None else [Text(main_line(main, figures))]
    blocks.append(Heading(_("What was learnt, and what changes next")))
    blocks.append(Text(figures["text"] or _("The review of this period has no text for you yet.")))
    return Section(_("In short"), blocks)


def main_row(figures: Data) -> Data | None:
    """The main KPI of the whole month; a rate of two versions is that of the later one."""
    rows = whole_months(period_rows(figures))
    same = [row for row in rows if line_of(row) == line_of(rows[0])]
    return same[-1] if same else None


def main_line(row: Data, figures: Data) -> str:
    """`Unique-target calls: 34 of 40 planned. Missed. 30 of 30 days measured.`"""
    words = {"kpi": title_of(row), "actual": written(row, "actual", figures),
             "plan": written(row, "plan", figures)}  # fmt: skip
    said = (
        _("%(kpi)s: %(actual)s; no plan was agreed.") % words
        if row["plan"] is None
        else _("%(kpi)s: %(actual)s of %(plan)s planned.") % words
    )
    result = result_label(row)
    parts = [said, f"{capfirst(result)}." if result else "", f"{capfirst(measured_of(row))}."]
    return " ".join(part for part in parts if part)


def kpi_section(figures: Data) -> Section:
    title = _("KPI: plan and fact")
    rows = period_rows(figures)
    if not rows:
        return Section(title, [Text(_("No KPI was agreed for this period: there is no plan."))])
    return Section(title, [plan_table(rows, figures), *compared(rows, figures), *trends(figures)])


def period_rows(figures: Data) -> list[Data]:
    """Those of the period, the main KPI first."""
    rows = figures["kpi"]["rows"]
    return [row for row in rows if is_in(row, figures["first"], figures["last"])]


def plan_table(rows: list[Data], figures: Data) -> Table:
    columns = [
        Column(_("KPI"), 4), number_column(_("plan"), weight=1), number_column(_("fact"), weight=1),
        Column(_("result"), 2),
    ]  # fmt: skip
    lines = [
        [
            "\n".join(filter(None, [title_of(row), measured_of(row), note_of(row)])),
            written(row, "plan", figures),
            written(row, "actual", figures),
            result_label(row),
        ]
        for row in rows
    ]
    return Table(columns, lines)


def compared(rows: list[Data], figures: Data) -> list[Block]:
    """Month against month; of counts also by measured day, as months differ in length."""
    heading = Heading(_("Compared with the month before"))
    if not figures["is_month"]:
        text = _("The period is no whole month: it is not compared with one.")
        return [heading, Note(text)]
    before = {(line_of(row), row["month"]): row for row in whole_months(figures["kpi"]["rows"])}
    pairs = [
        (row, before.get((line_of(row), month_before(row["month"])))) for row in whole_months(rows)
    ]
    known = [(row, other) for row, other in pairs if other is not None]
    if not known:
        return [heading, Note(_("No KPI was agreed for the month before."))]
    columns = [
        Column(_("KPI"), 3), number_column(_("month before"), weight=2),
        number_column(_("this month"), weight=2), number_column(_("per measured day"), weight=2),
    ]  # fmt: skip
    lines = [
        [title_of(row), _side(other, figures), _side(row, figures), by_day(other, row)]
        for row, other in known
    ]
    return [heading, Table(columns, lines)]


def _side(row: Data, figures: Data) -> str:
    return f"{written(row, 'actual', figures)}\n{measured_of(row)}"


def by_day(before: Data, row: Data) -> str:
    """`1.2 → 1.4`, of counts alone."""
    if row["metric"] not in COUNT_METRICS:
        return ""
    return " → ".join(as_count(each) for each in (a_day(before), a_day(row)))


def a_day(row: Data) -> float | None:
    if row["actual"] is None or not row["measured_days"]:
        return None
    return float(row["actual"]) / int(row["measured_days"])


def trends(figures: Data) -> list[Block]:
    lines: dict[tuple[str, str, str], list[Data]] = {}
    for row in figures["kpi"]["rows"]:
        lines.setdefault(line_of(row), []).append(row)
    graphs: list[Block] = [
        trend(f"kpi-{number}", rows, figures) for number, rows in enumerate(lines.values(), start=1)
    ]
    return [Heading(_("Trend")), *graphs]


def trend(key: str, rows: list[Data], figures: Data) -> Graph:
    rows = whole_months(sorted(rows, key=lambda row: str(row["month"])))
    series = [
        Series(_("Fact"), [row["actual"] for row in rows], "bar", "1"),
        Series(_("Plan"), [row["plan"] for row in rows], "line", "target"),
    ]
    is_share = rows[0]["metric"] in SHARE_METRICS
    metric, community, _formula = line_of(rows[0])
    months = [dt.date.fromisoformat(row["month"]) for row in rows]
    plot = marked(
        Plot(labels_of(rows), series, is_share=is_share), months, figures,
        metrics=[metric], community=community,
    )  # fmt: skip
    return Graph(key, title_of(rows[-1]), _("Month"), plot)


def whole_months(rows: list[Data]) -> list[Data]:
    """A month of two versions is one: all that came, against what the later one planned.

    A rate cannot be added up: it stays one of each version.
    """
    parts: dict[tuple[Any, ...], list[Data]] = {}
    for number, row in enumerate(rows):
        key = (line_of(row), row["month"]) if row["metric"] in ADDED else (number,)
        parts.setdefault(key, []).append(row)
    return [_whole(each) if len(each) > 1 else each[0] for each in parts.values()]


def _whole(parts: list[Data]) -> Data:
    """Each part was judged on its own: where they differ, of the whole nothing is said."""
    results = {row.get("result", "") for row in parts}
    return {
        **parts[-1],
        "actual": _sum([row["actual"] for row in parts]),
        "measured_days": sum(row["measured_days"] for row in parts),
        "days": sum(row["days"] for row in parts),
        "result": results.pop() if len(results) == 1 else "",
    }


def _sum(values: list[Any]) -> Any:
    """None where a part is not known: the rest would pass for the whole."""
    return None if None in values else sum(values)


def labels_of(rows: list[Data]) -> list[str]:
    """A month that stands twice, as a rate of each of its versions does, says of how many days."""
    names = [date_format(dt.date.fromisoformat(row["month"]), "M Y") for row in rows]
    return [
        _("%(month)s, %(days)s d") % {"month": name, "days": row["days"]}
        if names.count(name) > 1
        else name
        for name, row in zip(names, rows, strict=True)
    ]


def title_of(row: Data) -> str:
    title = capfirst(named(Metric(row["metric"]), row["formula"]))
    return f"{title} · {row['community']}" if row["community"] else title


def written(row: Data, name: str, figures: Data) -> str:
    return write_value(row["metric"], row[name], currency=figures["client"]["currency"])


def measured_of(row: Data) -> str:
    return coverage_note(row["measured_days"], row["days"])
