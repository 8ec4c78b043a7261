"""What was done in a period and what comes next, as the client reads it: counts, short lists."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client, Engagement
from communities.models import AssetVersion
from communities.networks.registry import network_name
from content.fulfilment import moments_of
from content.models import Publication, PublicationState
from kpi.models import Decision
from kpi.portal_lists import (
    Found,
    Lists,
    Row,
    moment_of,
    number_of,
    objects,
    the_number,
)
from kpi.portal_period import Period
from kpi.reviews import next_review_day
from promotion.models import Campaign, CampaignState
from strategy.models import StrategyVersion, VersionState

AHEAD = dt.timedelta(days=14)
PUBLICATIONS_SHOWN = 10
CAMPAIGNS_SHOWN = 5
NOT_OUT = (PublicationState.PLANNED, PublicationState.DUE, PublicationState.PLACED,
           PublicationState.BY_HAND)  # fmt: skip
HAS_RUN = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED)


class Done(NamedTuple):
    title: str
    number: int
    url: str


class Planned(NamedTuple):
    """`at` by the client's clock."""

    at: dt.datetime
    title: str
    community: str
    network: str
    url: str


class Coming(NamedTuple):
    """Something of a day; `url` may be empty."""

    day: dt.date
    title: str
    url: str


class Next(NamedTuple):
    """`more`: planned publications of the two weeks beyond those named."""

    publications: list[Planned]
    more: int
    coming: list[Coming]


# --- What was done -------------------------------------------------------------------------------


def done_lists(client: Client, period: Period) -> Lists:
    begin, end = moments_of(client, period.first, period.last)
    sent = Publication.objects.filter(
        client=OuterRef("pk"), state=PublicationState.SENT, sent_at__gte=begin, sent_at__lt=end
    )
    accepted = AssetVersion.objects.filter(
        client=OuterRef("pk"), accepted_at__gte=begin, accepted_at__lt=end
    )
    ran = Campaign.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=period.first),
        client=OuterRef("pk"), state__in=HAS_RUN, starts_on__lte=period.until,
    )  # fmt: skip
    decided = Decision.objects.filter(
        client=OuterRef("pk"), is_published=True, decided_on__range=(period.first, period.last)
    )
    return {
        "done_published": number_of(sent),
        "done_designs": number_of(accepted),
        "done_campaigns": number_of(ran),
        "done_decisions": number_of(decided),
    }


def done_of(found: Found, client: Client, period: Period, *, answered: int) -> list[Done]:
    """`answered`: replies to comments and messages of the period."""

    def page(name: str) -> str:
        return f"{reverse(f'portal:{name}', args=[client.pk])}?{period.query}"

    return [
        Done(_("Publications that went out"), the_number(found["done_published"]), page("posts")),
        Done(_("Designs accepted"), the_number(found["done_designs"]), page("communities")),
        Done(_("Campaigns that ran"), the_number(found["done_campaigns"]), page("promotion")),
        Done(_("Comments and messages answered"), answered, "#care-title" if answered else ""),
        Done(_("Decisions taken"), the_number(found["done_decisions"]), page("reviews")),
    ]


# --- What is next --------------------------------------------------------------------------------


def next_lists(on: dt.date, at: dt.datetime) -> Lists:
    return {
        "next_publications": publications_ahead(at),
        "next_campaigns": campaigns_ahead(on),
        "next_versions": versions_ahead(on),
        "next_engagements": engagements(on),
    }


def publications_ahead(at: dt.datetime) -> QuerySet[Model, object]:
    rows = Publication.objects.filter(
        client=OuterRef("pk"), state__in=NOT_OUT, planned_at__gte=at, planned_at__lt=at + AHEAD
    )
    return objects(
        rows.order_by("planned_at", "pk"),
        at="planned_at",
        post="post_id",
        title="post__title",
        community="community__profile__title",
        network="community__profile__network",
    )


def campaigns_ahead(on: dt.date) -> QuerySet[Model, object]:
    begun = (CampaignState.AGREED, CampaignState.RUNNING)
    rows = Campaign.objects.filter(client=OuterRef("pk"), state__in=begun, starts_on__gt=on)
    return objects(
        rows.order_by("starts_on", "pk")[:CAMPAIGNS_SHOWN], pk="pk", day="starts_on", title="title"
    )


def versions_ahead(on: dt.date) -> QuerySet[Model, object]:
    rows = StrategyVersion.objects.filter(
        client=OuterRef("pk"), state=VersionState.APPROVED, starts_on__gt=on
    )
    return objects(rows.order_by("starts_on"), number="number", day="starts_on")


def engagements(on: dt.date) -> QuerySet[Model, object]:
    rows = Engagement.objects.running(on=on).filter(client=OuterRef("pk"))
    return objects(rows.order_by("pk"), starts_on="starts_on", review_rhythm="review_rhythm")


def next_of(found: Found, client: Client, *, on: dt.date) -> Next:
    planned = [planned_of(row, client) for row in found["next_publications"]]
    coming = [
        *(campaign_of(row, client) for row in found["next_campaigns"]),
        *(version_of(row, client) for row in found["next_versions"]),
        *reviews_of(found["next_engagements"], client, on=on),
    ]
    return Next(
        planned[:PUBLICATIONS_SHOWN],
        max(0, len(planned) - PUBLICATIONS_SHOWN),
        sorted(coming, key=lambda one: one.day),
    )


def planned_of(row: Row, client: Client) -> Planned:
    moment = moment_of(row["at"])
    assert moment is not None  # noqa: S101 - by the filter
    url = reverse("portal:post", kwargs={"client_id": client.pk, "post_id": row["post"]})
    network = network_name(row["network"])
    return Planned(moment.astimezone(client.zone), row["title"], row["community"], network, url)


def campaign_of(row: Row, client: Client) -> Coming:
    url = reverse("portal:campaign", kwargs={"client_id": client.pk, "campaign_id": row["pk"]})
    title = _("Campaign “%(title)s” begins") % {"title": row["title"]}
    return Coming(dt.date.fromisoformat(row["day"]), title, url)


def version_of(row: Row, client: Client) -> Coming:
    ids = {"client_id": client.pk, "number": row["number"]}
    title = _("Version %(number)s of the strategy begins to rule") % {"number": row["number"]}
    url = reverse("portal:strategy_version", kwargs=ids)
    return Coming(dt.date.fromisoformat(row["day"]), title, url)


def reviews_of(rows: list[Row], client: Client, *, on: dt.date) -> list[Coming]:
    """The day by which the next review is held; several engagements may share it."""
    running = [
        Engagement(
            starts_on=dt.date.fromisoformat(row["starts_on"]), review_rhythm=row["review_rhythm"]
        )
        for row in rows
    ]
    days = {next_review_day(engagement, on=on) for engagement in running}
    url = reverse("portal:reviews", kwargs={"client_id": client.pk})
    title = _("KPI review and report: held by this day at the latest")
    return [Coming(day, title, url) for day in sorted(days)]
