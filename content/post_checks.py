"""What stands in the way of a post: asked before it is approved, scheduled and sent."""

import datetime as dt
from dataclasses import dataclass

from content.models import Post


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence with its mend. `field` is of the post, "" where it is of none.

    What is not blocking is told and lets the post through.
    """

    text: str
    field: str = ""
    is_blocking: bool = True


def find_problems(post: Post, *, at: dt.datetime) -> list[Problem]:
    """All of them, blocking or not. Ask inside the transaction that approves the post."""
    return []
