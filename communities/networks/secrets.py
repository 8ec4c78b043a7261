"""Keeping secrets out of messages and logs."""

import logging
import re
from urllib.parse import quote, quote_plus

MASK = "***"
LONGEST_MESSAGE = 300

# What a secret looks like wherever it turns up: a Telegram key (it stands in the path), VK's keys,
# and any parameter that carries one.
_PATTERNS = (
    re.compile(r"(?<=bot)\d+(:|%3A)[^/\s'\"\\]+", re.IGNORECASE),
    re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}"),
    re.compile(r"\bvk[12]\.a\.[A-Za-z0-9._-]+"),
    # YouTube's key, which is a parameter of a plain name.
    re.compile(r"(?<=[?&]key=)[^&\s'\"]+"),
    re.compile(r"(?<=input_token=)[^&\s'\"]+"),
    re.compile(r"(?<=access_token=)[^&\s'\"]+"),
    re.compile(r"(?<=clientApiId=)[^&\s'\"]+"),
    re.compile(r"(?<=user_token=)[^&\s'\"]+"),
    re.compile(r"(?<=Bearer )[^\s'\"]+", re.IGNORECASE),
)


def scrub(message: str, secret: str = "") -> str:
    """The message without the secret, in plain or URL form, and without whatever looks like one."""
    for form in {secret, quote(secret, safe=""), quote_plus(secret)} - {""}:
        message = message.replace(form, MASK)
    for pattern in _PATTERNS:
        message = pattern.sub(MASK, message)
    return message[:LONGEST_MESSAGE]


class ScrubbingFilter(logging.Filter):
    """Masks secrets in records of the HTTP library, whatever level somebody turns it to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), ()
        return True


def guard_logs() -> None:
    """Put the filter on each logger of httpx; a filter does not reach child loggers."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, ScrubbingFilter) for each in logger.filters):
            logger.addFilter(ScrubbingFilter())
