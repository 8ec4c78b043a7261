"""A strategy starts from a template: its draft, with everything that the template can say."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from clients.models import Client, Engagement, TeamMember, User
from clients.rights import may
from communities.models import Community
from strategy.industries import TEMPLATES, Start
from strategy.industries.filling import Filling
from strategy.industries.template import GoalPart, Template
from strategy.models import (
    CommunityRhythm,
    ContentRules,
    Goal,
    GoalTask,
    GridCell,
    KpiTarget,
    Positioning,
    Rubric,
    SectionState,
    Segment,
    StrategyVersion,
)
from strategy.versions import create_draft

# Part's key → the row that was made of it.
Made = Mapping[str, Any]


@transaction.atomic
def start_strategy(
    client: Client,
    *,
    template: str,
    language: str,
    engagement: Engagement | None,
    title: str,
    starts_on: dt.date,
    ends_on: dt.date,
    by: User,
    summary: str = "",
    cause: str = "",
    on: dt.date | None = None,
) -> StrategyVersion:
    """The draft, filled from the template in this language; what it leaves open is in brackets.

    A lead has no engagement yet. Months of targets stay empty: no figure is made up. Raises
    ValidationError where the person may not (`on` is today unless given), or the days are wrong.
    """
    if not may(by, "strategy.add_strategyversion", client=client, on=on):
        raise ValidationError(_("You may not make strategies; ask a strategist."))
    chosen = TEMPLATES.get(template)
    if chosen is None and template != Start.EMPTY:
        raise ValidationError(_("There is no such template: choose one of the list."))
    draft = create_draft(
        client,
        engagement=engagement,
        title=title,
        summary=summary or (chosen.summary.said_in(language) if chosen else ""),
        starts_on=starts_on,
        ends_on=ends_on,
        cause=cause,
    )
    if chosen is not None:
        filling = Filling(client.name, client.takes_calls, language, starts_on, ends_on)
        fill_draft(draft, chosen, filling)
    return draft


def fill_draft(draft: StrategyVersion, template: Template, filling: Filling) -> None:
    """All parts of the template into an empty draft."""
    _write_sections(draft, template, filling)
    goals = _add_goals(draft, template, filling)
    segments = _add_segments(draft, template, filling)
    positionings = _add_positionings(draft, template, filling, segments)
    _add_rules(draft, template, filling)
    rubrics = _add_rubrics(draft, template, filling, (goals, segments, positionings))
    _add_grid(draft, template, filling, rubrics)
    _add_targets(draft, template)


def _write_sections(draft: StrategyVersion, template: Template, filling: Filling) -> None:
    """What is written waits for somebody's eyes; the others are not part of this strategy."""
    texts = template.texts[filling.language]
    rows = list(draft.sections.all())
    for row in rows:
        found = texts.get(row.kind)  # type: ignore[call-overload] # a text choice is its text
        row.state = SectionState.IN_WORK if found else SectionState.NOT_NEEDED
        if found:
            row.text, row.internal_note = filling.fill(found.text), filling.fill(found.note)
    draft.sections.bulk_update(rows, ["text", "internal_note", "state"])


def _add_goals(draft: StrategyVersion, template: Template, filling: Filling) -> Made:
    made: dict[str, Goal] = {}
    for part in template.goals:
        text, measure = _words_of(part, filling)
        made[part.key] = Goal.objects.create(
            client=draft.client,
            version=draft,
            level=part.level,
            serves=made.get(part.serves),
            text=text,
            measure=measure,
        )
    _add_tasks(draft, template, filling, made)
    return made


def _words_of(part: GoalPart, filling: Filling) -> tuple[str, str]:
    words = (part.text, part.measure)
    if part.callless and not filling.takes_calls:
        words = part.callless
    return filling.fill(words[0]), filling.fill(words[1])


