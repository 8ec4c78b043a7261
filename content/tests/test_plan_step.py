"""The page on which a month is planned, and the list of plans."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from content.admin.plan_step import months_from, usual_month
from content.models import Post, PublicationPlan
from content.month_words import assumptions, curated_sentences, left_out, table_of
from content.months import month_after
from content.planning import propose
from content.tests.planned import APRIL, TODAY, approved, community_of, draft, fill, rubric_of
from content.tests.test_planning import simple
from strategy.models import ContentSource
from strategy.periods import month_of
from tests.factories import (
    ClientFactory,
    CommunityRhythmFactory,
    DirectorFactory,
    PublicationPlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Browser:
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    return browser


def next_month() -> dt.date:
    """Tomorrow and later belong to it, whatever day the test runs on."""
    return month_after(month_of(timezone.localdate()))


def ruling() -> Any:
    """A client whose strategy rules now and in the next months."""
    client = ClientFactory.create(name="Yard")
    today = timezone.localdate()
    version = draft(client, starts_on=today, ends_on=today + dt.timedelta(days=200))
    fill(rubric_of(version), community_of(client), *range(7))
    approved(version)
    return client


def address(client: Any) -> str:
    month = f"{next_month():%Y-%m}"
    return f"{reverse('admin:clients_client_plan_month', args=[client.pk])}?month={month}"


def test_the_page_shows_what_will_be_made_and_makes_it_when_it_is_sent(browser: Browser) -> None:
    client = ruling()
    page = browser.get(address(client))
    total = page.context["table"].total
    assert (total >= 28, Post.objects.count()) == (True, 0)
    answer = browser.post(address(client), {"known": page.context["form"].initial["known"]})
    assert answer["Location"] == f"/admin/content/calendar/?client={client.pk}&on={next_month()}"
    assert Post.objects.count() == total
    (told,) = get_messages(answer.wsgi_request)
    assert f"{total} posts are planned." in str(told)


def test_the_second_press_of_the_same_page_makes_nothing(browser: Browser) -> None:
    client = ruling()
    seen = {"known": browser.get(address(client)).context["form"].initial["known"]}
    browser.post(address(client), seen)
    made = Post.objects.count()
    answer = browser.post(address(client), seen)
    assert "Somebody planned or changed the grid meanwhile" in answer.content.decode()
    assert Post.objects.count() == made
    page = browser.get(address(client)).content.decode()
    assert "Nothing: all that the grid asks for is planned." in page


def test_the_page_refuses_in_words_and_has_no_button(browser: Browser) -> None:
    client = ClientFactory.create()
    page = browser.get(address(client)).content.decode()
    assert ("No engagement runs in" in page, "Make the plan" in page) == (True, False)


def test_who_may_not_plan_has_no_page(browser: Browser) -> None:
    client = ruling()
    browser.force_login(UserFactory.create())
    assert browser.get(address(client)).status_code in (302, 403, 404)


def test_words_say_what_is_assumed_and_what_is_left_out() -> None:
    client = ClientFactory.create(time_zone="Asia/Vladivostok")
    version = draft(client)
    bare = rubric_of(version, "Bare", sources=[], formats=[], share=None)
    running = community_of(client)
    asleep = community_of(client, state=Community.State.DESIGN, profile__title="Asleep")
    fill(bare, running, 0)
    fill(bare, asleep, 0)
    CommunityRhythmFactory.create(
        version=version, community=community_of(client, profile__title="Alone"), posts_per_week=3
    )
    approved(version)
    proposal = propose(client, APRIL, on=dt.date(2026, 4, 5))
    assert assumptions(proposal) == [
        "The rubric “Bare” names no source: taken as made by the agency.",
        "The work on the text is what is usual for the source: made by the agency – written.",
        "The rubric “Bare” names no format: taken as text.",
        "The topic is the rubric and the day until somebody writes one.",
        "Where a community has no usual times of its own: a single post of a day at noon, several"
        " from 10 a.m. to 7 p.m., by the clocks of Asia/Vladivostok.",
    ]
    assert left_out(proposal) == [
        "Up to today nothing is planned any more: 1 April – 5 April.",
        "“Asleep (VK)” does not run (in design): nothing is planned there.",
        "“Alone (VK)” has its posts a week (3), but none in the grid.",
    ]
    table = table_of(proposal.posts)
    assert (table.communities, table.lines, table.sums) == ([running], [("Bare", [4], 4)], [4])


def test_words_say_what_the_cap_does_to_the_plan() -> None:
    client = ClientFactory.create()
    version = draft(client, cap="0.20")
    rubric = rubric_of(
        version, sources=[ContentSource.CURATED, ContentSource.OWN], curated_share=Decimal(1)
    )
    fill(rubric, community_of(client), 0, 1, 2)
    approved(version)
    assert curated_sentences(propose(client, APRIL, on=TODAY)) == [
        "Curated from the internet: 2 of 13 publications of the month (15.4 %). The cap is 20 %: at"
        " most 2 (cap × publications, rounded down).",
        "The rubrics ask for 11 curated posts more than the cap lets in: they are planned from"
        " their other sources.",
    ]


def test_the_list_of_plans_leads_to_the_page_of_a_client(browser: Browser) -> None:
    client = simple()
    plan = PublicationPlanFactory.create(client=client)
    listed = browser.get(reverse("admin:content_publicationplan_changelist"))
    assert "March 2026" in listed.content.decode()
    answer = browser.post(
        reverse("admin:content_publicationplan_plan_a_month"), {"client": client.pk}
    )
    page = reverse("admin:clients_client_plan_month", args=[client.pk])
    assert answer["Location"] == page
    answer = browser.get(reverse("admin:content_publicationplan_fill_up", args=[plan.pk]))
    assert answer["Location"] == f"{page}?month=2026-03"
    assert PublicationPlan.objects.count() == 1


def test_usual_month_is_the_next_one_towards_the_end() -> None:
    days = [dt.date(2026, 12, 1), dt.date(2026, 12, 20), dt.date(2026, 12, 21)]
    assert [f"{usual_month(day):%Y-%m}" for day in days] == ["2026-12", "2026-12", "2027-01"]
    assert [f"{month:%m}" for month in months_from(days[0])] == ["12", "01", "02", "03"]
