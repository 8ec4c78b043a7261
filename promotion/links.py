"""The links of campaigns: where they lead, and the UTM by which a visit is known."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db.models import prefetch_related_objects
from slugify import slugify

from content.utm import add_pairs
from promotion.models import Campaign, Placement

MOST = 60
MEDIUM = {
    Campaign.Kind.TARGETED_ADS: "cpc",
    Campaign.Kind.SEEDING: "seeding",
    Campaign.Kind.INFLUENCER: "influencer",
    Campaign.Kind.PROMO_ACTION: "promo",
    Campaign.Kind.GIVEAWAY: "giveaway",
}
# Where neither a page nor a network is named.
ANY_SOURCE = "smm"


def link_of(campaign: Campaign, placement: Placement | None = None) -> str:
    """The landing page with the UTM of the campaign, or of one placement; empty without a landing.

    A pair that the landing page carries already stays as it is and is not said twice.
    """
    landing = campaign.landing_url
    there = {name for name, _value in parse_qsl(urlsplit(landing).query, keep_blank_values=True)}
    pairs = utm_of(campaign, placement)
    return add_pairs(landing, [(name, value) for name, value in pairs if name not in there])


def utm_of(campaign: Campaign, placement: Placement | None = None) -> list[tuple[str, str]]:
    pairs = [
        ("utm_source", source_of(campaign, placement)),
        ("utm_medium", MEDIUM[Campaign.Kind(campaign.kind)]),
        ("utm_campaign", campaign.utm_campaign or slug_of(campaign)),
    ]
    if placement is not None:
        pairs.append(("utm_content", placement.utm_content or slug_of(placement)))
    return pairs


def source_of(campaign: Campaign, placement: Placement | None) -> str:
    """The network of the page it stands on, else the one network of the campaign's communities."""
    if placement is not None and placement.publisher is not None:
        return placement.publisher.network
    # Asked of the campaign once, for all its placements.
    prefetch_related_objects([campaign], "for_communities__community__profile")
    networks = {row.community.profile.network for row in campaign.for_communities.all()}
    return networks.pop() if len(networks) == 1 else ANY_SOURCE


def slug_of(row: Campaign | Placement) -> str:
    """The title in Latin letters, or what the row is and its number where nothing is left of it."""
    return slugify(row.title, max_length=MOST) or f"{row._meta.model_name}-{row.pk}"


def keep_slug(row: Campaign | Placement) -> None:
    """Write down the slug made of the title: links that are out there outlive a change of title.

    One that stands elsewhere, in another campaign of the client or another placement of the
    campaign, gets a number.
    """
    name = "utm_campaign" if isinstance(row, Campaign) else "utm_content"
    if getattr(row, name):
        return
    slug = slug_of(row)
    taken = set(
        siblings_of(row)
        .filter(**{f"{name}__startswith": slug[: MOST - 5]})
        .values_list(name, flat=True)
    )
    free = next(made for made in numbered(slug) if made not in taken)
    setattr(row, name, free)
    row.save(update_fields=[name])


def siblings_of(row: Campaign | Placement) -> Any:
    """The rows among which its slug says which one it is."""
    if isinstance(row, Campaign):
        return Campaign.objects.filter(client=row.client_id).exclude(pk=row.pk)
    return Placement.objects.filter(campaign=row.campaign_id).exclude(pk=row.pk)


def numbered(slug: str) -> Iterator[str]:
    yield slug
    for number in count(2):
        end = f"-{number}"
        yield f"{slug[: MOST - len(end)]}{end}"
