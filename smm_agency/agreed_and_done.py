"""What was agreed by service, and what the blocks report as done: a small registry.

Each block names querysets whose rows are what was done, by the code of the service. A service that
no block counts is not in any of them: it is agreed, and nothing more is known of it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from clients.models import Block, Client, Engagement
from communities.models import AssetState, Audit, Community, CommunityMove, DesignAsset
from content.fulfilment import moments_of
from content.models import Post, Publication, PublicationPlan, PublicationState, TextWork
from kpi.models import KpiReview
from promotion.models import Campaign, CampaignState, Placement
from smm_agency.lib.rows_at_once import Found, counted
from strategy.models import Competitor, CompetitorAnalysis, ContentSource
from strategy.periods import last_of_month, month_of

OF_MONTH, SINCE_BEGUN = "done of the month: ", "done since it began: "
RAN = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED)


class Span(NamedTuple):
    """The month of a day of the client's; `since` is the first day of the running agreement."""

    client: Client
    first: dt.date
    last: dt.date
    since: Any

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        return moments_of(self.client, self.first, self.last)

    def day_of(self, moment: Any) -> TruncDate:
        """The client's own day, to be set against `since`."""
        return TruncDate(moment, tzinfo=self.client.zone)


class Counted(NamedTuple):
    """Rows that were done: in the month, or since the agreement began."""

    rows: QuerySet[Any]
    is_of_month: bool = True


Report = Mapping[str, Counted]


def span_of(client: Client, *, on: dt.date) -> Span:
    running = Engagement.objects.running(on=on).filter(client=client).order_by("starts_on")
    first = month_of(on)
    return Span(client, first, last_of_month(first), Subquery(running.values("starts_on")[:1]))


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
            communities.filter(ready_on__gte=span.since), is_of_month=False
        ),
        "community-design": Counted(designs.filter(accepted_on__gte=span.since), is_of_month=False),
        "community-audit": Counted(audits.filter(conducted_on__gte=span.since), is_of_month=False),
    }


def strategy_done(span: Span) -> Report:
    written = CompetitorAnalysis.objects.written().filter(
        client=span.client, analysed_on__gte=span.since
    )
    known = Competitor.objects.filter(client=span.client, pk__in=written.values("competitor"))
    return {"competitors": Counted(known, is_of_month=False)}


def management_done(span: Span) -> Report:
    """All in posts, as it is agreed: one in three communities is one post, placed and written."""
    begin, end = span.moments
    sent = Publication.objects.filter(
        client=span.client, state=PublicationState.SENT, sent_at__gte=begin, sent_at__lt=end
    )
    posts = Post.objects.filter(client=span.client, pk__in=sent.values("post"))
    plans = PublicationPlan.objects.filter(client=span.client, month=span.first)
    return {
        "publication-plan": Counted(plans),
        "publishing": Counted(posts),
        "writing": Counted(posts.filter(text_work=TextWork.FROM_MATERIAL)),
        "rewrite": Counted(posts.filter(text_work=TextWork.REWRITE)),
        "curated": Counted(posts.filter(source=ContentSource.CURATED)),
    }


def promotion_done(span: Span) -> Report:
    begin, end = span.moments
    of_client = Campaign.objects.filter(client=span.client, state__in=RAN)
    is_here = Q(ends_on=None) | Q(ends_on__gte=span.first)
    ads = of_client.filter(is_here, kind=Campaign.Kind.TARGETED_ADS, starts_on__lte=span.last)
    actions = (Campaign.Kind.PROMO_ACTION, Campaign.Kind.GIVEAWAY)
    placed = Placement.objects.filter(
        client=span.client, published_at__gte=begin, published_at__lt=end
    )
    reviews = KpiReview.objects.filter(client=span.client, closed_at__gte=begin, closed_at__lt=end)
    return {
        "targeted-ads": Counted(ads),
        "seeding": Counted(placed),
        "promo-actions": Counted(
            of_client.filter(kind__in=actions, starts_on__gte=span.since), is_of_month=False
        ),
        "kpi-assessment": Counted(reviews),
    }


BLOCKS: Mapping[str, Callable[[Span], Report]] = {
    Block.CREATION: creation_done,
    Block.STRATEGY: strategy_done,
    Block.MANAGEMENT: management_done,
    Block.PROMOTION: promotion_done,
}


class Done(NamedTuple):
    rows: int
    is_of_month: bool


def ask_done(client: Client, *, on: dt.date) -> dict[str, Any]:
    """The counts of all blocks, for one statement."""
    return {
        f"{OF_MONTH if one.is_of_month else SINCE_BEGUN}{code}": counted(one.rows)
        for code, one in reports_of(client, on=on).items()
    }


def done_of(found: Found) -> dict[str, Done]:
    """By the code of the service; what nothing counts is left out."""
    return {
        name.removeprefix(prefix): Done(rows, prefix == OF_MONTH)
        for name, rows in found.items()
        for prefix in (OF_MONTH, SINCE_BEGUN)
        if name.startswith(prefix)
    }


def reports_of(client: Client, *, on: dt.date) -> dict[str, Counted]:
    span = span_of(client, on=on)
    return {code: one for report in BLOCKS.values() for code, one in report(span).items()}
