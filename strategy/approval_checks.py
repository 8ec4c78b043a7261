"""What a version must have before it is sent for approval; each lack is told with its mend."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, Engagement, Performer, User
from strategy.competitor_analyses import oldest_fresh_day
from strategy.content_sums import WHOLE, planned_curated_share, posts_by_community, sum_of_shares
from strategy.models import (
    CompetitorAnalysis,
    GridCell,
    KpiTarget,
    Metric,
    SectionState,
    StrategyVersion,
    VersionState,
)
from strategy.models.target import CALL_METRICS
from strategy.periods import month_of, months_between
from strategy.placeholders import check_placeholders

# The service of the catalogue that makes a grid obligatory.
CONTENT_PLAN = "content-plan"


def find_problems(version: StrategyVersion, *, by: User | None, on: dt.date) -> list[str]:
    """Everything that a version lacks. `by` sends it; None where somebody only looks."""
    client = version.client
    primary = version.targets.filter(is_primary=True).first()
    return [
        *order_problems(version),
        *check_engagement(version),
        *check_goals(version),
        *check_primary(client, primary, by=by),
        *check_months(version, primary),
        *check_competitors(client, on=on),
        *check_content(version),
        *check_budget(version),
        *check_sections(version),
        *check_placeholders(version),
    ]


def order_problems(version: StrategyVersion) -> list[str]:
    """Versions follow each other: what stands in the way of this one's period."""
    before = StrategyVersion.objects.filter(
        client=version.client_id, state=VersionState.APPROVED
    ).first()
    if before and before.pk != version.pk and version.starts_on <= before.starts_on:
        return [
            _("Version %(number)s starts on %(day)s: let this one start on a later day.")
            % {"number": before.number, "day": date_format(before.starts_on)}
        ]
    return []


def check_engagement(version: StrategyVersion) -> list[str]:
    """What was agreed, and who does what of it."""
    if version.engagement is None:
        return [_("This draft has no engagement yet: choose the one that it was agreed in.")]
    if not version.engagement.services.exists():
        return [
            _("Nobody has said who does what: fill in the division of responsibility of the"
              " engagement.")
        ]  # fmt: skip
    return []


def check_goals(version: StrategyVersion) -> list[str]:
    goals = list(version.goals.all())
    if not goals:
        return [_("There is no goal: write at least one, and how it is measured.")]
    return [
        _("Goal “%(goal)s” has no measure: say by what number, and by when.") % {"goal": goal.text}
        for goal in goals
        if not goal.measure.strip()
    ]


def check_primary(client: Client, primary: KpiTarget | None, *, by: User | None) -> list[str]:
    """A primary target is there, and it is calls unless there is a reason."""
    if primary is None:
        return [_("No target is primary: mark one, calls as a rule.")]
    if primary.metric in CALL_METRICS:
        return _check_calls(client, primary)
    if not client.takes_calls:
        return []
    if not primary.reason:
        return [
            _("%(metric)s are primary instead of calls: a director records the reason.")
            % {"metric": str(primary.get_metric_display()).capitalize()}
        ]
    recorded_by = primary.reason_by or by
    if recorded_by is not None and not recorded_by.sees_all_clients:
        return [_("The reason why calls are not primary must be recorded by a director.")]
    return []


def _check_calls(client: Client, primary: KpiTarget) -> list[str]:
    if not client.takes_calls:
        return [_("This client takes no phone calls: make another count primary.")]
    if primary.metric == Metric.UNIQUE_TARGET_CALLS and not client.has_call_tracking:
        return [_("Without call tracking nobody knows unique-target calls: make calls primary.")]
    return []


def check_months(version: StrategyVersion, primary: KpiTarget | None) -> list[str]:
    """The primary target has all months of the period, every other one some of them."""
    months = list(months_between(version.starts_on, version.ends_on))
    problems = []
    if primary is not None:
        given = set(primary.months.values_list("month", flat=True))
        missing = [date_format(month, "F Y") for month in months if month not in given]
        if missing:
            problems.append(
                _("The primary target has no value for %(months)s: add them, or end the version"
                  " earlier.") % {"months": ", ".join(missing)}
            )  # fmt: skip
    for target in version.targets.exclude(is_primary=True).exclude(months__month__in=months):
        problems.append(
            _("%(target)s has no value for any month of the period: give one, or delete it.")
            % {"target": str(target)[:1].upper() + str(target)[1:]}
        )
    return problems


def fresh_competitors(client: Client, *, on: dt.date) -> int:
    """How many competitors were analysed within the set number of days."""
    analyses = CompetitorAnalysis.objects.written().filter(
        client=client, analysed_on__range=(oldest_fresh_day(on=on), on)
    )
    return analyses.values("competitor").distinct().count()


