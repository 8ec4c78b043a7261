"""Why a KPI's light says nothing: the same words, and the same greys, on every page of staff."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, ClientStatus
from kpi.models import Light
from kpi.rules import GREY_REASONS

# An evaluation is made every morning of the yesterday; an older one says nothing of today.
FRESH_DAYS = 3


def first_fresh(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=FRESH_DAYS)


def why_paused(client: Client) -> str:
    """Empty where the client is not paused."""
    if client.status != ClientStatus.PAUSED:
        return ""
    return _("Paused: measured without alarms.")


def why_grey(light: str, reason: str, *, day: dt.date, today: dt.date) -> str:
    """Of an evaluation of that day; empty where its light says something."""
    if day < first_fresh(today):
        return _("Last evaluated on %(day)s.") % {"day": date_format(day)}
    if light == Light.GREY:
        return str(GREY_REASONS.get(reason, reason))
    return ""
