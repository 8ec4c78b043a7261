"""Staff's calendar: a month or a week of all clients that the person sees, or of one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.admin.contractors import is_contractor_alone
from clients.admin.scoped import allowed_rows, rights_of
from clients.models import Client, User
from communities.models import Community
from content.admin.calendar_form import CalendarForm
from content.calendar import (
    NATIVE,
    Choice,
    Day,
    Entry,
    Reading,
    by_days,
    read_calendar,
    weeks_of,
    zones_of,
)
from content.calendar_sums import sums_of
from content.curated import FORMULA as CURATED_FORMULA
from content.fulfilment import FORMULA as FULFILMENT_FORMULA
from content.models import Post, PostState
from strategy.models import ContentSource, Rubric
from strategy.periods import last_of_month, month_of

VIEWS = ("month", "week")
# So many posts of a day stand in a month; the rest is behind a link to the week.
DAY_ENTRIES = 6
WEEK = dt.timedelta(days=7)


class Shown(NamedTuple):
    """The stretch that the address asks for."""

    view: str
    on: dt.date
    choice: Choice

    @property
    def month(self) -> dt.date:
        return month_of(self.on)

    @property
    def weeks(self) -> list[list[dt.date]]:
        weeks = weeks_of(self.month)
        return weeks if self.view == "month" else [week for week in weeks if self.on in week]

    def url(self, page: str = "content_calendar", **changes: Any) -> str:
        asked = {"view": self.view, "on": self.on, **vars_of(self.choice), **changes}
        query = {name: value for name, value in asked.items() if value}
        return f"{reverse(page)}?{urlencode(query)}"

    @property
    def before(self) -> str:
        first = self.month - dt.timedelta(days=1)
        return self.url(on=self.on - WEEK if self.view == "week" else month_of(first))

    @property
    def after(self) -> str:
        following = last_of_month(self.on) + dt.timedelta(days=1)
        return self.url(on=self.on + WEEK if self.view == "week" else following)


def vars_of(choice: Choice) -> dict[str, str]:
    return {name: getattr(choice, name) for name in Choice.__dataclass_fields__}


def read_asked(request: HttpRequest, today: dt.date) -> Shown:
    """What cannot be read is what is usual: this month, everything."""
    asked = {name: request.GET.get(name, "")[:120] for name in Choice.__dataclass_fields__}
    view = request.GET.get("view", "")
    try:
        on = dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = today
    is_far = not 2000 <= on.year < 2100
    return Shown(view if view in VIEWS else VIEWS[0], today if is_far else on, Choice(**asked))


def calendar_page(request: HttpRequest) -> HttpResponse:
    clients = visible_clients(request)
    now = timezone.now()
    shown = read_asked(request, timezone.localdate(now))
    chosen = [row for row in clients if str(row.pk) == shown.choice.client] or clients
    weeks = weeks_of(shown.month)
    reading = read_calendar(chosen, weeks[0][0], weeks[-1][-1], at=now)
    entries = [entry for entry in reading.entries if shown.choice.takes(entry)]
    return TemplateResponse(
        request,
        "admin/content/calendar.html",
        {
            **admin.site.each_context(request),
            "title": _("Calendar of publications"),
            "opts": Post._meta,
            "form": CalendarForm(options_of(clients, shown, reading), request.GET or None),
            "shown": shown,
            "name": name_of(shown),
            "weeks": drawn(request, shown, entries),
            "weekdays": [date_format(day, "D") for day in weeks[0]],
            "zones": sorted(zones_of(entries)),
            "sums": sums_of(chosen, reading, shown.month, at=now),
            "formulas": (FULFILMENT_FORMULA, CURATED_FORMULA),
            "one": one_of(chosen, shown),
            "today": timezone.localdate(now),
            "month_url": shown.url(view="month"),
            "week_url": shown.url(view="week"),
            "exports": [
                ("XLSX", shown.url("content_calendar_table")),
                ("iCalendar", shown.url("content_calendar_events")),
            ],
            "plan_url": plan_url_of(request, chosen, shown),
        },
    )


def visible_clients(request: HttpRequest) -> list[Client]:
    """Those whose publications the person sees."""
    user: Any = request.user
    if not user.has_perm("content.view_publication") or is_contractor_alone(request):
        raise PermissionDenied
    seen = Client.objects.visible_to(user)
    return list(allowed_rows(request, seen, "content.view_publication"))


def name_of(shown: Shown) -> str:
    if shown.view == "month":
        return date_format(shown.month, "F Y")
    first, last = shown.weeks[0][0], shown.weeks[0][-1]
    return f"{date_format(first, 'j E')} – {date_format(last, 'j E Y')}"


def options_of(
    clients: Sequence[Client], shown: Shown, reading: Reading
) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers; three statements, however many clients there are."""
    chosen = [client for client in clients if shown.choice.client in ("", str(client.pk))]
    communities = Community.objects.filter(client__in=chosen).select_related("profile")
    rubrics = Rubric.objects.filter(client__in=chosen, posts__isnull=False).order_by("name")
    authors = User.objects.filter(posts_written__client__in=chosen).distinct().order_by("pk")
    return {
        "client": [(str(client.pk), client.name) for client in clients],
        "community": [(str(row.pk), str(row)) for row in communities.order_by("profile__title")],
        "rubric": [(name, name) for name in rubrics.values_list("name", flat=True).distinct()],
        "author": [(str(user.pk), str(user)) for user in authors],
        "state": [*named(PostState.choices), (NATIVE, _("posted on the network"))],
        "source": named(ContentSource.choices),
    }


