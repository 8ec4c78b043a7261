"""The page "How good our flags are": what became of those of the last year."""

import datetime as dt
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.admin.scoped import allowed_rows
from clients.models import Client
from kpi.flag_quality import DISMISSALS, FlagQuality, measure_quality
from kpi.models import DecisionKind, EffectCheck
from smm_agency.lib.words import as_count, as_share

DAYS = 365


class Figure(NamedTuple):
    name: str
    value: str
    formula: str


def quality_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Of the last 365 days, for the clients whose flags the person sees."""
    last = timezone.localdate() - dt.timedelta(1)
    first = last - dt.timedelta(DAYS - 1)
    user: Any = request.user
    clients = allowed_rows(request, Client.objects.visible_to(user), "kpi.view_flag")
    quality = measure_quality(clients, first=first, last=last)
    return TemplateResponse(
        request,
        "admin/kpi/flag_quality.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("How good our flags are"),
            "opts": model_admin.opts,
            "first": first,
            "last": last,
            "figures": figures_of(quality),
            "decisions": decisions_of(quality),
            "verdicts": [
                (label, quality.by_verdict[code]) for code, label in EffectCheck.Verdict.choices
            ],
            "back": reverse("admin:kpi_flag_changelist"),
        },
    )


def figures_of(quality: FlagQuality) -> list[Figure]:
    """Each with its formula; a dash where nothing can be said yet."""
    return [
        Figure(
            _("client-months judged"), as_count(quality.client_months), _("judged days ÷ 30.44")
        ),
        Figure(_("strategy flags opened"), str(quality.opened), ""),
        Figure(
            _("false alarms"),
            str(quality.dismissed),
            _("decided as “keep the strategy” or “the data were wrong”"),
        ),
        Figure(
            _("share of false alarms"),
            as_share(quality.false_share),
            _("false alarms ÷ decided flags"),
        ),
        Figure(
            _("false alarms a month"),
            as_count(round(quality.false_a_month, 2)),
            _("over these clients; set for the whole agency: %(wanted)s")
            % {"wanted": as_count(quality.wanted_a_month)},
        ),
        Figure(
            _("corrections that helped"),
            as_share(quality.helped_share),
            _("helped ÷ (helped + did not help + got worse), by the newest check"),
        ),
    ]


def decisions_of(quality: FlagQuality) -> list[tuple[str, int, bool]]:
    """Each kind of decision, how often, and whether it counts as a false alarm."""
    return [
        (str(kind.label), quality.by_decision[kind], kind in DISMISSALS) for kind in DecisionKind
    ]
