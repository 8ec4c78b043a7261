"""What was agreed by service, and what the blocks report as done: a small registry.

Each block names querysets whose rows are what was done, by the code of the service, within the
time that its quantity is agreed for: this month, this quarter, since the agreement began. A service
that no block counts is not in any of them: it is agreed, and nothing more is known of it. Hours of
replies are agreed and nobody counts them.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncDate

from clients.models import Block, Client, Engagement, EngagementService, Period
from communities.models import AssetState, Audit, Community, CommunityMove, DesignAsset
from content.fulfilment import moments_of
from content.models import (
    Post,
    PostMove,
    PostState,
    Publication,
    PublicationPlan,
    PublicationState,
    TextWork,
)
from kpi.models import KpiReview, ReportState
from kpi.models import Report as SentReport
from promotion.models import Campaign, CampaignState, Placement, PrizeState, Winner
from smm_agency.lib.rows_at_once import Found, counted
from strategy.models import Competitor, CompetitorAnalysis, ContentSource, PostFormat
from strategy.periods import last_of_month, month_of

DONE, OVER = "done: ", "done over: "
RAN = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED)
ROUNDS = "correction-rounds"


class Span(NamedTuple):
    """Of which agreements, and until when; since when differs by the service."""

    client: Client
    on: dt.date
    running: QuerySet[Engagement]

    @property
    def last(self) -> dt.date:
        return last_of_month(month_of(self.on))

    @property
    def end(self) -> dt.datetime:
        return moments_of(self.client, self.last, self.last)[1]

    def day_of(self, moment: Any) -> TruncDate:
        """The client's own day, to be set against the first one."""
        return TruncDate(moment, tzinfo=self.client.zone)

    def agreed(self, code: str) -> QuerySet[EngagementService]:
        rows = EngagementService.objects.filter(
            engagement__in=self.running.order_by().values("pk"), service__code=code
        )
        return rows.order_by("engagement__starts_on", "pk")

    def since(self, code: str) -> Subquery:
        """The first day that counts for the service; NULL where no agreement holds it."""
        usual = Case(When(period="", then=F("service__period")), default=F("period"))
        first = {period: Value(day) for period, day in first_days(self.on).items()}
        cases = [When(usual=period, then=day) for period, day in first.items()]
        day = Case(
            When(usual=Period.ONCE, then=F("engagement__starts_on")),
            *cases,
            default=Value(month_of(self.on)),
            output_field=DateField(),
        )
        return Subquery(self.agreed(code).alias(usual=usual).annotate(day=day).values("day")[:1])

    def within(self, rows: QuerySet[Any], moment: str, code: str) -> QuerySet[Any]:
        """Those whose moment lies in the time of the service."""
        found: QuerySet[Any] = rows.alias(done_on=self.day_of(F(moment))).filter(
            done_on__gte=self.since(code), **{f"{moment}__lt": self.end}
        )
        return found


def first_days(on: dt.date) -> dict[str, dt.date]:
    """Of the day, the week and the quarter that the day is in."""
    return {
        Period.DAY: on,
        Period.WEEK: on - dt.timedelta(days=on.weekday()),
        Period.QUARTER: on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1),
    }


class Counted(NamedTuple):
    """Rows that were done; `over`: those beyond the agreed where that is not their number."""

    rows: QuerySet[Any]
    over: QuerySet[Any] | None = None


Report = Mapping[str, Counted]


def creation_done(span: Span) -> Report:
    made = (Community.State.READY, Community.State.RUNNING)
    # The first time: one that went back to its design and is ready again was made before.
    readied = CommunityMove.objects.filter(community=OuterRef("pk"), new=Community.State.READY)
    ready_at = Subquery(readied.order_by("moved_at", "pk").values("moved_at")[:1])
    communities = Community.objects.filter(client=span.client, state__in=made).alias(
        ready_on=span.day_of(ready_at)
    )
    designs = DesignAsset.objects.filter(client=span.client, state=AssetState.ACCEPTED).alias(
        accepted_on=span.day_of(F("accepted_version__accepted_at"))
    )
    audits = Audit.objects.filter(client=span.client, finished_at__isnull=False)
    return {
        "community-creation": Counted(
            communities.filter(ready_on__gte=span.since("community-creation"))
        ),
        "community-design": Counted(
            designs.filter(accepted_on__gte=span.since("community-design"))
        ),
        "community-audit": Counted(audits.filter(conducted_on__gte=span.since("community-audit"))),
    }


