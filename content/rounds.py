"""Rounds of correction against the agreed number: what a review of the client's work is shown."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client
from content.models import PostMove, PostState
from content.terms import terms_of


@dataclass(frozen=True)
class Rounds:
    """Within a period. `over` counts rounds beyond the agreed number; None: none was agreed.

    `deemed` counts approvals by silence; they are among `approved`.
    """

    posts: int
    rounds: int
    agreed: int | None
    over: int | None
    approved: int
    deemed: int

    @property
    def a_post(self) -> Decimal | None:
        """Rounds / posts that were with the client; None where there were none."""
        return Decimal(self.rounds) / self.posts if self.posts else None


def rounds_of(client: Client, since: dt.datetime, until: dt.datetime) -> Rounds:
    """Of the steps taken from `since` to before `until`; two statements."""
    agreed = terms_of(client).correction_rounds
    states = (PostState.CLIENT_REVIEW, PostState.CLIENT_REWORK, PostState.CLIENT_APPROVED)
    moves = PostMove.objects.filter(
        client=client, new__in=states, moved_at__gte=since, moved_at__lt=until
    )
    rows = list(moves.values_list("post", "new", "round", "is_deemed"))
    numbers = [number or 0 for _post, new, number, _deemed in rows if new == states[1]]
    approvals = [is_deemed for _post, new, _number, is_deemed in rows if new == states[2]]
    return Rounds(
        posts=len({post for post, *_rest in rows}),
        rounds=len(numbers),
        agreed=agreed,
        over=None if agreed is None else sum(number > agreed for number in numbers),
        approved=len(approvals),
        deemed=sum(approvals),
    )
