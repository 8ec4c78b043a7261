"""The content plan grid of a version: read as a table, written whole."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.models import User
from clients.models.client import WEEKDAYS
from clients.rights import may
from communities.models import Community
from strategy.models import GridCell, Rubric, StrategyVersion, VersionState

MOST_POSTS = 20


class Place(NamedTuple):
    """Where posts stand: ids of the rubric and the community, Monday is 0."""

    rubric_id: int
    community_id: int
    weekday: int


@dataclass(frozen=True)
class GridRow:
    """One rubric in one community over the week; None on days without a post."""

    rubric: Rubric
    posts: list[int | None]

    @property
    def total(self) -> int:
        return sum(count or 0 for count in self.posts)


@dataclass(frozen=True)
class CommunityGrid:
    """The usual week of one community, with the sums of its days."""

    community: Community
    rows: list[GridRow]

    @property
    def sums(self) -> list[int]:
        return [sum(row.posts[day] or 0 for row in self.rows) for day in range(len(WEEKDAYS))]

    @property
    def total(self) -> int:
        return sum(self.sums)


def read_cells(version: StrategyVersion) -> dict[Place, int]:
    rows = GridCell.objects.filter(rubric__version=version).order_by("pk")
    columns = rows.values_list("rubric_id", "community_id", "weekday", "posts")
    return {Place(rubric, community, day): posts for rubric, community, day, posts in columns}


def read_grid(version: StrategyVersion, *, with_empty: bool = False) -> list[CommunityGrid]:
    """By community, the rubrics in their order; `with_empty` also what has no post yet."""
    rubrics = list(version.rubrics.select_related("goal"))
    return grid_of(
        read_cells(version), list(communities_of(version)), rubrics, with_empty=with_empty
    )


def communities_of(version: StrategyVersion) -> QuerySet[Community]:
    """With the columns that the portal's role reads, too."""
    return (
        Community.objects.filter(client=version.client_id)
        .select_related("profile")
        .only("client", "state", "profile__title", "profile__network")
        .order_by("pk")
    )


def grid_of(
    cells: Mapping[Place, int],
    communities: Sequence[Community],
    rubrics: Sequence[Rubric],
    *,
    with_empty: bool = False,
) -> list[CommunityGrid]:
    grids = []
    for community in communities:
        rows = [
            GridRow(
                rubric,
                [cells.get(Place(rubric.pk, community.pk, day)) for day, _name in WEEKDAYS],
            )
            for rubric in rubrics
        ]
        shown = [row for row in rows if with_empty or row.total]
        is_worked_on = community.state != Community.State.ARCHIVED
        if shown and (is_worked_on or any(row.total for row in shown)):
            grids.append(CommunityGrid(community, shown))
    return grids


def state_of(cells: Mapping[Place, int]) -> str:
    """What a form was filled from; another one by the time it is sent is somebody else's work."""
    return hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:16]


@transaction.atomic
def write_grid(
    version: StrategyVersion, cells: Mapping[Place, int], *, by: User, on: dt.date, known: str
) -> int:
    """The whole grid anew, as posts by place; zeros are no cells. Returns posts a week.

    `known` is the state that the person saw. Raises ValidationError: the version is no draft, the
    person may not, somebody changed the grid meanwhile, a place or a number that cannot be.
    """
    version = StrategyVersion.objects.select_for_update().get(pk=version.pk)
    kept = {place: posts for place, posts in cells.items() if posts}
    problems = _problems(version, kept, by=by, on=on, known=known)
    if problems:
        raise ValidationError(problems)
    GridCell.objects.filter(rubric__version=version).delete()
    GridCell.objects.bulk_create(
        GridCell(client_id=version.client_id, posts=posts, **place._asdict())
        for place, posts in kept.items()
    )
    return sum(kept.values())


def _problems(
    version: StrategyVersion, cells: Mapping[Place, int], *, by: User, on: dt.date, known: str
) -> list[str]:
    if version.state != VersionState.DRAFT:
        return [_("Only a draft is changed: take this version back, or make the next one.")]
    if not may(by, "strategy.change_gridcell", client=version.client_id, on=on):
        return [_("You may not change the content plan; ask a strategist.")]
    if state_of(read_cells(version)) != known:
        return [
            _("Somebody changed the grid while you were at it: open it anew, nothing was saved.")
        ]
    rubrics = set(version.rubrics.values_list("pk", flat=True))
    communities = set(
        Community.objects.filter(client=version.client_id).values_list("pk", flat=True)
    )
    if any(
        place.rubric_id not in rubrics or place.community_id not in communities for place in cells
    ):
        return [_("A rubric or a community was deleted meanwhile: open the grid anew.")]
    if any(not 0 < posts <= MOST_POSTS for posts in cells.values()):
        return [_("Give 1 to %(most)s posts, or leave a day empty.") % {"most": MOST_POSTS}]
    return []
