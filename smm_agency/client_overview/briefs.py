"""The last brief of each engagement: how far it is filled in."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from clients.models import Brief, BriefAnswer, BriefQuestion, BriefState
from smm_agency.client_overview.scope import Link, Scope
from smm_agency.lib.rows_at_once import Found, counted, listed

BRIEF = "clients.brief"
MOST_SHOWN = 6


class BriefLine(NamedTuple):
    title: str
    state: str
    answered: str
    url: str


def ask(scope: Scope) -> dict[str, Any]:
    if not scope.sees(BRIEF):
        return {}
    later = Brief.objects.filter(
        engagement=OuterRef("engagement"), version__gt=OuterRef("version")
    )  # fmt: skip
    last = Brief.objects.filter(~Exists(later), client=scope.client)
    answers = BriefAnswer.objects.filter(brief=OuterRef("pk")).exclude(value="")
    return {
        "briefs": listed(
            last.order_by("-made_at", "-pk")[:MOST_SHOWN], "id", "version", "state",
            title="engagement__title", answered=counted(answers), asked=counted(_asked()),
        )
    }  # fmt: skip


def _asked() -> Any:
    """As `clients.briefs.questions_of` has them."""
    is_asked = Q(is_used=True) & (Q(industry="") | Q(industry=OuterRef("industry")))
    answered = BriefAnswer.objects.filter(
        brief=OuterRef(OuterRef("pk")), question=OuterRef("pk")
    )  # fmt: skip
    return BriefQuestion.objects.filter(is_asked | Q(Exists(answered)))


def lines(scope: Scope, found: Found) -> list[BriefLine]:
    return [
        BriefLine(
            _("%(engagement)s, version %(version)s")
            % {"engagement": row["title"], "version": row["version"]},
            str(BriefState(row["state"]).label),
            _("answered %(count)s of %(total)s")
            % {"count": row["answered"], "total": row["asked"]},
            scope.row_url(BRIEF, row["id"]),
        )
        for row in found.get("briefs", ())
    ]


def link(scope: Scope) -> Link:
    return Link(_("Briefs"), scope.list_url(BRIEF))
