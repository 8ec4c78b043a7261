"""What the program sees of each item of an ending: a fact in words, and where it is mended."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.endings import ended_on
from clients.models import (
    ENDING,
    ArchiveJob,
    CalendarFeed,
    Client,
    EndingCode,
    Paper,
    PaperKind,
    PaperState,
    Task,
    TrackingNumber,
)
from communities.models import AccessGrant, AccessKey
from content.models import EventDoor, MaterialFile
from content.pauses import open_links, standing_of
from kpi.connection_setup import keyed_connections
from kpi.models import Report
from kpi.work_ended import last_day_worked
from promotion.account_balance import account_balances
from promotion.models import AdAccountKey, Campaign, CampaignState, Placement, PlacementState

C = EndingCode
AT_WORK = (CampaignState.AGREED, CampaignState.RUNNING, CampaignState.PAUSED)
STANDING = (
    PlacementState.BOOKED,
    PlacementState.PAID,
    PlacementState.PUBLISHED,
    PlacementState.COLLECTED,
)


@dataclass(frozen=True)
class Fact:
    """`is_done` None: the program cannot see it, a person has to say."""

    is_done: bool | None
    words: str
    url: str = ""


def list_of(model: str, client: Client, **query: str) -> str:
    try:
        address = reverse(f"admin:{model}_changelist")
    except NoReverseMatch:
        # Not every table has a list of its own.
        return ""
    return f"{address}?{urlencode({'client': client.pk, **query})}"


def facts_of(client: Client, *, at: dt.datetime) -> dict[str, Fact]:
    return {code: check(client, at) for code, check in CHECKS.items()}


def counted(count: int, words: str, none: str, url: str) -> Fact:
    """Done where there is none left; `words` has %(n)d."""
    return Fact(count == 0, words % {"n": count} if count else none, url if count else "")


def scheduled_posts(client: Client, at: dt.datetime) -> Fact:
    found = standing_of(client)
    words = _(
        "%(scheduled)d scheduled, %(waiting)d wait for a decision, %(sending)d being sent,"
        " %(placed)d in the networks' own queues, %(unknown)d to be checked"
    ) % vars(found)
    is_done = not any(vars(found).values())
    url = list_of("content_publication", client)
    return Fact(is_done, _("none") if is_done else words, "" if is_done else url)


def campaigns(client: Client, at: dt.datetime) -> Fact:
    running = Campaign.objects.filter(client=client, state__in=AT_WORK).count()
    places = Placement.objects.filter(client=client, state__in=STANDING, removed_at=None).count()
    words = _("%(running)d campaigns are not over, %(places)d placements are not closed")
    told = words % {"running": running, "places": places}
    model = "promotion_campaign" if running else "promotion_placement"
    is_done = not running and not places
    return Fact(is_done, _("none") if is_done else told, "" if is_done else list_of(model, client))


def ad_balance(client: Client, at: dt.datetime) -> Fact:
    """By what was topped up and spent; what the network says itself, a person looks up."""
    balances = account_balances(client)
    if not balances:
        return Fact(True, _("no ad account"))
    url = list_of("promotion_adaccount", client)
    left = [row for row in balances if row.computed]
    unknown = [row for row in balances if row.computed is None]
    words = [
        f"{row.account}: {number_format(row.computed or 0, 2, force_grouping=True)}"
        f" {row.account.currency}"
        for row in left
    ] + [_("%(account)s: not known") % {"account": row.account} for row in unknown]
    if left:
        return Fact(False, "; ".join(words), url)
    return Fact(None if unknown else True, "; ".join(words) or _("nothing is left"), url)


def access(client: Client, at: dt.datetime) -> Fact:
    count = AccessGrant.objects.standing().of_agency().filter(client=client).count()
    return counted(
        count,
        ngettext("%(n)d role is not taken back", "%(n)d roles are not taken back", count),
        _("all roles are taken back"),
        list_of("communities_accessgrant", client),
    )


def keys(client: Client, at: dt.datetime) -> Fact:
    count = sum(key_counts(client).values())
    return counted(
        count,
        ngettext("%(n)d key is stored", "%(n)d keys are stored", count),
        _("no key is stored"),
        list_of("communities_accesskey", client),
    )


def key_counts(client: Client) -> dict[str, int]:
    """How many secrets are stored, by kind."""
    return {
        "networks": AccessKey.objects.filter(client=client).count(),
        "ads": AdAccountKey.objects.filter(client=client).count(),
        "calls": keyed_connections(client).count(),
        "doors": EventDoor.objects.filter(client=client).count(),
    }


def numbers(client: Client, at: dt.datetime) -> Fact:
    count = TrackingNumber.objects.filter(client=client, is_active=True).count()
    return counted(
        count,
        ngettext("%(n)d number is in use", "%(n)d numbers are in use", count),
        _("no number is in use"),
        list_of("clients_trackingnumber", client),
    )


def final_report(client: Client, at: dt.datetime) -> Fact:
    last = last_day_worked(client)
    url = list_of("kpi_report", client)
    if last is None:
        return Fact(None, _("nobody knows the last day of work"), url)
    sent = Report.objects.sent().filter(client=client, starts_on__lte=last, ends_on__gte=last)
    words = _("the report that covers %(day)s is sent") if sent.exists() else _(
        "no report that covers %(day)s, the last day of work, is sent"
    )  # fmt: skip
    return Fact(sent.exists(), words % {"day": date_format(last, "DATE_FORMAT")}, url)


def final_act(client: Client, at: dt.datetime) -> Fact:
    """The last act is signed, and none is unsigned."""
    acts = Paper.objects.filter(client=client, kind=PaperKind.ACT).order_by("-dated_on", "-pk")
    states = list(acts.values_list("state", "dated_on"))
    url = list_of("clients_paper", client)
    unsigned = sum(state in (PaperState.DRAFT, PaperState.SENT) for state, _day in states)
    if unsigned:
        words = ngettext("%(n)d act is not signed", "%(n)d acts are not signed", unsigned)
        return Fact(False, words % {"n": unsigned}, url)
    if not states:
        return Fact(False, _("there is no act"), url)
    words = _("all acts are signed, the last one of %(day)s")
    return Fact(True, words % {"day": date_format(states[0][1], "DATE_FORMAT")}, url)


def materials(client: Client, at: dt.datetime) -> Fact:
    count = MaterialFile.objects.filter(client=client).count()
    words = ngettext("%(n)d file came from the client", "%(n)d files came from the client", count)
    url = list_of("content_materialrequest", client)
    return Fact(None if count else True, words % {"n": count}, url if count else "")


def tasks(client: Client, at: dt.datetime) -> Fact:
    """The task of the ending itself aside."""
    open_tasks = Task.objects.unfinished().filter(client=client).exclude(leads_to=ENDING)
    count = open_tasks.count()
    return counted(
        count,
        ngettext("%(n)d task is open", "%(n)d tasks are open", count),
        _("no task is open"),
        list_of("clients_task", client),
    )


def links(client: Client, at: dt.datetime) -> Fact:
    """Those of an ended client open nothing already; here they are revoked for good."""
    approvals, uploads = open_links(client, at=at)
    feeds = CalendarFeed.objects.filter(client=client, revoked_at=None).count()
    words = _("%(approvals)d of approvals, %(uploads)d of uploads, %(feeds)d of calendars")
    told = words % {"approvals": approvals, "uploads": uploads, "feeds": feeds}
    is_done = not (approvals or uploads or feeds)
    return Fact(is_done, _("none") if is_done else told)


def portal(client: Client, at: dt.datetime) -> Fact:
    if client.portal_until is None:
        return Fact(False, _("no last day is set"))
    day = date_format(client.portal_until, "DATE_FORMAT")
    return Fact(True, _("open until %(day)s") % {"day": day})


def archive(client: Client, at: dt.datetime) -> Fact:
    """The client's own, whole: made after the end. Whether it was handed over, a person says."""
    made = ArchiveJob.objects.filter(
        client=client, state=ArchiveJob.State.DONE, made_for=ArchiveJob.For.CLIENT
    ).first()
    if made is None or made.finished_at is None:
        return Fact(False, _("no archive for the client is made"))
    made_on, ended = client.day_of(made.finished_at), ended_on(client)
    words = {"day": date_format(made_on, "DATE_FORMAT")}
    if ended is not None and made_on < ended:
        return Fact(False, _("the one of %(day)s was made before the end: make it anew") % words)
    return Fact(None, _("made on %(day)s: hand it over") % words)


CHECKS: dict[str, Callable[[Client, dt.datetime], Fact]] = {
    C.SCHEDULED_POSTS: scheduled_posts,
    C.CAMPAIGNS: campaigns,
    C.AD_BALANCE: ad_balance,
    C.ACCESS: access,
    C.KEYS: keys,
    C.NUMBERS: numbers,
    C.FINAL_REPORT: final_report,
    C.FINAL_ACT: final_act,
    C.MATERIALS: materials,
    C.TASKS: tasks,
    C.LINKS: links,
    C.PORTAL: portal,
    C.ARCHIVE: archive,
}
