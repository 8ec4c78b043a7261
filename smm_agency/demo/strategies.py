"""The first strategy of each client of the demo: a template, filled with what the client told."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from clients.models import Role, Task, TaskState, User
from kpi.strategy_document import keep_printed
from smm_agency.demo.rhythm import DAY, target_of
from smm_agency.demo.stage import PageRow, Stage
from smm_agency.demo.strategy_facts import agreed_growth, facts_of, fill_in
from strategy.approval import approve_inside, record_client_word, send_for_approval
from strategy.models import (
    ApprovalChannel,
    BudgetLine,
    Channel,
    GoalTask,
    GridCell,
    KpiTarget,
    Metric,
    MonthlyTarget,
    SectionState,
    StrategyVersion,
    TargetOwner,
)
from strategy.periods import months_between
from strategy.starting import start_strategy
from strategy.versions import next_version

RUNS_ON_DAYS = 100
# What the pages post in a week: the networks that the simulator plays, and the others.
POSTS_A_WEEK = {"vk": 5, "telegram": 5, "facebook": 2, "instagram": 2}
# Of the advertising budget; the rest is kept in hand.
MONEY = ((Channel.ADS, Decimal("0.70")), (Channel.SEEDING, Decimal("0.20")))


def draft_strategy(stage: Stage) -> StrategyVersion:
    """Approval comes with its day; a newcomer's short draft waits for somebody to finish it."""
    story = stage.story
    ends_in = RUNS_ON_DAYS if story.ends_in_days is None else story.ends_in_days
    version = start_strategy(
        stage.client,
        template=story.template,
        language=story.language,
        engagement=stage.engagement,
        title=story.title,
        summary=story.summary,
        starts_on=stage.strategy_starts_on,
        ends_on=stage.today + DAY * ends_in,
        by=stage.cast.member(story, Role.STRATEGIST),
        on=stage.began_on,
    )
    if not story.is_strategy_approved:
        return version
    _write_facts(stage, version)
    _fit_grid(stage, version)
    version.targets.all().delete()
    _add_primary(stage, version)
    _add_growth(stage, version)
    _add_er(stage, version)
    _add_budget(stage, version)
    return version


def approve_strategy(
    version: StrategyVersion, stage: Stage, *, sent_by: User, on: dt.date, at: dt.datetime
) -> None:
    """The whole way of an approval within one day; what it asked for was done in time."""
    hour = dt.timedelta(hours=1)
    manager = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    person = stage.client.contacts.filter(is_main=True).first()
    _send(version, by=sent_by, on=on, at=at - hour * 2)
    approve_inside(version, by=manager, on=on, at=at - hour)
    record_client_word(
        version,
        by=manager,
        on=on,
        at=at,
        said_by=person.name if person else stage.client.name,
        said_on=on,
        channel=ApprovalChannel.EMAIL,
    )
    _finish_tasks(version, stage, at=at)


def _send(version: StrategyVersion, *, by: User, on: dt.date, at: dt.datetime) -> None:
    """As the button does it: with the paper that the client gets."""
    keep_printed(send_for_approval(version, by=by, on=on, at=at), by=by, at=at)


def ask_for_next(version: StrategyVersion, stage: Stage, *, on: dt.date, at: dt.datetime) -> None:
    """The next version is approved inside the agency, and waits for the client's word."""
    strategist = stage.cast.member(stage.story, Role.STRATEGIST)
    manager = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    draft = next_version(
        version, by=strategist, starts_on=on + DAY * 12, cause=stage.story.next_cause
    )
    content = draft.sections.get(kind="content")
    content.text += f"\n\n{stage.story.next_cause}"
    content.save()
    primary = draft.targets.get(is_primary=True)
    for month in primary.months.all():
        month.value = round(month.value * Decimal("1.1"))
        month.save()
    _send(draft, by=strategist, on=on, at=at)
    approve_inside(draft, by=manager, on=on, at=at + dt.timedelta(hours=3))


