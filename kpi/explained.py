"""Silences that somebody explained: a number was dialled, and it works."""

import datetime as dt
from collections.abc import Sequence

from kpi.models import TestCall
from kpi.subjects import JUDGED_DAYS, Subject


def explained_since(subjects: Sequence[Subject]) -> dict[tuple[int, int | None], dt.date]:
    """By client and by community: the newest day on which a number there was found to work.

    A day that is past is judged by what was known on its morrow: later test calls explain nothing
    of it. Two queries. A number that stands in a community explains that community, and its client.
    """
    since = min(subject.day for subject in subjects) - dt.timedelta(days=JUDGED_DAYS)
    known_on = {subject.client_id: subject.today for subject in subjects}
    rows = TestCall.objects.filter(
        client__in={subject.client_id for subject in subjects},
        result=TestCall.Result.WORKS,
        called_at__date__gte=since,
    ).select_related("client")
    found: dict[tuple[int, int | None], dt.date] = {}
    for call in rows.prefetch_related("number__placements"):
        day = call.client.day_of(call.called_at)
        if day > known_on[call.client_id]:
            continue
        for community_id in {None, *(row.community_id for row in call.number.placements.all())}:
            key = call.client_id, community_id
            found[key] = max(day, found.get(key, day))
    return found
