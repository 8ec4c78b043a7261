"""How each block of a client's work stands, by the facts that there are."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from clients.admin.form_page import page_of
from clients.models import Client
from communities.models import Community
from communities.readiness import access_unproven, checklist_unmade, items_open
from kpi.models import KpiReview, Light
from promotion.models import CampaignState
from smm_agency.assessment_standing import assessed_in_words, unassessed_words
from smm_agency.block_rows import LATELY_DAYS, BlockRows
from smm_agency.campaign_standing import campaigns_in_words, waits_for
from smm_agency.lib.words import as_count
from smm_agency.plan_standing import plan_standing
from strategy.models import StrategyVersion, VersionState

# A plan that rules for fewer days has not been posted by yet.
LEAST_DAYS = 7
# An older light says nothing of today: the client is paused, or the clock stood still.
JUDGED_LATELY_DAYS = 7
ENDS_SOON_DAYS = 30
# So much short of the plan is no lack.
HELD_SHARE = 0.8
DONE_STATES = (Community.State.READY, Community.State.RUNNING)
DAY = dt.timedelta(days=1)


class Stage(models.TextChoices):
    NOT_BEGUN = "not_begun", gettext_lazy("not begun")
    IN_WORK = "in_work", gettext_lazy("in work")
    DONE = "done", pgettext_lazy("block of work", "done")
    ON_PLAN = "on_plan", gettext_lazy("goes by the plan")
    BEHIND = "behind", gettext_lazy("behind the plan")
    KEPT = "kept", gettext_lazy("kept by the client")
    LEFT_OUT = "left_out", gettext_lazy("not agreed")

    @property
    def light(self) -> str:
        """The colour beside its name."""
        if self in (Stage.DONE, Stage.ON_PLAN):
            return "green"
        return "amber" if self in (Stage.IN_WORK, Stage.BEHIND) else "grey"


STAGE_BY_LIGHT = {
    Light.GREEN.value: Stage.ON_PLAN,
    Light.AMBER.value: Stage.BEHIND,
    Light.RED.value: Stage.BEHIND,
    Light.GREY.value: Stage.IN_WORK,
}


class Missing(NamedTuple):
    """What is to be done next, and where; without an address it is only said."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Standing:
    stage: Stage
    facts: list[str]
    missing: list[Missing] = field(default_factory=list)


def creation_standing(rows: BlockRows, *, on: dt.date) -> Standing:
    communities = rows.communities
    if not communities:
        add = _add_page("communities.profile", rows.client)
        missing = [Missing(_("Add the first page, then its community."), add)]
        return Standing(Stage.NOT_BEGUN, [_("There is no community yet.")], missing)
    by_state = Counter(community.state for community in communities)
    facts = [f"{state.label}: {by_state[state]}" for state in Community.State if by_state[state]]
    missing = [
        Missing(" ".join(_not_ready(community)), page_of(community))
        for community in communities
        if community.state not in DONE_STATES
    ]
    return Standing(Stage.IN_WORK if missing else Stage.DONE, [", ".join(facts)], missing)


def _not_ready(community: Any) -> list[str]:
    """That it is not ready, and what is missing as far as it can be counted for all at once."""
    words = {"community": community, "state": community.get_state_display()}
    said = [_("%(community)s is not ready yet (%(state)s).") % words]
    if not community.items:
        said.append(checklist_unmade())
    elif community.open_items:
        said.append(items_open(community.open_items))
    if not community.has_access:
        said.append(access_unproven())
    return said


def strategy_standing(rows: BlockRows, *, on: dt.date) -> Standing:
    versions = rows.versions
    approved = next((row for row in versions if row.state == VersionState.APPROVED), None)
    waiting = [row for row in versions if row.state == VersionState.ON_APPROVAL]
    drafts = [row for row in versions if row.state == VersionState.DRAFT]
    if not versions:
        missing = [
            Missing(
                _("Start one: there are templates."),
                _add_page("strategy.strategyversion", rows.client),
            )
        ]
        return Standing(Stage.NOT_BEGUN, [_("There is no strategy yet.")], missing)
    parts = [
        *([_of_approved(approved, on=on)] if approved else []),
        *map(_of_waiting, waiting),
        *map(_of_draft, drafts),
    ]
    missing = [one for _fact, found in parts for one in found]
    is_ruling = approved is not None and approved.starts_on <= on <= approved.ends_on
    if approved and is_ruling and not drafts and not waiting:
        missing += _before_the_end(approved, on=on)
    stage = Stage.DONE if is_ruling else Stage.IN_WORK
    return Standing(stage, [fact for fact, _found in parts], missing)


Part = tuple[str, list[Missing]]


def _of_approved(version: StrategyVersion, *, on: dt.date) -> Part:
    number = {
        "number": version.number,
        "first": date_format(version.starts_on),
        "last": date_format(version.ends_on),
    }
    if version.ends_on < on:
        ended = Missing(_("Make the next version: nothing rules today."), page_of(version))
        return _("Version %(number)s ended on %(last)s.") % number, [ended]
    if version.starts_on > on:
        return _("Version %(number)s is approved and rules from %(first)s.") % number, []
    return _("Version %(number)s rules until %(last)s.") % number, []


def _before_the_end(version: StrategyVersion, *, on: dt.date) -> list[Missing]:
    days = (version.ends_on - on).days
    if days > ENDS_SOON_DAYS:
        return []
    text = ngettext(
        "It ends in %(days)d day: start the next version.",
        "It ends in %(days)d days: start the next version.",
        days,
    ) % {"days": days}
    return [Missing(text, page_of(version))]


