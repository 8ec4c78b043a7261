"""Tokens of VK Реклама: minted by the app's own credentials, refreshed, deleted.

An access token lives 24 hours. A refresh puts another value in its place: the old one stops at
once. At most five tokens stand for an app and a user; the sixth is refused with 403.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import configuration, http, secrets, shapes
from communities.networks.keys import FreshToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, not_refreshable
from promotion.networks import vk_ads_errors

MOST_TOKENS = 5
LIFE = timedelta(hours=24)
_SECRET = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class App:
    """`agency_client`: name or number of the client in the agency's account; "": its own."""

    client_id: str
    client_secret: str = field(repr=False)
    agency_client: str = ""

    @property
    def form(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}


def mint(app: App) -> Outcome[FreshToken]:
    """One more token of the five: what is lost on the way back counts too."""
    if not app.agency_client:
        grant = {"grant_type": "client_credentials"}
    else:
        is_number = app.agency_client.isascii() and app.agency_client.isdigit()
        name = "agency_client_id" if is_number else "agency_client_name"
        grant = {"grant_type": "agency_client_credentials", name: app.agency_client}
    return _ask(app, grant, writes=True)


def refresh(app: App, refresh_secret: str) -> Outcome[FreshToken]:
    """The refresh token stays the same as a rule; a new one in the answer replaces it."""
    if not refresh_secret:
        return not_refreshable()
    grant = {"grant_type": "refresh_token", "refresh_token": refresh_secret}
    return _ask(app, grant, writes=False, secret=refresh_secret)


def delete_all(app: App) -> Outcome[None]:
    """Every token of the app and its user: whatever else works with one stops."""
    if refusal := _unfit(app):
        return refusal
    url = f"{configuration.vk_ads_url()}/oauth2/token/delete.json"
    sent = http.exchange("POST", url, form=app.form)
    if not isinstance(sent, Ok):
        return sent
    # Nothing is told of what was deleted: the body may be empty.
    if sent.value.status in (200, 204):
        return Ok(None)
    answer = http.Answer(sent.value.status, None, headers=sent.value.headers)
    return vk_ads_errors.failure(answer, writes=False) or Ok(None)


def _ask(app: App, grant: dict[str, str], *, writes: bool, secret: str = "") -> Outcome[FreshToken]:
    if refusal := _unfit(app):
        return refusal
    url = f"{configuration.vk_ads_url()}/oauth2/token.json"
    sent = http.post(url, form={**app.form, **grant}, writes=writes)
    if not isinstance(sent, Ok):
        return sent
    quoted = secret or app.client_secret
    if sent.value.status == vk_ads_errors.FORBIDDEN:
        return _forbidden(sent.value.body, quoted)
    failure = vk_ads_errors.failure(sent.value, writes=writes, secret=quoted)
    return failure or _read(sent.value.body, writes=writes)


def _unfit(app: App) -> Refused | None:
    if app.client_id and _SECRET.fullmatch(app.client_secret):
        return None
    message = _("The client_id and the client_secret of the app are needed: enter the key again.")
    return Refused(Kind.NEEDS_HUMAN, message)


def _forbidden(body: object, secret: str) -> Refused:
    """The network refuses both with the same status."""
    _code, text = vk_ads_errors.told(body)
    message = _(
        "VK Реклама gives no token (%(text)s). Either at most %(most)s tokens of one user are given"
        " out: delete the old ones (the button “Delete old tokens” on the account's page) and enter"
        " the key again. Or the account has no access to the API: it is granted on application."
    )
    words = {"text": text or _("no explanation"), "most": MOST_TOKENS}
    return Refused(Kind.NEEDS_HUMAN, secrets.scrub(message % words, secret), field="tokens_left")


def _read(body: object, *, writes: bool) -> Outcome[FreshToken]:
    told = shapes.mapping(body) or {}
    secret = shapes.text(told.get("access_token"))
    if not _SECRET.fullmatch(secret):
        return http.wrong_shape(writes=writes)
    # A number or a text, by the network's mood.
    seconds = shapes.written_count(told.get("expires_in"))
    life = timedelta(seconds=min(seconds, 10**8)) if seconds else LIFE
    refresh_secret = shapes.text(told.get("refresh_token"))
    return Ok(FreshToken(secret, refresh_secret, datetime.now(UTC) + life))
