"""How long a monthly report takes: its figures, its PDF and its workbook, of one client's month."""

import datetime as dt
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.agency import Agency
from bench.table import Line
from clients.models import Client, Engagement
from kpi.models import KpiReview
from kpi.report_figures import read_figures
from kpi.report_paper import print_report
from kpi.report_sheet import write_sheet
from kpi.review_figures import figures_of
from strategy.periods import month_of

WANTED_SECONDS = 5.0


def measure_report(agency: Agency, *, at: dt.datetime) -> list[Line]:
    client = Client.objects.get(pk=int(agency.clients[0]))
    review = closed_review(client, at=at)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        figures = read_figures(client, review.starts_on, review.ends_on, review=review, at=at)
    read = time.perf_counter() - began
    print_report(figures, language=client.language, zone=client.zone, at=at)
    write_sheet(figures, language=client.language)
    seconds = time.perf_counter() - began
    return [
        Line(
            "report of a month",
            f"{seconds:.1f} s ({read:.1f} s and {len(captured)} queries its figures)",
            f"≤ {WANTED_SECONDS:.0f} s",
            seconds <= WANTED_SECONDS,
        )
    ]


def closed_review(client: Client, *, at: dt.datetime) -> KpiReview:
    """Of the last whole month, with the figures that it was closed on."""
    last = month_of(client.day_of(at)) - dt.timedelta(days=1)
    engagement, _new = Engagement.objects.get_or_create(
        client=client,
        defaults={"title": "Bench", "starts_on": dt.date(2020, 1, 1), "currency": client.currency},
    )
    review = KpiReview(
        client=client, engagement=engagement, starts_on=month_of(last), ends_on=last,
        due_on=last + dt.timedelta(days=7), learnt="Learnt", changes="Changed",
        client_text="What was learnt, and what changes next.", is_published=True, closed_at=at,
    )  # fmt: skip
    review.figures, review.happened = figures_of(review, at=at), {"flags": [], "events": []}
    review.save()
    return review
