"""What the agency needs from the client: to approve, to send, to answer, each with a short code.

Rows are filtered here as the portal's policies filter them, so that the report, which reads as the
owner of the tables, tells of the same.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Least
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Client, Side, Task
from communities.models import (
    AssetKind,
    AssetState,
    ChecklistItem,
    Community,
    DesignAsset,
    ItemState,
)
from content.models import (
    Incident,
    IncidentState,
    MaterialRequest,
    Post,
    PostState,
    Publication,
    PublicationState,
)
from kpi.portal_lists import Lists, Row, day_of, moment_of, objects, of_language, read_lists
from promotion.models import CampaignState, Placement, PlacementState
from smm_agency.lib.short_codes import read_code, write_code
from strategy.models import StrategyVersion, VersionState

APPROVE, SEND, ANSWER = "approve", "send", "answer"
KIND_TITLES: dict[str, Promise] = {
    APPROVE: pgettext_lazy("what the client is asked", "approve"),
    SEND: pgettext_lazy("what the client is asked", "send"),
    ANSWER: pgettext_lazy("what the client is asked", "do or answer"),
}
NO_DAY = dt.date.max
# Campaigns that the portal shows and that are not over.
CAMPAIGNS_GOING = (CampaignState.AGREED, CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True)
class Need:
    """`url` is the portal's page that shows it; empty where the overview alone does."""

    kind: str
    what: str
    title: str
    due: dt.date | None
    is_overdue: bool
    code: str
    url: str

    @property
    def kind_title(self) -> str:
        return str(KIND_TITLES[self.kind])


class Source(NamedTuple):
    """Where needs come from. `rows`: objects with pk, title, due, and what `page` needs."""

    letter: str
    kind: str
    what: Promise
    model: type[Model]
    rows: Callable[[], QuerySet[Model, Any]]
    due: Callable[[Client, Row], dt.date | None]
    page: Callable[[Client, Row], str]


def mine(model: Any) -> Any:
    """The client's rows, with the words of the model's own queryset."""
    return model._default_manager.filter(client=OuterRef("pk"))


def posts() -> QuerySet[Model, Any]:
    """Due when silence counts as consent, or when the first of its publications goes out."""
    ahead = Publication.objects.filter(post=OuterRef("pk"), planned_at__isnull=False)
    ahead = ahead.exclude(state=PublicationState.CANCELLED).order_by("planned_at")
    goes_out = Subquery(ahead.values("planned_at")[:1])
    rows = mine(Post).filter(state=PostState.CLIENT_REVIEW).order_by("pk")
    return objects(
        rows.annotate(due=Least("consent_at", goes_out)), pk="pk", title="title", due="due"
    )


def designs() -> QuerySet[Model, Any]:
    rows = mine(DesignAsset).filter(state=AssetState.CLIENT_REVIEW, is_needed=True).order_by("pk")
    return objects(
        rows, pk="pk", title="title", kind="kind", due="due_on", community="community_id"
    )


def versions() -> QuerySet[Model, Any]:
    """Due before the first day on which it is to rule."""
    rows = mine(StrategyVersion).filter(state=VersionState.ON_APPROVAL, checked_at__isnull=False)
    return objects(rows.order_by("pk"), pk="pk", title="title", number="number", due="starts_on")


def placements() -> QuerySet[Model, Any]:
    """Due on the day on which it is to go out. What a campaign has left behind waits for nobody."""
    rows = mine(Placement).filter(
        state=PlacementState.NEGOTIATED, campaign__state__in=CAMPAIGNS_GOING
    )
    return objects(
        rows.order_by("pk"),
        pk="pk",
        title="title",
        planned_at="planned_at",
        starts_on="starts_on",
        campaign="campaign_id",
    )


def materials() -> QuerySet[Model, Any]:
    return objects(mine(MaterialRequest).open().order_by("pk"), pk="pk", title="what", due="due_on")


def items() -> QuerySet[Model, Any]:
    """Lines of set-up lists that are the client's move: access above all."""
    rows = (
        mine(ChecklistItem)
        .filter(side=Side.CLIENT, state=ItemState.OPEN)
        .exclude(community__state=Community.State.ARCHIVED)
        .order_by("pk")
    )
    return objects(
        rows,
        pk="pk",
        title=of_language("title"),
        place="community__profile__title",
        due="due_on",
        community="community_id",
    )


def tasks() -> QuerySet[Model, Any]:
    rows = mine(Task).unfinished().filter(side=Side.CLIENT).order_by("pk")
    return objects(rows, pk="pk", title="title", due="due_on")


