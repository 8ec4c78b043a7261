"""A draw that anyone can repeat; docs/draws.md says the same for other languages.

A participant stands in the list by a mark that names nobody. The list is hashed before the seed
exists; the seed decides the order.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable

FORMAT = "smm-draw/1"
FORMULA = 'SHA-256(seed + ":" + mark), ascending'
MARK = re.compile(r"[0-9a-f]{64}")
LONGEST_SEED = 200


def new_salt() -> str:
    """What keeps marks from being tried out by those who know the pages but not the salt."""
    return secrets.token_hex(16)


def mark_of(salt: str, key: str) -> str:
    """`key` is the participant's id, as `participant_rows.key_of` writes it."""
    return _sha256(f"{salt}:{key}")


def list_text(marks: Collection[str]) -> str:
    """The list in its only form: a mark a line, sorted, each line ended by a line feed.

    Raises ValueError where something is no mark, or stands twice.
    """
    ordered = sorted(marks)
    for mark in ordered:
        if not MARK.fullmatch(mark):
            raise ValueError(f"{mark[:80]!r} is not a mark: 64 digits of 0-9 a-f.")
    if len(set(ordered)) < len(ordered):
        raise ValueError("A mark stands twice in the list.")
    return "".join(f"{mark}\n" for mark in ordered)


def list_hash(marks: Collection[str]) -> str:
    return _sha256(list_text(marks))


def clean_seed(text: str) -> str:
    """The seed as it is hashed: Unicode NFC, without blanks around it.

    Raises ValueError where nothing is left, or it has another line or an unseen character.
    """
    seed = unicodedata.normalize("NFC", text).strip()
    if not seed or len(seed) > LONGEST_SEED or not seed.isprintable():
        raise ValueError("A seed is one line of 1 to 200 characters that can be seen.")
    return seed


def score_of(seed: str, mark: str) -> str:
    return _sha256(f"{seed}:{mark}")


def order_of(seed: str, marks: Iterable[str]) -> list[str]:
    """All of the list, the winner of the first prize first.

    Two equal scores would be a collision of SHA-256; the mark decides then.
    """
    return sorted(marks, key=lambda mark: (score_of(seed, mark), mark))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
