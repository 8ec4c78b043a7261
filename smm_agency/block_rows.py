"""All that the standing of the four blocks is told by, read in one statement."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import get_language

from clients.models import Client, Engagement, EngagementService, Service
from clients.service_catalogue import CLIENTS_USUALLY
from communities.models import AccessProof, ChecklistItem, Community, ItemState, Profile, WallPost
from content.models import Post, Publication, PublicationPlan
from content.months import month_after
from kpi.models import Evaluation, KpiReview, PromotionAssessment
from promotion.models import Campaign, CampaignState
from smm_agency.assessment_standing import unassessed
from smm_agency.lib.rows_at_once import (
    Found,
    counted,
    day_of,
    listed,
    row_of,
    rows_of,
)
from strategy.models import GridCell, StrategyVersion
from strategy.models.version import FROZEN_STATES
from strategy.periods import month_of

LATELY_DAYS = 30
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class BlockRows:
    """Rows hold what the blocks are told by, and no more.

    `communities` are those under work, each with `items` and `open_items` of its checklist,
    `has_access`, `posts` of the last days (of the version in force) and the grid's posts `a_week`.
    `performers` are those of the running engagements by block, `results` the words by block.
    """

    client: Client
    communities: list[Any]
    versions: list[StrategyVersion]
    publications: list[Publication]
    planned_months: set[dt.date]
    campaigns: list[Campaign]
    unassessed: Any
    evaluation: Evaluation | None
    reviews: list[KpiReview]
    assessment: PromotionAssessment | None
    performers: Mapping[str, set[str]]
    results: Mapping[str, str]

    def version_on(self, day: dt.date) -> StrategyVersion | None:
        """The version in force on the day."""
        return next(
            (
                row
                for row in self.versions
                if row.state in FROZEN_STATES and row.starts_on <= day <= row.ends_on
            ),
            None,
        )


def ask_block_rows(client: Client, *, on: dt.date) -> Mapping[str, Any]:
    """The lists by their names; `block_rows_of` reads them."""
    return {
        "communities": _communities(client, on),
        "versions": listed(
            StrategyVersion.objects.filter(client=client).order_by("-number"),
            "id", "number", "title", "state", "starts_on", "ends_on", "checked_at",
        ),
        "publications": _publications(client, on),
        "planned_months": ArraySubquery(
            PublicationPlan.objects.filter(client=client, month__in=months_of(on)).values("month")
        ),
        "campaigns": _campaigns(client),
        "unassessed": listed(
            unassessed(client, on=on)[:1], "id", "title", "starts_on", over_on="over_on"
        ),
        "evaluation": listed(
            Evaluation.objects.filter(client=client, target__is_primary=True).order_by("-day")[:1],
            "id", "day", "light",
        ),
        "reviews": listed(
            KpiReview.objects.filter(client=client).order_by("ends_on"),
            "id", "starts_on", "ends_on", "due_on", "closed_at",
        ),
        "assessment": listed(
            PromotionAssessment.objects.finished().filter(client=client)[:1],
            "id", "starts_on", "ends_on", "is_shown",
        ),
        "performers": performer_rows(client),
        "results": _results(),
    }  # fmt: skip


def block_rows_of(found: Found, client: Client, *, on: dt.date) -> BlockRows:
    return BlockRows(
        client=client,
        communities=[_community(row) for row in found["communities"]],
        versions=rows_of(StrategyVersion, found["versions"], client=client),
        publications=[_publication(row) for row in found["publications"]],
        planned_months=set(found["planned_months"]),
        campaigns=rows_of(Campaign, found["campaigns"], client=client),
        unassessed=_unassessed(found["unassessed"]),
        evaluation=_first(Evaluation, found["evaluation"]),
        reviews=rows_of(KpiReview, found["reviews"]),
        assessment=_first(PromotionAssessment, found["assessment"]),
        performers=performers_of(found["performers"], on=on),
        results={row["block"]: row["result"] for row in found["results"]},
    )


def months_of(on: dt.date) -> tuple[dt.date, dt.date]:
    """This month and the next, by their first days."""
    return month_of(on), month_after(on)


def _first(model: Any, rows: list[Found]) -> Any:
    return row_of(model, rows[0]) if rows else None


def _unassessed(rows: list[Found]) -> Any:
    if not rows:
        return None
    return row_of(Campaign, rows[0] | {"over_on": day_of(rows[0]["over_on"])})


def _communities(client: Client, on: dt.date) -> ArraySubquery:
    rows = Community.objects.filter(client=client).exclude(state=Community.State.ARCHIVED)
    checklist = ChecklistItem.objects.filter(community=OuterRef("pk"))
    annotated = rows.annotate(
        items=counted(checklist),
        open_items=counted(checklist.filter(state=ItemState.OPEN)),
        has_access=Exists(AccessProof.objects.filter(community=OuterRef("pk"))),
        wall=counted(_lately_posted(client, on)),
        a_week=_asked_a_week(client, on),
    )
    counts = {name: name for name in ("items", "open_items", "has_access", "a_week")}
    return listed(
        annotated.order_by("pk"), "id", "state", posts="wall", title="profile__title",
        network="profile__network", wall_read_at="profile__wall_read_at", **counts,
    )  # fmt: skip


def _community(row: Found) -> Any:
    profile = ("title", "network", "wall_read_at")
    page = row_of(Profile, {name: row[name] for name in profile})
    told = {name: row[name] for name in row if name not in profile}
    return row_of(Community, told, profile=page)


def _lately_posted(client: Client, on: dt.date) -> QuerySet[WallPost]:
    """On the community's wall in the last days, today left out; not before the version began."""
    begin, end = (
        dt.datetime.combine(day, dt.time(), tzinfo=client.zone)
        for day in (on - DAY * LATELY_DAYS, on)
    )
    posted = WallPost.objects.filter(
        profile=OuterRef("profile"), posted_at__gte=begin, posted_at__lt=end
    ).annotate(day=TruncDate("posted_at", tzinfo=client.zone))
    ruling = StrategyVersion.objects.in_force(on=on).filter(client=client)
    found: QuerySet[WallPost] = posted.filter(~Exists(ruling.filter(starts_on__gt=OuterRef("day"))))
    return found


