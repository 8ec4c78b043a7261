"""What the portal tells of the division of the work, and of the results that were accepted.

Lists for `kpi.portal_lists`. Prices, norms of hours and notes are the agency's: the portal's role
cannot read them.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.urls import reverse

from clients.models import (
    Block,
    BlockResult,
    Client,
    Engagement,
    EngagementService,
    PaperFile,
    PaperKind,
    Party,
    Performer,
    ResultState,
)
from clients.models.service_terms import amount_in_words, deadline_in_words, shown_unit
from kpi.portal_lists import Row, day_of, objects, of_language

PERFORMERS = tuple(Performer)


class ServiceLine(NamedTuple):
    """`marks` has a place for each performer, one of them set; empty texts were not agreed."""

    name: str
    performer: str
    marks: list[tuple[str, bool]]
    amount: str
    approver: str
    payer: str
    deadline: str
    is_extra: bool


class ResultLine(NamedTuple):
    """`paper` is the document that the client may see; the rest empty until it is accepted."""

    block: str
    state: str
    is_accepted: bool
    accepted_on: dt.date | None
    accepted_by: str
    paper: str
    paper_url: str


def service_rows(on: dt.date) -> QuerySet[Model, Any]:
    """Of the engagements that run; see `services_by_block`."""
    running = Engagement.objects.running(on=on).filter(client=OuterRef("client"))
    rows = EngagementService.objects.filter(
        client=OuterRef("pk"), engagement__in=running.values("pk")
    ).order_by("service__position", "service__code", "id")
    own = (
        "performer", "quantity", "unit", "period", "approver", "payer", "deadline_number",
        "deadline_kind", "deadline_after", "deadline_words", "is_extra",
    )  # fmt: skip
    return objects(
        rows,
        block="service__block",
        name=of_language("service__name"),
        unit_en="service__unit_en",
        unit_ru="service__unit_ru",
        usual_period="service__period",
        **{name: name for name in own},
    )


def services_by_block(rows: list[Row]) -> list[tuple[str, list[ServiceLine]]]:
    blocks: dict[str, list[ServiceLine]] = {block: [] for block in Block.values}
    for row in rows:
        blocks[row["block"]].append(service_line(row))
    return [(str(Block(block).label), lines) for block, lines in blocks.items() if lines]


def service_line(row: Row) -> ServiceLine:
    performer = Performer(row["performer"])
    unit = shown_unit(row["unit"], usual_en=row["unit_en"], usual_ru=row["unit_ru"])
    return ServiceLine(
        row["name"],
        str(performer.label),
        [(str(each.label), each == performer) for each in PERFORMERS],
        amount_in_words(row["quantity"], unit, row["period"] or row["usual_period"]),
        party_in_words(row["approver"]),
        party_in_words(row["payer"]),
        deadline_in_words(
            row["deadline_kind"], row["deadline_number"], row["deadline_after"],
            row["deadline_words"],
        ),
        row["is_extra"],
    )  # fmt: skip


def party_in_words(party: str) -> str:
    return str(Party(party).label) if party else ""


def result_rows(on: dt.date) -> QuerySet[Model, Any]:
    """Of the engagements that run; a document that the client may not see stays out by the wall."""
    running = Engagement.objects.running(on=on).filter(client=OuterRef("client"))
    rows = BlockResult.objects.filter(
        client=OuterRef("pk"), engagement__in=running.values("pk")
    ).order_by("-engagement__starts_on", "pk")
    files = PaperFile.objects.filter(paper=OuterRef("paper"), replaced_at=None)
    file: Any = Subquery(files.order_by("pk").values("pk")[:1])
    return objects(
        rows,
        block="block",
        state="state",
        accepted_on="accepted_on",
        accepted_by="accepted_by_name",
        kind="paper__kind",
        number="paper__number",
        title="paper__title",
        paper_id="paper_id",
        file=file,
    )


def results_of(rows: list[Row], client: Client) -> list[ResultLine]:
    """In the order of the blocks; those that were begun."""
    order = list(Block.values)
    begun = [row for row in rows if row["state"] != ResultState.NOT_BEGUN]
    return [
        result_line(row, client) for row in sorted(begun, key=lambda row: order.index(row["block"]))
    ]


def result_line(row: Row, client: Client) -> ResultLine:
    paper = paper_in_words(row)
    return ResultLine(
        str(Block(row["block"]).label),
        str(ResultState(row["state"]).label),
        row["state"] == ResultState.ACCEPTED,
        day_of(row["accepted_on"]),
        row["accepted_by"],
        paper,
        paper_url(client, row) if paper else "",
    )


def paper_url(client: Client, row: Row) -> str:
    """The document's file; the list where it has none."""
    if row["file"] is None:
        return reverse("portal:papers", args=[client.pk])
    return reverse("portal:paper_file", args=[client.pk, row["paper_id"]])


def paper_in_words(row: Row) -> str:
    if not row["kind"]:
        return ""
    return f"{PaperKind(row['kind']).label} {row['number'] or row['title']}".strip()
