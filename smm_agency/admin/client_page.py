"""The client's page with what upper floors know: where the work stands, one click away."""

import datetime as dt
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin import ClientAdmin
from clients.admin.columns import button
from clients.admin.scoped import ShowsBeside, allows
from clients.models import Client, ClientStatus, TeamMember, User
from clients.rights import Rights
from communities.admin.audit_start import start_page
from communities.hand_over import ask_for_client, open_accesses_at
from communities.models import Community, Profile
from content.admin.plan_step import plan_page
from content.curated_lines import share_lines, share_words
from content.fulfilment import fulfilment
from content.reply_figures import IN_TIME_FORMULA, reply_figures
from kpi.call_settings import COUNTING_RULES, apply_rules
from kpi.models import Call, CallStatus, Evaluation, Flag
from kpi.portal_replies import Figure, figures_in_words
from promotion.admin.budget_page import budget_url
from promotion.models import BudgetAlert
from smm_agency.admin.competitor_page import compare_url
from smm_agency.admin.stop_steps import StopSteps
from smm_agency.client_promotion import promotion_of
from smm_agency.lib.words import NOT_MEASURED, as_count, as_share
from smm_agency.order_of_work import order_of_work, strategy_warning
from strategy.models import Competitor, CompetitorProfile, StrategyVersion

NOBODY_KNOWS = Q(evidence=None)
SPAM = Q(status=CallStatus.SPAM)


class Link(NamedTuple):
    """A number of the client's and the list behind it."""

    label: str
    value: str
    url: str
    is_urgent: bool = False


def part_of(part: int, whole: int) -> str:
    """`3 of 12 (25 %)`; a dash where there is nothing to be a part of."""
    if not whole:
        return NOT_MEASURED
    return _("%(part)s of %(whole)s (%(share)s)") % {
        "part": as_count(part), "whole": as_count(whole), "share": as_share(part / whole),
    }  # fmt: skip


def links_of(client: Client, user: User) -> list[Link]:
    """What the person may follow from the client's page; one query each."""
    rights = Rights(user)
    month = client.today().replace(day=1)
    flags = Flag.objects.live().filter(client=client).count()
    calls = Call.objects.filter(client=client, day__gte=month).aggregate(
        placed=Count("pk", filter=~NOBODY_KNOWS),
        real=Count("pk", filter=~SPAM),
        without=Count("pk", filter=NOBODY_KNOWS & ~SPAM),
    )
    version = StrategyVersion.objects.in_force(on=client.today()).filter(client=client).first()
    found = [
        ("kpi.flag", _("open flags"), str(flags), {}, flags > 0),
        (
            "kpi.call",
            _("calls from communities this month"),
            str(calls["placed"]),
            {"day__gte": month.isoformat(), "evidence__isnull": "False"},
            False,
        ),
        (
            "kpi.call",
            _("calls without a source this month"),
            part_of(calls["without"], calls["real"]),
            {
                "day__gte": month.isoformat(),
                "evidence__isnull": "True",
                "status__in": ",".join(row for row in CallStatus if row != CallStatus.SPAM),
            },
            False,
        ),
        (
            "strategy.strategyversion",
            _("strategy in force"),
            f"v{version.number}" if version else "—",
            {},
            version is None,
        ),
        (
            "communities.community",
            _("communities"),
            str(Community.objects.filter(client=client).count()),
            {},
            False,
        ),
        (
            "strategy.competitor",
            _("competitors"),
            str(Competitor.objects.filter(client=client).count()),
            {},
            False,
        ),
    ]
    links = [
        Link(label, value, list_url(model, client, query), is_urgent)
        for model, label, value, query, is_urgent in found
        if rights.allows(model.replace(".", ".view_"), client_id=client.pk)
    ]
    return [
        *links,
        *plan_links(client, rights),
        *curated_links(client, rights),
        *access_links(client, rights),
        *budget_links(client, rights),
        *compare_links(client, rights),
    ]


def plan_links(client: Client, rights: Rights) -> list[Link]:
    """How much of this month's publication plan is kept so far, and its calendar."""
    if not rights.allows("content.view_publication", client_id=client.pk):
        return []
    today = client.today()
    kept = fulfilment(client, today.replace(day=1), today - dt.timedelta(days=1))
    url = f"{reverse('content_calendar')}?{urlencode({'client': client.pk})}"
    label = _("published on time this month, of what was planned up to yesterday")
    return [Link(label, str(kept), url, kept.not_out > 0)]


def curated_links(client: Client, rights: Rights) -> list[Link]:
    """What comes from the internet, of the month and of the thirty days, to the calendar."""
    if not rights.allows("content.view_publication", client_id=client.pk):
        return []
    url = f"{reverse('content_calendar')}?{urlencode({'client': client.pk})}"
    return [
        Link(
            _("from the internet, of all that is planned: %(days)s") % {"days": line.name},
            share_words(line.planned),
            url,
            line.light == "red",
        )
        for line in share_lines(client, on=client.today())
    ]


def access_links(client: Client, rights: Rights) -> list[Link]:
    """What the agency holds at the client, and has to give back when the work has ended."""
    if not rights.allows("communities.view_accessgrant", client_id=client.pk):
        return []
    count = open_accesses_at(client).count()
    url = reverse("admin:communities_accessgrant_leaves_client", args=[client.pk])
    is_urgent = bool(count) and client.status == ClientStatus.ENDED
    return [Link(_("open accesses of the agency"), str(count), url, is_urgent)]


