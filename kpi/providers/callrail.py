"""CallRail: signed JSON, never sent twice; the list of calls by pages."""

import base64
import datetime as dt
import hashlib
import hmac
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks.outcomes import Ok, Outcome
from kpi.providers.asking import ask_json, unexpected
from kpi.providers.bodies import digest_of, read_json
from kpi.providers.protocol import Account, CredentialField, Provider
from kpi.providers.reading_rows import read_rows, together
from kpi.providers.records import Delivery, Direction, Event, ProviderCall, Pulled, Status
from kpi.providers.values import Fields

BASE = "https://api.callrail.com/v3"
PAGE_SIZE, MOST_PAGES = 250, 200
EXTRA_FIELDS = "first_call,lead_status,utm_source,utm_medium,utm_campaign,utm_content,utm_term"
TARGETS = {"good_lead": True, "not_a_lead": False}
# What a call has and a text message or a form has not.
MARKS_OF_CALLS = ("answered", "tracking_phone_number", "customer_phone_number")


class CallRail(Provider):
    code = "callrail"
    title = "CallRail"
    instructions = gettext_lazy(
        "In Settings → Integrations → Webhooks add the address of this connection to Post-Call and"
        " to Call Modified, and copy the signing token of the company into the field here.\n"
        "CallRail never sends an event a second time. With a key of the API and the number of the"
        " account the program fetches each hour what was missed."
    )
    credentials = (
        CredentialField("signing_token", gettext_lazy("signing token"), is_required=True),
        CredentialField("account_id", gettext_lazy("number of the account"), is_secret=False),
        CredentialField("api_key", gettext_lazy("key of the API")),
        CredentialField(
            "company_id",
            gettext_lazy("number of the company"),
            is_secret=False,
            help=gettext_lazy("Where the account holds several."),
        ),
    )
    pull_needs = ("account_id", "api_key")
    mapping = {
        "external_id": ("id", "resource_id"),
        "caller": ("customer_phone_number", "callernum"),
        "tracked": ("tracking_phone_number", "trackingnum"),
        "started_at": ("start_time", "datetime"),
        "updated_at": ("timestamp",),
        "talk_seconds": ("duration",),
        "source": ("utm_source", "source"),
        "medium": ("utm_medium", "medium"),
        "campaign": ("utm_campaign", "campaign"),
        "content": ("utm_content",),
        "term": ("utm_term", "keywords"),
        "landing_url": ("landing_page_url",),
        "referrer": ("referrer", "referrer_domain"),
        "provider_first": ("first_call",),
    }
    headers = frozenset({"signature"})

    def verify(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> bool:
        """The query repeats fields unsigned, so nothing is read from it."""
        token = account.credential("signing_token")
        digest = hmac.new(token.encode(), delivery.body, hashlib.sha1).digest()
        given = delivery.headers.get("signature", "").encode("utf-8", "replace")
        return hmac.compare_digest(base64.b64encode(digest), given) and bool(token)

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        values = read_json(delivery.body)
        if not any(name in values for name in MARKS_OF_CALLS):
            return Event(f"other:{digest_of(values)}", None)
        call = _call(Fields(values, self.mapping, account.mapping), account, at=at)
        return Event(f"{call.external_id}:{digest_of(values)[:40]}", call)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        wanted = {
            "start_date": since.isoformat(timespec="seconds"),
            "end_date": until.isoformat(timespec="seconds"),
            "fields": EXTRA_FIELDS,
            "sort": "start_time",
            "order": "asc",
            "per_page": str(PAGE_SIZE),
        }
        if company := account.credential("company_id"):
            wanted["company_id"] = company
        found = []
        for page in range(1, MOST_PAGES + 1):
            answer = _ask(account, "calls.json", {**wanted, "page": str(page)})
            if not isinstance(answer, Ok):
                return answer
            rows = answer.value.get("calls")
            if not isinstance(rows, list):
                return unexpected()
            found.append(read_rows(rows, lambda row: self._row(row, account, at=until)))
            total = answer.value.get("total_pages")
            if not isinstance(total, int) or page >= total:
                break
        return Ok(together(found))

    def check(self, account: Account) -> Outcome[str]:
        answer = _ask(account, "calls.json", {"per_page": "1"})
        if not isinstance(answer, Ok):
            return answer
        total = answer.value.get("total_records", "—")
        return Ok(_("The account lists %(count)s calls of the last days.") % {"count": total})

    def _row(self, row: Any, account: Account, *, at: dt.datetime) -> ProviderCall:
        return _call(Fields(row, self.mapping, account.mapping), account, at=at)


def _call(fields: Fields, account: Account, *, at: dt.datetime) -> ProviderCall:
    is_answered = fields.flag("answered")
    status = _status(fields, is_answered=is_answered)
    return ProviderCall(
        fields.id(),
        direction=Direction.OUT if fields.text("direction") == "outbound" else Direction.IN,
        caller=fields.phone("caller"),
        tracked=fields.phone("tracked"),
        started_at=fields.moment("started_at", at=at, zone=account.zone),
        talk_seconds=0 if status is Status.MISSED else fields.seconds("talk_seconds"),
        status=status,
        provider_first=fields.flag("provider_first"),
        provider_target=TARGETS.get(fields.text("lead_status") or ""),
        visit=fields.visit(),
        updated_at=fields.moment("updated_at", at=at, zone=account.zone),
    )


def _status(fields: Fields, *, is_answered: bool | None) -> Status | None:
    """Before the call is over nobody says whether it was answered."""
    if fields.flag("voicemail"):
        return Status.VOICEMAIL
    if is_answered is None:
        return None
    return Status.ANSWERED if is_answered else Status.MISSED


def _ask(account: Account, path: str, wanted: dict[str, str]) -> Outcome[dict[str, Any]]:
    answer = ask_json(
        "GET",
        f"{BASE}/a/{account.credential('account_id')}/{path}",
        query=wanted,
        headers={"Authorization": f'Token token="{account.credential("api_key")}"'},
    )
    if not isinstance(answer, Ok):
        return answer
    return Ok(answer.value) if isinstance(answer.value, dict) else unexpected()