def strategy_done(span: Span) -> Report:
    written = CompetitorAnalysis.objects.written().filter(
        client=span.client, analysed_on__gte=span.since("competitors")
    )
    known = Competitor.objects.filter(client=span.client, pk__in=written.values("competitor"))
    return {"competitors": Counted(known)}


def management_done(span: Span) -> Report:
    """All in posts, as it is agreed: one in three communities is one post, placed and written.

    Stories are agreed apart from posts, and counted apart.
    """
    sent = Publication.objects.filter(client=span.client, state=PublicationState.SENT)
    kinds = {
        "publishing": ~Q(format=PostFormat.STORY),
        "stories": Q(format=PostFormat.STORY),
        "writing": Q(text_work=TextWork.FROM_MATERIAL) & ~Q(format=PostFormat.STORY),
        "rewrite": Q(text_work=TextWork.REWRITE) & ~Q(format=PostFormat.STORY),
        "curated": Q(source=ContentSource.CURATED) & ~Q(format=PostFormat.STORY),
    }
    posts = {
        code: Post.objects.filter(
            kind, client=span.client, pk__in=span.within(sent, "sent_at", code).values("post")
        )
        for code, kind in kinds.items()
    }
    plans = PublicationPlan.objects.filter(
        client=span.client, month__gte=span.since("publication-plan"), month__lte=span.last
    )
    return {
        "publication-plan": Counted(plans),
        **{code: Counted(rows) for code, rows in posts.items()},
        ROUNDS: rounds_done(span),
    }


def rounds_done(span: Span) -> Counted:
    """Of the posts; so many for each are agreed, and a round of a greater number is over."""
    returned = PostMove.objects.filter(client=span.client, new=PostState.CLIENT_REWORK)
    rounds = span.within(returned, "moved_at", ROUNDS)
    agreed = Subquery(span.agreed(ROUNDS).values("quantity")[:1])
    return Counted(rounds, rounds.filter(round__gt=agreed))


def promotion_done(span: Span) -> Report:
    client = span.client
    of_client = Campaign.objects.filter(client=client, state__in=RAN)
    is_here = Q(ends_on=None) | Q(ends_on__gte=span.since("targeted-ads"))
    ads = of_client.filter(is_here, kind=Campaign.Kind.TARGETED_ADS, starts_on__lte=span.last)
    actions = (Campaign.Kind.PROMO_ACTION, Campaign.Kind.GIVEAWAY)
    placed = Placement.objects.filter(client=client)
    reviews = KpiReview.objects.filter(client=client)
    reports = SentReport.objects.filter(client=client, state=ReportState.SENT)
    prizes = Winner.objects.filter(client=client, state=PrizeState.RECEIVED)
    return {
        "targeted-ads": Counted(ads),
        "seeding": Counted(span.within(placed, "published_at", "seeding")),
        "promo-actions": Counted(
            of_client.filter(kind__in=actions, starts_on__gte=span.since("promo-actions"))
        ),
        "kpi-assessment": Counted(span.within(reviews, "closed_at", "kpi-assessment")),
        "monthly-report": Counted(span.within(reports, "sent_at", "monthly-report")),
        "giveaway-delivery": Counted(
            prizes.filter(ended_on__gte=span.since("giveaway-delivery"), ended_on__lte=span.last)
        ),
    }


BLOCKS: Mapping[str, Callable[[Span], Report]] = {
    Block.CREATION: creation_done,
    Block.STRATEGY: strategy_done,
    Block.MANAGEMENT: management_done,
    Block.PROMOTION: promotion_done,
}


class Done(NamedTuple):
    """`over` is None where it is what is done beyond the agreed number."""

    rows: int
    over: int | None = None


def ask_done(
    client: Client, *, on: dt.date, of: QuerySet[Engagement] | None = None
) -> dict[str, Any]:
    """The counts of all blocks, for one statement; `of` are the agreements, the running ones."""
    running = Engagement.objects.running(on=on).filter(client=client) if of is None else of
    wanted: dict[str, Any] = {}
    for code, one in reports_of(Span(client, on, running)).items():
        wanted[f"{DONE}{code}"] = counted(one.rows)
        if one.over is not None:
            wanted[f"{OVER}{code}"] = counted(one.over)
    return wanted


def done_of(found: Found) -> dict[str, Done]:
    """By the code of the service; what nothing counts is left out."""
    return {
        (code := name.removeprefix(DONE)): Done(rows, found.get(f"{OVER}{code}"))
        for name, rows in found.items()
        if name.startswith(DONE)
    }


def reports_of(span: Span) -> dict[str, Counted]:
    return {code: one for report in BLOCKS.values() for code, one in report(span).items()}
