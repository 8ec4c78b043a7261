"""A data flag whose cause is back soon after it was over is opened again: one cause, one flag."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol

from django.contrib.contenttypes.models import ContentType

from clients.models import Task
from clients.models.task import OPEN_STATES
from kpi.models import Flag, FlagKind, FlagState
from kpi.same_cause import COOL_DOWN_DAYS


class Found(Protocol):
    """What is found: of it only this is asked."""

    @property
    def client_id(self) -> int: ...
    @property
    def cause_key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def day(self) -> dt.date: ...


def reopen_lately_closed(findings: Iterable[Found]) -> list[Flag]:
    """The flags that stand again. Flags that somebody decided about stay closed."""
    days = {
        (found.client_id, found.cause_key): found.day
        for found in findings
        if found.kind == FlagKind.DATA
    }
    if not days:
        return []
    flags = Flag.objects.filter(
        client__in={key[0] for key in days}, cause_key__in={key[1] for key in days}
    )
    newest: dict[tuple[int, str], Flag] = {}
    for flag in flags.select_related("decision").order_by("opened_on", "pk"):
        newest[flag.client_id, flag.cause_key] = flag
    back = [
        flag for key, flag in newest.items() if key in days and is_lately_closed(flag, on=days[key])
    ]
    for flag in back:
        flag.state, flag.closed_at = FlagState.OPEN, None
        flag.evidence.pop("closed", None)
        flag.evidence["reopened"] = days[flag.client_id, flag.cause_key].isoformat()
    Flag.objects.bulk_update(back, ["state", "closed_at", "evidence"])
    return back


def is_lately_closed(flag: Flag, *, on: dt.date) -> bool:
    if flag.state != FlagState.CLOSED or flag.closed_at is None or hasattr(flag, "decision"):
        return False
    return (on - flag.closed_at.date()).days < COOL_DOWN_DAYS


def without_task(flags: Sequence[Flag]) -> list[Flag]:
    """Those whose task was done, or dropped: somebody has to look again."""
    if not flags:
        return []
    waiting = Task.objects.filter(
        origin_type=ContentType.objects.get_for_model(Flag),
        origin_id__in=[flag.pk for flag in flags],
        state__in=OPEN_STATES,
    ).values_list("origin_id", flat=True)
    known = set(waiting)
    return [flag for flag in flags if flag.pk not in known]
