"""The calendar behind a secret address: what the portal's plan shows, and until when the client is
waited for; nothing else. It is read as the portal's role, which sees one client and no draft.
"""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clients.attempts import address_of, count_attempt
from clients.feeds import find_feed, note_reading
from clients.models import CalendarFeed, Client
from content.plan_exports import ICS, Deadline, calendar_file
from content.portal import line_of
from content.portal_plan import shown_between
from kpi.portal_needs import ANSWER, APPROVE, SEND, needs_of
from smm_agency.lib.link_tokens import hash_of
from smm_agency.lib.row_security import reading_as_client

ACTION = "calendar-feed"
# What has passed long ago only makes the file longer.
BACK, AHEAD = dt.timedelta(days=62), dt.timedelta(days=366)
MOST_DEADLINES = 200
TITLES: dict[str, Promise] = {
    APPROVE: gettext_lazy("Approve: %(title)s"),
    SEND: gettext_lazy("Send: %(title)s"),
    ANSWER: gettext_lazy("Do or answer: %(title)s"),
}
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # The address is a secret: no other site learns it.
    "Referrer-Policy": "no-referrer",
}


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """A file for calendars; what does not work answers alike, whatever the reason."""
    found = find_feed(token)
    # A feed is counted by itself: many calendars are read from one service's addresses.
    is_counted = count_attempt(
        ACTION,
        account=hash_of(token) if found else "",
        address="" if found else address_of(request),
    )
    if not is_counted:
        return sealed(HttpResponse(status=429, content_type="text/plain; charset=utf-8"))
    if found is None:
        return sealed(HttpResponse("404", status=404, content_type="text/plain; charset=utf-8"))
    note_reading(found, on=found.client.today())
    return sealed(answer(found))


def answer(feed: CalendarFeed) -> HttpResponse:
    client, now = feed.client, timezone.now()
    language = feed.person.language if feed.person else ""
    with (
        reading_as_client(client.pk),
        timezone.override(client.zone),
        translation.override(language or client.language),
    ):
        content = feed_file(client, at=now)
    return HttpResponse(
        content, content_type=ICS, headers={"Content-Disposition": 'inline; filename="plan.ics"'}
    )


def feed_file(client: Client, *, at: dt.datetime) -> bytes:
    """Two statements."""
    today = client.day_of(at)
    publications = shown_between(client, today - BACK, today + AHEAD)
    lines = [line_of(client, one) for one in publications if one.at]
    deadlines = deadlines_of(client, on=today)
    return calendar_file(lines, name=client.name, at=at, deadlines=deadlines)


def deadlines_of(client: Client, *, on: dt.date) -> list[Deadline]:
    """What the portal asks of the client, where it has a day."""
    dated = [(need, need.due) for need in needs_of(client, on=on) if need.due]
    overview = reverse("portal:overview", kwargs={"client_id": client.pk})
    return [
        Deadline(
            uid=f"{need.kind}-{need.code}",
            day=day,
            title=str(TITLES[need.kind]) % {"title": need.title},
            text=_("Name the code %(code)s when you write or call.") % {"code": need.code},
            url=settings.PUBLIC_URL + (need.url or overview),
        )
        for need, day in dated[:MOST_DEADLINES]
    ]


def sealed(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
