"""Callibri: an unsigned form after the call; statistics of a site, seven days at a time."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks.outcomes import Ok, Outcome
from kpi.providers.asking import ask_json, unexpected
from kpi.providers.bodies import digest_of, read_any
from kpi.providers.protocol import Account, CredentialField, Provider
from kpi.providers.reading_rows import read_rows, together
from kpi.providers.records import Delivery, Event, ProviderCall, Pulled, Status
from kpi.providers.values import Fields

BASE = "https://api.callibri.ru"
LONGEST_PERIOD = dt.timedelta(days=6)
DAY = dt.timedelta(days=1)
UTC = ZoneInfo("UTC")


class Callibri(Provider):
    code = "callibri"
    title = "Callibri"
    instructions = gettext_lazy(
        "In the project's settings open Integrations → Webhooks and type the address of this"
        " connection for calls. Requests are not signed: the address is the secret.\n"
        "The e-mail and the token of the API, and the number of the site, let the program fetch"
        " what a webhook missed; they stand in the profile, under API."
    )
    credentials = (
        CredentialField("email", gettext_lazy("e-mail of the API's user"), is_secret=False),
        CredentialField("token", gettext_lazy("token of the API")),
        CredentialField("site_id", gettext_lazy("number of the site"), is_secret=False),
        CredentialField(
            "base_url", gettext_lazy("address of the API, where it differs"), is_secret=False
        ),
    )
    pull_needs = ("email", "token", "site_id")
    mapping = {
        "external_id": ("appeal_id", "lid_id"),
        "caller": ("phone",),
        "tracked": ("tracked_number",),
        "started_at": ("date",),
        "talk_seconds": ("billsec",),
        "whole_seconds": ("duration",),
        "provider_target": ("is_lid",),
        "contacts": ("conversations_number",),
        "event": ("event_type",),
        "source": ("utm_source", "source"),
        "medium": ("utm_medium", "traffic_type"),
        "campaign": ("utm_campaign",),
        "content": ("utm_content",),
        "term": ("utm_term", "query"),
        "landing_url": ("landing_page", "lid_landing"),
        "referrer": ("site_referrer",),
    }

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        values = read_any(delivery)
        fields = Fields(values, self.mapping, account.mapping)
        if (fields.text("event") or "call").lower() not in CALLS:
            return Event(f"other:{digest_of(values)}", None)
        call = _call(fields, at=at)
        return Event(f"{call.external_id}:{digest_of(values)[:40]}", call)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        found = []
        first, last = since.date(), until.date()
        while first <= last:
            answer = _ask(
                account,
                "site_get_statistics",
                {
                    "site_id": account.credential("site_id"),
                    "date1": first.strftime("%d.%m.%Y"),
                    "date2": min(first + LONGEST_PERIOD, last).strftime("%d.%m.%Y"),
                },
            )
            if not isinstance(answer, Ok):
                return answer
            rows = _rows(answer.value)
            if rows is None:
                return unexpected()
            found.append(read_rows(rows, lambda row: self._row(row, account, at=until)))
            first += LONGEST_PERIOD + DAY
        pulled = together(found)
        calls = (call for call in pulled.calls if call.started_at and call.started_at >= since)
        return Ok(Pulled(tuple(calls), pulled.unreadable))

    def check(self, account: Account) -> Outcome[str]:
        answer = _ask(account, "get_sites", {})
        if not isinstance(answer, Ok):
            return answer
        sites = answer.value.get("sites")
        if not isinstance(sites, list):
            return unexpected()
        names = [
            f"{site.get('site_id')} ({site.get('sitename')})"
            for site in sites
            if isinstance(site, dict)
        ]
        return Ok(_("Sites of the account: %(names)s.") % {"names": ", ".join(names)[:200] or "—"})

    def _row(self, row: Any, account: Account, *, at: dt.datetime) -> ProviderCall:
        return _call(Fields(row, self.mapping, account.mapping), at=at)


# What a webhook's `event_type` says of a call; chats and forms are no calls.
CALLS = frozenset({"call", "calls", "звонок", "обратный звонок"})


def _call(fields: Fields, *, at: dt.datetime) -> ProviderCall:
    talk = fields.seconds("talk_seconds")
    whole = fields.seconds("whole_seconds")
    contacts = fields.seconds("contacts")
    return ProviderCall(
        fields.id(),
        caller=fields.phone("caller"),
        tracked=fields.phone("tracked"),
        started_at=fields.moment("started_at", at=at, zone=UTC),
        talk_seconds=talk,
        wait_seconds=max(0, whole - talk) if whole is not None and talk is not None else None,
        status=None if talk is None else Status.ANSWERED if talk else Status.MISSED,
        provider_first=None if contacts is None else contacts == 1,
        provider_target=fields.flag("provider_target"),
        visit=fields.visit(),
    )


def _ask(account: Account, method: str, wanted: dict[str, str]) -> Outcome[dict[str, Any]]:
    base = (account.credential("base_url") or BASE).rstrip("/")
    login = {
        "user_email": account.credential("email"),
        "user_token": account.credential("token"),
    }
    answer = ask_json("GET", f"{base}/{method}", query={**login, **wanted})
    if not isinstance(answer, Ok):
        return answer
    return Ok(answer.value) if isinstance(answer.value, dict) else unexpected()


def _rows(answer: dict[str, Any]) -> list[Any] | None:
    """The calls of all channels."""
    channels = answer.get("channels_statistics")
    if not isinstance(channels, list):
        return None
    return [
        row
        for channel in channels
        if isinstance(channel, dict)
        for row in channel.get("calls") or []
    ]
