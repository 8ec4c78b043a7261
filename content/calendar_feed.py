"""The calendar behind a secret address: what the portal's plan shows, and until when the client is
waited for; nothing else. It is read as the portal's role, which sees one client and no draft.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Least
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.attempts import address_of, count_attempt
from clients.feeds import find_feed, note_reading
from clients.models import CalendarFeed, Client
from content.models import MaterialRequest, Post, PostState, Publication, PublicationState
from content.plan_exports import ICS, Deadline, calendar_file
from content.portal import line_of
from content.portal_plan import shown_between
from smm_agency.lib.link_tokens import hash_of
from smm_agency.lib.row_security import reading_as_client

ACTION = "calendar-feed"
# What has passed long ago only makes the file longer.
BACK, AHEAD = dt.timedelta(days=62), dt.timedelta(days=366)
MOST_DEADLINES = 200
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
    """Three statements."""
    today = client.day_of(at)
    publications = shown_between(client, today - BACK, today + AHEAD)
    lines = [line_of(client, one) for one in publications if one.at]
    deadlines = [*approvals_of(client), *materials_of(client)]
    return calendar_file(lines, name=client.name, at=at, deadlines=deadlines)


def approvals_of(client: Client) -> list[Deadline]:
    """Until silence counts as consent, or until the first of a post's publications goes out."""
    rows = waiting_posts(client).exclude(due=None).order_by("due", "pk")
    page = settings.PUBLIC_URL
    return [
        Deadline(
            uid=f"approval-{pk}",
            day=client.day_of(due),
            title=_("Approve: %(title)s") % {"title": title},
            text=_("The agency waits for your word on this post."),
            url=page + reverse("portal:post", kwargs={"client_id": client.pk, "post_id": pk}),
        )
        for pk, title, due in rows.values_list("pk", "title", "due")[:MOST_DEADLINES]
    ]


def waiting_posts(client: Client) -> QuerySet[Any, Any]:
    ahead = Publication.objects.filter(post=OuterRef("pk"), planned_at__isnull=False)
    ahead = ahead.exclude(state=PublicationState.CANCELLED).order_by("planned_at")
    goes_out = Subquery(ahead.values("planned_at")[:1])
    rows = Post.objects.filter(client=client, state=PostState.CLIENT_REVIEW)
    return rows.annotate(due=Least("consent_at", goes_out))


def materials_of(client: Client) -> list[Deadline]:
    rows = MaterialRequest.objects.filter(client=client).open().order_by("due_on", "pk")
    page = settings.PUBLIC_URL + reverse("portal:materials", kwargs={"client_id": client.pk})
    return [
        Deadline(
            uid=f"material-{pk}",
            day=due_on,
            title=_("Send: %(what)s") % {"what": what},
            text=why,
            url=page,
        )
        for pk, what, why, due_on in rows.values_list("pk", "what", "why", "due_on")[
            :MOST_DEADLINES
        ]
    ]


def sealed(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
