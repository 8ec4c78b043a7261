"""What the program can see of a task by itself: facts, offered to whoever marks it as done."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client, Contact, Paper, PaperKind, PaperState, TrackingNumber, WorkPlace
from communities.models import AccessGrant, Profile
from content.models import BusinessHours
from kpi.models import ProfileSnapshot, TestCall
from smm_agency.lib.rows_at_once import Found, counted, listed, read_at_once

SIGNED = (PaperState.SIGNED, PaperState.PAID)
PAPERS = {
    PaperKind.CONTRACT: WorkPlace.CONTRACT,
    PaperKind.NDA: WorkPlace.NDA,
    PaperKind.DATA_PROCESSING: WorkPlace.DATA_PROCESSING,
}


def ask_facts(client: Client) -> dict[str, Any]:
    """What `facts_in` reads, to be asked together with others."""
    signed = Paper.objects.filter(client=client, state__in=SIGNED, kind__in=PAPERS)
    reached = Contact.objects.filter(client=client, is_main=True).exclude(phone="")
    snapshots = ProfileSnapshot.objects.filter(
        client=client, profile__relation=Profile.Relation.OWN
    )
    return {
        "signed_papers": listed(signed.order_by("dated_on", "pk"), "kind", "number", "dated_on"),
        "fact_contacts": counted(reached),
        "fact_accesses": counted(AccessGrant.objects.standing().of_agency().filter(client=client)),
        "fact_numbers": counted(TrackingNumber.objects.filter(client=client, is_active=True)),
        "fact_test_calls": counted(TestCall.objects.filter(client=client)),
        "fact_hours": counted(BusinessHours.objects.filter(client=client)),
        "fact_snapshots": counted(snapshots),
    }


def facts_of(client: Client) -> dict[str, str]:
    """By the code of the place, in words; what cannot be seen is not there. One statement."""
    return facts_in(read_at_once(Client.objects.filter(pk=client.pk), ask_facts(client)))


def facts_in(found: Found) -> dict[str, str]:
    counts = {
        WorkPlace.ACCESSES: ("fact_accesses", words_of_accesses),
        WorkPlace.TRACKING_NUMBER: ("fact_numbers", words_of_numbers),
        WorkPlace.TEST_CALL: ("fact_test_calls", words_of_test_calls),
        WorkPlace.BASELINE: ("fact_snapshots", words_of_snapshots),
    }
    facts = {str(code): words(found[name]) for code, (name, words) in counts.items() if found[name]}
    if found["fact_hours"]:
        facts[WorkPlace.BUSINESS_HOURS] = _("the business hours are entered")
    if found["fact_contacts"]:
        facts[WorkPlace.ESCALATION_PHONE] = _("the main contact has a telephone")
    for paper in found["signed_papers"]:
        facts[PAPERS[paper["kind"]]] = paper_words(paper)
    return facts


def paper_words(paper: Found) -> str:
    told = {
        "number": paper["number"] or "—",
        "day": date_format(dt.date.fromisoformat(paper["dated_on"])),
    }
    return _("№ %(number)s of %(day)s is signed") % told


def words_of_accesses(count: int) -> str:
    words = ngettext("%(count)d access is held", "%(count)d accesses are held", count)
    return words % {"count": count}


def words_of_numbers(count: int) -> str:
    words = ngettext("%(count)d number is in use", "%(count)d numbers are in use", count)
    return words % {"count": count}


def words_of_test_calls(count: int) -> str:
    words = ngettext("%(count)d test call was made", "%(count)d test calls were made", count)
    return words % {"count": count}


def words_of_snapshots(count: int) -> str:
    words = ngettext("%(count)d snapshot was taken", "%(count)d snapshots were taken", count)
    return words % {"count": count}
