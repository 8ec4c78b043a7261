"""The first strategy of each client of the demo, as a draft with its targets by month."""

import datetime as dt
from decimal import Decimal

from smm_agency.demo.rhythm import DAY, target_of
from smm_agency.demo.stage import Stage
from strategy.models import Goal, KpiTarget, Metric, MonthlyTarget, StrategyVersion
from strategy.periods import months_between
from strategy.versions import create_draft

RUNS_ON_DAYS = 100
# Growth is agreed a little below what the communities do, as people agree such things.
GROWTH_SHARE = 0.8


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
    return version


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
