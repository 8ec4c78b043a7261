"""The list itself: the kinds of the person's roles, read together, the latest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from clients.models import Client
from smm_agency.dashboard.due.agreed import AGREED
from smm_agency.dashboard.due.care import CARE
from smm_agency.dashboard.due.design import DESIGN
from smm_agency.dashboard.due.kind import PLACES, Kind, Line
from smm_agency.dashboard.due.papers import PAPERS
from smm_agency.dashboard.due.posts import POSTS
from smm_agency.dashboard.due.promotion import PROMOTION
from smm_agency.dashboard.gather import Row, objects
from smm_agency.dashboard.reader import Reader

KINDS: tuple[Kind, ...] = (*CARE, *POSTS, *DESIGN, *PROMOTION, *AGREED, *PAPERS)
# The lists in the admin are asked by it for a kind's rows: smm_agency/admin/waits_for_me.py.
FOR_ME = "for_me"
# Of each kind, and of all together; the rest is one click away.
SHOWN_OF_KIND = 6
SHOWN = 36


@dataclass(frozen=True)
class Heap:
    """How many rows of a kind wait; `url` is their list, empty where it may not be looked at."""

    title: str
    total: int
    url: str


@dataclass(frozen=True)
class Panel:
    heaps: list[Heap]
    lines: list[Line]
    total: int


def kinds_of(reader: Reader) -> list[Kind]:
    return [kind for kind in KINDS if is_for(kind, reader)]


def is_for(kind: Kind, reader: Reader) -> bool:
    if not reader.may_view(kind.name):
        return False
    return kind.for_directors if reader.is_director else reader.has(*kind.roles)


def due_lists(reader: Reader) -> dict[str, QuerySet[Client]]:
    """What `gather` is asked for, by the kinds' codes."""
    return {kind.code: rows_of(kind, reader) for kind in kinds_of(reader)}


def rows_of(kind: Kind, reader: Reader) -> QuerySet[Client]:
    named = {"client": "client__name", "zone": "client__time_zone", **kind.columns}
    return objects(kind.waiting(reader), SHOWN_OF_KIND, **named)


def due_panel(found: Mapping[str, list[Row]], reader: Reader) -> Panel:
    kinds = [kind for kind in kinds_of(reader) if found[kind.code]]
    heaps = [heap_of(kind, found[kind.code], reader) for kind in kinds]
    lines = [line_of(kind, row, reader) for kind in kinds for row in found[kind.code]]
    lines.sort(key=lambda line: line.place)
    return Panel(heaps, lines[:SHOWN], sum(heap.total for heap in heaps))


def heap_of(kind: Kind, rows: list[Row], reader: Reader) -> Heap:
    query = "&".join(filter(None, [f"{FOR_ME}={kind.code}", kind.unnarrowed]))
    url = reader.list_url(kind.name, query)
    return Heap(str(kind.title), rows[0]["total"], url)


def line_of(kind: Kind, row: Row, reader: Reader) -> Line:
    told = kind.told(row, reader)
    return Line(
        kind=str(kind.title),
        light=str(told.light.value),
        title=kind.title_of(row, reader),
        client=row["client"] or "",
        words=told.words,
        note=kind.note_of(row, reader),
        url=reader.row_url(kind.name, row["pk"]),
        place=(PLACES[told.light], told.day),
    )
