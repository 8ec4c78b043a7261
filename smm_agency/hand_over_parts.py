"""What of the upper floors moves when work is handed over.

A column that says who once did something (wrote a version, moved a post, closed a review) is
history and stays. KPI reviews, flags and reports name nobody: their tasks move.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.hand_over import Mover, register
from clients.leaving import AFTER
from clients.models import Client, User
from communities.hand_over import ask_for_person, lines_of, open_accesses_of
from communities.models import (
    AccessGrant,
    Audit,
    AuditScore,
    AuditState,
    ChecklistItem,
    DesignAsset,
)
from content.models import (
    InboxItem,
    InboxState,
    Incident,
    MaterialRequest,
    Post,
    PostState,
    RecurringPost,
)
from promotion.models import Campaign, CampaignState
from strategy.models import GoalTask
from strategy.models.version import OPEN_STATES

Rows = QuerySet[Any]
OVER = (PostState.PUBLISHED, PostState.CANCELLED)
CAMPAIGN_OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)


def posts_in(field: str) -> Any:
    """Of those that are not out yet, whose `field` is the person."""

    def rows(person: User) -> Rows:
        return Post.objects.filter(**{field: person}).exclude(state__in=OVER)

    return rows


def recurring_posts(person: User) -> Rows:
    return RecurringPost.objects.filter(author=person, is_active=True)


def material(person: User) -> Rows:
    """Clients write to who asked, and who asked is told when it comes."""
    return MaterialRequest.objects.open().filter(asked_by=person)


def inbox(person: User) -> Rows:
    return InboxItem.objects.filter(assignee=person, gone_at=None).exclude(state=InboxState.CLOSED)


def incidents(person: User) -> Rows:
    return Incident.objects.unfinished().filter(owner=person)


def designs(person: User) -> Rows:
    rows = DesignAsset.objects.unfinished().filter(designer=person)
    return rows.select_related("requirement", "community__profile")


def set_up(person: User) -> Rows:
    return ChecklistItem.objects.waiting().filter(owner=person)


def audits(person: User) -> Rows:
    rows = Audit.objects.filter(conducted_by=person, state=AuditState.DRAFT)
    return rows.select_related("profile")


def findings(person: User) -> Rows:
    """Of audits in work; a finished audit's are tasks."""
    return AuditScore.objects.filter(owner=person, audit__state=AuditState.DRAFT)


def goal_tasks(person: User) -> Rows:
    """Of strategies in work; an approved one's are in the list of tasks."""
    return GoalTask.objects.filter(owner=person, goal__version__state__in=OPEN_STATES)


def campaigns(person: User) -> Rows:
    return Campaign.objects.filter(owner=person).exclude(state__in=CAMPAIGN_OVER)


def accesses(person: User) -> Rows:
    rows = AccessGrant.objects.standing().filter(user=person)
    return rows.select_related("user", "profile")


def ask_for_accesses(giver: User, grants: Collection[Any]) -> tuple[str, str]:
    title = _("Get the accesses of %(person)s, and change the keys they knew") % {"person": giver}
    return title, "\n".join([lines_of(grants), "", rotation_reminder()])


def rotation_reminder() -> str:
    return _(
        "Roles on networks are given there, by hand. Enter new access keys for every network on"
        " which they had a role: who made a key may still hold a copy of it."
    )


def take_back_accesses(person: User) -> int:
    """A task for each client where they hold any, at once: the clock would ask a day later."""
    clients = Client.objects.filter(access_grants__in=open_accesses_of(person)).distinct()
    return sum(ask_for_person(client, person) for client in clients.order_by("pk"))


def register_parts() -> None:
    """The order is that of the page."""
    if take_back_accesses not in AFTER:
        AFTER.append(take_back_accesses)
    register(
        Mover(
            "posts_written", gettext_lazy("Posts to write"), "content.change_post", "author",
            posts_in("author"),
        ),
        Mover(
            "posts_designed", gettext_lazy("Posts to draw"), "content.change_post", "designer",
            posts_in("designer"),
        ),
        Mover(
            "posts_approved", gettext_lazy("Posts to approve"), "content.approve_post",
            "approver", posts_in("approver"),
        ),
        Mover(
            "recurring_posts", gettext_lazy("Recurring posts"), "content.change_recurringpost",
            "author", recurring_posts,
        ),
        Mover(
            "material", gettext_lazy("Requests for material"), "content.change_materialrequest",
            "asked_by", material,
        ),
        Mover(
            "inbox", gettext_lazy("Comments and messages"), "content.change_inboxitem",
            "assignee", inbox,
        ),
        Mover(
            "incidents", gettext_lazy("Incidents"), "content.change_incident", "owner", incidents
        ),
        Mover(
            "designs", gettext_lazy("Design of communities"), "communities.change_designasset",
            "designer", designs,
        ),
        Mover(
            "set_up", gettext_lazy("Set-up items"), "communities.change_checklistitem", "owner",
            set_up,
        ),
        Mover(
            "audits", gettext_lazy("Audits"), "communities.change_audit", "conducted_by", audits
        ),
        Mover(
            "findings", gettext_lazy("Findings of audits"), "communities.view_audit", "owner",
            findings,
        ),
        Mover(
            "goal_tasks", gettext_lazy("Tasks of a strategy in work"),
            "strategy.view_strategyversion", "owner", goal_tasks,
        ),
        Mover(
            "campaigns", gettext_lazy("Campaigns"), "promotion.change_campaign", "owner",
            campaigns,
        ),
        Mover(
            "accesses", gettext_lazy("Accesses on networks"), "communities.view_accessgrant", "",
            accesses, ask_for_accesses,
        ),
    )  # fmt: skip
