"""Calls of MAX's Bot API: the key in a header of its own, plain GETs with JSON answers."""

import re
from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from communities.networks import configuration, http, max_errors
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused
from communities.networks.rate_limit import under_limit

# A key travels in a header; other characters are surely a slip of copying.
_SECRET = re.compile(r"[\x21-\x7e]+")


def call(key: AccessToken, path: str, query: Mapping[str, str] | None = None) -> Outcome[object]:
    """One reading call; Ok holds the answer, of any shape."""
    if not _SECRET.fullmatch(key.secret):
        return Refused(Kind.TOKEN_INVALID, _("The key of MAX has characters that no key has."))
    return under_limit(key, path, lambda: _call_now(key, path, query or {}))


def _call_now(key: AccessToken, path: str, query: Mapping[str, str]) -> Outcome[object]:
    sent = http.get(
        f"{configuration.max_url()}/{path}",
        query=query,
        # The bare key: with "Bearer" before it the network refuses it.
        headers={"Authorization": key.secret},
        trusts=configuration.max_ca_bundle(),
    )
    if not isinstance(sent, Ok):
        return _about_roots(sent)
    refusal = max_errors.failure(sent.value, secret=key.secret, writes=False)
    return refusal or Ok(sent.value.body)


def _about_roots(failure: Failure) -> Failure:
    """A file of root certificates that cannot be read, by the name of its setting."""
    if isinstance(failure, Refused) and failure.field == http.TRUSTS:
        return replace(failure, field="MAX_CA_BUNDLE")
    return failure