def _add_tasks(draft: StrategyVersion, template: Template, filling: Filling, goals: Made) -> None:
    owners = _team(draft)
    GoalTask.objects.bulk_create(
        GoalTask(
            client=draft.client,
            goal=goals[part.key],
            title=filling.fill(task.title),
            side=task.side,
            block=task.block,
            owner=owners.get(task.role) if task.role else None,
            due_on=filling.day_after(task.days),
        )
        for part in template.goals
        for task in part.tasks
    )


def _team(draft: StrategyVersion) -> dict[str, User]:
    """Role → who has it in the client's team when the strategy starts."""
    team = TeamMember.objects.active(on=draft.starts_on).filter(client=draft.client_id)
    return {member.role: member.user for member in team.select_related("user").order_by("-pk")}


def _add_segments(draft: StrategyVersion, template: Template, filling: Filling) -> Made:
    fields = ("name", "who", "need", "pains", "triggers", "objections", "platforms")
    return _made(
        template.segments,
        Segment.objects.bulk_create(
            Segment(
                client=draft.client,
                version=draft,
                **{name: filling.fill(getattr(part, name)) for name in fields},
            )
            for part in template.segments
        ),
    )


def _add_positionings(
    draft: StrategyVersion, template: Template, filling: Filling, segments: Made
) -> Made:
    return _made(
        template.positionings,
        Positioning.objects.bulk_create(
            Positioning(
                client=draft.client,
                version=draft,
                segment=segments.get(part.segment),
                message=filling.fill(part.message),
                proof=filling.fill(part.proof),
                tone=filling.fill(part.tone),
            )
            for part in template.positionings
        ),
    )


def _add_rules(draft: StrategyVersion, template: Template, filling: Filling) -> None:
    rules = template.rules
    ContentRules.objects.create(
        client=draft.client,
        version=draft,
        curated_cap=rules.curated_cap,
        curated_reason=filling.fill(rules.curated_reason),
        sources=filling.fill(rules.sources),
        taboo=filling.fill(rules.taboo),
    )


def _add_rubrics(
    draft: StrategyVersion, template: Template, filling: Filling, rows: tuple[Made, Made, Made]
) -> Made:
    goals, segments, positionings = rows
    return _made(
        template.rubrics,
        Rubric.objects.bulk_create(
            Rubric(
                client=draft.client,
                version=draft,
                name=filling.fill(part.name),
                kind=part.kind,
                share=part.share,
                curated_share=part.curated,
                goal=goals[part.goal],
                segment=segments.get(part.segment),
                positioning=positionings.get(part.positioning),
                formats=list(part.formats),
                sources=list(part.sources),
                example=filling.fill(part.example),
            )
            for part in template.rubrics
        ),
    )


def _add_grid(draft: StrategyVersion, template: Template, filling: Filling, rubrics: Made) -> None:
    """The usual week of each community under work; without one the grid is filled in later."""
    communities = list(
        Community.objects.filter(client=draft.client_id)
        .exclude(state=Community.State.ARCHIVED)
        .select_related("profile")
        .order_by("pk")
    )
    CommunityRhythm.objects.bulk_create(
        CommunityRhythm(
            client=draft.client,
            version=draft,
            community=community,
            role=filling.fill(template.role_on(community.profile.network)),
            posts_per_week=template.posts_per_week,
        )
        for community in communities
    )
    GridCell.objects.bulk_create(
        GridCell(
            client=draft.client,
            rubric=rubrics[part.rubric],
            community=community,
            weekday=part.weekday,
            posts=part.posts,
        )
        for community in communities
        for part in template.grid
    )


def _add_targets(draft: StrategyVersion, template: Template) -> None:
    parts = template.targets if draft.client.takes_calls else template.callless
    KpiTarget.objects.bulk_create(
        KpiTarget(
            client=draft.client,
            version=draft,
            metric=part.metric,
            is_primary=part.is_primary,
            owner=part.owner,
            tolerance=part.tolerance,
            min_sample=part.min_sample,
            formula_code=part.formula,
        )
        for part in parts
    )


def _made(parts: Any, rows: Sequence[models.Model]) -> Made:
    return {part.key: row for part, row in zip(parts, rows, strict=True)}