def incidents() -> QuerySet[Model, Any]:
    rows = mine(Incident).filter(state=IncidentState.WAITING, is_published=True).order_by("pk")
    return objects(rows, pk="pk", title="title")


def due_on(client: Client, row: Row) -> dt.date | None:
    return day_of(row.get("due"))


def due_at(client: Client, row: Row) -> dt.date | None:
    moment = moment_of(row["due"])
    return client.day_of(moment) if moment else None


def due_to_go_out(client: Client, row: Row) -> dt.date | None:
    moment = moment_of(row["planned_at"])
    return client.day_of(moment) if moment else day_of(row["starts_on"])


def post_page(client: Client, row: Row) -> str:
    return reverse("portal:post", kwargs={"client_id": client.pk, "post_id": row["pk"]})


def community_page(client: Client, row: Row) -> str:
    ids = {"client_id": client.pk, "community_id": row["community"]}
    return reverse("portal:community", kwargs=ids)


def campaign_page(client: Client, row: Row) -> str:
    ids = {"client_id": client.pk, "campaign_id": row["campaign"]}
    return reverse("portal:campaign", kwargs=ids)


def version_page(client: Client, row: Row) -> str:
    ids = {"client_id": client.pk, "number": row["number"]}
    return reverse("portal:strategy_version", kwargs=ids)


def materials_page(client: Client, row: Row) -> str:
    return reverse("portal:materials", kwargs={"client_id": client.pk})


def overview_itself(client: Client, row: Row) -> str:
    return ""


SOURCES: tuple[Source, ...] = (
    Source("P", APPROVE, gettext_lazy("post"), Post, posts, due_at, post_page),
    Source(
        "D",
        APPROVE,
        pgettext_lazy("what the client is asked", "design"),
        DesignAsset,
        designs,
        due_on,
        community_page,
    ),
    Source("V", APPROVE, gettext_lazy("strategy"), StrategyVersion, versions, due_on, version_page),
    Source(
        "S",
        APPROVE,
        gettext_lazy("placement"),
        Placement,
        placements,
        due_to_go_out,
        campaign_page,
    ),
    Source("M", SEND, gettext_lazy("material"), MaterialRequest, materials, due_on, materials_page),
    Source("C", SEND, gettext_lazy("set-up"), ChecklistItem, items, due_on, community_page),
    Source("T", ANSWER, gettext_lazy("task"), Task, tasks, due_on, overview_itself),
    Source("N", ANSWER, gettext_lazy("incident"), Incident, incidents, due_on, overview_itself),
)
BY_LETTER = {source.letter: source for source in SOURCES}


def needs_of(client: Client, *, on: dt.date) -> list[Need]:
    """What the client is asked as of its day, the most urgent first. One statement."""
    return needs_in(read_lists(client, needs_lists()), client, on=on)


def needs_lists(sources: Sequence[Source] = SOURCES) -> Lists:
    """To be read together with others; `needs_in` makes needs of what came."""
    return {f"needs_{source.letter}": source.rows() for source in sources}


def needs_in(
    found: Mapping[str, Any], client: Client, *, on: dt.date, sources: Sequence[Source] = SOURCES
) -> list[Need]:
    needs = [
        need_of(source, row, client, on=on)
        for source in sources
        for row in found[f"needs_{source.letter}"] or ()
    ]
    return sorted(needs, key=lambda need: (need.due or NO_DAY, list(KIND_TITLES).index(need.kind)))


def need_of(source: Source, row: Row, client: Client, *, on: dt.date) -> Need:
    due = source.due(client, row)
    return Need(
        kind=source.kind,
        what=str(source.what),
        title=title_of(row),
        due=due,
        is_overdue=due is not None and due < on,
        code=write_code(source.letter, row["pk"]),
        url=source.page(client, row),
    )


def title_of(row: Row) -> str:
    title: str = row["title"]
    if "kind" in row:
        title = title or str(AssetKind(row["kind"]).label)
    if "number" in row:
        title = f"{title} · {_('version %(number)s') % {'number': row['number']}}"
    return f"{title} · {row['place']}" if row.get("place") else title


def named_by(code: str) -> tuple[Source, int]:
    """What a code names: its kind and the number of the row.

    Raises:
        ValueError: it is no code, a character is wrong, or no kind has this letter.
    """
    letter, number = read_code(code)
    if letter not in BY_LETTER:
        raise ValueError(f"{code!r} is of no kind.")
    return BY_LETTER[letter], number
