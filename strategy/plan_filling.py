"""A reverse plan becomes part of a draft: months of the primary target, lines of the media plan."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import User
from clients.rights import may
from smm_agency.lib.words import as_money
from strategy.approval_checks import over_budget
from strategy.models import BudgetLine, KpiTarget, StrategyVersion, VersionState
from strategy.models.target import CALL_METRICS
from strategy.reverse_plan import ReversePlan
from strategy.target_months import WHOLE, months_of, ramp, write_months

RIGHTS = ("strategy.change_kpitarget", "strategy.change_budgetline")


@transaction.atomic
def fill_from_plan(
    version: StrategyVersion,
    plan: ReversePlan,
    *,
    channel: str,
    by: User,
    on: dt.date,
    ramp_over: int | None = None,
    ramp_from: Decimal | None = None,
) -> dict[dt.date, Decimal]:
    """Writes the months of the primary target and the channel's budget lines; returns the calls.

    With `ramp_over` the calls rise from `ramp_from` to the plan within so many months, and the
    money of each month follows its calls. What stood in these months and lines gives way. Raises
    ValidationError: no draft, no right, no primary target of calls, above the budget.
    """
    version = (
        StrategyVersion.objects.select_for_update(of=("self",))
        .select_related("client", "engagement")
        .get(pk=version.pk)
    )
    target = version.targets.filter(is_primary=True).first()
    problems = _problems(version, target, by=by, on=on)
    if ramp_over is not None and ramp_from is None:
        problems.append(
            _("There is no baseline to rise from: fill in the baseline, or leave the ramp empty.")
        )
    if problems or target is None:
        raise ValidationError(problems)
    target.version = version
    calls = _calls_by_month(target, plan, ramp_from=ramp_from, ramp_over=ramp_over)
    lines = _lines(version, plan, channel, calls)
    _check_budget(version, plan, channel, lines)
    write_months(target, calls)
    version.budget_lines.filter(channel=channel, month__in=list(calls)).delete()
    BudgetLine.objects.bulk_create(lines)
    return calls


def _problems(
    version: StrategyVersion, target: KpiTarget | None, *, by: User, on: dt.date
) -> list[str]:
    problems = []
    if version.state != VersionState.DRAFT:
        problems.append(_("Only a draft is changed: take this version back, or make the next one."))
    if not all(may(by, right, client=version.client_id, on=on) for right in RIGHTS):
        problems.append(_("You may not work on strategies; ask a strategist or a director."))
    if target is None:
        problems.append(_("No target is primary: mark one, calls as a rule."))
    elif target.metric not in CALL_METRICS:
        problems.append(
            _("%(metric)s are primary, and the reverse plan counts calls: make calls primary, or"
              " plan by hand.")
            % {"metric": str(target.get_metric_display()).capitalize()}
        )  # fmt: skip
    return problems


def _calls_by_month(
    target: KpiTarget, plan: ReversePlan, *, ramp_from: Decimal | None, ramp_over: int | None
) -> dict[dt.date, Decimal]:
    months = months_of(target)
    if ramp_over is None or ramp_from is None:
        return dict.fromkeys(months, plan.calls)
    return ramp(months, first=ramp_from, last=plan.calls, step=WHOLE, over=ramp_over)


def _lines(
    version: StrategyVersion, plan: ReversePlan, channel: str, calls: Mapping[dt.date, Decimal]
) -> list[BudgetLine]:
    engagement = version.engagement
    currency = engagement.currency if engagement else version.client.currency
    reach = {month: plan.rates.reach_for(wanted) for month, wanted in calls.items()}
    return [
        BudgetLine(
            client=version.client,
            version=version,
            channel=channel,
            month=month,
            amount=plan.rates.budget_for(reach[month]),
            currency=currency,
            expected_reach=int(reach[month]),
            expected_calls=int(wanted),
            note=_("by the reverse plan"),
        )
        for month, wanted in calls.items()
    ]


def _check_budget(
    version: StrategyVersion, plan: ReversePlan, channel: str, lines: list[BudgetLine]
) -> None:
    """Together with the other channels, each month stays within what was agreed."""
    others: dict[dt.date, Decimal] = defaultdict(Decimal)
    for line in version.budget_lines.exclude(channel=channel):
        others[line.month] += line.amount
    sums = {line.month: line.amount + others[line.month] for line in lines}
    problems = over_budget(version.engagement, sums)
    agreed = version.engagement.ad_budget if version.engagement else None
    if not problems or agreed is None:
        return
    left = max(agreed - max(others[line.month] for line in lines), Decimal(0))
    problems.append(
        _("With %(left)s a month left for this channel %(calls)s calls can be planned: lower the"
          " deals, or agree on a larger budget.")
        % {"left": as_money(left, lines[0].currency), "calls": plan.rates.calls_within(left)}
    )  # fmt: skip
    raise ValidationError(problems)
