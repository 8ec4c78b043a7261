"""What a report holds: the figures copied once, and the files that are made of them."""

import datetime as dt
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.looks import logo_of, look_of
from clients.models import Client
from kpi.models import KpiReview, Report
from kpi.report_figures import read_figures
from kpi.report_paper import PaperLook, print_report
from kpi.report_sheet import write_sheet


def read_contents(report: Report, review: KpiReview, *, at: dt.datetime) -> dict[str, Any]:
    """As plain JSON: made again from the same data it is the same.

    A correction promises for the next month what the edition before it did: that month has run on.
    """
    found = read_figures(report.client, report.starts_on, report.ends_on, review=review, at=at)
    old = report.replaces.figures if report.replaces else None
    return found | {"ahead": old["ahead"]} if old else found


def told_with(report: Report) -> dict[str, Any]:
    """The figures with what was written over them: the same for paper, sheet and page."""
    told: dict[str, Any] = report.figures or {}
    return told | {
        "cover": {
            "text": report.cover_text.strip(),
            "edition": report.number,
            "replaces": replaces_line(report),
            "corrected": report.corrected.strip(),
        }
    }


def print_pdf(report: Report, *, at: dt.datetime, is_draft: bool = False) -> bytes:
    client = report.client
    with translation.override(client.language):
        mark = _("DRAFT") if is_draft else ""
        told = told_with(report)
    return print_report(
        told, language=client.language, zone=client.zone, at=at, look=paper_look(client), mark=mark
    )


def paper_look(client: Client) -> PaperLook:
    """The client's colours and logo where it has some, beside the agency's name and logo."""
    look = look_of(client)
    return PaperLook(look.accent, _picture(look.logo), look.name, _picture(look.client_logo))


def _picture(sha256: str) -> bytes:
    logo = logo_of(sha256) if sha256 else None
    return logo.content if logo else b""


def print_xlsx(report: Report) -> bytes:
    return write_sheet(report.figures or {}, language=report.client.language)


def replaces_line(report: Report) -> str:
    """In the active language; empty for a first edition."""
    old = report.replaces
    if old is None or old.sent_at is None:
        return ""
    with timezone.override(report.client.zone):
        day = date_format(timezone.localtime(old.sent_at))
    return _("Edition %(number)d, replaces edition %(old)d of %(day)s") % {
        "number": report.number, "old": old.number, "day": day,
    }  # fmt: skip


def file_name(report: Report, ending: str) -> str:
    """In the client's language, as the report is."""
    with translation.override(report.client.language):
        name = _("Report %(client)s %(month)s") % {
            "client": report.client.name.replace("/", "-")[:100],
            "month": f"{report.starts_on:%Y-%m}",
        }
        edition = _("edition %(number)d") % {"number": report.number}
    return f"{name}, {edition}.{ending}" if report.number > 1 else f"{name}.{ending}"
