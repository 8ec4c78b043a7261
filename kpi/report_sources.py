"""Where the period's figures came from, for the report's last section."""

from django.db.models import Count

from kpi.models import Call, ProfileSnapshot
from kpi.report_span import Data, Span
from kpi.whose_pages import OWN


def read_sources(span: Span) -> Data:
    """How many calls and readings of pages came by each way. Two queries."""
    calls = Call.objects.filter(client=span.client).in_days(span.first, span.last)
    readings = ProfileSnapshot.objects.filter(
        client=span.client, profile__relation__in=OWN, date__range=(span.first, span.last)
    )
    return {
        "calls": dict(calls.order_by("source").values_list("source").annotate(Count("pk"))),
        "readings": dict(readings.order_by("reading").values_list("reading").annotate(Count("pk"))),
    }
