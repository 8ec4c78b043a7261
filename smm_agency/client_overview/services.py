"""Who does what by the running agreements, and what of it is done; fees for directors only."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import Block, Engagement, EngagementService, Performer
from smm_agency.agreed_and_done import Done, ask_done, done_of
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.rows_at_once import Found, day_of, listed
from smm_agency.lib.words import as_count, as_money
from smm_agency.order_of_work import OURS

SEEN_WITH = "clients.engagementservice"


class ServiceLine(NamedTuple):
    """`done` and what follows are empty where nothing counts the service."""

    name: str
    performers: str
    is_ours: bool
    agreed: str
    done: str
    left: str
    over: str
    span: str
    note: str


class Agreement(NamedTuple):
    title: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    fee: str
    ad_budget: str
    url: str


class Services(NamedTuple):
    agreements: list[Agreement]
    blocks: list[tuple[str, list[ServiceLine]]]


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees(SEEN_WITH):
        return {}
    running = Engagement.objects.running(on=scope.today).filter(client=scope.client)
    language = "ru" if get_language() == "ru" else "en"
    rows = EngagementService.objects.filter(engagement__in=running.values("pk"))
    money = ("fee",) if scope.rights.user.sees_all_clients else ()
    return {
        "agreements": listed(
            running.order_by("starts_on", "pk"), "id", "title", "starts_on", "ends_on",
            "ad_budget", "currency", *money,
        ),
        "services": listed(
            rows.order_by("service__position", "service__code", "pk"), "performer", "quantity",
            "unit", "note", code="service__code", block="service__block",
            name=f"service__name_{language}", usual_unit=f"service__unit_{language}",
        ),
        **ask_done(scope.client, on=scope.today),
    }  # fmt: skip


def show(scope: Scope, found: Found) -> Section | None:
    if "services" not in found:
        return None
    done = done_of(found)
    agreements = [_agreement(scope, row) for row in found["agreements"]]
    return Section(
        "services", _("Who does what, agreed and done"),
        Services(agreements, _by_block(found["services"], done)),
        links=[Link(_("All engagements"), scope.list_url("clients.engagement"))],
        short=_("Services"),
        add=Link(_("Write down the agreement"), scope.add_url("clients.engagement")),
    )  # fmt: skip


def _agreement(scope: Scope, row: Found) -> Agreement:
    may_see = scope.sees("clients.engagement")
    return Agreement(
        title=row["title"],
        starts_on=day_of(row["starts_on"]),
        ends_on=day_of(row["ends_on"]),
        fee=_money(row.get("fee"), row["currency"]),
        ad_budget=_money(row["ad_budget"], row["currency"]) if may_see else "",
        url=scope.row_url("clients.engagement", row["id"]),
    )


def _money(amount: Any, currency: str) -> str:
    return "" if amount is None else as_money(Decimal(str(amount)), currency)


def _by_block(rows: list[Found], done: dict[str, Done]) -> list[tuple[str, list[ServiceLine]]]:
    """A service that several agreements hold is one line."""
    services: dict[str, list[Found]] = defaultdict(list)
    for row in rows:
        services[row["code"]].append(row)
    blocks: dict[str, list[ServiceLine]] = {block: [] for block in Block.values}
    for code, same in services.items():
        blocks[same[0]["block"]].append(_line(same, done.get(code)))
    return [(str(Block(block).label), lines) for block, lines in blocks.items() if lines]


def _line(rows: list[Found], done: Done | None) -> ServiceLine:
    ours = [row for row in rows if row["performer"] in OURS]
    performers = dict.fromkeys(str(Performer(row["performer"]).label) for row in rows)
    agreed = _quantity([row["quantity"] for row in ours or rows])
    unit = rows[0]["unit"] or rows[0]["usual_unit"]
    # Counted is what the catalogue's unit says: another unit is another thing.
    is_usual = all(row["unit"] in ("", row["usual_unit"]) for row in rows)
    told = {"count": as_count(agreed), "unit": unit}
    counted = _counted(agreed, done) if done and ours and is_usual else ("", "", "", "")
    return ServiceLine(
        rows[0]["name"], ", ".join(performers), bool(ours),
        "" if agreed is None else _("%(count)s %(unit)s") % told, *counted,
        note=" ".join(row["note"] for row in rows if row["note"]),
    )  # fmt: skip


def _quantity(quantities: list[Any]) -> Decimal | None:
    """The sum; None where one of them was not agreed as a number."""
    if any(each is None for each in quantities):
        return None
    return sum((Decimal(str(each)) for each in quantities), Decimal(0))


def _counted(agreed: Decimal | None, done: Done) -> tuple[str, str, str, str]:
    """Done, left, over, and of which days that is."""
    span = _("this month") if done.is_of_month else _("since the agreement began")
    if agreed is None:
        return as_count(done.rows), "", "", span
    more = Decimal(done.rows) - agreed
    left = as_count(-more) if more < 0 else ""
    over = as_count(more) if more > 0 else ""
    return as_count(done.rows), left, over, span
