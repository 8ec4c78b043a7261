from datetime import UTC, datetime

import pytest

from communities.networks import shapes

NO_COUNTS: list[object] = [2**31, -1, True, "5", 5.0, None, [], {}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (5, 5),
        (2**31 - 1, 2**31 - 1),
        *((other, None) for other in NO_COUNTS),
    ],
)
def test_count_is_a_whole_number_from_zero(value: object, expected: int | None) -> None:
    assert shapes.count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1767258000, datetime(2026, 1, 1, 9, tzinfo=UTC)),
        *((other, None) for other in (0, -5, 10**20, True, "1767258000", None, 1.5)),
    ],
)
def test_moment_is_unix_seconds_in_utc(value: object, expected: datetime | None) -> None:
    assert shapes.moment(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, "7"), (-1001234567890, "-1001234567890"), (0, None), (True, None), ("7", None)],
)
def test_identifier_is_a_number_as_text(value: object, expected: str | None) -> None:
    assert shapes.identifier(value) == expected
