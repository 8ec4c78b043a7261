"""Rows of the sheet Services: who does each service of an engagement, and how much of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.client_import_columns import (
    party_choices,
    performer_choices,
    period_choices,
    service_choices,
)
from clients.client_import_known import Known, KnownClient
from clients.client_import_rows import Row, near_words, set_fields, shown
from clients.client_import_values import number_below, one_of, read_yes, words
from clients.models import Engagement, EngagementService, Service

MOST_OF_A_SERVICE = 10**6
MOST_HOURS = 10**4


def plan_services(rows: list[Row], known: Known) -> None:
    services = {service.code: service for service in Service.objects.all()}
    read_service, read_performer = one_of(service_choices()), one_of(performer_choices())
    read_period, read_party = one_of(period_choices()), one_of(party_choices())
    seen: dict[tuple[str, str, int], int] = {}
    for row in rows:
        row.title = f"{row.text('client')} · {row.text('service')}"
        service = services.get(row.read("service", read_service, ""))
        performer = row.read("performer", read_performer, "")
        terms = {
            "quantity": row.read("quantity", number_below(MOST_OF_A_SERVICE), None),
            "period": row.read("period", read_period, None),
            "price": known.money(row, "price"),
            "norm_hours": row.read("norm_hours", number_below(MOST_HOURS), None),
            "is_extra": row.read("is_extra", read_yes, None),
            "approver": row.read("approver", read_party, None),
            "payer": row.read("payer", read_party, None),
            "in_contract": row.read("in_contract", read_yes, None),
        }
        found = known.client_of(row)
        engagement = _engagement(row, found) if found else None
        if not (found and engagement and service and performer):
            continue
        first = seen.setdefault((found.client.name, engagement.title, service.pk), row.number)
        if first != row.number:
            message = _("The same stands in row %(row)s already: write it once.")
            row.refuse("service", message % {"row": first})
            continue
        division = _division(row, found, engagement, service)
        _set_division(row, division, {"performer": performer, **terms})


def _engagement(row: Row, found: KnownClient) -> Engagement | None:
    title = row.text("engagement")
    titles = [each.title for each in found.engagements]
    if title:
        return _named(row, found, title, titles)
    if len(titles) == 1:
        return found.engagements[0]
    if titles:
        message = _("The client has %(count)s engagements: write which one: %(titles)s.")
        values = {"count": len(titles), "titles": "; ".join(shown(each) for each in titles[:5])}
        row.refuse("engagement", message % values)
    else:
        row.refuse("engagement", _("The client has no engagement: begin one in the sheet Clients."))
    return None


def _named(row: Row, found: KnownClient, title: str, titles: list[str]) -> Engagement | None:
    named = [each for each in found.engagements if each.title == title]
    if len(named) == 1:
        return named[0]
    if named:
        message = _("The client has %(count)s engagements of this title: rename one of them first.")
        row.refuse("engagement", message % {"count": len(named)})
    else:
        message = _("The client has no engagement “%(title)s”.")
        row.refuse("engagement", message % {"title": shown(title)} + near_words(title, titles))
    return None


def _division(
    row: Row, found: KnownClient, engagement: Engagement, service: Service
) -> EngagementService:
    standing = found.services.get((engagement.title, service.pk))
    row.is_new = standing is None
    division = standing or EngagementService(
        client=found.client, engagement=engagement, unit=service.unit
    )
    division.service = service
    return division


def _set_division(row: Row, division: EngagementService, values: dict[str, Any]) -> None:
    told = values | {
        "unit": row.read("unit", words(40), None),
        "note": row.read("note", words(300), None),
    }
    set_fields(row, division, {name: (name, value) for name, value in told.items()})
    try:
        division.clean()
    except ValidationError as refused:
        row.refuse("performer", " ".join(refused.messages))
