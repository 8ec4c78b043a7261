"""What was done, in a report's words: publications, replies, cases, and what the client owed."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from content.curated import FORMULA as CURATED_FORMULA
from content.fulfilment import FORMULA as FULFILMENT_FORMULA
from content.fulfilment import Fulfilment
from content.models import InboxKind, PostState
from content.reply_figures import CLOSED_FORMULA, IN_TIME_FORMULA, RATE_FORMULA, TIME_FORMULA
from kpi.portal_needs import BY_LETTER
from kpi.report_span import Data
from kpi.report_words_pages import day_of
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
from smm_agency.lib.words import NOT_MEASURED, as_count, as_duration, as_share
from strategy.models import ContentSource, PostFormat

MIX_TITLES = ("rubric", "format", "source")


def content_section(figures: Data) -> Section:
    title, content = _("Content"), figures["content"]
    kept = Fulfilment(**content["fulfilment"])
    blocks: list[Block] = [Text(_plan_words(kept))]
    if kept.planned:
        blocks.append(Note(_("Plan kept = %(formula)s") % {"formula": FULFILMENT_FORMULA}))
    mixes = [block for name in MIX_TITLES for block in _mix(name, content["mix"][name])]
    if not mixes:
        blocks.append(Note(_("Nothing went out and nothing was planned: there is no mix to show.")))
    return Section(title, [*blocks, *mixes, *_curated(content["curated"])])


def _plan_words(kept: Fulfilment) -> str:
    if not kept.planned:
        return _("No publication was planned for this period.")
    said = _(
        "Published on time: %(on_time)s of %(planned)s planned (%(share)s); later than promised:"
        " %(late)s; did not go out: %(not_out)s."
    ) % {
        "on_time": as_count(kept.on_time),
        "planned": as_count(kept.planned),
        "share": as_share(kept.share),
        "late": as_count(kept.late),
        "not_out": as_count(kept.not_out),
    }
    if not kept.cancelled:
        return said
    cancelled = _("Cancelled, and not in these: %(count)s.") % {"count": as_count(kept.cancelled)}
    return f"{said} {cancelled}"


def _mix(name: str, rows: list[Data]) -> list[Block]:
    """Publications: a post in two communities is two."""
    if not rows:
        return []
    titles = {"rubric": _("By rubric"), "format": _("By format"), "source": _("By origin")}
    columns = [
        Column(_("publications"), 4), number_column(_("planned"), weight=1),
        number_column(_("went out"), weight=1),
        number_column(_("share of what went out"), weight=2),
    ]  # fmt: skip
    whole = sum(row["sent"] for row in rows)
    lines = [
        [
            mix_title(name, row["key"]),
            as_count(row["planned"]),
            as_count(row["sent"]),
            as_share(row["sent"] / whole) if whole else NOT_MEASURED,
        ]
        for row in rows
    ]
    return [Heading(titles[name]), Table(columns, lines)]


def mix_title(name: str, key: str) -> str:
    if not key:
        return _("without a rubric") if name == "rubric" else NOT_MEASURED
    if name == "format":
        return capfirst(str(PostFormat(key).label))
    return capfirst(str(ContentSource(key).label)) if name == "source" else key


def _curated(curated: Data) -> list[Block]:
    published = curated["published"]
    heading = Heading(_("Curated from the internet"))
    if not published["counted"]:
        words = _("Nothing classified went out: the curated share cannot be said.")
        return [heading, Text(words), *_unclassified(published)]
    share = Decimal(published["curated"]) / published["counted"]
    told = {
        "curated": as_count(published["curated"]),
        "counted": as_count(published["counted"]),
        "share": as_share(share),
    }
    said = _("%(curated)s of %(counted)s (%(share)s).") % told
    formula = Note(_("Curated share = %(formula)s") % {"formula": CURATED_FORMULA})
    return [heading, Text(f"{said} {_cap_words(published)}"), *_unclassified(published), formula]


def _cap_words(share: Data) -> str:
    if share["cap"] is None:
        return _("No strategy sets a cap for these days.")
    told = {"cap": as_share(Decimal(share["cap"]))}
    if share["is_over"]:
        return _("That is above the agreed cap of %(cap)s.") % told
    return _("The agreed cap is %(cap)s: it was kept.") % told


def _unclassified(share: Data) -> list[Block]:
    if not share["unclassified"]:
        return []
    words = ngettext(
        "%(count)d post is not classified yet, and in no share.",
        "%(count)d posts are not classified yet, and in no share.",
        share["unclassified"],
    )
    return [Note(words % {"count": share["unclassified"]})]


# --- Comments, messages, cases -------------------------------------------------------------------


def care_section(figures: Data) -> Section:
    title, care = _("Comments and messages"), figures["care"]
    whole = care["whole"]
    if not whole["asked"] and not whole["negatives"]:
        words = _("Nobody asked anything in the period, or the inbox is not connected.")
        return Section(title, [Text(words), *_cases(care)])
    return Section(title, [Facts(_replies(whole)), *_by_kind(care), *_cases(care), *_formulas()])


def _replies(found: Data) -> list[Fact]:
    negatives = _("%(closed)s of %(all)s") % {
        "closed": as_count(found["negatives_closed"]), "all": as_count(found["negatives"]),
    }  # fmt: skip
    in_time = _("%(share)s: %(in_time)s of %(due)s") % {
        "share": as_share(found["in_time_share"]), "in_time": as_count(found["in_time"]),
        "due": as_count(found["due"]),
    }  # fmt: skip
    answered = _("%(answered)s of %(asked)s (%(rate)s)") % {
        "answered": as_count(found["answered"]), "asked": as_count(found["asked"]),
        "rate": as_share(found["rate"]),
    }  # fmt: skip
    return [
        (_("Answered"), answered),
        (_("Time to the first reply"), _duration(found["median_seconds"])),
        (_("Within the promised time"), in_time if found["due"] else NOT_MEASURED),
        (_("Still wait for a reply"), as_count(found["unanswered"])),
        (_("Negative ones closed"), negatives if found["negatives"] else _("there were none")),
    ]


def _duration(seconds: Any) -> str:
    return as_duration(None if seconds is None else dt.timedelta(seconds=seconds))


def _by_kind(care: Data) -> list[Block]:
    if len(care["kinds"]) < 2:
        return []
    columns = [
        Column(_("kind"), 2), number_column(_("asked for a reply"), weight=1),
        number_column(pgettext("messages", "answered"), weight=1),
        number_column(_("reply rate"), weight=1),
        number_column(_("time to the first reply"), weight=2),
        number_column(_("in time"), weight=1),
    ]  # fmt: skip
    rows = [
        [
            capfirst(str(InboxKind(row["kind"]).label)),
            as_count(row["asked"]),
            as_count(row["answered"]),
            as_share(row["rate"]),
            _duration(row["median_seconds"]),
            as_share(row["in_time_share"]),
        ]
        for row in care["kinds"]
    ]
    return [Heading(_("By kind")), Table(columns, rows)]


def _formulas() -> list[Block]:
    lines = [
        _("Reply rate = %(formula)s") % {"formula": RATE_FORMULA},
        _("Time to the first reply = %(formula)s") % {"formula": TIME_FORMULA},
        _("In time = %(formula)s") % {"formula": IN_TIME_FORMULA},
        _("Negative ones closed = %(formula)s") % {"formula": CLOSED_FORMULA},
    ]
    return [Note("\n".join(lines))]


def _cases(care: Data) -> list[Block]:
    heading = Heading(_("Negative cases"))
    if not care["cases"]:
        return [heading, Note(_("There was no case that you were told of."))]
    columns = [Column(_("case"), 3), Column(_("opened")), Column(_("closed")),
               Column(_("how it ended"), 3)]  # fmt: skip
    rows = [
        [row["title"], day_of(row["opened_on"]),
         day_of(row["ended_on"]) if row["ended_on"] else _("still open"), row["outcome"]]
        for row in care["cases"]
    ]  # fmt: skip
    return [heading, Table(columns, rows)]


# --- What the client owed ------------------------------------------------------------------------


def owed_section(figures: Data) -> Section:
    title, owed = _("What was asked of you, and when it came"), figures["owed"]
    blocks = [
        *_requests(_("Materials"), owed["materials"]),
        *_requests(_("Tasks on your side"), owed["tasks"]),
        *_approvals(owed["approvals"]),
        # Reports that were made earlier do not tell it.
        *_open(owed.get("open", [])),
    ]
    if not blocks:
        blocks = [Text(_("Nothing was asked of you in this period."))]
    return Section(title, [*blocks, *_held_up(owed), *_missed(figures)])


def _requests(title: str, rows: list[Data]) -> list[Block]:
    if not rows:
        return []
    columns = [
        Column(_("what"), 4), Column(pgettext("of the client", "asked")), Column(_("needed by")),
        Column(pgettext("of the client", "came"), 2),
    ]  # fmt: skip
    lines = [
        [row["what"], day_of(row["asked_on"]), day_of(row["due_on"]), came_words(row)]
        for row in rows
    ]
    return [Heading(title), Table(columns, lines)]


def came_words(row: Data) -> str:
    """`12 Oct`, with how many days after it was needed."""
    if not row["came_on"]:
        return _("has not come yet")
    if not row["late_days"]:
        return f"{day_of(row['came_on'])}\n{_('in time')}"
    late = ngettext("%(days)d day later", "%(days)d days later", row["late_days"])
    return f"{day_of(row['came_on'])}\n{late % {'days': row['late_days']}}"


def _approvals(rows: list[Data]) -> list[Block]:
    """How they were answered, and those that still wait one by one."""
    if not rows:
        return []
    answers = [row["answer"] for row in rows]
    facts = [
        (_("Sent for approval"), as_count(len(rows))),
        (_("Approved"), as_count(answers.count(PostState.CLIENT_APPROVED))),
        (_("Sent back for rework"), as_count(answers.count(PostState.CLIENT_REWORK))),
        (_("Silence, as agreed"), as_count(answers.count("deemed"))),
        (_("Median wait for an answer"), _duration(median_of(rows))),
    ]
    waiting = [row for row in rows if not row["came_on"]]
    blocks: list[Block] = [Heading(_("Approvals of posts")), Facts(facts)]
    if waiting:
        columns = [Column(_("no answer yet"), 4), Column(_("sent")), Column(_("needed by"))]
        lines = [[row["what"], day_of(row["asked_on"]), day_of(row["due_on"])] for row in waiting]
        blocks.append(Table(columns, lines))
    return blocks


def _open(rows: list[Data]) -> list[Block]:
    if not rows:
        return []
    columns = [
        Column(_("what"), 4), Column(_("kind"), 2), Column(_("needed by")), Column(_("code")),
    ]  # fmt: skip
    lines = [
        [row["what"], str(BY_LETTER[row["letter"]].what), day_of(row["due_on"]), row["code"]]
        for row in rows
    ]
    return [Heading(_("Also open when the report was made")), Table(columns, lines)]


def median_of(rows: list[Data]) -> int | None:
    """Of the answers of a person: silence has no time of its own."""
    known = sorted(
        row["seconds"] for row in rows if row["seconds"] is not None and row["answer"] != "deemed"
    )
    if not known:
        return None
    half = len(known) // 2
    return int(known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2)


def _held_up(owed: Data) -> list[Block]:
    if not owed["held_up_days"]:
        return []
    words = ngettext(
        "Materials were awaited past their day on %(days)d day of the month.",
        "Materials were awaited past their day on %(days)d days of the month.",
        owed["held_up_days"],
    )
    return [Note(words % {"days": owed["held_up_days"]})]


def _missed(figures: Data) -> list[Block]:
    calls = figures["calls"]
    whole = calls["missed"] + calls["answered"]
    if not figures["client"]["takes_calls"] or not whole:
        return []
    words = _("Calls that nobody answered: %(missed)s of %(all)s (%(share)s).")
    told = {"missed": as_count(calls["missed"]), "all": as_count(whole),
            "share": as_share(calls["missed"] / whole)}  # fmt: skip
    return [Heading(_("Answering calls")), Text(words % told)]