def _of_waiting(version: StrategyVersion) -> Part:
    waits_for = (
        _("Version %(number)s waits for the client's word.")
        if version.checked_at
        else _("Version %(number)s waits for the agency's own approval.")
    )
    fact = _("Version %(number)s is on approval.") % {"number": version.number}
    return fact, [Missing(waits_for % {"number": version.number}, page_of(version))]


def _of_draft(version: StrategyVersion) -> Part:
    number = {"number": version.number}
    text = _("Finish draft %(number)s and send it for approval: its page says what it lacks.")
    fact = _("Version %(number)s is a draft.")
    return fact % number, [Missing(text % number, page_of(version))]


def management_standing(rows: BlockRows, *, on: dt.date) -> Standing:
    """The posts on the walls against the grid, and how the publication plan stands."""
    standing = _walls_standing(rows, on=on)
    plan = plan_standing(rows, on=on)
    missing = [*standing.missing, *(Missing(*lack) for lack in plan.lacks)]
    return Standing(standing.stage, [*standing.facts, *plan.facts], missing)


def _walls_standing(rows: BlockRows, *, on: dt.date) -> Standing:
    """Posts on the walls of the last days against what the grid of the ruling version asks for."""
    version = rows.version_on(on)
    first = on - DAY * LATELY_DAYS
    if version is not None:
        first = max(first, version.starts_on)
    walls = [_wall_of(community) for community in rows.communities]
    if not walls:
        return Standing(Stage.NOT_BEGUN, [_("Begins with the first community.")])
    days = (on - first).days
    known = [wall for wall in walls if wall.posts is not None]
    posts = sum(wall.posts or 0 for wall in known)
    told = {"posts": as_count(posts), "days": days}
    facts = [_("Posts on the walls in the last %(days)s days: %(posts)s.") % told] if known else []
    unread = [
        Missing(_("Nobody reads the wall of %(page)s: its posts are not known.") % {"page": wall})
        for wall in walls
        if wall.posts is None
    ]
    if version is None:
        missing = [Missing(_("There is no approved content plan to hold the posts against."))]
        return Standing(Stage.IN_WORK if posts else Stage.NOT_BEGUN, facts, [*missing, *unread])
    planned = round(sum(wall.a_week for wall in known) * days / 7)
    if not planned or days < LEAST_DAYS:
        return Standing(Stage.IN_WORK, facts, unread)
    facts.append(_("The content plan asks for %(planned)s.") % {"planned": as_count(planned)})
    if posts >= planned * HELD_SHARE:
        return Standing(Stage.ON_PLAN, facts, unread)
    fewer = {"count": as_count(planned - posts)}
    short = Missing(_("Fewer than the content plan asks for, by %(count)s.") % fewer)
    return Standing(Stage.BEHIND, facts, [short, *unread])


class Wall(NamedTuple):
    """What was posted in a community, and what the grid asks for in a week.

    `posts` is None where nobody reads its wall; one that has posts is known, whoever brought them.
    """

    title: str
    posts: int | None
    a_week: int

    def __str__(self) -> str:
        return self.title


def _wall_of(community: Any) -> Wall:
    is_known = community.posts or community.profile.wall_read_at
    return Wall(str(community), community.posts if is_known else None, community.a_week)


def promotion_standing(rows: BlockRows, *, on: dt.date) -> Standing:
    """Campaigns, and whether their effect is judged: the result of the block is an assessment."""
    campaigns, newest = rows.campaigns, rows.evaluation
    closed = [review for review in rows.reviews if review.closed_at]
    late = [review for review in rows.reviews if not review.closed_at and review.due_on < on]
    facts = campaigns_in_words(campaigns, on=on)
    if newest:
        told = {"day": date_format(newest.day), "light": newest.get_light_display()}
        facts.append(_("The main indicator on %(day)s: %(light)s.") % told)
    if closed:
        day = date_format(closed[-1].ends_on)
        facts.append(_("KPI are reviewed up to %(day)s.") % {"day": day})
    missing = [Missing(*waits) for row in campaigns if (waits := waits_for(row, on=on))]
    missing += map(_late_review, late)
    facts += assessed_in_words(rows.assessment)
    missing += [Missing(*one) for one in unassessed_words(rows.client, rows.unassessed)]
    if newest is None:
        missing.append(Missing(_("Nothing is assessed yet: that takes an approved strategy.")))
    begun = any(row.state != CampaignState.DRAFT for row in campaigns)
    stage = Stage.IN_WORK if begun else Stage.NOT_BEGUN
    if newest and newest.day >= on - DAY * JUDGED_LATELY_DAYS:
        stage = STAGE_BY_LIGHT[newest.light]
    elif newest:
        day = date_format(newest.day)
        missing.append(Missing(_("Nothing was evaluated after %(day)s.") % {"day": day}))
    return Standing(Stage.BEHIND if late else stage, facts, missing)


def _late_review(review: KpiReview) -> Missing:
    days = {"first": date_format(review.starts_on), "last": date_format(review.ends_on)}
    text = _("The KPI review of %(first)s – %(last)s is overdue.") % days
    return Missing(text, page_of(review))


def _add_page(model: str, client: Client) -> str:
    address = reverse(f"admin:{model.replace('.', '_')}_add")
    return f"{address}?{urlencode({'client': client.pk})}"
