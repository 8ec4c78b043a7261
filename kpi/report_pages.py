"""Growth and engagement of the client's own pages in the period, for the report."""

from collections.abc import Sequence

from communities.models import Profile
from kpi.engagement_rate import ErValue
from kpi.er_readings import read_profiles
from kpi.growth import GrowthValue
from kpi.portal_overview import DEFAULT_FORMULA
from kpi.portal_pages import DAY, OwnPage, Readings, read_readings
from kpi.report_span import Data, Span, iso
from strategy.models import KpiTarget, Metric
from strategy.models.version import FROZEN_STATES
from strategy.periods import days_between


def read_pages(span: Span) -> Data:
    """Six queries, whatever the number of pages and formulas but one."""
    pages, codes = own_pages(span), formulas_of(span)
    readings = read_readings(span.client, pages, codes, first=span.first - DAY, last=span.last)
    return {
        "whole": growth_data(readings.net_growth(first=span.first, last=span.last)),
        "pages": [_page(page, readings, span) for page in pages],
        "er": [er_of(code, readings, span) for code in codes],
    }


def own_pages(span: Span) -> list[OwnPage]:
    titles = dict(
        Profile.objects.filter(client=span.client, relation=Profile.Relation.OWN)
        .order_by("pk").values_list("pk", "title")
    )  # fmt: skip
    networks = dict(Profile.objects.filter(pk__in=titles).values_list("pk", "network"))
    return [
        OwnPage(row.profile, titles[row.profile], networks[row.profile], row.community,
                row.read_until)
        for row in read_profiles([span.client.pk])
    ]  # fmt: skip


def formulas_of(span: Span) -> list[str]:
    """Those that the strategies of the period name; the usual one where they name none."""
    rows = KpiTarget.objects.filter(
        client=span.client,
        metric=Metric.ER,
        version__state__in=FROZEN_STATES,
        version__starts_on__lte=span.last,
        version__ends_on__gte=span.first,
    ).order_by("pk")
    named = [code for code in dict.fromkeys(rows.values_list("formula_code", flat=True)) if code]
    return named or [DEFAULT_FORMULA.value]


def _page(page: OwnPage, readings: Readings, span: Span) -> Data:
    alone = Readings(readings.client_id, [page], readings.levels, readings.posts)
    followers = readings.followers(page.profile_id, span.first, span.last)
    told = {level.day: level for level in readings.levels.get(page.profile_id, [])}
    return {
        "title": page.title,
        "network": page.network,
        "growth": growth_data(_growth_of(alone, page, span)),
        "days": [
            {
                "day": iso(day),
                "followers": followers.get(day),
                "joined": told[day].joined if day in told else None,
                "left": told[day].left if day in told else None,
            }
            for day in days_between(span.first, span.last)
        ],
    }


def _growth_of(alone: Readings, page: OwnPage, span: Span) -> GrowthValue:
    """Of one page its first and last measured days, whichever they are."""
    return alone.net_growth(first=span.first, last=span.last, community_id=page.community_id)


def growth_data(value: GrowthValue) -> Data:
    return {
        "net": value.net,
        "start": value.start,
        "end": value.end,
        "start_on": iso(value.start_on),
        "end_on": iso(value.end_on),
        "joined": value.joined,
        "left": value.left,
        "told_days": value.told_days,
        "grown_days": value.grown_days,
        "measured_days": value.measured_days,
        "days": value.days,
        "counted": value.counted,
        "communities": value.communities,
    }


def er_of(code: str, readings: Readings, span: Span) -> Data:
    """Of all own pages together, then of each."""
    pages = [
        {"title": page.title, "network": page.network,
         **er_data(_rate(code, readings, span, [page]))}
        for page in readings.pages
    ]  # fmt: skip
    return {
        "formula": code, "whole": er_data(_rate(code, readings, span, readings.pages)),
        "pages": pages,
    }  # fmt: skip


def _rate(code: str, readings: Readings, span: Span, pages: Sequence[OwnPage]) -> ErValue:
    chosen = Readings(readings.client_id, pages, readings.levels, readings.posts)
    return chosen.engagement_rate(code, first=span.first, last=span.last)


def er_data(value: ErValue) -> Data:
    found = value.value
    return {"value": None if found is None else round(found, 6), **value.as_facts()}
