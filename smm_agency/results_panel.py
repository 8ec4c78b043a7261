"""The four results of an engagement, each with what the facts say of it."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from clients.admin.form_page import page_of
from clients.models import Block, BlockResult, Client, Engagement, ResultMove, ResultState
from clients.results import results_of
from smm_agency.block_rows import ask_block_rows, block_rows_of
from smm_agency.block_standing import Stage
from smm_agency.lib.rows_at_once import read_at_once
from smm_agency.order_of_work import BlockLine, lines_of
from smm_agency.result_suggestions import Suggestion, suggestion_of

LIGHTS = {
    ResultState.NOT_BEGUN: "grey",
    ResultState.IN_WORK: "amber",
    ResultState.HANDED_OVER: "amber",
    ResultState.RETURNED: "red",
    ResultState.ACCEPTED: "green",
}
AGREED_ON_NOTHING = (Stage.KEPT, Stage.LEFT_OUT)


class ResultLine(NamedTuple):
    """`url` opens the next step, `paper_url` the document; empty where they may not be opened.

    `stage` is said instead where the block is not ours.
    """

    result: BlockResult
    name: str
    words: str
    light: str
    stage: str
    suggestion: Suggestion | None
    url: str
    paper_url: str


def result_lines(
    engagement: Engagement, *, on: dt.date, may_move: bool, may_open_papers: bool
) -> list[ResultLine]:
    """Two statements: the results, and the facts of the blocks."""
    client = engagement.client
    found = read_at_once(Client.objects.filter(pk=client.pk), ask_block_rows(client, on=on))
    rows = block_rows_of(found, client, on=on)
    facts = {line.block: line for line in lines_of(rows, seen=set(Block), on=on)}
    lines = []
    for result in results_of(engagement):
        line = facts[Block(result.block)]
        lines.append(
            ResultLine(
                result,
                line.name,
                line.result,
                LIGHTS[ResultState(result.state)],
                not_ours(result, line),
                suggestion_of(
                    result.state, result.block, rows, line.standing, since=engagement.starts_on
                ),
                step_url(engagement, result.block) if may_move else "",
                page_of(result.paper) if result.paper and may_open_papers else "",
            )
        )
    return lines


def not_ours(result: BlockResult, line: BlockLine) -> str:
    """That the client keeps the block or that it is not agreed; empty where it is in work."""
    is_left = line.stage in AGREED_ON_NOTHING and result.state == ResultState.NOT_BEGUN
    return str(line.stage.label) if is_left else ""


def step_url(engagement: Engagement, block: str) -> str:
    page = reverse("admin:clients_engagement_move_result", args=[engagement.pk])
    return f"{page}?{urlencode({'block': block})}"


def moves_of(engagement: Engagement, *, shown: int = 20) -> list[ResultMove]:
    rows = ResultMove.objects.filter(result__engagement=engagement)
    return list(rows.select_related("result", "moved_by")[:shown])


def progress_of(lines: list[ResultLine]) -> tuple[int, int]:
    """Accepted, of those that the agency works on."""
    ours = [line for line in lines if not line.stage]
    accepted = [line for line in ours if line.result.state == ResultState.ACCEPTED]
    return len(accepted), len(ours)
