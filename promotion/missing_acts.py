"""Acts of advertising that are not there yet, month by month: the register asks for them."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clients.marking import rule_for
from clients.models import Block, Client, NoticeKind, Task
from clients.todo import add_task
from promotion.models import Placement, PlacementState
from strategy.periods import last_of_month

# The task stands so many days before the last one.
ASKED_BEFORE = dt.timedelta(days=10)
WENT_OUT = (PlacementState.PUBLISHED, PlacementState.COLLECTED, PlacementState.CLOSED)
NO_ACT = Q(act_number="") | Q(act_on=None) | Q(act_sum=None)


def missing_acts(client: Client, month: dt.date) -> list[Placement]:
    """Advertising of the client's month (its first day) without number, date or sum of an act."""
    first, last = month - dt.timedelta(days=1), last_of_month(month) + dt.timedelta(days=1)
    rows = Placement.objects.filter(
        NO_ACT, client=client, is_ad=True, state__in=WENT_OUT,
        published_at__date__range=(first, last),
    ).order_by("published_at", "pk")  # fmt: skip
    return [each for each in rows if _month_of(client, each) == month]


def _month_of(client: Client, placement: Placement) -> dt.date | None:
    moment = placement.published_at
    return client.day_of(moment).replace(day=1) if moment else None


def acts_due_on(client: Client, month: dt.date) -> dt.date | None:
    """The last day for the acts of a month; None where the client's rule asks for none."""
    last = last_of_month(month)
    rule = rule_for(client, on=last)
    if rule is None or rule.acts_due_day is None:
        return None
    end = last_of_month(last + dt.timedelta(days=1))
    return end.replace(day=min(rule.acts_due_day, end.day))


def ask_for_acts(*, at: dt.datetime) -> int:
    """The clock: one task for each client and month, before the last day; how many were written."""
    gaps = Placement.objects.filter(NO_ACT, is_ad=True, state__in=WENT_OUT)
    since = at - dt.timedelta(days=70)
    clients = Client.objects.measured().filter(
        pk__in=gaps.filter(published_at__gte=since).values("client")
    )
    return sum(_ask(client, on=client.day_of(at)) for client in clients)


def _ask(client: Client, *, on: dt.date) -> bool:
    month = (on.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    due_on = acts_due_on(client, month)
    if due_on is None or on < due_on - ASKED_BEFORE:
        return False
    missing = missing_acts(client, month)
    return bool(missing) and _write_once(client, month, missing, due_on)


@transaction.atomic
def _write_once(client: Client, month: dt.date, missing: list[Placement], due_on: dt.date) -> bool:
    """Once a month, whoever finished the task: two workers wait for the client's row."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    with override(client.language):
        title = _("Acts of advertising are missing: %(month)s") % {
            "month": date_format(month, "F Y")
        }
        if Task.objects.filter(client=client, title=title).exists():
            return False
        details = _("Enter number, date and sum of the act in each placement until %(day)s: ") % {
            "day": date_format(due_on)
        }
        names = "; ".join(each.title for each in missing)
        add_task(
            client, title=title, details=f"{details}{names}", due_on=due_on,
            block=Block.PROMOTION, origin=client, kind=NoticeKind.BUDGETS,
        )  # fmt: skip
    return True
