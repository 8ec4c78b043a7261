"""How the list of calls is asked for those that a number was counted of."""

from kpi.models import CallStatus

REAL_STATUSES = ",".join(row for row in CallStatus if row != CallStatus.SPAM)
# Of communities and campaigns, as the KPI counts them.
PLACED = {"evidence__isnull": "False", "status__in": REAL_STATUSES}
UNPLACED = {"evidence__isnull": "True", "status__in": REAL_STATUSES}
