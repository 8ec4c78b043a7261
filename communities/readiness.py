"""What is missing before a community is ready: one small question after another."""

from collections.abc import Callable, Sequence

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.access_register import missing_owner
from communities.design_readiness import missing_design
from communities.models import Community, ItemState


def missing_checklist(community: Community) -> list[str]:
    counts = community.checklist.aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state=ItemState.OPEN))
    )
    if not counts["all"]:
        return [checklist_unmade()]
    return [items_open(counts["open"])] if counts["open"] else []


def checklist_unmade() -> str:
    return _("The set-up checklist has not been made.")


def items_open(count: int) -> str:
    return ngettext(
        "%(count)d item of the set-up checklist is open.",
        "%(count)d items of the set-up checklist are open.",
        count,
    ) % {"count": count}


def missing_access(community: Community) -> list[str]:
    """What was proven before the archive has to be proven anew."""
    archived = community.moves.filter(new=Community.State.ARCHIVED).aggregate(at=Max("moved_at"))
    proofs = community.access_proofs.all()
    if archived["at"] is not None:
        proofs = proofs.filter(proven_at__gt=archived["at"])
    return [] if proofs.exists() else [access_unproven()]


def access_unproven() -> str:
    return _("It is not proven that the agency has access.")


CHECKS: Sequence[Callable[[Community], list[str]]] = (
    missing_checklist,
    missing_design,
    missing_access,
    missing_owner,
)


def find_missing(community: Community) -> list[str]:
    """Sentences; none where the community may be called ready."""
    return [sentence for check in CHECKS for sentence in check(community)]
