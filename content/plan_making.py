"""Writing a month's publication plan: one press, however many people press it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clients.models import Client, User
from clients.rights import may
from content.models import Post, PostMove, PostState, Publication, PublicationPlan
from content.planning import PlannedPost, Proposal, propose
from strategy.versions import lock_client


def find_refusals(proposal: Proposal) -> list[str]:
    """Why nothing can be planned, with what mends it; empty where something can."""
    days = proposal.days
    words = {"month": date_format(proposal.month, "F Y")}
    if days.versions:
        return _refusals_of_grid(proposal)
    if days.without_strategy:
        return [_("No approved strategy is in force in %(month)s: approve one first.") % words]
    if days.at_rest:
        return [_("The client is paused or has left: nothing is planned in %(month)s.") % words]
    if days.not_agreed:
        return [_("No engagement runs in %(month)s: write down what was agreed first.") % words]
    return [_("%(month)s is over: plan the next month.") % words]


def _refusals_of_grid(proposal: Proposal) -> list[str]:
    if not proposal.has_cells:
        numbers = ", ".join(f"v{version.number}" for version in proposal.days.distinct_versions)
        return [
            _("The content plan grid of %(versions)s is empty: fill it in the next version.")
            % {"versions": numbers}
        ]
    open_to = {cell.community for cell in proposal.posts} or proposal.standing
    if not open_to and proposal.not_running:
        names = ", ".join(str(row) for row in proposal.not_running)
        return [
            _("None of the communities of the grid runs: %(names)s. Launch one first.")
            % {"names": names}
        ]
    return []


@transaction.atomic
def make_plan(
    client: Client, month: dt.date, *, by: User, at: dt.datetime, known: str
) -> tuple[PublicationPlan, int]:
    """The plan, and how many posts were added to it; `known` is what the person saw.

    Raises ValidationError: the person may not, there is nothing to plan from, nothing is missing,
    or somebody planned meanwhile.
    """
    on = client.day_of(at)
    if not may(by, "content.add_publicationplan", client=client, on=on):
        raise ValidationError(_("You may not plan publications; ask a content manager."))
    lock_client(client.pk)
    proposal = propose(client, month, on=on)
    if refusals := find_refusals(proposal):
        raise ValidationError(refusals)
    if proposal.known != known:
        raise ValidationError(
            _("Somebody planned or changed the grid meanwhile: look at it again, nothing was made.")
        )
    if not proposal.posts:
        raise ValidationError(_("Nothing is missing: all that the grid asks for is planned."))
    plan = proposal.plan or PublicationPlan.objects.create(
        client=client,
        month=month,
        version=proposal.days.distinct_versions[-1],
        made_at=at,
        made_by=by,
    )
    _write_posts(plan, proposal.posts, by=by, at=at)
    return plan, len(proposal.posts)


def _write_posts(
    plan: PublicationPlan, planned: list[PlannedPost], *, by: User, at: dt.datetime
) -> None:
    with override(plan.client.language):
        posts = Post.objects.bulk_create(_post_of(plan, one, by=by, at=at) for one in planned)
    Publication.objects.bulk_create(
        Publication(client_id=plan.client_id, post=post, community=one.community, planned_at=one.at)
        for post, one in zip(posts, planned, strict=True)
    )
    PostMove.objects.bulk_create(
        PostMove(client_id=plan.client_id, post=post, new=PostState.IDEA, moved_at=at, moved_by=by)
        for post in posts
    )


def _post_of(plan: PublicationPlan, one: PlannedPost, *, by: User, at: dt.datetime) -> Post:
    return Post(
        client_id=plan.client_id,
        plan=plan,
        grid_place=one.key,
        rubric=one.rubric,
        title=title_of(one),
        format=one.format,
        source=one.source,
        text_work=one.text_work,
        state=PostState.IDEA,
        state_since=at,
        created_at=at,
        created_by=by,
    )


def title_of(one: PlannedPost) -> str:
    """The rubric and the day, until somebody writes the topic."""
    return f"{one.rubric.name}, {date_format(one.day, 'j E')}"
