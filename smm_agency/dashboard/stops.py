"""Stops of publications that stand: said above everything else."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from clients.models import Client
from communities.models import Community, Profile
from content.models import Stop
from content.stops import in_words
from smm_agency.dashboard.gather import Row, objects
from smm_agency.dashboard.reader import Reader

SHOWN = 20
COLUMNS = ("scope", "country", "reason", "began_at")


@dataclass(frozen=True)
class StopLine:
    words: str
    url: str


def stop_lists(reader: Reader) -> dict[str, QuerySet[Any]]:
    """What stops a country or everything is no secret; nothing for who may see no stops."""
    if not reader.may_view("content.stop"):
        return {}
    stops = Stop.objects.standing(at=reader.at).visible_to(reader.user).order_by("pk")
    named = {name: name for name in COLUMNS}
    where = {"client": "client__name", "zone": "client__time_zone"}
    page = {"title": "community__profile__title", "network": "community__profile__network"}
    return {"stops": objects(stops, SHOWN, **named, **where, **page)}


def stop_lines(found: list[Row], reader: Reader) -> list[StopLine]:
    url = "content.stop"
    return [StopLine(in_words(stop_of(row)), reader.row_url(url, row["pk"])) for row in found]


def stop_of(row: Row) -> Stop:
    """What its words are made of."""
    client = Client(name=row["client"], time_zone=row["zone"]) if row["client"] else None
    community = None
    if row["title"]:
        community = Community(profile=Profile(title=row["title"], network=row["network"]))
    began_at = dt.datetime.fromisoformat(row["began_at"])
    told = {name: row[name] for name in ("scope", "country", "reason")}
    return Stop(**told, client=client, community=community, began_at=began_at)
