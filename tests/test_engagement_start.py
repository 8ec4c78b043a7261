"""The start of an engagement in the workbench: pressed once, seen on the pages, told the client."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import (
    ClientStatus,
    Engagement,
    PaperState,
    Role,
    Side,
    Task,
    TaskTemplate,
    WorkPlace,
)
from clients.task_template_rows import USUAL
from clients.task_templates import start_tasks
from clients.team import join_team
from kpi.portal_needs import needs_of
from smm_agency.looks_done import facts_of
from smm_agency.task_places import place_of
from tests import factories as make

pytestmark = pytest.mark.django_db

NOON = make.NOON


@pytest.fixture
def engagement() -> Engagement:
    return make.EngagementFactory.create(
        client__status=ClientStatus.LEAD, client__language="en", title="All of it",
        starts_on=timezone.localdate(),
    )  # fmt: skip


@pytest.fixture
def browser(engagement: Engagement) -> Browser:
    person = make.UserFactory.create(first_name="Anna", last_name="First")
    join_team(engagement.client, person, role=Role.ACCOUNT_MANAGER, starts_on=make.LONG_AGO)
    browser = Browser()
    browser.force_login(person)
    return browser


def start_url(engagement: Engagement) -> str:
    return reverse("admin:clients_engagement_start", args=[engagement.pk])


def page_of(engagement: Engagement) -> str:
    return reverse("admin:clients_engagement_change", args=[engagement.pk])


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_start_shows_what_it_will_make(browser: Browser, engagement: Engagement) -> None:
    text = text_of(browser.get(start_url(engagement)))
    assert all(row.title_en.replace("'", "&#x27;") in text for row in USUAL.values())
    assert "Anna First" in text
    assert "no strategist in the team" in text
    assert Task.objects.count() == 0


def test_start_moves_a_lead_to_onboarding_if_the_person_agrees(
    browser: Browser, engagement: Engagement
) -> None:
    sent = {"seen": 0, "to_onboarding": "on"}
    response = browser.post(start_url(engagement), sent, follow=True)
    text = text_of(response)
    assert f"The engagement is started: {len(USUAL)} tasks were made." in text
    engagement.client.refresh_from_db()
    assert engagement.client.status == ClientStatus.ONBOARDING
    assert f"0 of {len(USUAL)} done" in text
    assert "Start the engagement" not in text


def test_lead_stays_where_the_person_does_not_agree(
    browser: Browser, engagement: Engagement
) -> None:
    browser.post(start_url(engagement), {"seen": 0})
    engagement.client.refresh_from_db()
    assert (engagement.client.status, Task.objects.count()) == (ClientStatus.LEAD, len(USUAL))


def test_start_pressed_twice_is_refused_in_words(browser: Browser, engagement: Engagement) -> None:
    browser.post(start_url(engagement), {"seen": 0})
    again = browser.post(start_url(engagement), {"seen": 0, "to_onboarding": "on"})
    assert "its tasks are there" in text_of(again)
    engagement.client.refresh_from_db()
    assert (engagement.client.status, Task.objects.count()) == (ClientStatus.LEAD, len(USUAL))


def test_start_of_another_package_than_was_seen_is_refused(
    browser: Browser, engagement: Engagement
) -> None:
    Engagement.objects.update(package=make.PackageFactory.create())
    text = text_of(browser.post(start_url(engagement), {"seen": 0}))
    assert "The package was changed meanwhile" in text
    assert Task.objects.count() == 0


def test_who_may_not_change_the_engagement_starts_nothing(engagement: Engagement) -> None:
    person = make.UserFactory.create()
    join_team(engagement.client, person, role=Role.STRATEGIST, starts_on=make.LONG_AGO)
    browser = Browser()
    browser.force_login(person)
    assert browser.post(start_url(engagement), {"seen": 0}).status_code == 403
    assert Task.objects.count() == 0


def test_progress_stands_on_the_engagement_and_on_the_client(
    browser: Browser, engagement: Engagement
) -> None:
    start_tasks(engagement, by=make.UserFactory.create(), at=timezone.now())
    Task.objects.filter(leads_to="nda").update(state="done", done_at=NOON)
    Task.objects.filter(leads_to="baseline").update(state="cancelled")
    late = timezone.localdate() - dt.timedelta(days=2)
    Task.objects.filter(leads_to="contract").update(due_on=late)
    overview = reverse("admin:clients_client_overview", args=[engagement.client_id])
    for page in (page_of(engagement), overview):
        text = text_of(browser.get(page))
        assert f"1 of {len(USUAL) - 1} done" in text
        assert "1 overdue" in text
    Task.objects.exclude(state="cancelled").update(state="done", done_at=NOON)
    assert 'id="onboarding"' not in text_of(browser.get(overview))


def test_overview_of_a_lead_offers_the_start(browser: Browser, engagement: Engagement) -> None:
    overview = reverse("admin:clients_client_overview", args=[engagement.client_id])
    text = text_of(browser.get(overview))
    assert ("Not started yet" in text, page_of(engagement) in text) == (True, True)


def test_clients_tasks_are_among_the_needs_of_the_portal(engagement: Engagement) -> None:
    start_tasks(engagement, by=make.UserFactory.create(), at=timezone.now())
    needs = needs_of(engagement.client, on=timezone.localdate())
    ours = Task.objects.filter(side=Side.CLIENT).order_by("due_on", "pk")
    assert [need.title for need in needs] == [task.title for task in ours]
    assert len(needs) == 2


def test_every_place_of_a_template_opens(browser: Browser, engagement: Engagement) -> None:
    start_tasks(engagement, by=make.UserFactory.create(), at=timezone.now())
    codes = {}
    for task in Task.objects.select_related("origin_type"):
        place = place_of(task, lambda permission: True)
        assert place is not None
        codes[task.leads_to] = browser.get(place[1]).status_code
    assert set(codes.values()) == {200}, codes
    assert set(codes) == set(WorkPlace.values)


def test_unknown_place_is_the_engagement(engagement: Engagement) -> None:
    task = make.TaskFactory.create(client=engagement.client, origin=engagement, leads_to="moon")
    elsewhere = make.TaskFactory.create(client=engagement.client, leads_to="moon")
    nowhere = make.TaskFactory.create(client=engagement.client)
    query = f"?client={engagement.client_id}"
    assert [place_of(each, lambda permission: True) for each in (task, elsewhere, nowhere)] == [
        ("engagement", page_of(engagement)),
        ("engagement", reverse("admin:clients_engagement_changelist") + query),
        None,
    ]


def test_place_that_may_not_be_seen_is_told_without_an_address(engagement: Engagement) -> None:
    task = make.TaskFactory.create(client=engagement.client, leads_to="accesses")
    assert place_of(task, lambda permission: False) == ("access register", "")


def test_facts_say_what_looks_done(engagement: Engagement) -> None:
    client = engagement.client
    assert facts_of(client) == {}
    make.PaperFactory.create(client=client, kind="nda", state=PaperState.DRAFT)
    make.PaperFactory.create(
        client=client, kind="contract", state=PaperState.SIGNED, number="7",
        dated_on=dt.date(2026, 3, 1),
    )  # fmt: skip
    make.TrackingNumberFactory.create(client=client)
    make.TrackingNumberFactory.create(client=client, is_active=False)
    make.TrackingNumberFactory.create()
    make.ContactFactory.create(client=client, is_main=True, phone="+74950000000")
    make.BusinessHoursFactory.create(client=client)
    assert facts_of(client) == {
        "contract": "№ 7 of March 1, 2026 is signed",
        "tracking_number": "1 number is in use",
        "business_hours": "the business hours are entered",
        "escalation_phone": "the main contact has a telephone",
    }


def test_fact_stands_beside_the_open_task_only(browser: Browser, engagement: Engagement) -> None:
    make.BusinessHoursFactory.create(client=engagement.client)
    start_tasks(engagement, by=make.UserFactory.create(), at=timezone.now())
    task = Task.objects.get(leads_to="business_hours")
    for page in (page_of(engagement), reverse("admin:clients_task_change", args=[task.pk])):
        assert "the business hours are entered" in text_of(browser.get(page))
    Task.objects.filter(pk=task.pk).update(state="done", done_at=NOON)
    assert "the business hours are entered" not in text_of(browser.get(page_of(engagement)))


def test_templates_are_edited_by_directors_and_read_by_the_team(browser: Browser) -> None:
    template = TaskTemplate.objects.get(code="nda")
    page = reverse("admin:clients_tasktemplate_change", args=[template.pk])
    sent = {
        "code": "nda", "package": "", "block": "", "title_en": "NDA", "title_ru": "NDA",
        "details_en": "", "details_ru": "", "side": "agency", "role": "account_manager",
        "days_after": "4", "leads_to": "nda", "position": "1", "is_used": "on",
    }  # fmt: skip
    assert browser.get(page).status_code == 200
    assert browser.post(page, sent).status_code == 403
    director = Browser()
    director.force_login(make.DirectorFactory.create())
    for wrong, words in (
        ({"role": "magician"}, "magician is not one of the available choices"),
        ({"days_after": "-1"}, "greater than or equal to 0"),
    ):
        assert words in text_of(director.post(page, sent | wrong))
    assert director.post(page, sent).status_code == 302
    template.refresh_from_db()
    assert (template.title_en, template.days_after) == ("NDA", 4)


def test_recurring_task_without_a_day_is_refused_by_field(
    browser: Browser, engagement: Engagement
) -> None:
    sent = {
        "client": engagement.client_id, "title": "Call", "side": "agency", "rule": "weekly",
        "shift": "after", "days_before": "3", "starts_on": "2026-03-11", "is_active": "on",
    }  # fmt: skip
    page = reverse("admin:clients_recurringtask_add")
    assert "Say on which weekday it comes again." in text_of(browser.post(page, sent))
    assert browser.post(page, sent | {"weekday": "0"}).status_code == 302
