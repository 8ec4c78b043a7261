"""What each KPI means, in plain words: its formula, what is counted, where it comes from.

For everybody who looks at a number: the tooltips of the portal and of the staff's pages.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.er_words import formula_line
from kpi.formulas import FORMULAS
from kpi.freshness import CALLS_DAYS, METRICS_DAYS, WEEKLY_DAYS
from strategy.models import FormulaCode, Metric

Words = str | Promise


class MetricHelp(NamedTuple):
    """`code` is a Metric's or a FormulaCode's; the rest is written in the reader's language."""

    code: str
    title: str
    formula: str
    counted: str
    source: str
    freshness: str
    missing: str

    @property
    def line(self) -> str:
        """The formula and the source in one sentence, without a stop: more may follow."""
        told = {"title": self.title, "formula": self.formula, "source": self.source.rstrip(".")}
        return _("%(title)s = %(formula)s; source: %(source)s") % told


class Told(NamedTuple):
    formula: Words
    counted: Words
    source: Words
    freshness: Words
    missing: Words


_CALL_SOURCE = gettext_lazy(
    "The call tracker, files of calls, calls that were typed in, or a weekly tally."
)
_CALL_FRESHNESS = gettext_lazy(
    "Single calls as they come in or with each file; a tally once a week. Later than %(calls)d days"
    " (a tally: %(tally)d days), the figure is called stale."
)
_CALL_MISSING = gettext_lazy(
    "Nobody counted calls on these days: no tracking, no file, no tally. It is not a zero."
)
_DAY_SOURCE = gettext_lazy("Counts by day that the client or the agency enters or sends as a file.")
_DAY_FRESHNESS = gettext_lazy("As often as the counts are entered.")
_DAY_MISSING = gettext_lazy("Nobody entered a count for these days. It is not a zero.")
_PAGE_SOURCE = gettext_lazy(
    "The social networks themselves, read every day; where a network gives no access, files of its"
    " statistics."
)
_PAGE_FRESHNESS = gettext_lazy(
    "Once a day; without a reading for %(pages)d days the figure is called stale."
)
_PAGE_MISSING = gettext_lazy("The network told nothing on these days. It is not a zero.")
_MONEY_SOURCE = gettext_lazy(
    "Money: ad accounts, costs that were typed in and files of costs. The rest: the same counts as"
    " elsewhere."
)
_MONEY_FRESHNESS = gettext_lazy("Ad accounts are read every day; costs as they are entered.")
_WORK_FRESHNESS = gettext_lazy("At once, from the program itself.")


def _day_count(formula: Words, counted: Words) -> Told:
    return Told(formula, counted, _DAY_SOURCE, _DAY_FRESHNESS, _DAY_MISSING)


