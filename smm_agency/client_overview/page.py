"""Everything about a client on one page: what each section asks, read in one statement."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Block, Client, ClientStatus
from clients.rights import Rights
from content.admin.plan_step import plan_url
from smm_agency.admin.stop_steps import begin_url
from smm_agency.block_rows import ask_block_rows, block_rows_of
from smm_agency.client_overview import (
    campaigns,
    communities,
    flags,
    history,
    indicators,
    month,
    onboarding,
    owed,
    papers,
    people,
    replies,
    results,
    services,
    stops,
    strategy,
    tiles,
)
from smm_agency.client_overview.scope import Link, Scope
from smm_agency.lib.rows_at_once import Found, read_at_once
from smm_agency.order_of_work import SEEN_WITH, lines_of, warning_of

ASKING = (
    tiles, results, onboarding, indicators, flags, owed, month, communities, services, strategy,
    people, papers, history, stops,
)  # fmt: skip


def overview_of(client: Client, rights: Rights, *, at: dt.datetime) -> dict[str, Any]:
    """For the page's template: one statement, three for money at work, one each for the
    replies and for what stands on the charts."""
    scope = Scope(client, rights, client.today(), at)
    wanted = dict(ask_block_rows(client, on=scope.today))
    for part in ASKING:
        wanted |= part.ask(scope)
    found = read_at_once(Client.objects.filter(pk=client.pk), wanted)
    return {
        "tiles": tiles.tiles_of(scope, found),
        "stops": stops.stops_of(scope, found),
        "stop_url": begin_url(client) if scope.may("content.add_stop") else "",
        "doors": [link for link in doors_of(scope) if link.url],
        **sections_of(scope, found),
    }


def sections_of(scope: Scope, found: Found) -> dict[str, Any]:
    """Those that the person may see, in the order of the page."""
    rows = block_rows_of(found, scope.client, on=scope.today)
    seen = {block for block in Block if scope.may(SEEN_WITH[block])}
    sections = (
        results.show(scope, found, lines_of(rows, seen=seen, on=scope.today)),
        onboarding.show(scope, found),
        indicators.show(scope, found),
        flags.show(scope, found),
        owed.show(scope, found),
        month.show(scope, found, rows),
        replies.show(scope),
        campaigns.show(scope, rows),
        communities.show(scope, found),
        strategy.show(scope, found, rows),
        services.show(scope, found),
        people.show(scope, found, settings_url=settings_url(scope)),
        papers.show(scope, found),
        history.show(scope, found),
    )
    return {
        "order_warning": warning_of(rows, on=scope.today) if Block.STRATEGY in seen else "",
        "sections": [section for section in sections if section is not None],
    }


def settings_url(scope: Scope) -> str:
    """The client's form, for who may change something there."""
    parts = ("change_client", "add_contact", "change_contact", "add_teammember")
    if not any(scope.may(f"clients.{part}") for part in parts):
        return ""
    return reverse("admin:clients_client_change", args=[scope.client.pk])


def doors_of(scope: Scope) -> Iterator[Link]:
    """What is done with the client from here."""
    client, may = scope.client, scope.may
    own = {
        name: reverse(f"admin:clients_client_{name}", args=[client.pk])
        for name in ("view_portal", "audit_page", "change_client_status", "ending", "archive")
    }
    task = urlencode({"client": client.pk})
    yield Link(_("Settings of the client"), settings_url(scope))
    yield Link(_("Portal as the client sees it"), own["view_portal"])
    yield Link(
        _("Publication plan"), plan_url(client) if may("content.add_publicationplan") else ""
    )
    yield Link(_("Audit a page"), own["audit_page"] if may("communities.add_audit") else "")
    yield Link(
        _("New task"),
        f"{reverse('admin:clients_task_add')}?{task}" if may("clients.add_task") else "",
    )
    yield Link(
        _("Change the status"),
        own["change_client_status"] if may("clients.change_client") else "",
    )
    has_ended = client.status == ClientStatus.ENDED
    yield Link(
        _("Checklist of the ending"),
        own["ending"] if has_ended and may("clients.change_client") else "",
    )
    yield Link(_("Archive"), own["archive"] if may("clients.add_archivejob") else "")
