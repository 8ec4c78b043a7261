"""Promotion, decisions, conclusions, the next month, and how it was counted: a report's words."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kpi.er_words import formula_line
from kpi.models import Call, DecisionKind, Light, Reading
from kpi.portal_effect import describe_effect
from kpi.promotion_formulas import FORMULAS
from kpi.promotion_reasons import hanging_line
from kpi.promotion_words import line_of
from kpi.report_span import Data
from kpi.report_words_calls import _cell
from kpi.report_words_kpi import title_of
from kpi.report_words_pages import day_of, growth_formula, long_day, measure_of
from promotion.models import Campaign
from promotion.sums import words_of_vat
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
    number_column,
)
from smm_agency.lib.words import NOT_MEASURED, as_count, as_money, as_share
from strategy.metric_words import write_value
from strategy.models import Channel

# Of a line of promotion: spent, clicks, joined, unique-target calls.
PRINTED = (0, 2, 3, 5)
DAYS_LISTED = 12


def promotion_section(figures: Data) -> Section:
    title, promotion = _("Promotion and its budget"), figures["promotion"]
    results = promotion["results"]
    rows = results["by"]["channel"]
    if not rows and not promotion["budget"]:
        return Section(title, [Text(_("There was no promotion in this period."))])
    blocks: list[Block] = []
    if rows:
        columns = [
            Column(_("channel"), 2), Column(_("spent"), 3), Column(_("clicks"), 2),
            Column(_("joined"), 2), Column(_("unique-target calls"), 3),
        ]  # fmt: skip
        lines = [line_of(row, results) for row in rows]
        cells = [[line.title, *(_cell(line, n) for n in PRINTED)] for line in lines]
        blocks.append(Table(columns, cells))
    else:
        blocks.append(Text(_("No money and no figures of promotion are known in this period.")))
    if hanging := hanging_line(results):
        blocks.append(Note(hanging))
    return Section(title, [*blocks, *_budget(promotion["budget"])])


def _budget(rows: list[Data]) -> list[Block]:
    heading = Heading(_("Budget: plan and fact"))
    if not rows:
        return [heading, Note(_("No budget was planned and none was spent."))]
    columns = [
        Column(_("channel"), 2), number_column(_("plan"), weight=2),
        number_column(_("spent"), weight=2), number_column(_("booked"), weight=2),
        number_column(pgettext("of a budget", "left"), weight=2),
        number_column(_("share"), weight=1),
    ]  # fmt: skip
    lines = [_budget_line(row) for row in rows]
    formula = _(
        "Left = plan − spent − booked, in the plan's way of VAT; share = (spent + booked) ÷ plan."
    )
    return [heading, Table(columns, lines), Note(formula)]


def _budget_line(row: Data) -> list[str]:
    currency = row["currency"]
    plan = row["plan"]
    planned = NOT_MEASURED if plan is None else _money(plan["amount"], currency)
    left, share = row["left"], row["share"]
    return [
        f"{Channel(row['channel']).label}\n{_month(row['month'])}",
        f"{planned}\n{_('not planned') if plan is None else _plan_vat(plan)}",
        _sum(row["spent"], currency),
        _sum(row["taken"], currency),
        _money(left, currency),
        as_share(Decimal(share)) if share is not None else NOT_MEASURED,
    ]


def _month(raw: str) -> str:
    return date_format(dt.date.fromisoformat(raw), "F Y")


def _plan_vat(plan: Data) -> str:
    rate = plan["rate"]
    return words_of_vat(plan["vat"], Decimal(rate) if rate is not None else None)


def _sum(found: Data | None, currency: str) -> str:
    if found is None:
        return NOT_MEASURED
    ways = ", ".join(
        words_of_vat(vat, Decimal(rate) if rate is not None else None)
        for vat, rate in found["told"]
    )
    return f"{_money(found['amount'], currency)}\n{ways}"


def _money(amount: str | None, currency: str) -> str:
    return as_money(None if amount is None else Decimal(amount), currency)


# --- Decisions and conclusions -------------------------------------------------------------------


def decisions_section(figures: Data) -> Section:
    title, rows = _("Flags and decisions"), figures["decisions"]["rows"]
    if not rows:
        words = _("No decision that concerns you was made or checked in this period.")
        return Section(title, [Text(words), *_known_until(figures)])
    blocks = [block for row in rows for block in _decision(row)]
    return Section(title, [*blocks, *_known_until(figures)])


def _known_until(figures: Data) -> list[Block]:
    """Reports that were made before this was told have no such day."""
    until = figures["decisions"].get("until")
    if until is None:
        return []
    words = _("As known on %(day)s: what is decided and checked later is in the next report.")
    return [Note(words % {"day": long_day(until)})]


def _decision(row: Data) -> list[Block]:
    kpi = title_of(row) if row["metric"] else _("The work itself")
    light = str(Light(row["severity"]).label)
    facts: list[Fact] = [
        (_("Seen"), f"{long_day(row['opened_on'])}, {light}"),
        (_("Decided"), long_day(row["decided_on"])),
        (_("What is done"), row["text"]),
        *((_("Did it help"), _effect(check)) for check in row["checks"]),
    ]
    # Of data that were wrong there is no effect to check.
    is_checked = row.get("decision_kind") != DecisionKind.DATA_ERROR
    if is_checked and not row["checks"]:
        check_on = dt.date.fromisoformat(row["check_on"])
        facts.append((_("Did it help"), describe_effect(None, check_on=check_on)))
    return [Heading(kpi), Facts(facts)]


def _effect(check: Data) -> str:
    due_on = dt.date.fromisoformat(check["due_on"])
    return f"{date_format(due_on)}: {describe_effect(check['effect'], check_on=due_on)}"


def learnt_section(figures: Data) -> Section:
    """The review's words stand at the head of the report; here is what was tried."""
    title, learnt = _("What was tried, and what changes"), figures["learnt"]
    blocks = [
        *_tested(figures),
        *(block for row in learnt["assessments"] for block in _assessment(row)),
        *_versions(learnt["versions"]),
    ]
    if not blocks:
        words = _("No attempt was concluded in this period and the strategy was not changed.")
        blocks = [Text(words)]
    return Section(title, blocks)


