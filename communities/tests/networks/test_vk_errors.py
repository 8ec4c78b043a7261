import pytest

from communities.networks import vk_errors
from communities.networks.outcomes import (
    TOO_MANY,
    Kind,
    OutcomeUnknown,
    Refused,
    RefusedForNow,
    Scope,
)


def error(code: int, text: str = "text") -> dict[str, object]:
    return {"error_code": code, "error_msg": text, "request_params": []}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (5, Kind.TOKEN_INVALID),
        (3609, Kind.TOKEN_INVALID),
        (1117, Kind.TOKEN_EXPIRED),
        *((code, Kind.PERMISSION) for code in (7, 15, 20, 21, 30, 203, 210, 212, 213)),
        *((code, Kind.INVALID_REQUEST) for code in (3, 8, 12, 13, 100, 113, 219, 222, 2000)),
        *((code, Kind.NEEDS_HUMAN) for code in (14, 17, 24)),
        *((code, Kind.NOT_FOUND) for code in (18, 19, 40, 104)),
        *((code, Kind.WRONG_TOKEN_KIND) for code in (27, 28, 1051)),
    ],
)
def test_codes_that_refuse_for_good(code: int, kind: Kind) -> None:
    assert vk_errors.failure(error(code), secret="s3cret", writes=False) == Refused(
        kind, f"VK error {code}: text"
    )


@pytest.mark.parametrize(
    ("code", "text", "field"),
    [
        (125, "Invalid group id", "group_id"),
        (100, "group_ids should contain at most 500 items", TOO_MANY),
        (100, "too many ids", TOO_MANY),
        (100, "group_ids is undefined", None),
    ],
)
def test_a_bad_id_is_told_from_too_many(code: int, text: str, field: str | None) -> None:
    outcome = vk_errors.failure(error(code, text), secret="s3cret", writes=False)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (Kind.INVALID_REQUEST, field)


@pytest.mark.parametrize(
    ("code", "kind", "scope"),
    [
        (6, Kind.RATE_LIMITED, Scope.SECOND),
        (9, Kind.BLOCKED, Scope.HOUR),
        (29, Kind.QUOTA_EXHAUSTED, Scope.DAY),
        (1, Kind.TEMPORARY, Scope.CALL),
        (10, Kind.TEMPORARY, Scope.CALL),
        (987654, Kind.UNKNOWN, Scope.CALL),
    ],
)
def test_codes_that_refuse_for_now(code: int, kind: Kind, scope: Scope) -> None:
    outcome = vk_errors.failure(error(code), secret="s3cret", writes=False)
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, outcome.scope) == (kind, scope)
    assert 0 < outcome.retry_after <= 86_400


@pytest.mark.parametrize("code", [1, 10, 987654])
def test_an_internal_error_leaves_a_write_unknown(code: int) -> None:
    outcome = vk_errors.failure(error(code), secret="s3cret", writes=True)
    assert outcome == OutcomeUnknown(f"VK error {code}: text")


@pytest.mark.parametrize("code", [5, 100, 214])
def test_a_refused_write_is_surely_not_done(code: int) -> None:
    assert isinstance(vk_errors.failure(error(code), secret="s3cret", writes=True), Refused)


@pytest.mark.parametrize(
    ("text", "kind", "field"),
    [
        ("a post is already scheduled for this time", Kind.INVALID_REQUEST, "publish_date"),
        ("you can only schedule 25 posts on a day", Kind.INVALID_REQUEST, "publish_date"),
        ("cannot schedule more than 150 posts", Kind.INVALID_REQUEST, "publish_date"),
        ("access to the wall is closed", Kind.PERMISSION, None),
        ("Access to adding post denied", Kind.PERMISSION, None),
    ],
)
def test_posting_denied_is_told_by_its_text(text: str, kind: Kind, field: str | None) -> None:
    outcome = vk_errors.failure(error(214, text), secret="s3cret", writes=True)
    assert isinstance(outcome, Refused)
    assert (outcome.kind, outcome.field) == (kind, field)


def test_each_reason_of_a_denied_post_has_a_mend_of_its_own() -> None:
    texts = [
        "a post is already scheduled for this time",
        "you can only schedule 25 posts on a day",
        "cannot schedule more than 150 posts",
        "you can only add 50 posts a day",
        "access to the wall is closed",
        "Access to adding post denied",
    ]
    outcomes = [vk_errors.failure(error(214, each), secret="s", writes=True) for each in texts]
    mends = {each.message.partition(" VK error 214")[0] for each in outcomes}
    assert (len(mends), [each for each in mends if not each]) == (len(texts), [])


def test_posting_denied_for_the_day_waits_for_tomorrow_and_holds_no_other_wall_up() -> None:
    text = "Access to adding post denied: you can only add 50 posts a day"
    outcome = vk_errors.failure(error(214, text), secret="s3cret", writes=True)
    assert isinstance(outcome, RefusedForNow)
    assert (outcome.kind, outcome.scope) == (Kind.QUOTA_EXHAUSTED, Scope.CALL)
    assert 0 < outcome.retry_after <= 86_400


def test_captcha_gives_a_person_the_page_and_keeps_it_out_of_the_repr() -> None:
    body = error(14) | {"redirect_uri": "https://id.vk.ru/captcha?session_token=abc"}
    outcome = vk_errors.failure(body, secret="s3cret", writes=False)
    assert isinstance(outcome, Refused)
    assert outcome.url == "https://id.vk.ru/captcha?session_token=abc"
    assert "abc" not in repr(outcome)


def test_a_key_in_the_text_is_masked() -> None:
    outcome = vk_errors.failure(error(5, "bad s3cret here"), secret="s3cret", writes=False)
    assert outcome.message == "VK error 5: bad *** here"
