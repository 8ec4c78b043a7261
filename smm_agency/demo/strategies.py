"""The first strategy of each client of the demo, as a draft with its targets by month."""

import datetime as dt
from decimal import Decimal

from clients.models import Role, User
from smm_agency.demo.rhythm import DAY, target_of
from smm_agency.demo.stage import Stage
from strategy.approval import approve_inside, record_client_word, send_for_approval
from strategy.models import (
    ApprovalChannel,
    ContentRules,
    Goal,
    GridCell,
    KpiTarget,
    Metric,
    MonthlyTarget,
    Rubric,
    StrategyVersion,
)
from strategy.periods import months_between
from strategy.versions import create_draft

RUNS_ON_DAYS = 100
# Growth is agreed a little below what the communities do, as people agree such things.
GROWTH_SHARE = 0.8
RUBRICS = {
    "ru": ("Полезные советы", "Работы и результаты", "Предложения недели"),
    "en": ("Good advice", "Work and results", "Offers of the week"),
}
SHARES = (
    (Rubric.Kind.INFORMING, Decimal("0.4")),
    (Rubric.Kind.REPUTATION, Decimal("0.4")),
    (Rubric.Kind.SELLING, Decimal("0.2")),
)


def draft_strategy(stage: Stage) -> StrategyVersion:
    """Goals and targets; approval comes with its day, or for a newcomer not yet."""
    story = stage.story
    ends_in = RUNS_ON_DAYS if story.ends_in_days is None else story.ends_in_days
    version = create_draft(
        stage.client,
        engagement=stage.engagement,
        title=story.title,
        summary=story.summary,
        starts_on=stage.strategy_starts_on,
        ends_on=stage.today + DAY * ends_in,
    )
    Goal.objects.bulk_create(
        Goal(client=stage.client, version=version, text=text, measure=measure)
        for text, measure in story.goals
    )
    _add_primary(stage, version)
    _add_growth(stage, version)
    _add_er(stage, version)
    _add_content(stage, version)
    return version


def approve_strategy(
    version: StrategyVersion, stage: Stage, *, sent_by: User, on: dt.date, at: dt.datetime
) -> None:
    """The whole way of an approval within one day."""
    hour = dt.timedelta(hours=1)
    manager = stage.cast.member(stage.story, Role.ACCOUNT_MANAGER)
    person = stage.client.contacts.filter(is_main=True).first()
    send_for_approval(version, by=sent_by, on=on, at=at - hour * 2)
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


def _add_content(stage: Stage, version: StrategyVersion) -> None:
    rules = ContentRules.objects.create(
        client=stage.client, version=version, curated_cap=Decimal("0.30")
    )
    names = RUBRICS[stage.story.language]
    rubrics = Rubric.objects.bulk_create(
        Rubric(
            client=stage.client,
            version=version,
            name=name,
            kind=kind,
            share=share,
            curated_share=rules.curated_cap if kind == Rubric.Kind.INFORMING else Decimal(0),
        )
        for name, (kind, share) in zip(names, SHARES, strict=True)
    )
    GridCell.objects.bulk_create(
        GridCell(
            client=stage.client, rubric=rubric, community=row.community, weekday=weekday, posts=1
        )
        for row in stage.own
        if row.community is not None
        for weekday, rubric in zip((0, 2, 4), rubrics, strict=True)
    )


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
    )
    _set_months(
        target,
        {
            month: Decimal(target_of(story, story.target, month, starts_on=version.starts_on))
            for month in _months(version)
        },
    )


def _add_growth(stage: Stage, version: StrategyVersion) -> None:
    growth = sum(row.page.growth for row in stage.own if row.page.is_measured)
    target = KpiTarget.objects.create(client=stage.client, version=version, metric=Metric.GROWTH)
    value = Decimal(round(growth * GROWTH_SHARE))
    _set_months(target, dict.fromkeys(_months(version), value))


def _add_er(stage: Stage, version: StrategyVersion) -> None:
    formula, value = stage.story.er
    target = KpiTarget.objects.create(
        client=stage.client, version=version, metric=Metric.ER, formula_code=formula
    )
    _set_months(target, dict.fromkeys(_months(version), Decimal(value)))


def _set_months(target: KpiTarget, values: dict[dt.date, Decimal]) -> None:
    MonthlyTarget.objects.bulk_create(
        MonthlyTarget(client_id=target.client_id, target=target, month=month, value=value)
        for month, value in values.items()
    )