def _tested(figures: Data) -> list[Block]:
    """Each decision is a hypothesis: its check says whether it held."""
    checked = [row for row in figures["decisions"]["rows"] if row["checks"]]
    if not checked:
        return []
    columns = [Column(_("what was tried"), 3), Column(_("what came of it"), 3)]
    rows = [[row["text"], _effect(row["checks"][-1])] for row in checked]
    return [Heading(_("Hypotheses tested")), Table(columns, rows)]


def _assessment(row: Data) -> list[Block]:
    days = f"{day_of(row['starts_on'])} – {day_of(row['ends_on'])}"
    heading = Heading(_("Assessment of promotion, %(days)s") % {"days": days})
    told = [
        (_("Verdict"), row["verdict"]),
        (_("What is repeated"), row["repeated"]),
        (_("What is stopped"), row["stopped"]),
        (_("What changes"), row["changes"]),
    ]
    return [heading, Facts([(name, text.strip()) for name, text in told if text.strip()])]


def _versions(rows: list[Data]) -> list[Block]:
    if not rows:
        return []
    facts: list[Fact] = [
        (
            _("v%(number)s from %(day)s")
            % {"number": row["number"], "day": day_of(row["starts_on"])},
            "\n".join(filter(None, [row["title"], row["summary"].strip()])),
        )
        for row in rows
    ]
    return [Heading(_("The strategy was corrected")), Facts(facts)]


# --- The next month ------------------------------------------------------------------------------


def ahead_section(figures: Data) -> Section:
    ahead = figures["ahead"]
    first, last = day_of(ahead["first"]), day_of(ahead["last"])
    title = _("The plan for %(first)s – %(last)s") % {"first": first, "last": last}
    return Section(title, [*_posts(ahead), *_campaigns(ahead), *_targets(figures)])


def _posts(ahead: Data) -> list[Block]:
    heading = Heading(_("Posts by week and rubric"))
    if not ahead["posts"]:
        return [heading, Note(_("No post is planned for these days yet."))]
    weeks = sorted({row["week"] for row in ahead["posts"]})
    rubrics = sorted({row["rubric"] for row in ahead["posts"]})
    counts = {(row["rubric"], row["week"]): row["count"] for row in ahead["posts"]}
    columns = [Column(_("rubric"), 3)]
    columns += [number_column(_from_week(week, ahead["first"]), weight=1) for week in weeks]
    columns.append(number_column(_("in all"), weight=1))
    rows = [
        [
            rubric or _("without a rubric"),
            *(as_count(counts.get((rubric, week), 0)) for week in weeks),
            as_count(sum(counts.get((rubric, week), 0) for week in weeks)),
        ]
        for rubric in rubrics
    ]
    sums = [sum(counts.get((rubric, week), 0) for rubric in rubrics) for week in weeks]
    total = [_("In all"), *map(as_count, sums), as_count(sum(sums))]
    note = _(
        "Publications by the week in which they are planned: a post in two communities is two."
    )
    return [heading, Table(columns, rows, total), Note(note)]


def _from_week(week: str, first: str) -> str:
    return _("from %(day)s") % {"day": day_of(max(week, first))}


