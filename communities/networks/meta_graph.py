"""One call of Meta's Graph API, its pages, and many objects by their ids."""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

import redis
from django.utils.translation import gettext as _

from communities.networks import configuration, http, meta_errors, shapes
from communities.networks.keys import AccessToken
from communities.networks.meta_usage import Usage, usage_of
from communities.networks.outcomes import Failure, Kind, Ok, Outcome, Refused, key_failure
from communities.networks.rate_limit import park, under_limit

logger = logging.getLogger(__name__)

IDS_PER_CALL = 50
ITEMS_PER_PAGE = 50
MOST_PAGES = 400
# Meta repeats them in the address of the next page.
_SECRETS = frozenset({"access_token", "appsecret_proof"})
# A key travels in a header; other characters are surely a slip of copying.
_SECRET = re.compile(r"[\x21-\x7e]+")
# One object among many that Meta does not show fails the whole call.
_OF_ONE = frozenset({Kind.NOT_FOUND, Kind.INVALID_REQUEST})


def read(
    key: AccessToken, path: str, parameters: Mapping[str, str], *, bearer: str = ""
) -> Outcome[dict[str, object]]:
    """One node or edge. `bearer` is the application's own key, where that has to ask."""
    return _call(key, f"{configuration.meta_url()}/{path}", parameters, bearer)


def read_pages(
    key: AccessToken, path: str, parameters: Mapping[str, str]
) -> Iterator[Outcome[list[object]]]:
    """The items of page after page, by the address of the next one, until the last or a failure."""
    outcome = read(key, path, {**parameters, "limit": str(ITEMS_PER_PAGE)})
    for _number in range(MOST_PAGES):
        items = _items(outcome.value) if isinstance(outcome, Ok) else outcome
        yield items
        if not isinstance(outcome, Ok) or not isinstance(items, Ok):
            return
        address = _next_page(outcome.value)
        if not address:
            return
        outcome = _follow(key, address)
    yield http.wrong_shape(writes=False)


def read_many(
    key: AccessToken, ids: Sequence[str], fields: str
) -> dict[str, Outcome[dict[str, object]]]:
    """One outcome for each id; 50 cost one call, and a few more where one is not shown."""
    found: dict[str, Outcome[dict[str, object]]] = {}
    stop: Failure | None = None
    for start in range(0, len(ids), IDS_PER_CALL):
        batch = ids[start : start + IDS_PER_CALL]
        found.update(dict.fromkeys(batch, stop) if stop else _read_batch(key, batch, fields))
        stop = stop or key_failure(found[each] for each in batch)
    return found


def _read_batch(
    key: AccessToken, batch: Sequence[str], fields: str
) -> dict[str, Outcome[dict[str, object]]]:
    outcome = read(key, "", {"ids": ",".join(batch), "fields": fields})
    if isinstance(outcome, Ok):
        return {each: _one(outcome.value, each) for each in batch}
    if len(batch) > 1 and outcome.kind in _OF_ONE and not meta_errors.is_of_metric(outcome):
        half = len(batch) // 2
        first, second = batch[:half], batch[half:]
        return {**_read_batch(key, first, fields), **_read_batch(key, second, fields)}
    return dict.fromkeys(batch, outcome)


def _one(body: Mapping[str, object], name: str) -> Outcome[dict[str, object]]:
    found = shapes.mapping(body.get(name))
    return Ok(found) if found is not None else http.wrong_shape(writes=False)


def _items(body: Mapping[str, object]) -> Outcome[list[object]]:
    items = shapes.sequence(body.get("data"))
    return Ok(items) if items is not None else http.wrong_shape(writes=False)


def _next_page(body: Mapping[str, object]) -> str:
    return shapes.text((shapes.mapping(body.get("paging")) or {}).get("next"))


def _follow(key: AccessToken, address: str) -> Outcome[dict[str, object]]:
    """The key goes to Meta's own host only, and never in an address, whatever stands there."""
    url, _query, query = address.partition("?")
    if not _is_same_host(url):
        logger.warning("A next page of Meta is at another host than META_GRAPH_URL.")
        return http.wrong_shape(writes=False)
    known = {name: value for name, value in parse_qsl(query) if name not in _SECRETS}
    return _call(key, url, known, "")


def _is_same_host(url: str) -> bool:
    try:
        ours, theirs = urlsplit(configuration.meta_url()), urlsplit(url)
    except ValueError:
        return False
    return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def _call(
    key: AccessToken, url: str, parameters: Mapping[str, str], bearer: str
) -> Outcome[dict[str, object]]:
    if not _SECRET.fullmatch(key.secret):
        return Refused(Kind.TOKEN_INVALID, _("Meta's key has characters that no key has."))
    return under_limit(key, "graph", lambda: _call_now(key, url, parameters, bearer))


def _call_now(
    key: AccessToken, url: str, parameters: Mapping[str, str], bearer: str
) -> Outcome[dict[str, object]]:
    proof = {} if bearer else _proof(key.secret)
    answer = http.get(url, query={**parameters, **proof}, bearer=bearer or key.secret)
    if not isinstance(answer, Ok):
        return answer
    usage = usage_of(answer.value.headers)
    _slow_down(key, usage)
    return _read(key, answer.value, usage)


def _read(key: AccessToken, answer: http.Answer, usage: Usage) -> Outcome[dict[str, object]]:
    body = shapes.mapping(answer.body)
    if body is not None and "error" in body:
        wait = usage.wait or answer.retry_after
        return meta_errors.failure(body["error"], secret=key.secret, wait=wait)
    if failure := http.status_failure(answer, writes=False):
        return failure
    return Ok(body) if body is not None else http.wrong_shape(writes=False)


def _proof(secret: str) -> dict[str, str]:
    """Shows Meta that the key is used by the application that it was given to."""
    _app, app_secret = configuration.meta_application()
    if not app_secret:
        return {}
    digest = hmac.new(app_secret.encode(), secret.encode(), hashlib.sha256).hexdigest()
    return {"appsecret_proof": digest}


def _slow_down(key: AccessToken, usage: Usage) -> None:
    """Leave the key alone for a while, in all workers; the answer that came is still good."""
    if usage.pause is None:
        return
    try:
        park(key, usage.pause)
    except redis.RedisError:
        logger.warning("Could not park a %s key: Redis does not answer.", key.network)
