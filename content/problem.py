"""One thing that stands in the way of a post."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence with its mend. `field` is of the post, "" where it is of none.

    What is not blocking is told and lets the post through.
    """

    text: str
    field: str = ""
    is_blocking: bool = True
