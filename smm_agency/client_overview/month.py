"""This month's publication plan: what is planned and out, what comes from the internet."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from content.admin.plan_step import plan_url
from content.caps import Caps, rules_of_days
from content.curated import (
    counted_publications,
    native_item,
    native_posts,
    native_rows,
    planned_item,
    planned_rows,
)
from content.curated_lines import ShareLine, lines_of, share_words, widest_days
from content.fulfilment import FORMULA, Fulfilment, count_up, moments_of
from smm_agency.block_rows import BlockRows
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, day_of, listed, moment_of
from smm_agency.lib.words import as_count, as_share
from strategy.periods import last_of_month, month_of

SEEN_WITH = "content.publication"
DAY = dt.timedelta(days=1)


class Month(NamedTuple):
    """`kept` is of the days that are over; the numbers are of the whole month."""

    has_plan: bool
    planned: str
    published: str
    late: str
    ahead: str
    not_out: str
    kept: str
    formula: str
    curated: list[tuple[ShareLine, str, str, str]]


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees(SEEN_WITH):
        return {}
    client, days = scope.client, widest_days(scope.today)
    begin, end = moments_of(client, *days)
    native = native_posts(client).exclude(native=None).order_by("posted_at")
    return {
        "curated_planned": listed(
            planned_rows(client, begin, end), "counts_at", "state", "post_id",
            source="post__source", post_state="post__state",
        ),
        "curated_native": listed(
            native_rows(client, begin, end), "posted_at", source="native__source"
        ),
        "caps": listed(
            rules_of_days(*days).filter(client=client), first="version__starts_on",
            last="version__ends_on", cap="curated_cap",
        ),
        "first_planned": listed(
            counted_publications(client).exclude(counts_at=None).order_by("counts_at")[:1],
            at="counts_at",
        ),
        "first_native": listed(native[:1], at="posted_at"),
    }  # fmt: skip


def show(scope: Scope, found: Found, rows: BlockRows) -> Section | None:
    if "caps" not in found:
        return None
    first = month_of(scope.today)
    name = {"month": date_format(first, "F Y")}
    calendar = f"{reverse('content_calendar')}?{urlencode({'client': scope.client.pk})}"
    may_plan = scope.may("content.add_publicationplan")
    return Section(
        "month", _("Publications: %(month)s") % name, _month(scope, found, rows, first),
        links=[Link(_("Calendar"), calendar), Link(_("Posts"), scope.list_url("content.post"))],
        short=_("Publications"),
        add=Link(_("Make the publication plan"), plan_url(scope.client) if may_plan else ""),
    )  # fmt: skip


def _month(scope: Scope, found: Found, rows: BlockRows, first: dt.date) -> Month:
    publications, client = rows.publications, scope.client
    whole = count_up(publications, client, first, last_of_month(first))
    kept: Fulfilment = count_up(publications, client, first, scope.today - DAY)
    return Month(
        has_plan=first in rows.planned_months or whole.planned > 0,
        planned=as_count(whole.planned),
        published=as_count(whole.on_time + whole.late),
        late=as_count(whole.late),
        ahead=as_count(whole.not_out - kept.not_out),
        not_out=as_count(kept.not_out) if kept.not_out else "",
        kept=str(kept),
        formula=str(FORMULA),
        curated=[
            (line, share_words(line.planned), share_words(line.published), _cap(line))
            for line in _curated(scope, found)
        ],
    )


def _cap(line: ShareLine) -> str:
    """The cap, and how many may stand under it."""
    if line.planned.cap is None:
        return _("no cap is set")
    told = {"cap": as_share(line.planned.cap), "allowed": as_count(line.planned.allowed)}
    return _("at most %(cap)s (%(allowed)s)") % told


def _curated(scope: Scope, found: Found) -> list[ShareLine]:
    client = scope.client
    planned = [
        planned_item(
            client, dt.datetime.fromisoformat(row["counts_at"]), row["state"], row["source"],
            row["post_id"], row["post_state"],
        )
        for row in found["curated_planned"]
    ]  # fmt: skip
    native = [
        native_item(client, dt.datetime.fromisoformat(row["posted_at"]), row["source"])
        for row in found["curated_native"]
    ]
    caps = Caps([_rule(row) for row in found["caps"]])
    began = [
        client.day_of(at)
        for row in (*found["first_planned"], *found["first_native"])
        if (at := moment_of(row["at"])) is not None
    ]
    return lines_of([*planned, *native], caps, began=min(began, default=None), on=scope.today)


def _rule(row: Found) -> tuple[dt.date, dt.date, Decimal]:
    first, last = (day_of(row[name]) or dt.date.max for name in ("first", "last"))
    return first, last, Decimal(str(row["cap"]))
