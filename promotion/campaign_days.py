"""What happens in a campaign lies in its days; knows no rows."""

import datetime as dt
from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def days_outside(
    days: Mapping[str, dt.date | None], first: dt.date, last: dt.date | None
) -> dict[str, str]:
    """The sentences about those days that lie before the first or after the last, by their names.

    `last` is None for a campaign without an end; a day that is None is not held to anything.
    """
    return {
        name: why_outside(day, first, last)
        for name, day in days.items()
        if day is not None and not is_inside(day, first, last)
    }


def is_inside(day: dt.date, first: dt.date, last: dt.date | None) -> bool:
    return first <= day and (last is None or day <= last)


def why_outside(day: dt.date, first: dt.date, last: dt.date | None) -> str:
    if day < first:
        return _(
            "%(day)s is before the campaign begins (%(first)s): choose a day of the campaign, or"
            " let the campaign begin earlier."
        ) % {"day": date_format(day), "first": date_format(first)}
    return _(
        "%(day)s is after the campaign ends (%(last)s): choose a day of the campaign, or let the"
        " campaign end later."
    ) % {"day": date_format(day), "last": date_format(last) if last else ""}
