"""What the facts of the blocks say of their results: a suggestion, never a step."""

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from clients.models import Block, ResultState
from smm_agency.block_rows import BlockRows
from smm_agency.block_standing import Stage, Standing

WORKED = (Stage.IN_WORK, Stage.BEHIND, Stage.DONE, Stage.ON_PLAN)
BEFORE_HANDING_OVER = (ResultState.NOT_BEGUN, ResultState.IN_WORK, ResultState.RETURNED)
READY = {
    Block.CREATION: _("The communities are ready: their result can be handed over."),
    Block.STRATEGY: _("An approved version rules: the strategy can be handed over."),
    Block.MANAGEMENT: _("Publications go by the plan: their result can be handed over."),
    Block.PROMOTION: _("An assessment is finished: the result can be handed over."),
}


class Suggestion(NamedTuple):
    to: str
    why: str


def suggestion_of(
    state: str, block: str, rows: BlockRows, standing: Standing, *, since: dt.date
) -> Suggestion | None:
    """The state that the facts speak for; None where they say nothing new.

    `since` is the first day of the engagement.
    """
    if is_ready(block, rows, standing, since=since):
        if state in BEFORE_HANDING_OVER:
            return Suggestion(ResultState.HANDED_OVER, str(READY[Block(block)]))
        return None
    if state == ResultState.NOT_BEGUN and standing.stage in WORKED:
        return Suggestion(ResultState.IN_WORK, str(_("The work has begun.")))
    return None


def is_ready(block: str, rows: BlockRows, standing: Standing, *, since: dt.date) -> bool:
    """Whether the facts are there: of promotion, an assessment of days of the engagement."""
    if block == Block.PROMOTION:
        return rows.assessment is not None and rows.assessment.ends_on >= since
    return standing.stage in (Stage.DONE, Stage.ON_PLAN)