def check_competitors(client: Client, *, on: dt.date) -> list[str]:
    wanted: int = settings.STRATEGY_MIN_COMPETITORS
    analysed = fresh_competitors(client, on=on)
    if analysed >= wanted:
        return []
    return [
        ngettext(
            "%(wanted)d competitor must be analysed within the last %(days)d days, now it is"
            " %(analysed)d: add analyses.",
            "%(wanted)d competitors must be analysed within the last %(days)d days, now it is"
            " %(analysed)d: add analyses.",
            wanted,
        )
        % {
            "wanted": wanted,
            "days": settings.STRATEGY_COMPETITOR_ANALYSIS_DAYS,
            "analysed": analysed,
        }
    ]


def needs_content_plan(engagement: Engagement | None) -> bool:
    """Unless the division says that nobody makes a content plan, or the client does."""
    if engagement is None:
        return True
    performers = engagement.services.filter(service__code=CONTENT_PLAN)
    row = performers.first()
    return row is None or row.performer in (Performer.AGENCY, Performer.THIRD_PARTY)


def check_content(version: StrategyVersion) -> list[str]:
    """The grid, the rubrics and the rules say the same."""
    rubrics = list(version.rubrics.all())
    cells = list(GridCell.objects.filter(rubric__version=version))
    if not cells and not rubrics:
        if needs_content_plan(version.engagement):
            return [_("The content plan grid is empty: add rubrics, and posts by weekday.")]
        return []
    return [
        *check_shares(sum_of_shares(rubrics)),
        *_check_grid(version, cells),
        *_check_curated(version, planned_curated_share(rubrics, cells)),
    ]


def check_shares(total: Decimal | None) -> list[str]:
    """Rubrics make up the whole plan."""
    if total is None:
        return [_("Not every rubric has its share of the plan: give all of them.")]
    if total == WHOLE:
        return []
    percent = {"total": _percent(total), "rest": _percent(abs(WHOLE - total))}
    if total < WHOLE:
        return [_("The shares of the rubrics make %(total)s: spread the other %(rest)s.") % percent]
    return [_("The shares of the rubrics make %(total)s: take %(rest)s away.") % percent]


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def _check_grid(version: StrategyVersion, cells: list[GridCell]) -> Iterator[str]:
    if not cells:
        yield _("The content plan grid is empty: say on which weekdays each rubric is posted.")
        return
    posts = posts_by_community(cells)
    for rhythm in version.rhythms.select_related("community__profile"):
        planned = posts.pop(rhythm.community_id, 0)
        if planned != rhythm.posts_per_week:
            yield _(
                "%(community)s: the grid has %(planned)s posts a week, the rhythm says %(agreed)s:"
                " make them the same."
            ) % {
                "community": rhythm.community,
                "planned": planned,
                "agreed": rhythm.posts_per_week,
            }


def _check_curated(version: StrategyVersion, planned: Decimal | None) -> Iterator[str]:
    rules: Any = getattr(version, "content_rules", None)
    if rules is None:
        yield _("There are no content rules: say how much may come from the internet, 20 to 50 %.")
    elif planned is not None and planned > rules.curated_cap:
        yield _(
            "By the plan %(planned)s of the publications come from the internet, at most %(cap)s"
            " may: lower the curated part of rubrics, or post them less often."
        ) % {"planned": _percent(round(planned, 3)), "cap": _percent(rules.curated_cap)}


def check_budget(version: StrategyVersion) -> list[str]:
    """Each month's lines stay within what the engagement agreed, in its currency."""
    sums: dict[dt.date, Decimal] = defaultdict(Decimal)
    problems = []
    engagement = version.engagement
    first, last = month_of(version.starts_on), version.ends_on
    for line in version.budget_lines.all():
        if not first <= line.month <= last:
            problems.append(
                _("%(line)s is outside of the period of the strategy: change its month.")
                % {"line": line}
            )
        if engagement and line.currency != engagement.currency:
            problems.append(
                _("%(line)s: the engagement is in %(currency)s, so is its media plan.")
                % {"line": line, "currency": engagement.currency}
            )
        sums[line.month] += line.amount
    return problems + over_budget(engagement, sums)


def over_budget(engagement: Engagement | None, sums: dict[dt.date, Decimal]) -> list[str]:
    """Months whose lines together are above the advertising budget; none where none is agreed."""
    agreed = engagement.ad_budget if engagement else None
    if agreed is None or engagement is None:
        return []
    return [
        _("%(month)s: the media plan has %(planned)s, the engagement's budget is %(agreed)s"
          " %(currency)s: take %(over)s away.")
        % {
            "month": date_format(month, "F Y"),
            "planned": planned,
            "agreed": agreed,
            "over": planned - agreed,
            "currency": engagement.currency,
        }
        for month, planned in sorted(sums.items())
        if planned > agreed
    ]  # fmt: skip


def check_sections(version: StrategyVersion) -> list[str]:
    """What is written is finished; an empty section is no lack, it is not printed."""
    unfinished = [
        str(section)
        for section in version.sections.printed()
        if section.state != SectionState.READY
    ]
    if not unfinished:
        return []
    return [
        _("Sections that are written but not ready: %(sections)s. Mark them ready, or not needed.")
        % {"sections": ", ".join(unfinished)}
    ]
