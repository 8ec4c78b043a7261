"""Causes that lie with the client, worded as requests: never as blame, never the agency's words."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By the code of the cause's rule (`kpi.diagnosis.reference`).
REQUESTS: Mapping[str, Promise] = MappingProxyType(
    {
        "number_silent": _("Please check that the number rings at your place and is answered."),
        "missed_calls": _("Please have the calls answered, and call back those that were missed."),
        "materials_overdue": _(
            "Please send what is overdue: it stands under “What we need from you”."
        ),
        "stopped": _("Please tell us when publications may go on."),
        "budget_spent": _("Please decide how much may be spent further on advertising."),
        "placement_removed": _("Please tell us which placements are to stand again."),
        "event": _("Please tell us of such changes in advance, so that we can prepare for them."),
    }
)
# Rules may be added by a director; what they are called is the agency's own.
OTHERWISE = _("Please talk to your manager about what can be changed on your side.")


def requests_of(codes: Iterable[str]) -> list[str]:
    """A sentence for each cause, each once."""
    return list(dict.fromkeys(str(REQUESTS.get(code, OTHERWISE)) for code in codes))
