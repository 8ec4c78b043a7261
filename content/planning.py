"""A client's month from the content plan grid: what it asks for, and making what is missing of it.

Every post of the grid has a place of its own (`key_of`): a second run makes only what is not there
yet, and what somebody moved, rewrote or cancelled is there.
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from clients.models import Client
from communities.models import Community
from content.caps import cap_of_days
from content.curated import curated_share
from content.fulfilment import moments_of
from content.models import PostingSlot, PostState, Publication, PublicationPlan
from content.plan_days import PlanDays, read_days
from content.plan_sources import USUAL_WORK, Mix, format_of, name_of
from content.plan_times import free_times
from content.wall_clock import moment_of
from strategy.models import CommunityRhythm, GridCell, Rubric
from strategy.periods import last_of_month

DAY = dt.timedelta(days=1)

Key = str
# Community's id and a weekday, Monday is 0 → the times at which it usually posts.
UsualTimes = dict[tuple[int, int], list[dt.time]]


@dataclass(frozen=True)
class PlannedPost:
    """A post that the grid asks for and that is not there yet."""

    key: Key
    day: dt.date
    at: dt.datetime
    community: Community
    rubric: Rubric
    source: str
    text_work: str
    format: str


class Standing(NamedTuple):
    """A publication that stands in the month already."""

    community_id: int
    planned_at: dt.datetime
    source: str
    rubric: str


@dataclass
class Proposal:
    """What one press of the button would make; nothing is written yet."""

    client: Client
    month: dt.date
    days: PlanDays
    plan: PublicationPlan | None
    cap: Decimal | None
    standing: list[Standing]
    mix: Mix
    posts: list[PlannedPost] = field(default_factory=list)
    # Communities that the grid or a rhythm names, and why nothing is planned in them.
    not_running: list[Community] = field(default_factory=list)
    without_cells: list[CommunityRhythm] = field(default_factory=list)
    # Posts made from the grid that it does not ask for any more.
    not_asked: int = 0
    has_cells: bool = False

    @property
    def known(self) -> str:
        """What the person saw; another one by the time it is sent is somebody else's work."""
        seen = [(post.key, post.at.isoformat(), post.source, post.format) for post in self.posts]
        return hashlib.sha256(repr((self.cap, seen)).encode()).hexdigest()[:16]

    @property
    def last(self) -> dt.date:
        return last_of_month(self.month)


def key_of(day: dt.date, community_id: int, number: int, rubric: Rubric) -> Key:
    """By the rubric's name: the next version's rubric of that name is the same one."""
    return f"{day}/{community_id}/{number}/{name_of(rubric)}"


def propose(client: Client, month: dt.date, *, on: dt.date) -> Proposal:
    """`month` is its first day, `on` the client's day of today. Reads, changes nothing."""
    days = read_days(client, month, on=on)
    plan = PublicationPlan.objects.filter(client=client, month=month).first()
    standing = _read_standing(client, month)
    cap = cap_of_days(client, month, last_of_month(month))
    proposal = Proposal(
        client, month, days, plan, cap, standing, _mix_of(client, month, standing, cap)
    )
    cells = _cells_by_day(days)
    proposal.has_cells = any(cells.values())
    running = _running(proposal, cells)
    wanted = list(_wanted(days, cells, running))
    made = _places_of(plan)
    asked = {key for key, _cell, _day in wanted}
    proposal.not_asked = sum(
        key not in asked and not is_cancelled and key >= f"{on + DAY}"
        for key, is_cancelled in made.items()
    )
    missing = [one for one in wanted if one[0] not in made]
    proposal.posts = _fill(proposal, _timed(client, standing, missing, usual_times(running)))
    return proposal


def _places_of(plan: PublicationPlan | None) -> dict[Key, bool]:
    """Places of the grid that have their post, and whether it was cancelled."""
    if plan is None:
        return {}
    rows = plan.posts.exclude(grid_place="").values_list("grid_place", "state")
    return {key: state == PostState.CANCELLED for key, state in rows}


def usual_times(communities: Iterable[Community]) -> UsualTimes:
    """The slots of communities; empty where nobody gave them any."""
    found: UsualTimes = defaultdict(list)
    slots = PostingSlot.objects.filter(community__in=list(communities)).order_by("time")
    for community_id, weekday, time in slots.values_list("community_id", "weekday", "time"):
        found[community_id, weekday].append(time)
    return dict(found)


