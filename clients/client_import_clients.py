"""Rows of the sheet Clients: the client, and the engagement that begins with the import."""

import datetime as dt
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.client_import_columns import (
    STARTING,
    language_choices,
    package_choices,
    start_choices,
    status_choices,
)
from clients.client_import_known import MOST_MONEY, Known, KnownClient
from clients.client_import_rows import Row, near_words, set_fields, shown
from clients.client_import_values import (
    number_below,
    one_of,
    read_country,
    read_currency,
    read_day,
    read_time_zone,
    words,
)
from clients.models import Client, Engagement, Package

OF_ENGAGEMENT = ("engagement", "starts_on", "ends_on", "package", "fee", "ad_budget")


def plan_clients(rows: list[Row], known: Known) -> None:
    packages = {package.code: package for package in Package.objects.all()}
    choices = {"package": package_choices(), "status": status_choices()}
    for row in rows:
        row.title = row.text("name")
        if found := _client(row, known):
            _set_client(row, found, one_of(choices["status"]))
            _set_engagement(row, found, known, packages, one_of(choices["package"]))


def _client(row: Row, known: Known) -> KnownClient | None:
    """The one with exactly this name, or a new one; None where the name is refused."""
    name = row.read("name", words(120), "")
    if not name:
        return None
    found = known.clients.get(name)
    if found is not None and found.row is not None:
        message = _("The client stands in row %(row)s already: write it once.")
        row.refuse("name", message % {"row": found.row.number})
        return None
    if found is None:
        if not _is_another(row, name, known):
            return None
        found = known.clients[name] = KnownClient(Client(name=name))
        row.is_new = True
    found.row = row
    return found


def _is_another(row: Row, name: str, known: Known) -> bool:
    """Whether a new client may have this name; near names are shown, none is taken for another."""
    same = [other for other in known.names if other.casefold() == name.casefold()]
    if same:
        message = _("There is the client “%(name)s”: write it exactly so, or another name.")
        row.refuse("name", message % {"name": same[0]})
        return False
    if near := near_words(name, known.names):
        row.warnings.append(_("A new client.") + near)
    return True


def _set_client(row: Row, found: KnownClient, read_status: Any) -> None:
    values: dict[str, tuple[str, Any]] = {
        "legal_name": ("legal_name", row.read("legal_name", words(200), None)),
        "industry": ("industry", row.read("industry", words(80), None)),
        "country": ("country", row.read("country", read_country, None)),
        "time_zone": ("time_zone", row.read("time_zone", read_time_zone, None)),
        "currency": ("currency", row.read("currency", read_currency, None)),
        "language": ("language", row.read("language", one_of(language_choices()), None)),
    }
    status = row.read("status", read_status, None)
    if row.is_new:
        _check_starts(row, status)
        values["status"] = ("status", status)
    elif status is not None and status != found.client.status:
        message = _(
            "The client is “%(status)s” here: a status is changed on the client's page. Leave the"
            " cell empty."
        )
        row.refuse("status", message % {"status": found.client.get_status_display()})
    set_fields(row, found.client, values)


def _check_starts(row: Row, status: str | None) -> None:
    if status is not None and status not in STARTING:
        place = 2 if get_language() == "ru" else 1
        message = _(
            "A new client starts as one of: %(names)s. Write that, and pause or end the work on the"
            " client's page."
        )
        names = ", ".join(choice[place] for choice in start_choices())
        row.refuse("status", message % {"names": names})


def _set_engagement(
    row: Row, found: KnownClient, known: Known, packages: dict[str, Package], read_package: Any
) -> None:
    if not any(row.text(key) for key in OF_ENGAGEMENT):
        return
    title = row.read("engagement", words(160), "")
    if not title:
        row.refuse("engagement", _("Write the title of the engagement, or empty its columns."))
        return
    engagement = next((each for each in found.engagements if each.title == title), None)
    starts_on = row.read("starts_on", read_day, None)
    if engagement is None:
        engagement = _new_engagement(row, found, title, starts_on)
    package = row.read("package", read_package, None)
    values = {
        "starts_on": ("starts_on", starts_on),
        "ends_on": ("ends_on", row.read("ends_on", read_day, None)),
        "package": ("package", packages[package] if package else None),
        "fee": ("fee", known.money(row, "fee")),
        "ad_budget": ("ad_budget", row.read("ad_budget", number_below(MOST_MONEY), None)),
    }
    set_fields(row, engagement, values)
    _check_days(row, engagement.starts_on, engagement.ends_on)


def _new_engagement(
    row: Row, found: KnownClient, title: str, starts_on: dt.date | None
) -> Engagement:
    if starts_on is None and not _has_problem(row, "starts_on"):
        row.refuse("starts_on", _("A new engagement needs its first day."))
    if not row.is_new:
        message = _("A new engagement “%(title)s” begins.") % {"title": shown(title)}
        row.warnings.append(message + near_words(title, [e.title for e in found.engagements]))
        row.is_new = True
    engagement = Engagement(client=found.client, title=title, currency=found.client.currency)
    found.engagements.append(engagement)
    return engagement


def _has_problem(row: Row, key: str) -> bool:
    title = row.form.column(key).title
    return any(problem.field == title for problem in row.problems)


def _check_days(row: Row, starts_on: dt.date | None, ends_on: dt.date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        row.refuse("ends_on", _("The last day is before the first."))
