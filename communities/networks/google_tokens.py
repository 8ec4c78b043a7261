"""Google's access tokens live an hour; a new one is got with the refresh token."""

import re
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from communities.networks import configuration, http, secrets, shapes
from communities.networks.keys import AccessToken, FreshToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, not_refreshable

_SECRET = re.compile(r"[\x21-\x7e]+")


def refresh(key: AccessToken) -> Outcome[FreshToken]:
    """Google seldom gives another refresh token with it: the old one goes on."""
    if not key.refresh_secret:
        return not_refreshable()
    client_id, client_secret = configuration.google_client()
    if not client_id or not client_secret:
        return _no_client()
    form = {
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": key.refresh_secret,
        "grant_type": "refresh_token",
    }
    answer = http.post(configuration.google_token_url(), form=form)
    return _read(answer.value, key) if isinstance(answer, Ok) else answer


def _read(answer: http.Answer, key: AccessToken) -> Outcome[FreshToken]:
    body = shapes.mapping(answer.body) or {}
    if error := shapes.text(body.get("error")):
        return _refused(error, shapes.text(body.get("error_description")), key)
    if failure := http.status_failure(answer, writes=False):
        return failure
    secret, seconds = shapes.text(body.get("access_token")), shapes.count(body.get("expires_in"))
    if not _SECRET.fullmatch(secret) or not seconds:
        return http.wrong_shape(writes=False)
    expires_at = datetime.now(UTC) + timedelta(seconds=min(seconds, 10**8))
    return Ok(FreshToken(secret, shapes.text(body.get("refresh_token")), expires_at))


def _refused(error: str, text: str, key: AccessToken) -> Outcome[FreshToken]:
    if error in ("invalid_client", "unauthorized_client"):
        return _no_client()
    message = _("Google does not renew the key: %(error)s, %(text)s") % {
        "error": error,
        "text": text or _("no explanation"),
    }
    return Refused(Kind.TOKEN_INVALID, secrets.scrub(message, key.refresh_secret))


def _no_client() -> Refused:
    return Refused(
        Kind.INVALID_REQUEST,
        _("Google knows the agency by GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET: set them right."),
        field="GOOGLE_CLIENT_ID",
    )
