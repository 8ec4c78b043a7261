"""All that a monthly report tells, as plain JSON: what a page, the PDF and the spreadsheet show.

Numbers stand as they were stored, amounts as strings of decimals, days as ISO dates, texts as they
were written; words are made when somebody reads (`kpi.report_sections`), in the reader's language.
None is not measured. In here is nothing that the client may not see: no fee, no internal note, no
decision that was not published, no number of a caller.
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from clients.models import Client
from kpi.models import KpiReview
from kpi.report_ahead import read_ahead
from kpi.report_calls import read_calls
from kpi.report_decisions import read_decisions, read_learnt, read_marks
from kpi.report_kpi import read_kpi
from kpi.report_pages import read_pages
from kpi.report_posts import read_posts
from kpi.report_promotion import read_promotion
from kpi.report_sources import read_sources
from kpi.report_span import Data, Span, iso
from kpi.report_work import read_care, read_content, read_owed

# Told in the figures, so that a report of long ago is read as it was made.
FORMAT = 1
PARTS: dict[str, Callable[[Span], Data]] = {
    "kpi": read_kpi,
    "calls": read_calls,
    "pages": read_pages,
    "posts": read_posts,
    "content": read_content,
    "care": read_care,
    "promotion": read_promotion,
    "owed": read_owed,
    "decisions": read_decisions,
    "learnt": read_learnt,
    "ahead": read_ahead,
    "sources": read_sources,
    "marks": read_marks,
}


def read_figures(
    client: Client,
    first: dt.date,
    last: dt.date,
    *,
    review: KpiReview | None,
    at: dt.datetime,
) -> dict[str, Any]:
    """Of the client's days from `first` to `last`, both included, as they are known at `at`.

    The same rows at the same moment give the same figures. `review` is the one that the report is
    made from: what it found stands, and its text for the client is the report's, once published.
    """
    span = Span(client, first, last, review, at)
    figures = {
        "format": FORMAT,
        "client": {
            "name": client.name,
            "currency": client.currency,
            "takes_calls": client.takes_calls,
        },
        "first": iso(first),
        "last": iso(last),
        "is_month": span.is_month,
        "before": [iso(day) for day in span.before],
        "at": at.isoformat(),
        "text": review.client_text.strip() if review and review.is_published else "",
        **{name: read(span) for name, read in PARTS.items()},
    }
    # As it comes back from the database: a tuple is a list there, and a key is a text.
    stored: dict[str, Any] = json.loads(json.dumps(figures))
    return stored
