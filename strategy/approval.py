"""Approval of a strategy version: what must be there, and what follows for the one before."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, User
from clients.rights import may
from strategy.models import (
    CompetitorAnalysis,
    KpiTarget,
    Metric,
    StrategyVersion,
    VersionState,
)
from strategy.models.target import CALL_METRICS
from strategy.periods import months_between
from strategy.versions import lock_client


@transaction.atomic
def approve(
    version: StrategyVersion, *, by: User, on: dt.date, at: dt.datetime | None = None
) -> StrategyVersion:
    """Approve a draft and supersede the version that stood before.

    Raises ValidationError with everything that is missing, each with its mend. Two approvals at
    once: one wins, the other is told what stands in its way.
    """
    client = lock_client(version.client_id)
    version = StrategyVersion.objects.select_for_update().get(pk=version.pk)
    version.client = client
    before = StrategyVersion.objects.filter(client=client, state=VersionState.APPROVED).first()
    primary = version.targets.filter(is_primary=True).first()
    problems = [
        *check_approver(version, by=by, on=on),
        *check_state(version, before),
        *check_primary(client, primary, by=by),
        *check_months(version, primary),
        *check_competitors(client, on=on),
    ]
    if problems:
        raise ValidationError(problems)
    if primary and primary.reason and primary.reason_by is None and by.sees_all_clients:
        record_reason(primary, reason=primary.reason, by=by)
    if before:
        supersede(before, by_version=version)
    version.state = VersionState.APPROVED
    version.approved_at = at or timezone.now()
    version.approved_by = by
    version.save()
    return version


def record_reason(target: KpiTarget, *, reason: str, by: User) -> None:
    """A director's word why another count than calls is primary; raises ValidationError."""
    if not by.sees_all_clients:
        raise ValidationError(_("Only a director records why calls are not primary."))
    target.reason = reason
    target.reason_by = by
    target.save(update_fields=["reason", "reason_by"])


def supersede(before: StrategyVersion, *, by_version: StrategyVersion) -> None:
    """The earlier version ends the day before the new one starts, if it had not ended yet."""
    before.state = VersionState.SUPERSEDED
    before.ends_on = min(before.ends_on, by_version.starts_on - dt.timedelta(days=1))
    before.save(update_fields=["state", "ends_on"])
    if by_version.previous_id is None and not hasattr(before, "next"):
        by_version.previous = before


def check_approver(version: StrategyVersion, *, by: User, on: dt.date) -> list[str]:
    if may(by, "strategy.change_strategyversion", client=version.client_id, on=on):
        return []
    is_seen = Client.objects.visible_to(by, on=on).filter(pk=version.client_id).exists()
    if by.has_perm("strategy.change_strategyversion") and not is_seen:
        return [_("You are not in this client's team.")]
    return [_("You may not approve strategies; ask a strategist or a director.")]


def check_state(version: StrategyVersion, before: StrategyVersion | None) -> list[str]:
    if version.state != VersionState.DRAFT:
        return [_("This version is not a draft any more: it has been approved already.")]
    if before and version.starts_on <= before.starts_on:
        return [
            _("Version %(number)s starts on %(day)s: let this one start on a later day.")
            % {"number": before.number, "day": date_format(before.starts_on)}
        ]
    return []


def check_primary(client: Client, primary: KpiTarget | None, *, by: User) -> list[str]:
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
    if not recorded_by.sees_all_clients:
        return [_("The reason why calls are not primary must be recorded by a director.")]
    return []


def _check_calls(client: Client, primary: KpiTarget) -> list[str]:
    if not client.takes_calls:
        return [_("This client takes no phone calls: make another count primary.")]
    if primary.metric == Metric.UNIQUE_TARGET_CALLS and not client.has_call_tracking:
        return [_("Without call tracking nobody knows unique-target calls: make calls primary.")]
    return []


def check_months(version: StrategyVersion, primary: KpiTarget | None) -> list[str]:
    if primary is None:
        return []
    given = set(primary.months.values_list("month", flat=True))
    missing = [
        date_format(month, "F Y")
        for month in months_between(version.starts_on, version.ends_on)
        if month not in given
    ]
    if not missing:
        return []
    return [
        _("The primary target has no value for %(months)s: add them, or end the version earlier.")
        % {"months": ", ".join(missing)}
    ]


def check_competitors(client: Client, *, on: dt.date) -> list[str]:
    wanted: int = settings.STRATEGY_MIN_COMPETITORS
    days: int = settings.STRATEGY_COMPETITOR_ANALYSIS_DAYS
    oldest = on - dt.timedelta(days=days)
    analysed = (
        CompetitorAnalysis.objects.filter(client=client, analysed_on__range=(oldest, on))
        .values("competitor")
        .distinct()
        .count()
    )
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
        % {"wanted": wanted, "days": days, "analysed": analysed}
    ]
