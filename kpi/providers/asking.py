"""Asking a provider's list: one JSON request, typed outcomes, secrets out of the messages."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext as _

from communities.networks.http import Content, exchange
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, RefusedForNow, Scope

OK = range(200, 300)
RATE_LIMITED, SERVER_ERRORS = 429, 500
UNAUTHORIZED = (401, 403)


def ask_json(
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    login: tuple[str, str] | None = None,
) -> Outcome[object]:
    """The JSON of an answer with a good status. A page instead of JSON means a wrong address."""
    sent = ask(method, url, query=query, form=form, body=body, headers=headers, login=login)
    if not isinstance(sent, Ok):
        return sent
    try:
        parsed: object = json.loads(sent.value.content)
    except (ValueError, RecursionError):
        return Refused(
            Kind.INVALID_REQUEST,
            _("The provider's answer is not JSON: look at the address and the account's number."),
        )
    return Ok(parsed)


def ask(
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    login: tuple[str, str] | None = None,
) -> Outcome[Content]:
    sent = exchange(method, url, query=query, form=form, body=body, headers=headers, login=login)
    return (failure_of(sent.value) or sent) if isinstance(sent, Ok) else sent


def failure_of(content: Content) -> Refused | RefusedForNow | None:
    """What a status outside 2xx means."""
    status = content.status
    if status in OK:
        return None
    if status == RATE_LIMITED:
        return RefusedForNow(
            Kind.RATE_LIMITED,
            _("The provider asks to wait."),
            retry_after=content.retry_after or 60.0,
            scope=Scope.SECOND,
        )
    if status in UNAUTHORIZED:
        return Refused(Kind.TOKEN_INVALID, _("The provider refuses these credentials."))
    message = _("The provider answered with HTTP status %(status)s.") % {"status": status}
    if status >= SERVER_ERRORS:
        return RefusedForNow(Kind.TEMPORARY, message, retry_after=300.0)
    return Refused(Kind.INVALID_REQUEST, message)


def unexpected() -> Refused:
    return Refused(Kind.UNKNOWN, _("The provider's answer has an unexpected shape."))