def compare_links(client: Client, rights: Rights) -> list[Link]:
    """The comparison, by how many pages of competitors there are to compare with."""
    if not rights.allows("strategy.view_competitor", client_id=client.pk):
        return []
    pages = CompetitorProfile.objects.filter(client=client).count()
    return [
        Link(
            _("competitors' pages: compare"), str(pages), compare_url(client=client.pk), pages == 0
        )
    ]


def budget_links(client: Client, rights: Rights) -> list[Link]:
    """The budget by month, by how many alerts of it stand."""
    if not rights.allows("promotion.view_channelbudget", client_id=client.pk):
        return []
    standing = BudgetAlert.objects.standing().filter(client=client).count()
    label = _("alerts of the budget: look at its months")
    return [Link(label, str(standing), budget_url(client), standing > 0)]


class Replies(NamedTuple):
    """How people were answered in the month so far; `figures` is empty where nobody asked."""

    figures: list[Figure]
    url: str


def replies_of(client: Client, user: User) -> Replies | None:
    """One query; None for who may not see the inbox."""
    if not Rights(user).allows("content.view_inboxitem", client_id=client.pk):
        return None
    today = client.today()
    found = reply_figures(client, today.replace(day=1), today, at=timezone.now())
    in_time = Figure(_("answered in time"), as_share(found.in_time_share), str(IN_TIME_FORMULA))
    figures = [*figures_in_words(found), in_time] if found.asked or found.negatives else []
    return Replies(figures, list_url("content.inboxitem", client, {"state": "all"}))


class Gauge(NamedTuple):
    """The forecast of one target: a chance 0…1, and the month's total with 80 % between."""

    label: str
    chance: float
    chance_text: str
    range_text: str


def gauges_of(client: Client, user: User) -> list[Gauge]:
    """Whether the month's targets will be met, by the newest evaluation; never an alarm."""
    if not Rights(user).allows("kpi.view_evaluation", client_id=client.pk):
        return []
    rows = Evaluation.objects.filter(client=client, chance__isnull=False)
    newest = rows.filter(day=rows.order_by("-day").values("day")[:1])
    return [
        Gauge(
            str(row.target),
            row.chance or 0.0,
            as_share(round(row.chance or 0.0, 2)),
            _("%(low)s – %(high)s, the target is %(target)s")
            % {
                "low": as_count(row.forecast_low),
                "high": as_count(row.forecast_high),
                "target": as_count(row.target_value),
            },
        )
        for row in newest.select_related("target__community__profile").order_by("target_id")
    ]


def list_url(model: str, client: Client, query: dict[str, Any]) -> str:
    address = reverse(f"admin:{model.replace('.', '_')}_changelist")
    return f"{address}?{urlencode({'client': client.pk, **query})}"


admin.site.unregister(Client)
MORE: Any = ClientAdmin.actions_detail[-1]


@admin.register(Client)
class ClientPage(StopSteps, ShowsBeside, ClientAdmin):
    change_form_outer_before_template = "admin/client_panel.html"
    actions_detail: Any = (
        *ClientAdmin.actions_detail[:2],
        "plan_month",
        {**MORE, "items": ["audit_page", *MORE["items"]]},
    )

    def has_audit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(allows(request, "communities.add_audit", self.row_of(request, obj)))

    @button(gettext_lazy("Audit a page"), path="audit", icon="fact_check", permissions=["audit"])
    def audit_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)
        pages = Profile.objects.filter(client=client, relation=Profile.Relation.OWN)
        if not pages:
            messages.warning(request, _("Add the client's page first: then it can be audited."))
            address = reverse("admin:communities_profile_add")
            return HttpResponseRedirect(f"{address}?{urlencode({'client': client.pk})}")
        return start_page(self, request, client, list(pages))

    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(allows(request, "content.add_publicationplan", self.row_of(request, obj)))

    @button(gettext_lazy("Publication plan"), path="plan", icon="event_note", permissions=["plan"])
    def plan_month(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return plan_page(self, request, self.client_or_404(request, object_id))

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        """Another rule of what is unique or target holds for the calls that are there too."""
        super().save_model(request, obj, form, change)
        changed = [name for name in COUNTING_RULES if name in form.changed_data]
        if change and changed:
            user: Any = request.user
            done = apply_rules(obj, old={name: form.initial[name] for name in changed}, by=user)
            messages.info(
                request,
                _("The calls were decided anew by the new rules: %(count)s changed.")
                % {"count": done.calls_changed},
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Who has left the team gives back what they hold at the client."""
        super().save_formset(request, form, formset, change)
        if formset.model is TeamMember and change:
            ask_for_client(form.instance, on=timezone.localdate())

    def status_changed(self, request: HttpRequest, client: Client) -> None:
        if ask_for_client(client, on=timezone.localdate()):
            messages.warning(
                request, _("A task is made to hand over the accesses that are still open.")
            )

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        client: Client = row
        user: Any = request.user
        today = client.today()
        return {
            **super().beside(request, row),
            "client_links": links_of(client, user),
            "gauges": gauges_of(client, user),
            "replies": replies_of(client, user),
            "blocks": order_of_work(client, by=user, on=today),
            "order_warning": strategy_warning(client, on=today),
            "promotion": promotion_of(client, user),
        }
