"""How good our flags are: what became of those that were raised, against what was set.

A flag that was dismissed, because the data were wrong or the strategy was kept, counts as a false
alarm: nothing had to be corrected. Flags that nobody has decided about count as neither.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from clients.models import Client
from kpi.formulas import ratio
from kpi.models import (
    AlarmSettings,
    DecisionKind,
    EffectCheck,
    Evaluation,
    Flag,
    FlagKind,
)

DISMISSALS = (DecisionKind.KEEP, DecisionKind.DATA_ERROR)
MONTH_DAYS = 30.44
Verdict = EffectCheck.Verdict
TOLD = (Verdict.HELPED, Verdict.NO_DIFFERENCE, Verdict.WORSE)


@dataclass(frozen=True)
class FlagQuality:
    """Strategy flags opened in a period.

    `client_months`: evaluated days of clients ÷ 30.44. `by_decision`: decided flags by what was
    decided; `by_verdict`: corrections by the newest check of their effect.
    """

    days: int
    client_months: float
    opened: int
    by_decision: Counter[str]
    by_verdict: Counter[str]
    wanted_a_month: float

    @property
    def decided(self) -> int:
        return self.by_decision.total()

    @property
    def dismissed(self) -> int:
        return sum(self.by_decision[kind] for kind in DISMISSALS)

    @property
    def false_share(self) -> float | None:
        """dismissed ÷ decided; None while nothing is decided."""
        return ratio(self.dismissed, self.decided)

    @property
    def false_a_month(self) -> float:
        """dismissed ÷ months, of the whole agency: what `wanted_a_month` was set for."""
        return self.dismissed / (self.days / MONTH_DAYS)

    @property
    def helped_share(self) -> float | None:
        """helped ÷ corrections of which something can be said."""
        told = sum(self.by_verdict[verdict] for verdict in TOLD)
        return ratio(self.by_verdict[Verdict.HELPED], told)


def measure_quality(clients: QuerySet[Client], *, first: dt.date, last: dt.date) -> FlagQuality:
    """Of the flags of these clients opened from `first` to `last`; five queries."""
    flags = Flag.objects.filter(
        client__in=clients, kind=FlagKind.STRATEGY, opened_on__range=(first, last)
    )
    judged = Evaluation.objects.filter(client__in=clients, day__range=(first, last))
    client_days = judged.order_by().values("client_id", "day").distinct().count()
    return FlagQuality(
        days=(last - first).days + 1,
        client_months=client_days / MONTH_DAYS,
        opened=flags.count(),
        by_decision=Counter(
            flags.filter(decision__isnull=False).values_list("decision__kind", flat=True)
        ),
        by_verdict=Counter(_newest_verdicts(flags)),
        wanted_a_month=float(AlarmSettings.objects.get().false_alarms_a_month),
    )


def _newest_verdicts(flags: QuerySet[Flag]) -> list[str]:
    """Of the decisions that changed something."""
    made = EffectCheck.objects.filter(decision__flag__in=flags, checked_at__isnull=False)
    corrections = made.exclude(decision__kind__in=DISMISSALS).order_by("due_on")
    return list(dict(corrections.values_list("decision", "verdict")).values())
