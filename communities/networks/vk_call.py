"""One call of VK's: the key in a header, the envelope opened, errors in our taxonomy."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from communities.networks import configuration, http, shapes, vk_errors
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused, too_late
from communities.networks.rate_limit import under_limit

# A key travels in a header; other characters are surely a slip of copying.
_SECRET = re.compile(r"[\x21-\x7e]+")

# A post waits for them.
_BEFORE_POSTS = frozenset({"photos.getWallUploadServer", "photos.saveWallPhoto", "video.save"})


def call(
    key: AccessToken,
    method: str,
    parameters: Mapping[str, str],
    *,
    writes: bool = False,
    write_by: datetime | None = None,
) -> Outcome[object]:
    """One call of a VK method; Ok holds what stands under `response`, of any shape.

    After `write_by` it is not made any more, however long the limiter held it up.
    """
    if not _SECRET.fullmatch(key.secret):
        return Refused(Kind.TOKEN_INVALID, _("The VK key has characters that no key has."))
    return under_limit(
        key,
        method,
        lambda: too_late(write_by) or _call_now(key, method, parameters, writes=writes),
        goes_first=writes or method in _BEFORE_POSTS,
    )


def _call_now(
    key: AccessToken, method: str, parameters: Mapping[str, str], *, writes: bool
) -> Outcome[object]:
    # The key goes in a header: VK echoes parameters in its errors.
    answer = http.post(
        f"{configuration.vk_url()}/{method}",
        form={**parameters, "v": configuration.vk_version()},
        bearer=key.secret,
        writes=writes,
    )
    if not isinstance(answer, Ok):
        return answer
    if failure := http.status_failure(answer.value, writes=writes):
        return failure
    body = shapes.mapping(answer.value.body)
    if body is not None and "error" in body:
        return vk_errors.failure(body["error"], secret=key.secret, writes=writes)
    if body is None or "response" not in body:
        return http.wrong_shape(writes=writes)
    return Ok(body["response"])
