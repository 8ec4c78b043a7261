"""What was done in the period, for the report: publications, replies, cases, what was owed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import translation

from clients.models import Side, Task, TaskState
from content.curated import CuratedShare, curated_share
from content.fulfilment import IS_CANCELLED, PROMISED, SENT, fulfilment
from content.material_figures import held_up_by_month
from content.models import (
    Incident,
    MaterialRequest,
    PostMove,
    PostState,
    Publication,
    RequestState,
)
from content.reply_figures import ReplyFigures, reply_figures, reply_figures_by_kind
from kpi.portal_needs import named_by, needs_of
from kpi.report_span import Data, Span, iso, text_of

MIXED_BY = {"rubric": "post__rubric__name", "format": "post__format", "source": "post__source"}


# --- Publications --------------------------------------------------------------------------------


def read_content(span: Span) -> Data:
    days = span.client, span.first, span.last
    return {
        "fulfilment": asdict(fulfilment(*days)),
        "mix": _mix(span),
        "curated": {
            "planned": _share(curated_share(*days)),
            "published": _share(curated_share(*days, is_out=True)),
        },
    }


def _mix(span: Span) -> dict[str, list[Data]]:
    """By rubric, format and origin: what was planned for the period, and what went out in it."""
    begin, end = span.moments
    rows = Publication.objects.filter(client=span.client)
    planned = rows.promised_within(begin, end).exclude(IS_CANCELLED)
    sent = rows.filter(SENT, sent_at__gte=begin, sent_at__lt=end)
    counted = Count("pk")
    found: dict[str, list[Data]] = {}
    both = {
        name: list(chosen.order_by().values_list(*MIXED_BY.values()).annotate(counted))
        for name, chosen in (("planned", planned), ("sent", sent))
    }
    for place, name in enumerate(MIXED_BY):
        sums: dict[str, Data] = {}
        for side, lines in both.items():
            for line in lines:
                key = line[place] or ""
                row = sums.setdefault(key, {"key": key, "planned": 0, "sent": 0})
                row[side] += line[-1]
        found[name] = sorted(sums.values(), key=lambda row: (-row["sent"], row["key"]))
    return found


def _share(share: CuratedShare) -> Data:
    return {
        "curated": share.curated,
        "counted": share.counted,
        "unclassified": share.unclassified,
        "cap": text_of(share.cap),
        "is_over": share.is_over,
    }


# --- Comments, messages, cases -------------------------------------------------------------------


def read_care(span: Span) -> Data:
    days: dict[str, Any] = {"since": span.first, "until": span.last, "at": span.at}
    by_kind = reply_figures_by_kind(span.client, **days)
    return {
        "whole": _replies(reply_figures(span.client, **days)),
        "kinds": [{"kind": kind.value, **_replies(row)} for kind, row in by_kind.items()],
        "cases": list(_cases(span)),
    }


def _replies(found: ReplyFigures) -> Data:
    names = ("asked", "answered", "unanswered", "in_time", "due", "negatives", "negatives_closed",
             "left_out", "late_unanswered")  # fmt: skip
    median = found.median
    return {
        **{name: getattr(found, name) for name in names},
        "rate": _rounded(found.rate),
        "in_time_share": _rounded(found.in_time_share),
        "median_seconds": None if median is None else round(median.total_seconds()),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _cases(span: Span) -> Iterator[Data]:
    """Those that the client is shown and that were open in the period, oldest first."""
    begin, end = span.moments
    rows = Incident.objects.filter(client=span.client, is_published=True, opened_at__lt=end)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gte=begin)).order_by("opened_at", "pk")
    columns = ("title", "opened_at", "ended_at", "shown_outcome")
    for title, opened_at, ended_at, outcome in rows.values_list(*columns):
        is_ended = ended_at is not None and ended_at < end
        yield {
            "title": title,
            "opened_on": iso(span.client.day_of(opened_at)),
            "ended_on": iso(span.client.day_of(ended_at)) if is_ended else None,
            "outcome": outcome if is_ended else "",
        }


# --- What the client owed ------------------------------------------------------------------------


def read_owed(span: Span) -> Data:
    held = held_up_by_month(span.client, months=1, on=span.last)[0][1] if span.is_month else None
    materials, approvals, tasks = (list(read(span)) for read in (_materials, _approvals, _tasks))
    by_letter = {"M": materials, "P": approvals, "T": tasks}
    waiting = {
        (letter, pk)
        for letter, rows in by_letter.items()
        for pk, row in rows
        if row["came_on"] is None
    }
    return {
        "materials": [row for _pk, row in materials],
        "approvals": [row for _pk, row in approvals],
        "tasks": [row for _pk, row in tasks],
        "open": list(_open(span, told=waiting)),
        "held_up_days": held.days if held else None,
    }


def _open(span: Span, *, told: set[tuple[str, int]]) -> Iterator[Data]:
    """What else is asked of the client, whenever it was asked: the others are told above."""
    # Titles that have a language are written in the client's, whoever makes the report.
    with translation.override(span.client.language):
        needs = needs_of(span.client, on=span.client.day_of(span.at))
    for need in needs:
        source, pk = named_by(need.code)
        if (source.letter, pk) not in told:
            yield {
                "letter": source.letter,
                "what": need.title,
                "due_on": iso(need.due),
                "code": need.code,
            }


def _day(span: Span, moment: dt.datetime | None) -> dt.date | None:
    """None where it had not come by the end of what the report knows."""
    return None if moment is None or moment > span.at else span.client.day_of(moment)


Numbered = Iterator[tuple[int, Data]]


def _materials(span: Span) -> Numbered:
    """Due in the period, or still awaited when it began."""
    begin, end = span.moments
    rows = MaterialRequest.objects.filter(client=span.client, asked_at__lt=end)
    rows = rows.exclude(state=RequestState.CANCELLED).filter(due_on__lte=span.last)
    rows = rows.filter(Q(due_on__gte=span.first) | Q(received_at=None) | Q(received_at__gte=begin))
    columns = ("pk", "what", "asked_at", "due_on", "received_at")
    asked = rows.order_by("due_on", "pk").values_list(*columns)
    for pk, what, asked_at, due_on, received_at in asked:
        yield pk, _owed(what, span.client.day_of(asked_at), due_on, _day(span, received_at))


def _owed(
    what: str, asked_on: dt.date | None, due_on: dt.date | None, came_on: dt.date | None
) -> Data:
    late = (came_on - due_on).days if came_on and due_on else None
    return {
        "what": what,
        "asked_on": iso(asked_on),
        "due_on": iso(due_on),
        "came_on": iso(came_on),
        "late_days": max(late, 0) if late is not None else None,
    }


def _approvals(span: Span) -> Numbered:
    """Each time that a post went to the client in the period, and what came of it."""
    begin, end = span.moments
    moves = PostMove.objects.filter(client=span.client, moved_at__lte=span.at)
    asked = list(
        moves.filter(new=PostState.CLIENT_REVIEW, moved_at__gte=begin, moved_at__lt=end)
        .order_by("moved_at", "pk").values("post_id", "post__title", "moved_at")
    )  # fmt: skip
    answers: dict[int, list[tuple[dt.datetime, str, bool]]] = {}
    left = moves.filter(
        old=PostState.CLIENT_REVIEW, post__in={row["post_id"] for row in asked}, moved_at__gte=begin
    ).order_by("moved_at", "pk")
    for post_id, moved_at, new, is_deemed in left.values_list(
        "post_id", "moved_at", "new", "is_deemed"
    ):
        answers.setdefault(post_id, []).append((moved_at, new, is_deemed))
    needed = _first_days(span, {row["post_id"] for row in asked})
    for row in asked:
        later = [one for one in answers.get(row["post_id"], []) if one[0] >= row["moved_at"]]
        asked_on = iso(span.client.day_of(row["moved_at"]))
        due_on = iso(needed.get(row["post_id"]))
        told = {"what": row["post__title"], "asked_on": asked_on, "due_on": due_on}
        yield row["post_id"], {**told, **_answer(span, row["moved_at"], later)}


def _first_days(span: Span, posts: set[int]) -> dict[int, dt.date]:
    """By post, the day on which it is to go out first: by then the word is needed."""
    rows = Publication.objects.standing().filter(client=span.client, post__in=posts)
    first = rows.order_by().values_list("post_id").annotate(first=Min(PROMISED))
    return {post: span.client.day_of(moment) for post, moment in first if moment}


def _answer(span: Span, asked_at: dt.datetime, later: list[tuple[dt.datetime, str, bool]]) -> Data:
    """The first of those that came after it was asked."""
    if not later:
        return {"came_on": None, "answer": "", "seconds": None}
    moved_at, new, is_deemed = later[0]
    return {
        "came_on": iso(span.client.day_of(moved_at)),
        "answer": "deemed" if is_deemed else new,
        "seconds": round((moved_at - asked_at).total_seconds()),
    }


def _tasks(span: Span) -> Numbered:
    begin, end = span.moments
    rows = Task.objects.filter(client=span.client, side=Side.CLIENT, due_on__lte=span.last)
    rows = rows.exclude(state=TaskState.CANCELLED).filter(created_at__lt=end)
    rows = rows.filter(Q(due_on__gte=span.first) | Q(done_at=None) | Q(done_at__gte=begin))
    columns = ("pk", "title", "created_at", "due_on", "done_at")
    asked = rows.order_by("due_on", "pk").values_list(*columns)
    for pk, title, created_at, due_on, done_at in asked:
        yield pk, _owed(title, span.client.day_of(created_at), due_on, _day(span, done_at))
