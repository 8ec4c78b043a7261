"""What a version must have, each rule at its border; what calls and competitors need is told in
test_approval."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Performer, Service
from strategy.approval_checks import find_problems
from strategy.models import Channel, GridCell, Metric, Rubric, StrategyVersion
from tests.factories import (
    DAY,
    BudgetLineFactory,
    CommunityRhythmFactory,
    CompetitorAnalysisFactory,
    EngagementServiceFactory,
    GridCellFactory,
    KpiTargetFactory,
    MonthlyTargetFactory,
    RubricFactory,
    StrategySectionFactory,
    complete_draft,
)

pytestmark = pytest.mark.django_db


def problems(version: StrategyVersion) -> list[str]:
    version = StrategyVersion.objects.get(pk=version.pk)
    return find_problems(version, by=None, on=DAY)


@pytest.fixture
def draft() -> StrategyVersion:
    version = complete_draft()
    assert problems(version) == []
    return version


def test_engagement_and_its_division(draft: StrategyVersion) -> None:
    assert draft.engagement is not None
    draft.engagement.services.all().delete()
    assert problems(draft) == [
        "Nobody has said who does what: fill in the division of responsibility of the engagement."
    ]
    draft.engagement = None
    draft.save()
    assert problems(draft) == [
        "This draft has no engagement yet: choose the one that it was agreed in."
    ]


def test_goal_without_measure(draft: StrategyVersion) -> None:
    draft.goals.update(text="More calls", measure=" ")
    assert problems(draft) == ["Goal “More calls” has no measure: say by what number, and by when."]
    draft.goals.all().delete()
    assert problems(draft) == ["There is no goal: write at least one, and how it is measured."]


def test_target_without_a_month_of_the_period(draft: StrategyVersion) -> None:
    growth = KpiTargetFactory.create(version=draft, metric=Metric.GROWTH, is_primary=False)
    MonthlyTargetFactory.create(target=growth, month=dt.date(2027, 1, 1))
    assert problems(draft) == [
        "Growth of members has no value for any month of the period: give one, or delete it."
    ]
    MonthlyTargetFactory.create(target=growth, month=dt.date(2026, 12, 1))
    assert problems(draft) == []


def test_date_alone_is_no_analysis(draft: StrategyVersion) -> None:
    analysis = draft.client.competitors.all()[0].analyses.get()
    type(analysis).objects.filter(pk=analysis.pk).update(strengths="")
    assert len(problems(draft)) == 1
    CompetitorAnalysisFactory.create(competitor=analysis.competitor, strengths="", idea="Polls")
    assert problems(draft) == []


def test_shares_make_the_whole(draft: StrategyVersion) -> None:
    second = RubricFactory.create(version=draft, share=Decimal("0.001"))
    assert problems(draft) == ["The shares of the rubrics make 100.1 %: take 0.1 % away."]
    Rubric.objects.exclude(pk=second.pk).update(share=Decimal("0.998"))
    assert problems(draft) == ["The shares of the rubrics make 99.9 %: spread the other 0.1 %."]
    Rubric.objects.exclude(pk=second.pk).update(share=Decimal("0.999"))
    assert problems(draft) == []
    Rubric.objects.filter(pk=second.pk).update(share=None)
    assert problems(draft) == ["Not every rubric has its share of the plan: give all of them."]


def test_plan_stays_within_the_cap(draft: StrategyVersion) -> None:
    Rubric.objects.update(curated_share=Decimal("0.3"))
    assert problems(draft) == []
    Rubric.objects.update(curated_share=Decimal("0.301"))
    assert problems(draft) == [
        "By the plan 30.1 % of the publications come from the internet, at most 30 % may: lower"
        " the curated part of rubrics, or post them less often."
    ]
    draft.content_rules.delete()
    assert problems(draft) == [
        "There are no content rules: say how much may come from the internet, 20 to 50 %."
    ]


def test_grid_and_rhythm_say_the_same(draft: StrategyVersion) -> None:
    cell = GridCell.objects.get()
    rhythm = CommunityRhythmFactory.create(version=draft, community=cell.community)
    assert problems(draft) == []
    GridCellFactory.create(rubric=cell.rubric, community=cell.community, weekday=3)
    assert problems(draft) == [
        f"{rhythm.community}: the grid has 2 posts a week, the rhythm says 1: make them the same."
    ]


def test_empty_grid(draft: StrategyVersion) -> None:
    GridCell.objects.all().delete()
    assert problems(draft) == [
        "The content plan grid is empty: say on which weekdays each rubric is posted."
    ]
    Rubric.objects.all().delete()
    assert problems(draft) == ["The content plan grid is empty: add rubrics, and posts by weekday."]


def test_grid_is_not_asked_of_who_makes_no_content_plan(draft: StrategyVersion) -> None:
    Rubric.objects.all().delete()
    service = Service.objects.get(code="content-plan")
    row = EngagementServiceFactory.create(
        engagement=draft.engagement, service=service, performer=Performer.AGENCY
    )
    assert len(problems(draft)) == 1
    row.performer = Performer.CLIENT
    row.save()
    assert problems(draft) == []


def test_media_plan_is_within_the_budget_of_each_month(draft: StrategyVersion) -> None:
    assert draft.engagement is not None
    draft.engagement.ad_budget = Decimal(10_000)
    draft.engagement.save()
    march = BudgetLineFactory.create(version=draft, month=dt.date(2026, 3, 1), amount=10_000)
    BudgetLineFactory.create(version=draft, month=dt.date(2026, 4, 1), amount=10_000)
    assert problems(draft) == []
    BudgetLineFactory.create(
        version=draft, month=march.month, channel=Channel.SEEDING, amount=Decimal("0.01")
    )
    assert problems(draft) == [
        "March 2026: the media plan has 10000.01, the engagement's budget is 10000.00 RUB: take"
        " 0.01 away."
    ]
    draft.engagement.ad_budget = None
    draft.engagement.save()
    assert problems(draft) == []


def test_line_of_the_media_plan_is_of_the_period_and_the_currency(draft: StrategyVersion) -> None:
    BudgetLineFactory.create(version=draft, month=dt.date(2027, 1, 1), currency="EUR")
    assert problems(draft) == [
        "2027-01 · targeted ads · 10000.00 EUR is outside of the period of the strategy: change"
        " its month.",
        "2027-01 · targeted ads · 10000.00 EUR: the engagement is in RUB, so is its media plan.",
    ]


def test_written_sections_are_ready(draft: StrategyVersion) -> None:
    StrategySectionFactory.create(version=draft, kind="brief", state="in_work")
    StrategySectionFactory.create(version=draft, kind="risks", state="to_do")
    StrategySectionFactory.create(version=draft, kind="trends", state="not_needed")
    StrategySectionFactory.create(version=draft, kind="promotion", text="", state="in_work")
    assert problems(draft) == [
        "Sections that are written but not ready: Brief and business context, Risks. Mark them"
        " ready, or not needed."
    ]
