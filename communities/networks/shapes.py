"""Careful reading of foreign JSON: what has not the expected shape becomes None, never a guess."""

from datetime import UTC, datetime

# No counter of a network is larger; above it the answer is broken, and our columns would overflow.
LARGEST_COUNT = 2**31 - 1


def mapping(value: object) -> dict[str, object] | None:
    return value if isinstance(value, dict) else None


def sequence(value: object) -> list[object] | None:
    return value if isinstance(value, list) else None


def count(value: object) -> int | None:
    """A counter: a whole number from 0. JSON's true is an int in Python and no counter."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT:
        return value
    return None


def written_count(value: object) -> int | None:
    """A counter that is written as text, as YouTube does; a number will do too."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return count(int(value))
    return count(value)


def count_in(holder: object, name: str = "count") -> int | None:
    """The counter inside an object such as `{"count": 5}`."""
    inside = mapping(holder)
    return count(inside.get(name)) if inside is not None else None


def identifier(value: object) -> str | None:
    """An id, which may be negative; zero is no id on any network."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < abs(value) < 2**63:
        return str(value)
    return None


def text(value: object) -> str:
    """A text that PostgreSQL can hold: no NUL, no lone surrogates. Anything else is empty."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def moment(value: object) -> datetime | None:
    """Unix seconds → aware UTC datetime."""
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None


def written_moment(value: object) -> datetime | None:
    """`2026-01-01T09:00:00Z`, with or without parts of a second, any offset → UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def flag(value: object) -> bool:
    """Networks write booleans as 0/1 or true/false."""
    return value in (1, True)


def moment_of_milliseconds(value: object) -> datetime | None:
    """Unix milliseconds → aware UTC datetime, to the second."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return moment(value // 1000)


def digits(value: object) -> str | None:
    """An id that the network writes as a text of digits; they may exceed 2^53."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return value if value.strip("0") else None
    return None


def told_text(value: object) -> str | None:
    """A text that may be empty; None where there is none."""
    return text(value) if isinstance(value, str) else None