def _write_facts(stage: Stage, version: StrategyVersion) -> None:
    """What the client told instead of the brackets; then the texts are ready."""
    facts = facts_of(stage, version)
    sections = list(version.sections.all())
    for section in sections:
        section.text, section.state = fill_in(section.text, facts), SectionState.READY
    version.sections.bulk_update(sections, ["text", "state"])
    goals = list(version.goals.order_by("pk"))
    goals[0].text = stage.story.goal
    for goal in goals:
        goal.measure = fill_in(goal.measure, facts)
    version.goals.bulk_update(goals, ["text", "measure"])
    messages = list(version.positionings.all())
    for message in messages:
        message.proof = fill_in(message.proof, facts)
    version.positionings.bulk_update(messages, ["proof"])


def _fit_grid(stage: Stage, version: StrategyVersion) -> None:
    """As many posts a week as the page really has; each community begins with another rubric."""
    for number, row in enumerate(stage.own):
        cells = list(GridCell.objects.filter(rubric__version=version, community=row.community))
        kept = _kept(cells, row, number)
        GridCell.objects.filter(pk__in=[cell.pk for cell in cells if cell not in kept]).delete()
        version.rhythms.filter(community=row.community).update(posts_per_week=len(kept))


def _kept(cells: list[GridCell], row: PageRow, number: int) -> list[GridCell]:
    wanted = POSTS_A_WEEK.get(row.page.network, 1)
    turned = cells[number * 2 % len(cells) :] + cells[: number * 2 % len(cells)]
    return turned[:wanted]


def _add_budget(stage: Stage, version: StrategyVersion) -> None:
    """Whole hundreds within the engagement's advertising budget, the same each month."""
    agreed = Decimal(stage.story.ad_budget)
    BudgetLine.objects.bulk_create(
        BudgetLine(
            client=stage.client,
            version=version,
            channel=channel,
            month=month,
            amount=agreed * share // 10 * 10,
            currency=stage.story.currency,
        )
        for month in _months(version)
        for channel, share in MONEY
    )


def _finish_tasks(version: StrategyVersion, stage: Stage, *, at: dt.datetime) -> None:
    """Those that were due by now were done on their day; all were written with the approval."""
    tasks = Task.objects.filter(
        pk__in=GoalTask.objects.filter(goal__version=version).values("task")
    )
    for task in tasks:
        task.created_at = at
        if task.due_on and task.due_on < stage.today:
            task.state, task.done_at = TaskState.DONE, stage.moment(task.due_on, 16)
    Task.objects.bulk_update(tasks, ["created_at", "state", "done_at"])


def _months(version: StrategyVersion) -> list[dt.date]:
    return list(months_between(version.starts_on, version.ends_on))


def _add_primary(stage: Stage, version: StrategyVersion) -> None:
    story = stage.story
    target = KpiTarget.objects.create(
        client=stage.client,
        version=version,
        metric=story.primary,
        is_primary=True,
        reason=story.reason,
        min_sample=5,
    )
    _set_months(
        target,
        {
            month: Decimal(target_of(story, story.target, month, starts_on=version.starts_on))
            for month in _months(version)
        },
    )


def _add_growth(stage: Stage, version: StrategyVersion) -> None:
    target = KpiTarget.objects.create(
        client=stage.client, version=version, metric=Metric.GROWTH, owner=TargetOwner.AGENCY
    )
    value = Decimal(agreed_growth(stage))
    _set_months(target, dict.fromkeys(_months(version), value))


def _add_er(stage: Stage, version: StrategyVersion) -> None:
    formula, value = stage.story.er
    target = KpiTarget.objects.create(
        client=stage.client,
        version=version,
        metric=Metric.ER,
        formula_code=formula,
        owner=TargetOwner.AGENCY,
        min_sample=8,
    )
    _set_months(target, dict.fromkeys(_months(version), Decimal(value)))


def _set_months(target: KpiTarget, values: Mapping[dt.date, Decimal]) -> None:
    MonthlyTarget.objects.bulk_create(
        MonthlyTarget(client_id=target.client_id, target=target, month=month, value=value)
        for month, value in values.items()
    )
