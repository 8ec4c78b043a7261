"""Calltouch: unsigned requests whose method and fields the client chooses; the calls diary."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks.outcomes import Ok, Outcome
from kpi.providers.asking import ask_json, unexpected
from kpi.providers.bodies import digest_of, read_any
from kpi.providers.protocol import Account, CredentialField, Provider
from kpi.providers.reading_rows import read_rows, together
from kpi.providers.records import Delivery, Event, ProviderCall, Pulled, Status
from kpi.providers.values import Fields

BASE = "https://api.calltouch.ru/calls-service/RestAPI"
PAGE_SIZE, MOST_PAGES = 1000, 200
# While it lasts nothing can be counted.
UNDER_WAY = frozenset({"callcreated", "callconnected"})
LOST = "calllost"


class Calltouch(Provider):
    code = "calltouch"
    title = "Calltouch"
    instructions = gettext_lazy(
        "In the personal account open Integrations → Sending data to external systems → Webhooks"
        " and add a webhook of calls, at the end of the call, by POST, to the address of this"
        " connection.\n"
        "Tick at least: id, callerphone, phonenumber, timestamp, duration, status, callphase,"
        " unique, targetcall; for the source also source, medium, the utm fields, url and ref.\n"
        "Requests are not signed: the address is the secret. The number of the site and the token"
        " for the API let the program fetch what a webhook missed."
    )
    credentials = (
        CredentialField("site_id", gettext_lazy("number of the site"), is_secret=False),
        CredentialField("token", gettext_lazy("token for the API")),
        CredentialField(
            "base_url", gettext_lazy("address of the API, where it differs"), is_secret=False
        ),
    )
    pull_needs = ("site_id", "token")
    mapping = {
        "external_id": ("id", "callId"),
        "caller": ("callerphone", "callerNumber"),
        "tracked": ("phonenumber", "phoneNumber", "calledphone"),
        "started_at": ("timestamp",),
        "call_time": ("calltime", "date"),
        "talk_seconds": ("duration",),
        "wait_seconds": ("waiting_time", "waitingConnect"),
        "answered": ("successful", "status"),
        "phase": ("callphase",),
        "provider_first": ("unique", "uniqueCall"),
        "provider_target": ("targetcall", "targetCall"),
        "source": ("utm_source", "utmSource", "source"),
        "medium": ("utm_medium", "utmMedium", "medium"),
        "campaign": ("utm_campaign", "utmCampaign"),
        "content": ("utm_content", "utmContent"),
        "term": ("utm_term", "utmTerm", "keyword"),
        "landing_url": ("url",),
        "referrer": ("ref",),
    }
    methods = frozenset({"GET", "POST"})
    default_networks = ("92.118.66.0/23",)
    default_zone = "Europe/Moscow"

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        values = read_any(delivery)
        fields = Fields(values, self.mapping, account.mapping)
        if is_trial(fields):
            return Event(f"trial:{digest_of(values)}", None)
        call = _call(fields, account, at=at)
        return Event(f"{call.external_id}:{digest_of(values)[:40]}", call)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        found = []
        for page in range(1, MOST_PAGES + 1):
            answer = self._page(account, since, until, page, PAGE_SIZE)
            if not isinstance(answer, Ok):
                return answer
            rows = _rows(answer.value)
            if rows is None:
                return unexpected()
            found.append(read_rows(rows, lambda row: self._row(row, account, at=until)))
            total = answer.value.get("pageTotal") if isinstance(answer.value, dict) else None
            if page >= total if isinstance(total, int) else len(rows) < PAGE_SIZE:
                break
        pulled = together(found)
        # The diary is asked by whole days.
        calls = (call for call in pulled.calls if call.started_at and call.started_at >= since)
        return Ok(Pulled(tuple(calls), pulled.unreadable))

    def check(self, account: Account) -> Outcome[str]:
        now = dt.datetime.now(dt.UTC)
        answer = self._page(account, now, now, 1, 1)
        if not isinstance(answer, Ok):
            return answer
        if _rows(answer.value) is None:
            return unexpected()
        return Ok(_("The provider accepts the number of the site and the token."))

    def _row(self, row: Any, account: Account, *, at: dt.datetime) -> ProviderCall:
        return _call(Fields(row, self.mapping, account.mapping), account, at=at)

    def _page(
        self, account: Account, since: dt.datetime, until: dt.datetime, page: int, size: int
    ) -> Outcome[object]:
        base = (account.credential("base_url") or BASE).rstrip("/")
        return ask_json(
            "GET",
            f"{base}/{account.credential('site_id')}/calls-diary/calls",
            query={
                "clientApiId": account.credential("token"),
                "dateFrom": since.astimezone(account.zone).strftime("%d/%m/%Y"),
                "dateTo": until.astimezone(account.zone).strftime("%d/%m/%Y"),
                "page": str(page),
                "limit": str(size),
            },
        )


def is_trial(fields: Fields) -> bool:
    """The cabinet's own test sends its placeholders as they are."""
    return any(isinstance(value, str) and "{" in value for value in fields.values.values())


def _rows(answer: object) -> list[Any] | None:
    rows = answer.get("records") if isinstance(answer, dict) else answer
    return rows if isinstance(rows, list) else None


def _call(fields: Fields, account: Account, *, at: dt.datetime) -> ProviderCall:
    started_at = fields.epoch("started_at", at=at) or _call_time(fields, account, at=at)
    talk = fields.seconds("talk_seconds")
    return ProviderCall(
        fields.id(),
        caller=fields.phone("caller"),
        tracked=fields.phone("tracked"),
        started_at=started_at,
        talk_seconds=talk,
        wait_seconds=fields.seconds("wait_seconds"),
        status=_status(fields, talk),
        provider_first=fields.flag("provider_first"),
        provider_target=fields.flag("provider_target"),
        visit=fields.visit(),
    )


def _call_time(fields: Fields, account: Account, *, at: dt.datetime) -> dt.datetime | None:
    """A text in the account's time, or Unix seconds after all."""
    text = fields.text("call_time") or ""
    if text.isdecimal():
        return fields.epoch("call_time", at=at)
    return fields.moment("call_time", at=at, zone=account.zone)


def _status(fields: Fields, talk: int | None) -> Status | None:
    phase = fields.text("phase") or ""
    if phase in UNDER_WAY:
        return None
    if phase == LOST or talk == 0:
        return Status.MISSED
    answered, _name = fields.pick("answered")
    if answered in (False, "false", "0", "unsuccessful"):
        return Status.MISSED
    return Status.ANSWERED if talk or answered in (True, "true", "1", "successful") else None
