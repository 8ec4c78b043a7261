"""Twilio: signed forms of a call's progress, in any order; the list of calls by pages."""

import base64
import datetime as dt
import hashlib
import hmac
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks.outcomes import Ok, Outcome
from kpi.providers.asking import ask_json, unexpected
from kpi.providers.bodies import digest_of, read_form, read_json, read_pairs
from kpi.providers.protocol import Account, CredentialField, Provider, Reply
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
from kpi.providers.values import Fields, mail_date_of, seconds_of

HOST = "https://api.twilio.com"
MOST_PAGES = 200
SIGNATURE, SETTINGS = "x-twilio-signature", "x-twilio-webhooks-signature-settings"
PORTS = {"https": 443, "http": 80}
STATUSES = {
    "completed": Status.ANSWERED,
    "busy": Status.MISSED,
    "failed": Status.MISSED,
    "no-answer": Status.MISSED,
    "canceled": Status.MISSED,
}


class Twilio(Provider):
    """Legs that Twilio dials on (they have a parent) are a part of the inbound call, not a call."""

    code = "twilio"
    title = "Twilio"
    instructions = gettext_lazy(
        "At the number choose the address of this connection as “Call status changes”, method HTTP"
        " POST. The signature is checked with the account's auth token; where the account signs"
        " with a shared key, type its id and its secret too.\n"
        "The address must be the very one that stands at Twilio, with https: it is signed."
    )
    credentials = (
        CredentialField("account_sid", gettext_lazy("account SID"), is_secret=False),
        CredentialField("auth_token", gettext_lazy("auth token"), is_required=True),
        CredentialField("key_id", gettext_lazy("id of the shared key"), is_secret=False),
        CredentialField("key_secret", gettext_lazy("secret of the shared key")),
    )
    pull_needs = ("account_sid", "auth_token")
    mapping = {
        "external_id": ("CallSid", "sid"),
        "status": ("CallStatus", "status"),
        "direction": ("Direction", "direction"),
        "parent": ("ParentCallSid", "parent_call_sid"),
        "from": ("From", "from"),
        "to": ("To", "to"),
        "talk_seconds": ("CallDuration", "duration"),
        "moment": ("Timestamp",),
        "started_at": ("start_time",),
        "step": ("SequenceNumber",),
    }
    headers = frozenset({SIGNATURE, SETTINGS})
    reply = Reply(204, "text/plain", "")

    def verify(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> bool:
        key = _key_of(delivery, account)
        if key is None:
            return False
        algorithm, secret = key
        try:
            signed = _signed_parts(delivery)
        except ProviderError:
            return False
        given = delivery.headers.get(SIGNATURE, "").encode("utf-8", "replace")
        tried = [
            hmac.compare_digest(_sign(secret, url + signed, algorithm), given)
            for url in _spellings(delivery.url)
        ]
        return any(tried)

    def read(self, delivery: Delivery, account: Account, *, at: dt.datetime) -> Event:
        is_json = "json" in delivery.content_type
        values = read_json(delivery.body) if is_json else read_form(delivery.body)
        fields = Fields(values, self.mapping, account.mapping)
        if fields.text("status") is None or fields.text("parent"):
            return Event(f"other:{digest_of(values)}", None)
        call = _call(fields, at=at)
        return Event(f"{call.external_id}:{digest_of(values)[:40]}", call)

    def pull(self, account: Account, *, since: dt.datetime, until: dt.datetime) -> Outcome[Pulled]:
        sid = account.credential("account_sid")
        path = f"/2010-04-01/Accounts/{sid}/Calls.json"
        query: dict[str, str] | None = {
            "StartTime>": since.date().isoformat(),
            "PageSize": "1000",
        }
        found = []
        for _page in range(MOST_PAGES):
            answer = _ask(account, path, query)
            if not isinstance(answer, Ok):
                return answer
            rows = answer.value.get("calls")
            if not isinstance(rows, list):
                return unexpected()
            found.append(read_rows(rows, lambda row: self._row(row, account, at=until)))
            following = answer.value.get("next_page_uri")
            # A path of the same host, with its query.
            if not isinstance(following, str) or not following.startswith("/"):
                break
            path, query = following, None
        pulled = together(found)
        calls = (call for call in pulled.calls if call.started_at and call.started_at >= since)
        return Ok(Pulled(tuple(calls), pulled.unreadable))

    def check(self, account: Account) -> Outcome[str]:
        path = f"/2010-04-01/Accounts/{account.credential('account_sid')}.json"
        answer = _ask(account, path, None)
        if not isinstance(answer, Ok):
            return answer
        name = str(answer.value.get("friendly_name", "—"))[:80]
        return Ok(_("The account is “%(name)s”.") % {"name": name})

    def _row(self, row: Any, account: Account, *, at: dt.datetime) -> ProviderCall | None:
        fields = Fields(row, self.mapping, account.mapping)
        return None if fields.text("parent") else _call(fields, at=at)


def _key_of(delivery: Delivery, account: Account) -> tuple[str, str] | None:
    """The algorithm and the secret that this request says it is signed with."""
    header = delivery.headers.get(SETTINGS, "")
    if not header:
        secret = account.credential("auth_token")
        return ("sha1", secret) if secret else None
    settings = dict(part.strip().partition("=")[::2] for part in header.split(","))
    secret = account.credential("key_secret")
    is_ours = settings.get("key") == account.credential("key_id") and bool(secret)
    return ("sha256", secret) if settings.get("algorithm") == "HMAC_SHA256" and is_ours else None


def _signed_parts(delivery: Delivery) -> str:
    """What follows the address; a JSON body is signed by its digest in the query."""
    digests = parse_qs(delivery.query).get("bodySHA256")
    if digests:
        if not hmac.compare_digest(
            hashlib.sha256(delivery.body).hexdigest().encode(), digests[0].encode()
        ):
            raise ProviderError("bodySHA256", _("The body is not the one that was signed."))
        return ""
    values: dict[str, set[str]] = defaultdict(set)
    for name, value in read_pairs(delivery.body.decode("utf-8", "replace")):
        values[name].add(value)
    return "".join(name + value for name in sorted(values) for value in sorted(values[name]))


def _spellings(url: str) -> list[str]:
    """With and without the standard port: senders differ."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = PORTS.get(parts.scheme)
    if parts.port not in (None, port):
        return [url]
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in (host, f"{host}:{port}")]


def _sign(secret: str, text: str, algorithm: str) -> bytes:
    digest = hmac.new(secret.encode(), text.encode("utf-8", "replace"), algorithm).digest()
    return base64.b64encode(digest)


def _call(fields: Fields, *, at: dt.datetime) -> ProviderCall:
    is_out = (fields.text("direction") or "inbound") != "inbound"
    status = STATUSES.get(fields.text("status") or "")
    talk = fields.seconds("talk_seconds")
    moment = mail_date_of(*fields.pick("moment"), at=at)
    begun = mail_date_of(*fields.pick("started_at"), at=at)
    # The progress tells when it speaks, at the end of the call; the list tells when it began.
    started = begun or (moment and moment - dt.timedelta(seconds=talk or 0))
    step = seconds_of(*fields.pick("step")) or 0
    return ProviderCall(
        fields.id(),
        direction=Direction.OUT if is_out else Direction.IN,
        caller=fields.phone("to" if is_out else "from"),
        tracked=fields.phone("from" if is_out else "to"),
        started_at=started,
        talk_seconds=0 if status is Status.MISSED else talk,
        status=status,
        updated_at=moment and moment + dt.timedelta(microseconds=step),
        weak=frozenset() if begun else frozenset({"started_at"}),
    )


def _ask(account: Account, path: str, query: dict[str, str] | None) -> Outcome[dict[str, Any]]:
    login = account.credential("account_sid"), account.credential("auth_token")
    answer = ask_json("GET", HOST + path, query=query, login=login)
    if not isinstance(answer, Ok):
        return answer
    return Ok(answer.value) if isinstance(answer.value, dict) else unexpected()
