"""UIS, CoMagic, CallGear: notifications by a template that we give; the Data API's report."""

import datetime as dt
import hmac
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import configuration
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow
from kpi.providers.asking import ask_json, unexpected
from kpi.providers.bodies import digest_of, read_json
from kpi.providers.protocol import Account, CredentialField, Provider
from kpi.providers.reading_rows import read_rows, together
from kpi.providers.records import (
    Delivery,
    Direction,
    Event,
    ProviderCall,
    ProviderError,
    Pulled,
    Status,
)
from kpi.providers.values import Fields

PAGE_SIZE, MOST_PAGES = 10_000, 50
# Our constants in the template, and the account's own names of the same notifications.
FINISHED = frozenset({"call_finished", "lost_call", "call_lost", "out_call_finished"})
LOST = frozenset({"lost_call", "call_lost"})
REPORT_FIELDS = (
    "id", "start_time", "direction", "is_lost", "virtual_phone_number", "contact_phone_number",
    "wait_duration", "talk_duration", "lost_call_processing_duration", "visits_count",
    "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer",
    "entrance_page",
)  # fmt: skip


class Uis(Provider):
    code = "uis"
    title = "UIS / CoMagic / CallGear"
    instructions = gettext_lazy(
        "HTTP notifications must be a part of the tariff. Add a notification for “Call finished”"
        " and one for “Lost call”, method POST, to the address of this connection, with the body"
        " below; in the second one write lost_call instead of call_finished.\n"
        "Instead of <token> write a long random word and put the same one into the field here:"
        " requests are not signed, so it is the second check beside the address.\n"
        "With a key of the Data API the program fetches what a notification missed; allow this"
        " server's address there."
    )
    template = (
        '{"event":"call_finished","token":"<token>","id":{{call_session_id}},'
        '"virtual":{{virtual_phone_number}},"caller":{{contact_phone_number}},'
        '"direction":{{direction}},"start":{{start_time}},"time":{{notification_time}},'
        '"talk":{{talk_time_duration}},"wait":{{wait_time_duration}},'
        '"total":{{total_time_duration}}}'
    )
    credentials = (
        CredentialField("token", gettext_lazy("random word in the template")),
        CredentialField("access_token", gettext_lazy("key of the Data API")),
        CredentialField(
            "base_url", gettext_lazy("address of the API, where it differs"), is_secret=False
        ),
    )
    pull_needs = ("access_token",)
    mapping = {
        "external_id": ("id", "call_session_id"),
        "caller": ("caller", "contact_phone_number"),
        "tracked": ("virtual", "virtual_phone_number"),
        "started_at": ("start", "start_time"),
        "updated_at": ("time", "notification_time"),
        "talk_seconds": ("talk", "talk_time_duration", "talk_duration"),
        "wait_seconds": ("wait", "wait_time_duration", "wait_duration"),
        "direction": ("direction",),
        "event": ("event", "notification_mnemonic"),
        "is_lost": ("is_lost",),
        "call_back_seconds": ("lost_call_processing_duration",),
        "source": ("utm_source",),
        "medium": ("utm_medium",),
        "campaign": ("utm_campaign",),
        "content": ("utm_content",),
        "term": ("utm_term",),
        "landing_url": ("entrance_page",),
        "referrer": ("referrer",),
    }
    default_zone = "Europe/Moscow"

    def verify(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> bool:
        token = account.credential("token")
        if not token:
            return True
        try:
            given = str(read_json(delivery.body).get("token", ""))
        except ProviderError:
            given = ""
        return hmac.compare_digest(token.encode(), given.encode("utf-8", "replace"))

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        values = read_json(delivery.body)
        fields = Fields(values, self.mapping, account.mapping)
        if any(isinstance(value, str) and "{{" in value for value in values.values()):
            return Event(f"trial:{digest_of(values)}", None)
        event = fields.text("event", longest=60) or "call_finished"
        call = _call(fields, account, at=at, event=event)
        said = {name: value for name, value in values.items() if name != "token"}
        return Event(f"{call.external_id}:{event}:{digest_of(said)[:16]}", call)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        found, offset = [], 0
        for _page in range(MOST_PAGES):
            answer = _ask(
                account,
                "get.calls_report",
                {
                    "date_from": _text(since, account),
                    "date_till": _text(until, account),
                    "limit": PAGE_SIZE,
                    "offset": offset,
                    "fields": list(REPORT_FIELDS),
                    "sort": [{"field": "id", "order": "asc"}],
                },
            )
            if not isinstance(answer, Ok):
                return answer
            rows, total = answer.value
            found.append(read_rows(rows, lambda row: self._row(row, account, at=until)))
            offset += len(rows)
            if not rows or offset >= total:
                break
        return Ok(together(found))

    def check(self, account: Account) -> Outcome[str]:
        answer = _ask(account, "get.virtual_numbers", {"limit": 1})
        if not isinstance(answer, Ok):
            return answer
        return Ok(_("The account has %(count)s numbers.") % {"count": answer.value[1]})

    def _row(self, row: Any, account: Account, *, at: dt.datetime) -> ProviderCall:
        fields = Fields(row, self.mapping, account.mapping)
        return _call(fields, account, at=at, event="call_finished")


def _call(fields: Fields, account: Account, *, at: dt.datetime, event: str) -> ProviderCall:
    talk = fields.seconds("talk_seconds")
    is_over = event in FINISHED
    is_lost = event in LOST or fields.flag("is_lost") or not talk
    visits, _name = fields.pick("visits_count")
    return ProviderCall(
        fields.id(),
        direction=Direction.OUT if fields.text("direction") == "out" else Direction.IN,
        caller=fields.phone("caller"),
        tracked=fields.phone("tracked"),
        started_at=fields.moment("started_at", at=at, zone=account.zone),
        talk_seconds=0 if is_over and is_lost else talk,
        wait_seconds=fields.seconds("wait_seconds"),
        status=(Status.MISSED if is_lost else Status.ANSWERED) if is_over else None,
        provider_first=visits == 1 if isinstance(visits, int) else None,
        call_back_seconds=fields.seconds("call_back_seconds"),
        visit=fields.visit(),
        updated_at=fields.moment("updated_at", at=at, zone=account.zone),
    )


def _text(moment: dt.datetime, account: Account) -> str:
    return moment.astimezone(account.zone).strftime("%Y-%m-%d %H:%M:%S")


def _ask(
    account: Account, method: str, wanted: dict[str, object]
) -> Outcome[tuple[list[Any], int]]:
    """Rows and how many there are in all."""
    params = {"access_token": account.credential("access_token"), **wanted}
    body = {"jsonrpc": "2.0", "id": "1", "method": method, "params": params}
    answer = ask_json("POST", account.credential("base_url") or configuration.uis_url(), body=body)
    if not isinstance(answer, Ok):
        return answer
    said = answer.value if isinstance(answer.value, dict) else {}
    if isinstance(said.get("error"), dict):
        return _refusal(said["error"])
    result = said.get("result")
    rows = result.get("data") if isinstance(result, dict) else None
    if not isinstance(rows, list):
        return unexpected()
    metadata = result.get("metadata") if isinstance(result, dict) else None
    total = metadata.get("total_items") if isinstance(metadata, dict) else None
    return Ok((rows, total if isinstance(total, int) else len(rows)))


def _refusal(error: dict[str, Any]) -> Refused | RefusedForNow:
    data = error.get("data")
    mnemonic = str(data.get("mnemonic", "")) if isinstance(data, dict) else ""
    if mnemonic.startswith(("access_token", "auth", "token")):
        return Refused(Kind.TOKEN_INVALID, _("The provider refuses the key of the Data API."))
    if mnemonic.startswith("ip"):
        return Refused(
            Kind.PERMISSION, _("Allow this server's address in the account's settings of the API.")
        )
    if mnemonic.startswith("limit"):
        return RefusedForNow(Kind.RATE_LIMITED, _("The provider asks to wait."), 3600.0)
    message = _("The provider refuses: %(mnemonic)s.") % {"mnemonic": mnemonic[:60] or "error"}
    return Refused(Kind.INVALID_REQUEST, message)