def named(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """A model's choices in the reader's language."""
    return [(code, str(label)) for code, label in choices]


def one_of(chosen: Sequence[Client], shown: Shown) -> Client | None:
    """The client that was asked for."""
    return chosen[0] if shown.choice.client and len(chosen) == 1 else None


def plan_url_of(request: HttpRequest, chosen: Sequence[Client], shown: Shown) -> str:
    """Where the one client's month is planned, for who may."""
    one = one_of(chosen, shown)
    right = "content.add_publicationplan"
    if one is None or not rights_of(request).allows(right, client_id=one.pk):
        return ""
    address = reverse("admin:clients_client_plan_month", args=[one.pk])
    return f"{address}?{urlencode({'month': f'{shown.month:%Y-%m}'})}"


class DrawnEntry(NamedTuple):
    """An entry with its addresses; `seen` is what a move is checked against."""

    entry: Entry
    url: str
    move_url: str
    seen: str


class DrawnDay(NamedTuple):
    day: Day
    entries: list[DrawnEntry]
    hidden: int
    week_url: str


def drawn(request: HttpRequest, shown: Shown, entries: Sequence[Entry]) -> list[list[DrawnDay]]:
    weeks = by_days(shown.weeks, entries, shown.month)
    most = DAY_ENTRIES if shown.view == "month" else len(entries)
    return [[drawn_day(request, shown, day, most) for day in week] for week in weeks]


def drawn_day(request: HttpRequest, shown: Shown, day: Day, most: int) -> DrawnDay:
    return DrawnDay(
        day,
        [drawn_entry(request, shown, entry) for entry in day.entries[:most]],
        max(0, len(day.entries) - most),
        shown.url(view="week", on=day.day),
    )


def drawn_entry(request: HttpRequest, shown: Shown, entry: Entry) -> DrawnEntry:
    row = entry.publication
    if row is None:
        url = reverse("admin:communities_wallpost_change", args=[entry.wall_post_id])
        return DrawnEntry(entry, url, "", "")
    rights = rights_of(request)
    may_move = entry.can_move and rights.allows(
        "content.change_publication", client_id=entry.client.pk
    )
    back = urlencode({"back": shown.url()})
    return DrawnEntry(
        entry,
        reverse("admin:content_post_change", args=[row.post_id]),
        f"{reverse('content_calendar_move', args=[row.pk])}?{back}" if may_move else "",
        seen_of(row.state, row.planned_at),
    )


def seen_of(state: str, planned_at: dt.datetime | None) -> str:
    """What a person saw of a publication before they moved it."""
    return f"{state} {planned_at.isoformat() if planned_at else ''}"
