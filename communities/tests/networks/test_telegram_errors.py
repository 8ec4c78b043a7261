import pytest

from communities.networks import telegram_errors
from communities.networks.outcomes import Kind, OutcomeUnknown, Refused, RefusedForNow, Scope


def error(code: int, text: str, **parameters: object) -> dict[str, object]:
    return {"ok": False, "error_code": code, "description": text, "parameters": parameters}


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (401, "Unauthorized", Kind.TOKEN_INVALID),
        (404, "Not Found", Kind.TOKEN_INVALID),
        (404, "Not Found: method not found", Kind.INVALID_REQUEST),
        (400, "Bad Request: chat not found", Kind.NOT_FOUND),
        (400, "Bad Request: not enough rights to send text", Kind.PERMISSION),
        (400, "Bad Request: need administrator rights in the channel chat", Kind.PERMISSION),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Kind.PERMISSION),
        (400, "Bad Request: message is too long", Kind.INVALID_REQUEST),
        (403, "Forbidden: bot was kicked from the channel chat", Kind.PERMISSION),
        (409, "Conflict: can't use getUpdates method while webhook is active", Kind.NEEDS_HUMAN),
        (413, "Request Entity Too Large", Kind.INVALID_REQUEST),
    ],
)
def test_refusals_for_good(code: int, text: str, kind: Kind) -> None:
    outcome = telegram_errors.failure(error(code, text), secret="1:x", writes=True)
    assert outcome == Refused(kind, f"Telegram error {code}: {text}")


def test_too_many_requests_waits_as_long_as_told() -> None:
    body = error(429, "Too Many Requests: retry after 14", retry_after=14)
    assert telegram_errors.failure(body, secret="1:x", writes=True) == RefusedForNow(
        Kind.RATE_LIMITED,
        "Telegram error 429: Too Many Requests: retry after 14",
        retry_after=14,
        scope=Scope.SECOND,
    )


@pytest.mark.parametrize("told", ["soon", -5, None, True])
def test_too_many_requests_without_a_readable_wait_waits_a_second(told: object) -> None:
    body = error(429, "Too Many Requests", retry_after=told)
    outcome = telegram_errors.failure(body, secret="1:x", writes=False)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.retry_after == 1


@pytest.mark.parametrize(("code", "kind"), [(500, Kind.TEMPORARY), (418, Kind.UNKNOWN)])
def test_an_inner_error_may_be_repeated_for_reads_only(code: int, kind: Kind) -> None:
    body = error(code, "text")
    read = telegram_errors.failure(body, secret="1:x", writes=False)
    assert read == RefusedForNow(kind, f"Telegram error {code}: text")
    write = telegram_errors.failure(body, secret="1:x", writes=True)
    assert write == OutcomeUnknown(f"Telegram error {code}: text")


def test_another_reader_of_the_queue_is_a_passing_failure() -> None:
    body = error(409, "Conflict: terminated by other getUpdates request")
    outcome = telegram_errors.failure(body, secret="1:x", writes=False)
    assert isinstance(outcome, RefusedForNow)
    assert outcome.kind is Kind.TEMPORARY
