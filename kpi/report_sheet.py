"""The numbers behind a monthly report as an XLSX: a sheet for each table.

Shares are numbers 0…1; an empty cell was not measured, and a note below the table says so.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.networks.registry import network_name
from content.models import InboxKind, PostState
from kpi.er_words import formula_title
from kpi.models import Evidence
from kpi.portal_needs import BY_LETTER
from kpi.promotion_sheet import header_of, rows_of
from kpi.report_span import Data
from kpi.report_words_work import MIX_TITLES, mix_title
from kpi.review_words import named, result_label
from promotion.sums import words_of_vat
from smm_agency.lib.tabular import Cell, Sheet, write_book
from strategy.models import Channel, Metric

Rows = list[list[Cell]]


def write_sheet(figures: Data, *, language: str) -> bytes:
    """The same figures give the same bytes."""
    with translation.override(language):
        at = dt.datetime.fromisoformat(figures["at"])
        return write_book([sheet(figures) for sheet in SHEETS], at=at)


def _sheet(title: str, header: Sequence[str], rows: Rows, note: str = "") -> Sheet:
    """`note` says what a column is made of."""
    missing = _("An empty cell was not measured: it is no zero.")
    empty = _("There is nothing of this in the period.")
    notes = [empty] if not rows else [missing, note]
    return Sheet(title, header, rows, note=" ".join(filter(None, notes)))


def _day(raw: Any) -> dt.date | None:
    return dt.date.fromisoformat(raw) if raw else None


def _amount(raw: Any) -> Decimal | None:
    return None if raw is None else Decimal(raw)


def kpi_sheet(figures: Data) -> Sheet:
    header = [
        _("month"), _("KPI"), _("community"), _("plan"), _("fact"),
        _("days measured"), _("days"), _("result"),
    ]  # fmt: skip
    rows: Rows = [
        [
            _day(row["month"]), capfirst(named(Metric(row["metric"]), row["formula"])),
            row["community"], row["plan"], row["actual"], row["measured_days"], row["days"],
            result_label(row),
        ]
        for row in figures["kpi"]["rows"]
    ]  # fmt: skip
    return _sheet(_("KPI by month"), header, rows)


def calls_sheet(figures: Data) -> Sheet:
    header = [_("day"), _("calls"), _("unique-target calls")]
    rows: Rows = [
        [_day(row["day"]), row["calls"], row["unique_target"]] for row in figures["calls"]["days"]
    ]
    return _sheet(_("Calls by day"), header, rows)


def tallies_sheet(figures: Data) -> Sheet:
    header = [_("from"), _("to"), _("community"), _("calls")]
    rows: Rows = [
        [_day(row["first"]), _day(row["last"]), row["community"], row["total"]]
        for row in figures["calls"]["tallies"]
    ]
    return _sheet(_("Call tallies"), header, rows)


def evidence_sheet(figures: Data) -> Sheet:
    header = [
        _("evidence"), _("calls"), _("unique calls"), _("target calls"), _("unique-target calls"),
        _("uniqueness not known"),
    ]  # fmt: skip
    names = ("calls", "unique", "target", "unique_target", "unknown")
    rows: Rows = [
        [_evidence(row["evidence"]), *(row[name] for name in names)]
        for row in figures["calls"]["evidence"]
    ]
    return _sheet(_("Calls by evidence"), header, rows)


def _evidence(code: int | None) -> str:
    return _("not known") if code is None else str(Evidence(code).label)


def growth_sheet(figures: Data) -> Sheet:
    header = [_("day"), _("community"), _("network"), _("subscribers"), _("joined"),
              pgettext("subscribers", "left")]  # fmt: skip
    rows: Rows = [
        [
            _day(row["day"]), page["title"], network_name(page["network"]), row["followers"],
            row["joined"], row["left"],
        ]
        for page in figures["pages"]["pages"]
        for row in page["days"]
    ]  # fmt: skip
    return _sheet(_("Growth by day"), header, rows)


def er_sheet(figures: Data) -> Sheet:
    header = [
        _("formula"), _("community"), _("network"), _("ER"), _("above the line"),
        _("below the line"), _("posts"), _("posts measured"), _("days measured"), _("days"),
    ]  # fmt: skip
    names = ("value", "numerator", "denominator", "posts", "posts_measured", "measured_days",
             "days")  # fmt: skip
    rows: Rows = []
    for rate in figures["pages"]["er"]:
        whole = {"title": _("All together"), "network": "", **rate["whole"]}
        for page in [*rate["pages"], whole]:
            network = network_name(page["network"]) if page["network"] else ""
            start: list[Cell] = [formula_title(rate["formula"]), page["title"], network]
            rows.append([*start, *(page[name] for name in names)])
    return _sheet(_("ER"), header, rows)


def posts_sheet(figures: Data) -> Sheet:
    header = [
        _("day"), _("community"), _("network"), _("post"), _("address"), _("advertising"),
        _("ER of the post"), pgettext("sum of a post", "engagement"), _("views"),
        _("subscribers that day"), _("place"),
    ]  # fmt: skip
    posts = figures["posts"]
    rows: Rows = [
        [
            _day(row["day"]), row["page"], network_name(row["network"]), row["title"], row["url"],
            row["is_ad"], row["rate"], row["engagement"], row["views"], row["followers"],
            _place(row["id"], posts),
        ]
        for row in posts["rows"]
    ]  # fmt: skip
    note = _("Each post was read %(first)d to %(last)d hours after it went out.") % {
        "first": posts["hours"][0], "last": posts["hours"][1],
    }  # fmt: skip
    return _sheet(_("Posts"), header, rows, note)


def _place(pk: int, posts: Data) -> str:
    if pk in posts["best"]:
        return _("among the best")
    return _("among the worst") if pk in posts["worst"] else ""


def content_sheet(figures: Data) -> Sheet:
    header = [_("summed"), _("name"), _("planned"), _("went out")]
    titles = {"rubric": _("By rubric"), "format": _("By format"), "source": _("By origin")}
    rows: Rows = [
        [titles[name], mix_title(name, row["key"]), row["planned"], row["sent"]]
        for name in MIX_TITLES
        for row in figures["content"]["mix"][name]
    ]
    return _sheet(_("Content"), header, rows)


def replies_sheet(figures: Data) -> Sheet:
    header = [
        _("kind"), _("asked for a reply"), pgettext("messages", "answered"), _("reply rate"),
        _("median time to the first reply, minutes"), _("answered in time"),
        _("were to be answered"), _("still wait for a reply"), _("negative ones"),
        _("negative ones closed"),
    ]  # fmt: skip
    care = figures["care"]
    kinds = [(capfirst(str(InboxKind(row["kind"]).label)), row) for row in care["kinds"]]
    named_rows = [*kinds, (_("In all"), care["whole"])] if care["whole"]["asked"] else kinds
    rows: Rows = [
        [
            name, row["asked"], row["answered"], row["rate"],
            None if row["median_seconds"] is None else round(row["median_seconds"] / 60, 1),
            row["in_time"], row["due"], row["unanswered"], row["negatives"],
            row["negatives_closed"],
        ]
        for name, row in named_rows
    ]  # fmt: skip
    return _sheet(_("Replies"), header, rows)


def promotion_sheet(figures: Data) -> Sheet:
    header = header_of()
    rows = [
        [*row, *[None] * (len(header) - len(row))]
        for row in rows_of(figures["promotion"]["results"])
    ]
    return _sheet(_("Promotion"), header, rows)


def budget_sheet(figures: Data) -> Sheet:
    header = [
        _("month"), _("channel"), _("currency"), _("plan"), _("plan: VAT"), _("spent"),
        _("booked"), pgettext("of a budget", "left"), _("share"),
    ]  # fmt: skip
    rows: Rows = [
        [
            _day(row["month"]), str(Channel(row["channel"]).label), row["currency"],
            _amount(row["plan"]["amount"]) if row["plan"] else None,
            words_of_vat(row["plan"]["vat"], _amount(row["plan"]["rate"])) if row["plan"] else "",
            _amount(row["spent"]["amount"]) if row["spent"] else None,
            _amount(row["taken"]["amount"]) if row["taken"] else None,
            _amount(row["left"]), _amount(row["share"]),
        ]
        for row in figures["promotion"]["budget"]
    ]  # fmt: skip
    return _sheet(_("Budget"), header, rows)


def owed_sheet(figures: Data) -> Sheet:
    header = [
        _("kind"), _("what"), pgettext("of the client", "asked"), _("needed by"),
        pgettext("of the client", "came"), _("days late"), _("answer"),
    ]  # fmt: skip
    owed = figures["owed"]
    rows: Rows = [
        [
            kind, row["what"], _day(row["asked_on"]), _day(row["due_on"]), _day(row["came_on"]),
            row["late_days"], "",
        ]
        for kind, name in ((_("material"), "materials"), (_("task"), "tasks"))
        for row in owed[name]
    ]  # fmt: skip
    rows += [
        [
            _("approval of a post"), row["what"], _day(row["asked_on"]), _day(row["due_on"]),
            _day(row["came_on"]), None, _answer(row["answer"]),
        ]
        for row in owed["approvals"]
    ]  # fmt: skip
    rows += [
        [str(BY_LETTER[row["letter"]].what), row["what"], None, _day(row["due_on"]), None, None, ""]
        for row in owed.get("open", [])
    ]
    return _sheet(_("Asked of the client"), header, rows)


def _answer(code: str) -> str:
    if code == "deemed":
        return _("silence, as agreed")
    return str(PostState(code).label) if code else ""


SHEETS: Sequence[Callable[[Data], Sheet]] = (
    kpi_sheet,
    calls_sheet,
    tallies_sheet,
    evidence_sheet,
    growth_sheet,
    er_sheet,
    posts_sheet,
    content_sheet,
    replies_sheet,
    promotion_sheet,
    budget_sheet,
    owed_sheet,
)
