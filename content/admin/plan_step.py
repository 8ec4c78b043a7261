"""The page on which a client's month is planned: what will be made stands there before it is."""

import datetime as dt
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.admin.form_page import Step, posted
from clients.models import Client
from content.month_words import assumptions, by_version, curated_sentences, left_out, table_of
from content.months import month_after, read_month
from content.plan_making import find_refusals, make_plan
from content.planning import Proposal, propose
from strategy.periods import month_of

MONTHS_AHEAD = 4


class MonthLink(NamedTuple):
    name: str
    url: str
    is_chosen: bool


class PlanForm(forms.Form):
    """`known` is what the person saw of the month."""

    known = forms.CharField(widget=forms.HiddenInput)


def usual_month(today: dt.date) -> dt.date:
    """The next one in the last third of a month, this one before."""
    this = month_of(today)
    return month_after(this) if today.day > 20 else this


def plan_url(client: Client) -> str:
    return reverse("admin:clients_client_plan_month", args=[client.pk])


def plan_page(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    today = client.today()
    month = read_month(request.GET.get("month", "")) or usual_month(today)
    proposal = propose(client, month, on=today)

    def do(data: dict[str, Any]) -> str:
        user: Any = request.user
        plan, made = make_plan(client, month, by=user, at=timezone.now(), known=data["known"])
        return ngettext(
            "%(month)s: %(count)d post is planned.", "%(month)s: %(count)d posts are planned.", made
        ) % {"month": plan, "count": made}

    return Step(
        model_admin,
        request,
        client,
        title=_("Publication plan of %(month)s") % {"month": date_format(month, "F Y")},
        submit=submit_text(proposal),
        form=PlanForm(posted(request), initial={"known": proposal.known}),
        do=do,
        template="admin/content/plan.html",
        back=f"{reverse('content_calendar')}?{urlencode({'client': client.pk, 'on': month})}",
        context=shown(client, proposal, today),
    ).respond()


def submit_text(proposal: Proposal) -> str:
    return _("Add what is missing") if proposal.plan else _("Make the plan")


def shown(client: Client, proposal: Proposal, today: dt.date) -> dict[str, Any]:
    refusals = find_refusals(proposal)
    return {
        "refusals": refusals,
        "proposal": proposal,
        "table": table_of(proposal.posts),
        "versions": by_version(proposal),
        "curated": curated_sentences(proposal) if not refusals else [],
        "assumptions": assumptions(proposal),
        "left_out": left_out(proposal) if not refusals else [],
        "months": [link_of(client, month, proposal.month) for month in months_from(today)],
    }


def months_from(today: dt.date) -> list[dt.date]:
    months = [month_of(today)]
    while len(months) < MONTHS_AHEAD:
        months.append(month_after(months[-1]))
    return months


def link_of(client: Client, month: dt.date, chosen: dt.date) -> MonthLink:
    url = f"{plan_url(client)}?{urlencode({'month': f'{month:%Y-%m}'})}"
    return MonthLink(date_format(month, "F Y"), url, month == chosen)
