"""What the template of the start page is given: the cards of the person's roles, in their order.

Two queries read how the clients stand, two their lines, and one all lists of what waits; six more
read the money of a director's month. None of them grows with the number of rows.
"""

import datetime as dt
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.admin.scoped import rights_of
from clients.models import Client
from kpi.models import Light
from smm_agency.dashboard.due import due_lists, due_panel
from smm_agency.dashboard.flags import ROLES, age_names, age_rows, flag_line, flag_lists
from smm_agency.dashboard.gather import Row, gather
from smm_agency.dashboard.money import month_money
from smm_agency.dashboard.notices import notices_card
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.rows import client_rows, with_marks
from smm_agency.dashboard.standing import (
    STALE,
    Sight,
    Standing,
    seen_clients,
    standing,
    worst_first,
)
from smm_agency.dashboard.stops import stop_lines, stop_lists
from smm_agency.dashboard.workload import person_line, workload_lists

PAGE_SIZE = 50
ADD_STOP = "content.add_stop"
CARDS = "admin/dashboard/{}.html"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback for the index page of the admin."""
    user: Any = request.user
    reader = Reader(user, today=timezone.localdate(), rights=rights_of(request))
    clients = seen_clients(user)
    found = gather(user, lists_of(clients, reader))
    return context | {
        "cards": [[CARDS.format(name) for name in row] for row in cards_of(reader)],
        "due": due_panel(found, reader),
        **clients_card(request, clients, reader),
        **flags_card(found, reader),
        "people": [person_line(row, reader) for row in found.get("people", [])],
        "money": month_money(found.get("money_clients", []), reader),
        "stops": stop_lines(found.get("stops", []), reader),
        "notices": notices_card(user),
        "stop_url": reverse("admin:content_stop_begin") if user.has_perm(ADD_STOP) else "",
    }


def cards_of(reader: Reader) -> list[list[str]]:
    """Rows of cards, those of a row beside each other: what the person's day begins with first."""
    if reader.is_director:
        return [["clients"], ["flag_ages", "flags"], ["due"], ["money"], ["workload"]]
    if reader.has(*ROLES):
        return [["due"], ["flag_ages", "flags"], ["clients"]]
    return [["due"], ["clients"]]


def lists_of(clients: QuerySet[Client], reader: Reader) -> dict[str, QuerySet[Any]]:
    lists = {**due_lists(reader), **flag_lists(reader), **workload_lists(reader)}
    if reader.is_director:
        named = clients.order_by("name").values_list(JSONObject(pk="pk", name="name"))
        lists["money_clients"] = named
    return lists | stop_lists(reader)


def clients_card(request: HttpRequest, clients: QuerySet[Client], reader: Reader) -> dict[str, Any]:
    sight = sight_of(request)
    counters = standing(clients, today=reader.today, sight=sight)
    page = page_of_clients(request, clients, counters.found, sight, reader.today)
    rows = client_rows(page.object_list, reader)
    return {
        "rows": rows,
        "help_codes": sorted({cell.code for row in rows for cell in row.cells}),
        "page": page,
        "search": sight.search,
        "show": sight.show,
        "tiles": tiles(counters, sight, reader),
        "has_clients": bool(sum(counters.lights.values())),
        "add_client_url": reverse("admin:clients_client_add")
        if reader.is_director and reader.user.has_perm("clients.add_client")
        else "",
    }


def sight_of(request: HttpRequest) -> Sight:
    # PostgreSQL refuses the zero character.
    search = request.GET.get("q", "").replace("\x00", "").strip()
    show = request.GET.get("show", "")
    return Sight(search, show if show in (*Light.values, STALE) else "")


def page_of_clients(
    request: HttpRequest, clients: QuerySet[Client], found: int, sight: Sight, today: dt.date
) -> Page[Client]:
    shown = sight.narrow(worst_first(clients, today=today), today=today)
    pages = Paginator(with_marks(shown, today=today), PAGE_SIZE)
    # Counted with the lights already.
    pages.count = found
    return pages.get_page(request.GET.get("page"))


def tiles(counters: Standing, sight: Sight, reader: Reader) -> list[dict[str, Any]]:
    """Each number and the rows behind it: clients on this page, or a list."""
    words = {
        Light.RED: _("far below target"),
        Light.AMBER: _("below target"),
        Light.GREEN: _("on target"),
        Light.GREY: _("cannot be said"),
    }
    lights = [
        {"light": light, "label": label, "value": counters.lights[light], **shows(light, sight)}
        for light, label in words.items()
    ]
    late = reader.list_url("clients.task", "whose=all&due=overdue")
    return [
        *lights,
        {"label": _("open flags"), "value": counters.flags, "url": reader.list_url("kpi.flag")},
        {"label": _("overdue tasks"), "value": counters.overdue, "url": late},
        {"label": _("stale data"), "value": counters.stale, **shows(STALE, sight)},
    ]


def shows(show: str, sight: Sight) -> dict[str, Any]:
    """Pressed again, a tile shows all clients."""
    is_on = sight.show == show
    return {"url": reverse("admin:index") if is_on else f"?show={show}", "is_on": is_on}


def flags_card(found: dict[str, list[Row]], reader: Reader) -> dict[str, Any]:
    rows = found.get("flags", [])
    return {
        "flags": [flag_line(row, reader) for row in rows],
        "flags_total": rows[0]["total"] if rows else 0,
        "flags_url": reader.list_url("kpi.flag"),
        "age_names": age_names(),
        "age_rows": age_rows(found.get("flag_ages", []), reader),
    }
