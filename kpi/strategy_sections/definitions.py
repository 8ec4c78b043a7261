"""How each metric of a strategy is counted, in a sentence: no number without its definition."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from kpi.er_words import formula_line
from smm_agency.lib.document_blocks import Fact
from strategy.models import KpiTarget, Metric

# `%(seconds)s` and `%(days)s` are the client's own rules of counting.
DEFINITIONS: Mapping[str, Promise] = MappingProxyType(
    {
        Metric.CALLS: gettext_lazy(
            "Calls that came from the communities and their campaigns, by the number that was"
            " dialled or by what the caller said; spam is left out."
        ),
        Metric.UNIQUE_TARGET_CALLS: gettext_lazy(
            "Target calls are answered and last %(seconds)s seconds or longer. One is unique where"
            " the same caller made no target call in the %(days)s days before."
        ),
        Metric.MESSAGES: gettext_lazy("Conversations that people began in the communities."),
        Metric.FORMS: gettext_lazy("Forms that were sent from the communities."),
        Metric.ORDERS: gettext_lazy("Orders from the communities, by the client's count."),
        Metric.BOOKINGS: gettext_lazy("Bookings from the communities, by the client's count."),
        Metric.LEADS: gettext_lazy("Calls, messages and forms together."),
        Metric.GROWTH: gettext_lazy(
            "Subscribers at the end of the period − at its start = joined − left; losses are"
            " negative."
        ),
        Metric.COST_PER_CALL: gettext_lazy(
            "Spent on promotion, without VAT and the agency's fee ÷ unique-target calls of the"
            " campaigns."
        ),
        Metric.COST_PER_SUBSCRIBER: gettext_lazy(
            "Spent on promotion, without VAT and the agency's fee ÷ (joined − left): the cost of a"
            " subscriber who stayed."
        ),
        Metric.PLAN_FULFILMENT: gettext_lazy(
            "Publications that went out on time ÷ publications of the plan; cancelled ones are left"
            " out."
        ),
        Metric.REPLY_TIME: gettext_lazy(
            "The middle of the times from a comment or message to our first reply, in working"
            " hours."
        ),
        Metric.CURATED_SHARE: gettext_lazy(
            "Publications curated from the internet ÷ all publications."
        ),
    }
)  # fmt: skip


def definitions(targets: Sequence[KpiTarget], client: Client) -> list[Fact]:
    """Each once, in the order of the targets; an ER by its formula."""
    found: dict[str, str] = {}
    for target in targets:
        found.setdefault(capfirst(str(target)), definition_of(target, client))
    return list(found.items())


def definition_of(target: KpiTarget, client: Client) -> str:
    if target.metric == Metric.ER:
        return formula_line(target.formula_code) or _("The formula is no longer known.")
    return str(DEFINITIONS[target.metric]) % {
        "seconds": client.target_min_seconds,
        "days": client.uniqueness_days,
    }
