"""Days that are over: which of them were missed, and what is known of them already.

A past day's answer is the one that was given then. What was entered since (calls, days off, another
version, the agency's budget) would give another; so it is kept unless somebody asks for it anew.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import connection

from kpi.models import Evaluation
from kpi.subjects import Subject, last_whole_days

Day = dt.date
# After a longer outage nobody asks any more what each day was like.
MOST_MISSED_DAYS = 31

NEWEST = """
SELECT client.id, newest.day
FROM unnest(%s::bigint[]) AS client (id)
CROSS JOIN LATERAL (
    SELECT day FROM kpi_evaluation WHERE client_id = client.id ORDER BY day DESC LIMIT 1
) newest
"""


def without_answer(subjects: Sequence[Subject], *, on: Day) -> list[Subject]:
    """Those that nobody has judged on that day yet, or without success."""
    answered = set(
        Evaluation.objects.filter(target__in=[subject.target_id for subject in subjects], day=on)
        .exclude(reason="failed")
        .values_list("target_id", flat=True)
    )
    return [subject for subject in subjects if subject.target_id not in answered]


def unjudged_days(*, at: dt.datetime) -> Mapping[Day, list[int]]:
    """Days on which nothing ran since a client was last judged, the oldest first, by client.

    Two queries.
    """
    days = last_whole_days(at, None)
    missed: dict[Day, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(days)])
        for client_id, newest in cursor.fetchall():
            day = max(newest, days[client_id] - dt.timedelta(days=MOST_MISSED_DAYS))
            while (day := day + dt.timedelta(days=1)) < days[client_id]:
                missed[day].append(client_id)
    return {day: missed[day] for day in sorted(missed)}
