"""Papers: acts that nobody signed, invoices that nobody paid, agreements that end."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Paper, PaperKind, Role
from kpi.models import Light
from smm_agency.dashboard.due.kind import Kind, Told, by_day
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

ROLES = (Role.ACCOUNT_MANAGER,)
# An act that the client has kept longer is late.
SIGNED_WITHIN = dt.timedelta(days=14)


def acts(rows: Any, reader: Reader) -> Any:
    return rows.unsigned_acts().order_by("dated_on", "pk")


def told_of_act(row: Row, reader: Reader) -> Told:
    day = dt.date.fromisoformat(row["dated_on"])
    words = _("not signed since %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
    is_late = day + SIGNED_WITHIN < reader.today
    return Told(Light.RED if is_late else Light.AMBER, words, day)


def invoices(rows: Any, reader: Reader) -> Any:
    return rows.unpaid().order_by("due_on", "dated_on", "pk")


def told_of_invoice(row: Row, reader: Reader) -> Told:
    return by_day(row["due_on"], reader)


def ending(rows: Any, reader: Reader) -> Any:
    return rows.expiring(on=reader.today).order_by("valid_until", "pk")


def told_of_end(row: Row, reader: Reader) -> Told:
    day = dt.date.fromisoformat(row["valid_until"])
    is_over = day < reader.today
    words = _("ended on %(day)s") if is_over else _("valid until %(day)s")
    light = Light.RED if is_over else Light.AMBER
    return Told(light, words % {"day": date_format(day, "SHORT_DATE_FORMAT")}, day)


def name_of(row: Row, reader: Reader) -> str:
    """No sum: not everybody who sees the paper may see it."""
    return " ".join(filter(None, [str(PaperKind(row["kind"]).label), row["number"]]))


def title_of(row: Row, reader: Reader) -> str:
    return str(row["title"])


NAMED = {"kind": "kind", "number": "number", "title": "title"}
ACTS = Kind(
    "acts", gettext_lazy("Acts that are not signed"), Paper, ROLES, acts, told_of_act, "",
    {**NAMED, "dated_on": "dated_on"}, name_of, title_of,
)  # fmt: skip
INVOICES = Kind(
    "invoices", gettext_lazy("Invoices that are not paid"), Paper, ROLES, invoices,
    told_of_invoice, "", {**NAMED, "due_on": "due_on"}, name_of, title_of,
)  # fmt: skip
ENDING = Kind(
    "agreements", gettext_lazy("Agreements that end"), Paper, ROLES, ending, told_of_end, "",
    {**NAMED, "valid_until": "valid_until"}, name_of, title_of,
)  # fmt: skip
PAPERS = (INVOICES, ACTS, ENDING)
