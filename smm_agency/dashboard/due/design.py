"""Design of communities: what is to be drawn, and what is to be looked at."""

from typing import Any

from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy

from clients.models import Role
from clients.substitutes import is_mine
from communities.models import AssetKind, AssetState, DesignAsset
from smm_agency.dashboard.due.kind import Kind, Told, by_day
from smm_agency.dashboard.gather import Row
from smm_agency.dashboard.reader import Reader

WITH_DESIGNER = (AssetState.BRIEF, AssetState.IN_WORK, AssetState.REWORK)


def to_draw(rows: Any, reader: Reader) -> Any:
    """The person's own, and those that nobody has taken."""
    free = rows.unfinished().filter(
        is_mine("designer", reader.user) | Q(designer=None), state__in=WITH_DESIGNER
    )
    return free.order_by(F("due_on").asc(nulls_last=True), "pk")


def to_review(rows: Any, reader: Reader) -> Any:
    waiting = rows.unfinished().filter(state=AssetState.INTERNAL_REVIEW)
    return waiting.order_by(F("due_on").asc(nulls_last=True), "pk")


def title_of(row: Row, reader: Reader) -> str:
    of_requirement = row["title_ru"] if get_language() == "ru" else row["title_en"]
    return row["title"] or of_requirement or str(AssetKind(row["kind"]).label)


def note_of(row: Row, reader: Reader) -> str:
    return f"{row['community']} · {AssetState(row['state']).label}"


def told(row: Row, reader: Reader) -> Told:
    return by_day(row["due_on"], reader)


COLUMNS = {
    "title": "title", "title_en": "requirement__title_en", "title_ru": "requirement__title_ru",
    "kind": "kind", "community": "community__profile__title", "state": "state",
    "due_on": "due_on",
}  # fmt: skip
DRAWING = Kind(
    "design", gettext_lazy("Design to draw"), DesignAsset, (Role.DESIGNER,), to_draw, told,
    "", COLUMNS, title_of, note_of,
    for_directors=False,
)  # fmt: skip
REVIEWS = Kind(
    "design_reviews", gettext_lazy("Design to look at"), DesignAsset, (Role.ACCOUNT_MANAGER,),
    to_review, told, "", COLUMNS,
    title_of, note_of,
)  # fmt: skip
DESIGN = (DRAWING, REVIEWS)