METRICS: Mapping[str, Told] = MappingProxyType(
    {
        Metric.CALLS: Told(
            gettext_lazy("calls from the community, spam and mistaken ones left out"),
            gettext_lazy(
                "Incoming calls that came from the community or from a campaign: by the number that"
                " was dialled, by a code word, or as the caller answered. Beside the number stands"
                " how many are proven by the number."
            ),
            _CALL_SOURCE, _CALL_FRESHNESS, _CALL_MISSING,
        ),
        Metric.UNIQUE_TARGET_CALLS: Told(
            gettext_lazy("first target calls of each caller within the uniqueness depth"),
            gettext_lazy(
                "A target call was answered and lasted as long as agreed. A caller counts once"
                " until the agreed number of days has passed without a call."
            ),
            _CALL_SOURCE, _CALL_FRESHNESS,
            gettext_lazy(
                "Who called is not known: a tally counts calls, not callers, and hidden numbers"
                " cannot be told apart. It is not a zero."
            ),
        ),
        Metric.MESSAGES: _day_count(
            gettext_lazy("messages from people who turned to the client"),
            gettext_lazy("People who wrote to the community or to the client because of it."),
        ),
        Metric.FORMS: _day_count(
            gettext_lazy("forms that were sent"),
            gettext_lazy("Forms of the community or of the site that people sent from it."),
        ),
        Metric.ORDERS: _day_count(
            gettext_lazy("orders"), gettext_lazy("Orders that came from the community."),
        ),
        Metric.BOOKINGS: _day_count(
            gettext_lazy("bookings"), gettext_lazy("Bookings that came from the community."),
        ),
        Metric.LEADS: Told(
            gettext_lazy("calls + messages + forms"),
            gettext_lazy(
                "The sum of what is measured of the three; what is not measured is not in it and is"
                " named beside the number."
            ),
            gettext_lazy("Of each part its own: calls, messages and forms."),
            gettext_lazy("As old as its oldest part."),
            gettext_lazy("None of the three parts was measured. It is not a zero."),
        ),
        Metric.GROWTH: Told(
            gettext_lazy("subscribers at the end − subscribers at the start"),
            gettext_lazy(
                "From the first to the last measured day of the period; who left is subtracted, so"
                " a loss is negative. Where the network tells it, joined and left stand beside."
            ),
            _PAGE_SOURCE, _PAGE_FRESHNESS,
            gettext_lazy(
                "Fewer than two days of the period were measured, so there is nothing to subtract."
                " It is not a zero."
            ),
        ),
        Metric.ER: Told(
            gettext_lazy("engagement ÷ those who could react; who, the target's formula says"),
            gettext_lazy(
                "Likes, comments, shares and saves, as far as the network tells them, of the posts"
                " of the period."
            ),
            _PAGE_SOURCE, _PAGE_FRESHNESS,
            gettext_lazy("No post of the period was measured. It is not a zero."),
        ),
        Metric.COST_PER_CALL: Told(
            gettext_lazy("spent on promotion ÷ unique-target calls"),
            gettext_lazy("Money without VAT of campaigns, placements and promo actions."),
            _MONEY_SOURCE, _MONEY_FRESHNESS,
            gettext_lazy(
                "The money or the calls are not known in full, or no call came: nothing can be"
                " divided."
            ),
        ),
        Metric.COST_PER_SUBSCRIBER: Told(
            gettext_lazy("spent on promotion ÷ subscribers who came by it and stayed"),
            gettext_lazy("Money without VAT; who left again within the month is not counted."),
            _MONEY_SOURCE, _MONEY_FRESHNESS,
            gettext_lazy(
                "The money or the subscribers are not known in full, or nobody stayed: nothing can"
                " be divided."
            ),
        ),
        Metric.PLAN_FULFILMENT: Told(
            gettext_lazy("publications that went out on time ÷ publications planned"),
            gettext_lazy("Publications of the plan in the month that were not cancelled."),
            gettext_lazy("The publication plan, and what the networks show as published."),
            _WORK_FRESHNESS,
            gettext_lazy("No publications were planned for these days."),
        ),
        Metric.REPLY_TIME: Told(
            gettext_lazy("the middle (median) time from a question to the first reply"),
            gettext_lazy(
                "Comments and messages that ask for a reply, in the hours in which replies are"
                " agreed."
            ),
            gettext_lazy("The inbox of the communities, read from the networks."),
            gettext_lazy("Within minutes, as the networks tell it."),
            gettext_lazy("Nobody asked for a reply in these days, or nobody was answered yet."),
        ),
        Metric.CURATED_SHARE: Told(
            gettext_lazy("publications taken from the internet ÷ all publications"),
            gettext_lazy("Publications of the month by the source that each post names."),
            gettext_lazy("The posts of the plan and those made on the networks."),
            _WORK_FRESHNESS,
            gettext_lazy("Nothing was published, or posts on the wall are not classified yet."),
        ),
    }
)  # fmt: skip


def help_of(code: str) -> MetricHelp:
    """Of a metric, or of a formula of the ER family.

    Raises:
        ValueError: neither.
    """
    return _of_formula(FormulaCode(code)) if code in FORMULAS else _of_metric(Metric(code))


def _of_metric(metric: Metric) -> MetricHelp:
    return _written(metric, capfirst(str(metric.label)), METRICS[metric])


def _of_formula(code: FormulaCode) -> MetricHelp:
    """The ER of that name; the numbers that it was made of stand beside it."""
    source = _("Formula as used by: %(source)s.") % {"source": FORMULAS[code].source}
    told = METRICS[Metric.ER]
    line = formula_line(code)
    formula = line.partition(" = ")[2] or line
    written = _written(code, str(FORMULAS[code].title), told._replace(formula=formula))
    return written._replace(source=f"{written.source} {source}")


def _written(code: str, title: str, told: Told) -> MetricHelp:
    days = {"calls": CALLS_DAYS, "tally": WEEKLY_DAYS, "pages": METRICS_DAYS}
    formula, counted, source, freshness, missing = map(str, told)
    return MetricHelp(
        code, title, formula, counted, source, freshness % days if "%(" in freshness else freshness,
        missing,
    )  # fmt: skip
