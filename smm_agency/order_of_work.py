"""Where the four blocks of a client's work stand, and what is missing next.

The blocks have an order: the strategy is ideally made before the communities are. Starting a
community without an approved strategy is possible, and said aloud.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from clients.models import Block, Client, ClientStatus, Engagement, Performer, Service, User
from clients.reference import CALL_ANSWERING
from clients.rights import Rights
from communities.models import Community
from smm_agency.block_standing import (
    Stage,
    Standing,
    creation_standing,
    management_standing,
    promotion_standing,
    strategy_standing,
)
from strategy.models import StrategyVersion, VersionState

OURS = (Performer.AGENCY, Performer.THIRD_PARTY)
STANDINGS: Mapping[str, Callable[..., Standing]] = {
    Block.CREATION: creation_standing,
    Block.STRATEGY: strategy_standing,
    Block.MANAGEMENT: management_standing,
    Block.PROMOTION: promotion_standing,
}
# What a person must be allowed to see to be told how a block stands.
SEEN_WITH = {
    Block.CREATION: "communities.view_community",
    Block.STRATEGY: "strategy.view_strategyversion",
    Block.MANAGEMENT: "communities.view_wallpost",
    Block.PROMOTION: "promotion.view_campaign",
}


class BlockLine(NamedTuple):
    """A block with the result that closes it, and how it stands."""

    block: str
    name: str
    result: str
    stage: Stage
    standing: Standing


def order_of_work(client: Client, *, by: User, on: dt.date) -> list[BlockLine]:
    """The blocks in their order, as far as the person may see them."""
    rights = Rights(by)
    performers = _performers(client, on=on)
    results = {row.block: row.result for row in Service.objects.order_by("-position")}
    lines = []
    for block in Block:
        if not rights.allows(SEEN_WITH[block], client_id=client.pk):
            continue
        standing = _kept(performers, block) or STANDINGS[block](client, on=on)
        name, result = str(block.label), results.get(block, "")
        lines.append(BlockLine(block, name, result, standing.stage, standing))
    return lines


def strategy_warning(client: Client, *, on: dt.date) -> str:
    """What is to be said where communities are made without an approved strategy; else empty."""
    if client.status == ClientStatus.ENDED:
        return ""
    begun = Community.objects.filter(client=client).exclude(state=Community.State.ARCHIVED)
    if not begun.exists() or not lacks_strategy(client, on=on):
        return ""
    return _(
        "Communities are being made or run without an approved strategy: nobody has agreed yet for"
        " whom they are, what is posted and how the result is judged. The strategy comes first."
    )


def lacks_strategy(client: Client, *, on: dt.date) -> bool:
    """No version is approved for today or later, and it is not the client who keeps the block."""
    approved = StrategyVersion.objects.filter(
        client=client, state=VersionState.APPROVED, ends_on__gte=on
    )
    return not approved.exists() and _kept(_performers(client, on=on), Block.STRATEGY) is None


def _performers(client: Client, *, on: dt.date) -> dict[str, set[str]]:
    """Block → who does its works by the running engagements, or by the newest one.

    What only the client can do says nothing of who does the block; without a division it is empty.
    """
    engagements = Engagement.objects.filter(client=client)
    running = list(engagements.running(on=on)) or list(engagements.order_by("-starts_on")[:1])
    found: dict[str, set[str]] = defaultdict(set)
    if running:
        rows = running[0].services.model.objects.filter(engagement__in=running)
        rows = rows.filter(service__is_client_only=False).exclude(service__code=CALL_ANSWERING)
        for block, performer in rows.values_list("service__block", "performer"):
            found[block].add(performer)
    return found


def _kept(performers: Mapping[str, set[str]], block: str) -> Standing | None:
    """Where the division says that nobody of ours works on the block; None where somebody does,
    or nobody has said anything."""
    found = performers.get(block, set())
    if not found or found & set(OURS):
        return None
    if Performer.CLIENT in found:
        return Standing(Stage.KEPT, [_("By the division of responsibility the client does it.")])
    return Standing(Stage.LEFT_OUT, [_("By the division of responsibility it is not done.")])
