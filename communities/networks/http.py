"""The one way out to the networks: kept clients per process, an allow-list, no redirects.

Whatever goes wrong comes back as a typed outcome; nothing of httpx's own texts is passed on, since
a Telegram address carries the key.
"""

import json
import os
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
from django.utils.translation import gettext as _

from communities.networks import configuration, secrets
from communities.networks.outcomes import (
    TOO_MANY,
    Failure,
    Kind,
    Ok,
    Outcome,
    OutcomeUnknown,
    Refused,
    RefusedForNow,
    Scope,
)

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
# httpx's read timeout is per piece; a server that drips is cut off here.
LONGEST_ANSWER_SECONDS = 90.0
LARGEST_ANSWER_BYTES = 20_000_000
# The field of a refusal whose fault is the caller's file of root certificates.
TRUSTS = "trusts"
# What stands in front of a network may refuse a call for its length.
TOO_LARGE = frozenset({413, 414})

_patience: ContextVar[float] = ContextVar("patience", default=0.0)

secrets.guard_logs()


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, parsed JSON body (any JSON value), the Retry-After header in seconds, all headers."""

    status: int
    body: object
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=httpx.Headers, repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """One part of a multipart body; `name` ends as the content's type does."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """Status, body as it came, the Retry-After header in seconds, and all headers."""

    status: int
    content: bytes
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=httpx.Headers, repr=False)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Calls within wait no longer for an answer: somebody waits in front of a screen."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def post(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
    files: Mapping[str, File] | None = None,
    bearer: str = "",
    writes: bool = False,
) -> Outcome[Answer]:
    """POST a form, with files by their fields, or a JSON body; get a JSON answer of any status.

    `writes=True` says that the call changes something: its lost answer is OutcomeUnknown.
    """
    headers = _bearing(bearer)
    sent = exchange("POST", url, form=form, body=body, files=files, headers=headers, writes=writes)
    return _answer(sent.value, writes=writes) if isinstance(sent, Ok) else sent


def get(
    url: str,
    *,
    query: Mapping[str, str],
    bearer: str = "",
    headers: Mapping[str, str] | None = None,
    trusts: str = "",
) -> Outcome[Answer]:
    """GET a JSON answer of whatever status; `trusts` as in `exchange`."""
    headers = {**_bearing(bearer), **(headers or {})}
    sent = exchange("GET", url, query=query, headers=headers, trusts=trusts)
    return _answer(sent.value, writes=False) if isinstance(sent, Ok) else sent


def _bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def exchange(
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
    files: Mapping[str, File] | None = None,
    headers: Mapping[str, str] | None = None,
    login: tuple[str, str] | None = None,
    trusts: str = "",
    writes: bool = False,
) -> Outcome[Content]:
    """One request and what came back, whatever its status and its format; see `post`.

    `trusts` is a file of root certificates for a host whose chain ends in none of the usual ones.
    """
    if refusal := _forbidden(url):
        return refusal
    asked: dict[str, Any] = {"params": query, "data": form, "json": body, "headers": headers}
    if login:
        asked["auth"] = login
    if files:
        parts = {name: (each.name, each.content, each.content_type) for name, each in files.items()}
        asked["files"] = parts
    if seconds := _patience.get():
        asked["timeout"] = httpx.Timeout(seconds, connect=min(seconds, 5.0))
    try:
        client = _client(os.getpid(), trusts)
    except (OSError, ssl.SSLError):
        message = _("The file of root certificates cannot be read.")
        return Refused(Kind.INVALID_REQUEST, message, field=TRUSTS)
    try:
        with client.stream(method, url, **asked) as response:
            content = _read(response)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return RefusedForNow(Kind.TEMPORARY, _unreached(error))
    except httpx.TimeoutException:
        return lost(_("The network did not answer in time."), writes=writes)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        return lost(_("The connection broke before the whole answer came."), writes=writes)
    return Ok(Content(response.status_code, content, _wait_of(response), response.headers))


def _unreached(error: httpx.HTTPError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _("The network's certificate is not trusted: the settings name no root for it.")
    return _("The network could not be reached.")


def lost(message: str, *, writes: bool, kind: Kind = Kind.TEMPORARY) -> Failure:
    """A read may be repeated; of a write nobody knows whether it happened."""
    return OutcomeUnknown(message) if writes else RefusedForNow(kind, message)


def status_failure(answer: Answer, *, writes: bool) -> Failure | None:
    """What a status outside 200 means where the network's own envelope says nothing."""
    if answer.status == httpx.codes.OK:
        return None
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return RefusedForNow(
            Kind.RATE_LIMITED,
            _("The network asks to wait."),
            retry_after=answer.retry_after or 1.0,
            scope=Scope.SECOND,
        )
    if answer.status in TOO_LARGE:
        message = _("The network takes no call of this size.")
        return Refused(Kind.INVALID_REQUEST, message, field=TOO_MANY)
    message = _("The network answered with HTTP status %(status)s.") % {"status": answer.status}
    return lost(message, writes=writes)


def wrong_shape(*, writes: bool) -> Failure:
    message = _("The network's answer has an unexpected shape.")
    return lost(message, writes=writes, kind=Kind.UNKNOWN)


@lru_cache(maxsize=4)
def _client(_process: int, trusts: str) -> httpx.Client:
    """One client per process and trust: a forked worker must not share its parent's connections."""
    roots: ssl.SSLContext | bool = ssl.create_default_context(cafile=trusts) if trusts else True
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=roots)


def _forbidden(url: str) -> Refused | None:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return Refused(Kind.INVALID_REQUEST, _("The network's address in the settings is broken."))
    allowed = configuration.allowed_hosts()
    is_address = parts.scheme in ("http", "https") and bool(parts.host)
    if is_address and (not allowed or _is_among(parts.host.lower(), allowed)):
        return None
    message = _("Calls to %(host)s are not allowed by the setting NETWORK_ALLOWED_HOSTS.")
    return Refused(
        Kind.INVALID_REQUEST,
        secrets.scrub(message % {"host": parts.host}),
        field="NETWORK_ALLOWED_HOSTS",
    )


def _is_among(host: str, allowed: frozenset[str]) -> bool:
    """By its name, or below a name that is written with a dot in front."""
    return host in allowed or any(host.endswith(each) for each in allowed if each.startswith("."))


def _read(response: httpx.Response) -> bytes:
    deadline = time.monotonic() + LONGEST_ANSWER_SECONDS
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("answer drips")
        if len(content) > LARGEST_ANSWER_BYTES:
            raise httpx.ReadError("answer too large")
    return bytes(content)


def _wait_of(response: httpx.Response) -> float | None:
    header = response.headers.get("Retry-After", "")
    return float(header) if header.isascii() and header.isdigit() and len(header) < 6 else None


def _answer(sent: Content, *, writes: bool) -> Outcome[Answer]:
    try:
        body: object = json.loads(sent.content)
    except (ValueError, RecursionError):
        failure = status_failure(Answer(sent.status, None, sent.retry_after), writes=writes)
        return failure or lost(_("The network's answer is not JSON."), writes=writes)
    return Ok(Answer(sent.status, body, sent.retry_after, sent.headers))
