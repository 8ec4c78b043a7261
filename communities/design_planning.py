"""What is to be drawn for a community: from what its network asks for."""

from django.db import transaction

from communities.models import AssetKind, AssetRequirement, Community, DesignAsset

# A community may have many of these: one of the network's own is no reason to leave out the usual.
SEVERAL = frozenset({AssetKind.OTHER.value})


@transaction.atomic
def add_needed(community: Community) -> list[DesignAsset]:
    """What this network needs and the community has not: made once, however often it is asked."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    known = set(community.design_assets.values_list("requirement_id", flat=True))
    wanted = [row for row in usual_requirements(community.profile.network) if row.pk not in known]
    return [
        DesignAsset.objects.create(community=community, requirement=row, kind=row.kind)
        for row in wanted
    ]


def usual_requirements(network: str) -> list[AssetRequirement]:
    """The network's own rows, and those of every network for kinds that it has none of."""
    rows = AssetRequirement.objects.filter(is_active=True, network__in=[network, ""])
    own = {row.kind for row in rows if row.network}
    return [
        row
        for row in rows
        if row.is_usual and (row.network or row.kind not in own or row.kind in SEVERAL)
    ]
