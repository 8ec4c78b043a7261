"""Where the four blocks of a client's work stand, and what is missing next.

The blocks have an order: the strategy is ideally made before the communities are. Starting a
community without an approved strategy is possible, and said aloud.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from clients.models import Block, Client, ClientStatus, Performer
from communities.models import Community
from smm_agency.block_rows import BlockRows, performer_rows, performers_of
from smm_agency.block_standing import (
    Stage,
    Standing,
    creation_standing,
    management_standing,
    promotion_standing,
    strategy_standing,
)
from smm_agency.lib.rows_at_once import read_at_once
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
    """A block with the result that closes it, and how it stands.

    `accepted` says how far its result is by the running agreement; empty where nobody said.
    """

    block: str
    name: str
    result: str
    stage: Stage
    standing: Standing
    accepted: str = ""


def lines_of(rows: BlockRows, *, seen: Collection[str], on: dt.date) -> list[BlockLine]:
    """The blocks of `seen`, of rows that were read already."""
    lines = []
    for block in [block for block in Block if block in seen]:
        standing = _kept(rows.performers, block) or STANDINGS[block](rows, on=on)
        name, result = str(block.label), rows.results.get(block, "")
        lines.append(BlockLine(block, name, result, standing.stage, standing))
    return lines


def strategy_warning(client: Client, *, on: dt.date) -> str:
    """What is to be said where communities are made without an approved strategy; else empty."""
    if client.status == ClientStatus.ENDED:
        return ""
    begun = Community.objects.filter(client=client).exclude(state=Community.State.ARCHIVED)
    return warning() if begun.exists() and lacks_strategy(client, on=on) else ""


def warning_of(rows: BlockRows, *, on: dt.date) -> str:
    """The same, of rows that were read already."""
    if rows.client.status == ClientStatus.ENDED or not rows.communities:
        return ""
    approved = [row for row in rows.versions if row.state == VersionState.APPROVED]
    is_agreed = any(row.ends_on >= on for row in approved)
    return "" if is_agreed or _kept(rows.performers, Block.STRATEGY) else warning()


def warning() -> str:
    return _(
        "Communities are being made or run without an approved strategy: nobody has agreed yet for"
        " whom they are, what is posted and how the result is judged. The strategy comes first."
    )


def lacks_strategy(client: Client, *, on: dt.date) -> bool:
    """No version is approved for today or later, and it is not the client who keeps the block."""
    approved = StrategyVersion.objects.filter(
        client=client, state=VersionState.APPROVED, ends_on__gte=on
    )
    if approved.exists():
        return False
    wanted = {"performers": performer_rows(client)}
    found = read_at_once(Client.objects.filter(pk=client.pk), wanted)
    return _kept(performers_of(found["performers"], on=on), Block.STRATEGY) is None


def _kept(performers: Mapping[str, set[str]], block: str) -> Standing | None:
    """Where the division says that nobody of ours works on the block; None where somebody does,
    or nobody has said anything."""
    found = performers.get(block, set())
    if not found or found & set(OURS):
        return None
    if Performer.CLIENT in found:
        return Standing(Stage.KEPT, [_("By the division of responsibility the client does it.")])
    return Standing(Stage.LEFT_OUT, [_("By the division of responsibility it is not done.")])