def _campaigns(ahead: Data) -> list[Block]:
    heading = Heading(_("Campaigns"))
    if not ahead["campaigns"]:
        return [heading, Note(_("No campaign is agreed for these days."))]
    columns = [Column(_("campaign"), 4), Column(_("days"), 2),
               number_column(_("budget of the whole campaign"), weight=2)]  # fmt: skip
    rows = [
        [
            f"{row['title']}\n{Campaign.Kind(row['kind']).label}",
            f"{day_of(row['starts_on'])} – {day_of(row['ends_on']) if row['ends_on'] else '…'}",
            _money(row["budget"], row["currency"]),
        ]
        for row in ahead["campaigns"]
    ]
    return [heading, Table(columns, rows)]


def _targets(figures: Data) -> list[Block]:
    heading, rows = Heading(_("Targets")), figures["ahead"]["targets"]
    if not rows:
        return [heading, Note(_("No KPI is agreed for these days."))]
    columns = [Column(_("KPI"), 4), number_column(_("plan of the month"), weight=1)]
    currency = figures["client"]["currency"]
    lines = [
        [title_of(row), write_value(row["metric"], Decimal(row["plan"]), currency=currency)]
        for row in rows
    ]
    return [heading, Table(columns, lines)]


# --- How it was counted --------------------------------------------------------------------------


def counting_section(figures: Data) -> Section:
    return Section(
        _("How it was counted"),
        [
            Heading(_("Formulas")),
            Facts(_formulas(figures)),
            Heading(_("Where the figures come from")),
            Facts(_sources(figures)),
            Heading(_("Days that were not measured")),
            Facts(_gaps(figures)),
            Note(_("A dash is not a zero: it was not measured.")),
        ],
    )


def _formulas(figures: Data) -> list[Fact]:
    calls = [
        (_("Unique-target call"), _("the first target call of a number within the agreed days")),
        (_("Subscribers"), growth_formula()),
    ]
    codes = dict.fromkeys(row["formula"] for row in figures["pages"]["er"])
    rates = [tuple(line.split(" = ", 1)) for line in map(formula_line, codes) if " = " in line]
    costs = [
        (capfirst(str(FORMULAS[code].title)), str(FORMULAS[code].line))
        for code in ("cost_per_call", "cost_per_unique_target", "cpf", "cpf_net", "cpc")
    ]
    posts = [(_("Best and worst posts"), measure_of(figures["posts"]))]
    return [*calls, *((name, line) for name, line in rates), *posts, *costs]


def _sources(figures: Data) -> list[Fact]:
    sources = figures["sources"]
    calls = [
        f"{Call.Source(code).label}: {as_count(count)}" for code, count in sources["calls"].items()
    ]
    readings = [
        f"{Reading(code).label}: {as_count(count)}" for code, count in sources["readings"].items()
    ]
    nothing = _("nothing was read")
    return [
        (_("Calls"), "; ".join(calls) or nothing),
        (_("Readings of pages"), "; ".join(readings) or nothing),
        (_("Known as of"), _moment(figures["at"])),
    ]


def _moment(raw: str) -> str:
    return date_format(timezone.localtime(dt.datetime.fromisoformat(raw)), "j E Y, H:i e")


def _gaps(figures: Data) -> list[Fact]:
    """Days without a figure: of the calls and of each page."""
    facts: list[Fact] = []
    if figures["client"]["takes_calls"]:
        facts.append((_("Calls"), days_words(_calls_unknown(figures["calls"]))))
    for page in figures["pages"]["pages"]:
        missing = [row["day"] for row in page["days"] if row["followers"] is None]
        facts.append((page["title"], days_words(missing)))
    return facts or [(_("Pages"), _("there are none yet"))]


def _calls_unknown(calls: Data) -> list[str]:
    """Days with neither a count of their own nor a tally that covers them."""
    spans = [(row["first"], row["last"]) for row in calls["tallies"]]
    return [
        row["day"]
        for row in calls["days"]
        if row["calls"] is None and not any(first <= row["day"] <= last for first, last in spans)
    ]


def days_words(days: list[str]) -> str:
    """`3 Oct, 5 Oct – 7 Oct`: runs of days; that there are none."""
    if not days:
        return _("every day was measured")
    runs: list[list[dt.date]] = []
    for day in map(dt.date.fromisoformat, days):
        if runs and runs[-1][-1] == day - dt.timedelta(days=1):
            runs[-1] = [runs[-1][0], day]
        else:
            runs.append([day])
    said = [" – ".join(day_of(day.isoformat()) for day in run) for run in runs[:DAYS_LISTED]]
    more = len(runs) - DAYS_LISTED
    return ", ".join(said) + (_(" and %(count)d more gaps") % {"count": more} if more > 0 else "")
