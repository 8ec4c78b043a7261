"""The month after the period: planned posts by week and rubric, campaigns, targets."""

import datetime as dt
from collections import Counter

from content.fulfilment import IS_CANCELLED
from content.models import Publication
from kpi.report_span import DAY, Data, Span, iso, text_of
from promotion.models import Campaign, CampaignMove
from promotion.models.campaign import CAMPAIGN_SHOWN, CampaignState
from strategy.models import MonthlyTarget
from strategy.models.version import FROZEN_STATES
from strategy.periods import last_of_month, month_of


def read_ahead(span: Span) -> Data:
    first = span.last + DAY
    last = last_of_month(first)
    return {
        "first": iso(first),
        "last": iso(last),
        "posts": _posts(span, first, last),
        "campaigns": _campaigns(span, first, last),
        "targets": _targets(span, first, last),
    }


def _posts(span: Span, first: dt.date, last: dt.date) -> list[Data]:
    """By the week's Monday and rubric; publications, so that a post in two communities is two."""
    begin, end = (
        dt.datetime.combine(day, dt.time(), span.client.zone) for day in (first, last + DAY)
    )
    rows = Publication.objects.filter(client=span.client).promised_within(begin, end)
    counts: Counter[tuple[dt.date, str]] = Counter()
    columns = ("promised_at", "planned_at", "post__rubric__name")
    for promised_at, planned_at, rubric in rows.exclude(IS_CANCELLED).values_list(*columns):
        day = span.client.day_of(promised_at or planned_at)
        counts[day - dt.timedelta(days=day.weekday()), rubric or ""] += 1
    return [
        {"week": iso(week), "rubric": rubric, "count": count}
        for (week, rubric), count in sorted(counts.items())
    ]


def _campaigns(span: Span, first: dt.date, last: dt.date) -> list[Data]:
    rows = Campaign.objects.filter(
        client=span.client, state__in=CAMPAIGN_SHOWN, starts_on__lte=last
    )
    # What ended later was still ahead then: made again, the report says the same.
    over = CampaignMove.objects.filter(
        client=span.client, new=CampaignState.FINISHED, moved_at__lt=span.moments[1]
    )
    rows = rows.exclude(ends_on__lt=first)
    rows = rows.exclude(state=CampaignState.FINISHED, pk__in=over.values("campaign"))
    columns = ("title", "kind", "starts_on", "ends_on", "budget", "currency")
    return [
        {
            **row,
            "starts_on": iso(row["starts_on"]),
            "ends_on": iso(row["ends_on"]),
            "budget": text_of(row["budget"]),
        }
        for row in rows.order_by("starts_on", "pk").values(*columns)
    ]


def _targets(span: Span, first: dt.date, last: dt.date) -> list[Data]:
    """Of the version in force on the month's last day, else on the last that any rules."""
    rows = MonthlyTarget.objects.filter(
        client=span.client,
        month=month_of(first),
        target__version__state__in=FROZEN_STATES,
        target__version__starts_on__lte=last,
        target__version__ends_on__gte=first,
    ).order_by("-target__version__starts_on", "-target__is_primary", "target__metric", "pk")
    columns = ("target__version__number", "target__metric", "target__formula_code",
               "target__community__profile__title", "value")  # fmt: skip
    found = list(rows.values_list(*columns))
    newest = found[0][0] if found else None
    return [
        {"metric": metric, "formula": formula, "community": community or "", "plan": text_of(value)}
        for number, metric, formula, community, value in found
        if number == newest
    ]
