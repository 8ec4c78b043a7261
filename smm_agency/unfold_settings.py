"""How the admin looks: its name, its colours, the sidebar in the order of the work."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def page(title: Any, icon: str, model: str) -> dict[str, Any]:
    """A link to a list, for those who may see it."""
    app, _dot, name = model.partition(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": may_view(f"{app}.view_{name}"),
    }


def may_view(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(permission))


def directors_only(item: dict[str, Any]) -> dict[str, Any]:
    allowed = item["permission"]
    return item | {"permission": lambda request: request.user.sees_all_clients and allowed(request)}


def group(title: Any, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "collapsible": True, "items": list(items)}


def environment(request: HttpRequest) -> list[Any] | None:
    """The label beside the user's name."""
    return [_("Demo"), "warning"] if settings.DEMO else None


NAVIGATION = [
    {
        "title": "",
        "items": [
            {"title": _("Dashboard"), "icon": "dashboard", "link": reverse_lazy("admin:index")},
            {
                "title": _("Notices"),
                "icon": "notifications",
                "link": reverse_lazy("account:notices"),
            },
            page(_("Tasks"), "checklist", "clients.task"),
            {
                "title": _("Team board"),
                "icon": "view_kanban",
                "link": reverse_lazy("admin:clients_task_board"),
                "permission": may_view("clients.view_task"),
            },
            page(_("Time spent"), "schedule", "clients.timeentry"),
            page(_("Flags"), "flag", "kpi.flag"),
            page(_("Decisions"), "gavel", "kpi.decision"),
            page(_("KPI reviews"), "reviews", "kpi.kpireview"),
            page(_("Reports"), "summarize", "kpi.report"),
        ],
    },
    group(
        _("Clients"),
        page(_("Clients"), "storefront", "clients.client"),
        page(_("Engagements"), "handshake", "clients.engagement"),
        page(_("Papers"), "description", "clients.paper"),
        page(_("Briefs"), "assignment", "clients.brief"),
        page(_("Teams"), "diversity_3", "clients.teammember"),
        page(_("Hand overs"), "move_down", "clients.handover"),
        page(_("Services"), "list_alt", "clients.service"),
        page(_("Packages"), "inventory_2", "clients.package"),
        page(_("Recurring tasks"), "event_repeat", "clients.recurringtask"),
        page(_("Settings of reports"), "outgoing_mail", "kpi.reportsettings"),
        directors_only(page(_("Import of clients"), "upload_file", "clients.clientimport")),
        page(_("Refusals of letters"), "unsubscribe", "clients.mailrefusal"),
    ),
    group(
        _("Communities"),
        page(_("Communities"), "groups", "communities.community"),
        page(_("Set-up items"), "checklist_rtl", "communities.checklistitem"),
        page(_("Profiles"), "account_circle", "communities.profile"),
        page(_("Design"), "palette", "communities.designasset"),
        page(_("Wall posts"), "article", "communities.wallpost"),
        page(_("Audits"), "fact_check", "communities.audit"),
        page(_("Redesigns"), "construction", "communities.redesign"),
        page(_("Access keys"), "key", "communities.accesskey"),
        page(_("Access register"), "badge", "communities.accessgrant"),
    ),
    group(
        _("Strategy"),
        page(_("Strategy versions"), "map", "strategy.strategyversion"),
        page(_("KPI targets"), "target", "strategy.kpitarget"),
        page(_("Competitors"), "swords", "strategy.competitor"),
    ),
    group(
        _("Content"),
        {
            "title": _("Calendar of publications"),
            "icon": "calendar_month",
            "link": reverse_lazy("content_calendar"),
            "permission": may_view("content.view_publication"),
        },
        page(_("Posts"), "edit_note", "content.post"),
        page(_("Publication plans"), "event_note", "content.publicationplan"),
        page(_("Publications"), "send", "content.publication"),
        page(_("Posts made on the networks"), "travel_explore", "content.nativepost"),
        page(_("Closed months"), "event_available", "content.monthclose"),
        page(_("Recurring posts"), "event_repeat", "content.recurringpost"),
        page(_("Posting slots"), "schedule", "content.postingslot"),
        page(_("Files of plans"), "upload_file", "content.planfile"),
        page(_("Requests for material"), "contact_support", "content.materialrequest"),
        page(_("Media bank"), "photo_library", "content.mediaitem"),
        page(_("Standing facts"), "fact_check", "content.standingfact"),
        page(_("Terms of community management"), "handshake", "content.contentterms"),
    ),
    group(
        _("Moderation"),
        page(_("Inbox"), "inbox", "content.inboxitem"),
        page(_("Incidents"), "crisis_alert", "content.incident"),
        page(_("Stops"), "block", "content.stop"),
        page(_("Saved replies"), "quickreply", "content.savedreply"),
        page(_("Rules of suggestion"), "lightbulb", "content.suggestionrule"),
        page(_("Business hours"), "schedule", "content.businesshours"),
        page(_("Days with other hours"), "event_busy", "content.specialday"),
        page(_("Reply targets"), "timer", "content.replytarget"),
        page(_("Doors for events"), "webhook", "content.eventdoor"),
        page(_("Events of networks"), "data_object", "content.networkevent"),
    ),
    group(
        _("Promotion"),
        page(_("Campaigns"), "campaign", "promotion.campaign"),
        page(_("Placements"), "pin_drop", "promotion.placement"),
        {
            "title": _("Budget"),
            "icon": "account_balance",
            "link": reverse_lazy("promotion_budget_page"),
            "permission": may_view("promotion.view_channelbudget"),
        },
        page(_("Alerts of the budget"), "running_with_errors", "promotion.budgetalert"),
        page(_("Costs"), "receipt_long", "promotion.cost"),
        page(_("Top-ups"), "account_balance_wallet", "promotion.topup"),
        page(_("Budgets of channels"), "savings", "promotion.channelbudget"),
        page(_("Creatives"), "palette", "promotion.creative"),
        page(_("Ad accounts"), "account_balance_wallet", "promotion.adaccount"),
        page(_("Rows of ad accounts"), "account_tree", "promotion.adobject"),
        page(_("Advertising figures"), "query_stats", "promotion.adfigure"),
        page(_("Files of costs"), "upload_file", "promotion.costfile"),
        page(_("Remembered columns of costs"), "view_column", "promotion.costcolumns"),
        page(_("Publisher pages"), "storefront", "promotion.publishercard"),
        page(_("Promo actions"), "redeem", "promotion.promoaction"),
        page(_("Participants"), "groups", "promotion.participant"),
        page(_("Winners"), "emoji_events", "promotion.winner"),
        {
            "title": _("Effectiveness"),
            "icon": "query_stats",
            "link": reverse_lazy("admin:kpi_promotionassessment_results"),
            "permission": may_view("kpi.view_promotionassessment"),
        },
        page(_("Assessments of promotion"), "grading", "kpi.promotionassessment"),
        page(_("Deals"), "sell", "kpi.deal"),
    ),
    group(
        _("Calls and counts"),
        page(_("Calls"), "call", "kpi.call"),
        page(_("Call tallies"), "tag", "kpi.calltally"),
        page(_("Counts by day"), "pin", "kpi.daycount"),
        page(_("Files of calls"), "upload_file", "kpi.callimport"),
        page(_("Tracking numbers"), "dialpad", "clients.trackingnumber"),
        page(_("Number placements"), "place", "kpi.numberplacement"),
        page(_("Test calls"), "phone_in_talk", "kpi.testcall"),
        page(_("Call connections"), "webhook", "kpi.callconnection"),
        page(_("Raw call events"), "data_object", "kpi.rawcallevent"),
        page(_("Reconciliations of calls"), "sync", "kpi.callpull"),
        page(_("Outgoing calls"), "phone_forwarded", "kpi.outgoingcall"),
        page(_("Changes of the rules of counting"), "rule", "kpi.callrulechange"),
        page(_("Unmaskings"), "visibility", "kpi.unmasking"),
    ),
    group(
        _("Measurements"),
        page(_("Evaluations"), "traffic", "kpi.evaluation"),
        page(_("Events"), "event_note", "kpi.event"),
        page(_("Files of figures"), "upload_file", "kpi.fileimport"),
        page(_("Remembered columns"), "view_column", "kpi.columnmapping"),
        page(_("Profile snapshots"), "monitoring", "kpi.profilesnapshot"),
        page(_("Post snapshots"), "bar_chart", "kpi.postsnapshot"),
        page(_("Corrections"), "history", "kpi.snapshotcorrection"),
    ),
    group(
        _("Agency"),
        directors_only(page(_("People"), "badge", "clients.user")),
        directors_only(page(_("Groups"), "shield_person", "auth.group")),
        directors_only(page(_("Look"), "palette", "clients.agencylook")),
        directors_only(page(_("Task templates"), "checklist_rtl", "clients.tasktemplate")),
        directors_only(
            page(_("Design requirements"), "straighten", "communities.assetrequirement")
        ),
        directors_only(page(_("Set-up lists"), "fact_check", "communities.checklisttemplateitem")),
        directors_only(page(_("Rules of spikes"), "ssid_chart", "content.spikerule")),
        directors_only(page(_("Settings of the alarm"), "crisis_alert", "kpi.alarmsettings")),
        directors_only(page(_("Cadence of post snapshots"), "timer", "kpi.snapshotcadence")),
        directors_only(page(_("Retention of snapshots"), "auto_delete", "kpi.snapshotretention")),
        directors_only(page(_("Audit criteria"), "rule_settings", "communities.auditcriterion")),
        directors_only(page(_("Rules of diagnosis"), "troubleshoot", "kpi.causerule")),
        directors_only(page(_("Questions of the brief"), "quiz", "clients.briefquestion")),
        directors_only(page(_("Rules of marking"), "verified", "clients.markingrule")),
        directors_only(page(_("Letters"), "mail", "clients.letter")),
        directors_only(page(_("Periodic tasks"), "schedule", "django_celery_beat.periodictask")),
        directors_only(page(_("Crontabs"), "more_time", "django_celery_beat.crontabschedule")),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "smm_agency.site_look.site_name",
    "SITE_HEADER": "smm_agency.site_look.site_name",
    "SITE_ICON": "smm_agency.site_look.site_icon",
    "SITE_SYMBOL": "call",
    "SITE_URL": "/admin/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "ENVIRONMENT": "smm_agency.unfold_settings.environment",
    "DASHBOARD_CALLBACK": "smm_agency.dashboard.dashboard",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("favicon.svg"),
        }
    ],
    "STYLES": [
        lambda request: static("colours.css"),
        lambda request: static("admin/agency.css"),
    ],
    "SCRIPTS": [lambda request: static("scroll_regions.js")],
    "COLORS": {
        "primary": {
            "50": "oklch(98.4% .014 180.7)",
            "100": "oklch(95.3% .051 180.8)",
            "200": "oklch(91% .096 180.4)",
            "300": "oklch(85.5% .138 181.1)",
            "400": "oklch(77.7% .152 181.9)",
            "500": "oklch(70.4% .14 182.5)",
            "600": "oklch(51.1% .096 186.4)",
            "700": "oklch(43.7% .078 188.2)",
            "800": "oklch(38.6% .063 188.4)",
            "900": "oklch(34.5% .051 189)",
            "950": "oklch(27.7% .046 192.5)",
        },
    },
    "ACCOUNT": {
        "navigation": [
            {"title": _("My work contacts"), "link": reverse_lazy("my_contacts")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
        ]
    },
    "SIDEBAR": {
        "show_search": True,
        # Its lines are chosen by arrows and Enter; those of the plain search are not.
        "command_search": True,
        "show_all_applications": False,
        "navigation": NAVIGATION,
    },
}
