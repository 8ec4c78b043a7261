"""How people were answered in the month so far."""

from django.utils.translation import gettext as _

from content.reply_figures import IN_TIME_FORMULA, reply_figures
from kpi.portal_replies import Figure, figures_in_words
from smm_agency.client_overview.scope import Link, Scope, Section
from smm_agency.lib.words import as_share
from strategy.periods import month_of


def show(scope: Scope) -> Section | None:
    """One query; no figures where nobody asked."""
    if not scope.sees("content.inboxitem"):
        return None
    found = reply_figures(scope.client, month_of(scope.today), scope.today, at=scope.at)
    in_time = Figure(_("answered in time"), as_share(found.in_time_share), str(IN_TIME_FORMULA))
    figures = [*figures_in_words(found), in_time] if found.asked or found.negatives else []
    inbox = Link(_("Inbox"), scope.list_url("content.inboxitem", state="all"))
    return Section(
        "replies", _("Replies to people this month"), figures, links=[inbox], short=_("Replies")
    )