def _read_standing(client: Client, month: dt.date) -> list[Standing]:
    period = moments_of(client, month, last_of_month(month))
    rows = Publication.objects.filter(client=client).standing().planned_within(*period)
    columns = rows.values_list("community_id", "planned_at", "post__source", "post__rubric__name")
    return [
        Standing(community_id, planned_at, source, name_of(rubric or ""))
        for community_id, planned_at, source, rubric in columns.order_by("pk")
        if planned_at is not None
    ]


def _mix_of(client: Client, month: dt.date, standing: list[Standing], cap: Decimal | None) -> Mix:
    """With what stands already; classified native posts count towards the cap too."""
    mix = Mix(cap)
    for row in standing:
        mix.count(row.source, row.rubric)
    share = curated_share(client, month, last_of_month(month))
    mix.posts, mix.curated = share.counted, share.curated
    return mix


def _cells_by_day(days: PlanDays) -> dict[int, list[GridCell]]:
    """Version's id → its cells, in the order in which a day is planned."""
    found: dict[int, list[GridCell]] = {version.pk: [] for version in days.distinct_versions}
    cells = GridCell.objects.filter(rubric__version__in=days.distinct_versions)
    for cell in cells.select_related("rubric", "community__profile").order_by(
        "community_id", "rubric_id", "pk"
    ):
        found[cell.rubric.version_id].append(cell)
    return found


def _running(proposal: Proposal, cells: dict[int, list[GridCell]]) -> list[Community]:
    """Communities to plan for; those that are left out are noted."""
    named = {cell.community_id: cell.community for each in cells.values() for cell in each}
    rhythms = CommunityRhythm.objects.filter(version__in=proposal.days.distinct_versions)
    proposal.without_cells = [
        row
        for row in rhythms.exclude(community__in=named).select_related("community__profile")
        if row.community.state != Community.State.ARCHIVED
    ]
    by_name = [named[pk] for pk in sorted(named)]
    running = [row for row in by_name if row.state == Community.State.RUNNING]
    proposal.not_running = [row for row in by_name if row not in running]
    return running


Wanted = tuple[Key, GridCell, dt.date]


def _wanted(
    days: PlanDays, cells: dict[int, list[GridCell]], running: list[Community]
) -> Iterator[Wanted]:
    """Every post of the grid, day by day."""
    open_to = {community.pk for community in running}
    for day, version in days.versions.items():
        for cell in cells[version.pk]:
            if cell.weekday != day.weekday() or cell.community_id not in open_to:
                continue
            for number in range(1, cell.posts + 1):
                yield key_of(day, cell.community_id, number, cell.rubric), cell, day


def _timed(
    client: Client, standing: list[Standing], missing: list[Wanted], usual: UsualTimes
) -> list[tuple[Wanted, dt.datetime]]:
    """With its moment each, in the order of time."""
    taken: dict[tuple[int, dt.date], list[dt.time]] = defaultdict(list)
    for row in standing:
        local = row.planned_at.astimezone(client.zone)
        taken[row.community_id, local.date()].append(local.time())
    by_day: dict[tuple[int, dt.date], list[Wanted]] = defaultdict(list)
    for one in missing:
        by_day[one[1].community_id, one[2]].append(one)
    found = []
    for (community_id, day), some in by_day.items():
        slots = usual.get((community_id, day.weekday()), [])
        times = free_times(len(some), usual=slots, taken=taken[community_id, day])
        for one, time in zip(some, times, strict=True):
            found.append((one, moment_of(day, time, client.zone)))
    return sorted(found, key=lambda pair: (pair[1], pair[0][1].community_id, pair[0][0]))


def _fill(proposal: Proposal, timed: list[tuple[Wanted, dt.datetime]]) -> list[PlannedPost]:
    """What each of them is made of, dealt out in the order of time."""
    posts = []
    for (key, cell, day), at in timed:
        number = proposal.mix.by_rubric[name_of(cell.rubric)]
        source = proposal.mix.deal(cell.rubric)
        posts.append(
            PlannedPost(
                key=key,
                day=day,
                at=at,
                community=cell.community,
                rubric=cell.rubric,
                source=source,
                text_work=USUAL_WORK[source],
                format=format_of(cell.rubric, number),
            )
        )
    return posts


def counted(posts: Iterable[PlannedPost]) -> Counter[tuple[int, str]]:
    """Community's id and rubric's name → posts."""
    return Counter((post.community.pk, post.rubric.name) for post in posts)