def _asked_a_week(client: Client, on: dt.date) -> Coalesce:
    """Posts that the grid of the version in force asks of the community."""
    ruling = StrategyVersion.objects.in_force(on=on).filter(client=client)
    cells = GridCell.objects.filter(community=OuterRef("pk"), rubric__version__in=ruling)
    sums = cells.order_by().values("community").annotate(asked=Sum("posts")).values("asked")
    return Coalesce(Subquery(sums), 0)


def _publications(client: Client, on: dt.date) -> ArraySubquery:
    first, second = months_of(on)
    begin, end = (
        dt.datetime.combine(day, dt.time(), tzinfo=client.zone)
        for day in (first, month_after(second))
    )
    rows = Publication.objects.filter(client=client).promised_within(begin, end).order_by("pk")
    columns = ("planned_at", "promised_at", "sent_at", "state")
    return listed(rows, *columns, post_state="post__state")


def _publication(row: Found) -> Any:
    told = {name: row[name] for name in row if name != "post_state"}
    return row_of(Publication, told, post=Post(state=row["post_state"]))


def _campaigns(client: Client) -> ArraySubquery:
    rows = Campaign.objects.filter(client=client).exclude(state=CampaignState.CANCELLED)
    return listed(
        rows.order_by("starts_on", "pk"), "id", "title", "kind", "state", "starts_on", "ends_on",
        "budget", "currency", "vat", "vat_rate",
    )  # fmt: skip


def performer_rows(client: Client) -> ArraySubquery:
    """Of all engagements; what is the client's by custom says nothing of who does the block."""
    engagements = Engagement.objects.filter(client=client)
    pairs = EngagementService.objects.filter(engagement=OuterRef("pk"))
    told = pairs.filter(service__is_client_only=False).exclude(service__code__in=CLIENTS_USUALLY)
    return listed(
        engagements.order_by("-starts_on"), "starts_on", "ends_on",
        works=listed(told, block="service__block", performer="performer"),
    )  # fmt: skip


def performers_of(rows: list[Found], *, on: dt.date) -> dict[str, set[str]]:
    """Block → who does its works by the running engagements, or by the newest one.

    Without a division it is empty.
    """
    running = [row for row in rows if _runs(row, on)] or rows[:1]
    found: dict[str, set[str]] = defaultdict(set)
    for row in running:
        for work in row["works"]:
            found[work["block"]].add(work["performer"])
    return found


def _runs(row: Found, on: dt.date) -> bool:
    first, last = day_of(row["starts_on"]), day_of(row["ends_on"])
    return first is not None and first <= on and (last is None or last >= on)


def _results() -> ArraySubquery:
    """The words of the first service of each block stand last, and win."""
    language = "ru" if get_language() == "ru" else "en"
    rows = Service.objects.order_by("-position", "-code")
    return listed(rows, "block", result=f"result_{language}")
