"""One call of YouTube's Data API or of YouTube Analytics."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from communities.networks import configuration, http, shapes, youtube_errors
from communities.networks.keys import AccessToken, TokenKind
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.rate_limit import under_limit

IDS_PER_CALL = 50
ITEMS_PER_PAGE = 50
# The uploads of a channel are listed up to 20,000.
MOST_PAGES = 400

# A key travels in an address or a header; other characters are surely a slip of copying.
_SECRET = re.compile(r"[\x21-\x7e]+")


def read_list(
    key: AccessToken, resource: str, parameters: Mapping[str, str]
) -> Outcome[dict[str, object]]:
    """A `….list` of the Data API: its whole answer. Costs one unit of the day's quota."""
    return _call(key, "data", f"{configuration.youtube_url()}/{resource}", parameters)


def read_report(key: AccessToken, parameters: Mapping[str, str]) -> Outcome[dict[str, object]]:
    """`reports.query` of YouTube Analytics, which counts its own quota."""
    return _call(key, "reports", f"{configuration.youtube_analytics_url()}/reports", parameters)


def read_pages(
    key: AccessToken, resource: str, parameters: Mapping[str, str]
) -> Iterator[Outcome[dict[str, object]]]:
    """Page after page, until the last or a failure."""
    token = ""
    for _number in range(MOST_PAGES):
        page = {"pageToken": token} if token else {}
        outcome = read_list(key, resource, {**parameters, **page})
        yield outcome
        if not isinstance(outcome, Ok):
            return
        token = shapes.text(outcome.value.get("nextPageToken"))
        if not token:
            return
    yield http.wrong_shape(writes=False)


def items_of(body: Mapping[str, object]) -> Outcome[list[object]]:
    """An answer without anything found may lack `items`."""
    items = shapes.sequence(body.get("items", []))
    return Ok(items) if items is not None else http.wrong_shape(writes=False)


def _call(
    key: AccessToken, bucket: str, url: str, parameters: Mapping[str, str]
) -> Outcome[dict[str, object]]:
    """Under the limits of the key; `bucket` names the quota that the call draws from."""
    if not _SECRET.fullmatch(key.secret):
        return Refused(Kind.TOKEN_INVALID, _("The YouTube key has characters that no key has."))
    return under_limit(key, bucket, lambda: _call_now(key, url, parameters))


def _call_now(
    key: AccessToken, url: str, parameters: Mapping[str, str]
) -> Outcome[dict[str, object]]:
    if key.kind is TokenKind.SERVICE:
        answer = http.get(url, query={**parameters, "key": key.secret})
    else:
        answer = http.get(url, query=parameters, bearer=key.secret)
    return _read(key, answer.value) if isinstance(answer, Ok) else answer


def _read(key: AccessToken, answer: http.Answer) -> Outcome[dict[str, object]]:
    body = shapes.mapping(answer.body)
    if body is not None and "error" in body:
        can_refresh = bool(key.refresh_secret)
        error = body["error"]
        return youtube_errors.failure(answer, error, secret=key.secret, can_refresh=can_refresh)
    if failure := http.status_failure(answer, writes=False):
        return failure
    if body is None or not shapes.text(body.get("kind")).startswith("youtube"):
        return http.wrong_shape(writes=False)
    return Ok(body)
