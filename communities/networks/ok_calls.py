"""Calls of Odnoklassniki: signed ones within a user's session, those of a group's bot, the refresh.

A key of kind USER is a session: `access_token` in the form, so that it stands in no address. A key
of kind COMMUNITY is a group's bot key, which is for messages only.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import configuration, http, ok_errors, shapes
from communities.networks.http import Answer
from communities.networks.keys import AccessToken, FreshToken, TokenKind
from communities.networks.ok_signature import session_secret, signature
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.rate_limit import under_limit

# A key travels in a form or an address; other characters are surely a slip of copying.
_SECRET = re.compile(r"[\x21-\x7e]+")
# How the network's OAuth says that nothing can be renewed any more.
_REFUSED_GRANTS = frozenset({"invalid_grant", "invalid_token", "invalid_request"})


def call(
    key: AccessToken, method: str, parameters: Mapping[str, str], *, writes: bool = False
) -> Outcome[object]:
    """One signed call within the key's session; Ok holds the answer, of any shape.

    Some methods answer with a bare scalar: a text, a number, true.
    """
    if refusal := _unfit(key):
        return refusal
    if key.kind is not TokenKind.USER:
        return Refused(Kind.WRONG_TOKEN_KIND, messages_only())
    return under_limit(key, method, lambda: _call_now(key, method, parameters, writes=writes))


def call_graph(key: AccessToken, path: str) -> Outcome[object]:
    """One reading call with a group's bot key; these are not signed."""
    if not _SECRET.fullmatch(key.secret):
        return _bad_key()
    url = f"{configuration.ok_url()}/graph/{path}"
    query = {"access_token": key.secret}
    return under_limit(key, path, lambda: _checked(http.get(url, query=query), key))


def refresh(key: AccessToken) -> Outcome[FreshToken]:
    """A new session for the refresh secret, which stays the same."""
    if refusal := _unfit(key):
        return refusal
    if not key.refresh_secret:
        message = _("This key came without a refresh key: let its owner sign in again.")
        return Refused(Kind.PERMISSION, message)
    return under_limit(key, "oauth/token", lambda: _refresh_now(key))


def messages_only() -> str:
    return _(
        "A group's key of Odnoklassniki is for messages only: to read, enter a user's session key."
    )


def _unfit(key: AccessToken) -> Refused | None:
    number, public, secret = configuration.ok_application()
    if not (number and public and secret):
        message = _(
            "No application of Odnoklassniki is set up: the settings OK_APPLICATION_ID,"
            " OK_APPLICATION_KEY and OK_APPLICATION_SECRET are needed."
        )
        return Refused(Kind.INVALID_REQUEST, message, field="OK_APPLICATION_KEY")
    return None if _SECRET.fullmatch(key.secret) else _bad_key()


def _bad_key() -> Refused:
    message = _("The key of Odnoklassniki has characters that no key has.")
    return Refused(Kind.TOKEN_INVALID, message)


def _call_now(
    key: AccessToken, method: str, parameters: Mapping[str, str], *, writes: bool
) -> Outcome[object]:
    _number, public, secret = configuration.ok_application()
    form = {**parameters, "method": method, "application_key": public, "format": "json"}
    form["sig"] = signature(form, session_secret(key.secret, secret))
    form["access_token"] = key.secret
    sent = http.post(f"{configuration.ok_url()}/fb.do", form=form, writes=writes)
    return _checked(sent, key, writes=writes)


def _checked(sent: Outcome[Answer], key: AccessToken, *, writes: bool = False) -> Outcome[object]:
    if not isinstance(sent, Ok):
        return sent
    refusal = ok_errors.failure(sent.value, secret=key.secret, writes=writes)
    refusal = refusal or http.status_failure(sent.value, writes=writes)
    return refusal or Ok(sent.value.body)


def _refresh_now(key: AccessToken) -> Outcome[FreshToken]:
    number, _public, secret = configuration.ok_application()
    form = {
        "refresh_token": key.refresh_secret,
        "client_id": number,
        "client_secret": secret,
        "grant_type": "refresh_token",
    }
    sent = http.post(configuration.ok_token_url(), form=form)
    if isinstance(sent, Ok) and _refused_grant(sent.value):
        message = _("Odnoklassniki does not renew this key: let its owner sign in again.")
        return Refused(Kind.TOKEN_INVALID, message)
    checked = _checked(sent, key)
    return _fresh(checked.value) if isinstance(checked, Ok) else checked


def _refused_grant(answer: Answer) -> bool:
    return (shapes.mapping(answer.body) or {}).get("error") in _REFUSED_GRANTS


def _fresh(answer: object) -> Outcome[FreshToken]:
    body = shapes.mapping(answer) or {}
    secret = shapes.text(body.get("access_token"))
    if not _SECRET.fullmatch(secret):
        return http.wrong_shape(writes=False)
    seconds = _seconds(body.get("expires_in"))
    ends = datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
    return Ok(FreshToken(secret, expires_at=ends))


def _seconds(value: object) -> int | None:
    """Written as a number or as a text."""
    return shapes.count(int(value)) if shapes.digits(value) else shapes.count(value)  # type: ignore[call-overload]
