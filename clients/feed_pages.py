"""The page where a client's person makes and revokes the addresses of the own calendar."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST

from clients.feeds import make_feed, revoke_feed
from clients.models import CalendarFeed, Client, ClientStatus, User


def clients_of(person: User) -> Any:
    """Those whose portal they were invited to; staff make addresses on the client's page."""
    rows = Client.objects.filter(portal_access__user=person, portal_access__revoked_at=None)
    return rows.exclude(status=ClientStatus.ENDED).order_by("name")


def person_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@login_required
def feeds(request: HttpRequest) -> HttpResponse:
    """Looked at by GET; a POST makes an address for `client` and shows it this once."""
    person = person_of(request)
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        client = find_client(person, request.POST.get("client", ""))
        try:
            address, feed = make_feed(client, person=person, by=person, at=timezone.now())
        except ValidationError as refused:
            context["refused"] = refused.messages
            status = 409
        else:
            context |= {"address": address, "made": feed}
    return page(request, person, context, status=status)


@require_POST
@login_required
def revoke(request: HttpRequest, feed_id: int) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed, pk=feed_id, person=person_of(request))
    revoke_feed(feed, at=timezone.now())
    return redirect("account:feeds")


def find_client(person: User, raw: str) -> Client:
    """Raises Http404 for one that is not theirs, as for one that is not there."""
    client: Client | None = None
    if raw.isascii() and raw.isdecimal() and len(raw) < 19:  # a bigint
        client = clients_of(person).filter(pk=int(raw)).first()
    if client is None:
        raise Http404
    return client


def page(
    request: HttpRequest, person: User, context: dict[str, Any], *, status: int
) -> HttpResponse:
    clients = list(clients_of(person))
    rows = CalendarFeed.objects.filter(person=person, client__in=clients, revoked_at=None)
    by_client: dict[int, list[CalendarFeed]] = {}
    for row in rows:
        by_client.setdefault(row.client_id, []).append(row)
    context["clients"] = [(client, by_client.get(client.pk, [])) for client in clients]
    response = render(request, "account/feeds.html", context, status=status)
    add_never_cache_headers(response)
    # `same-origin` and not less: the forms of this page need their own origin.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
