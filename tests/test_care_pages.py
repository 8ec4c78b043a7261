"""Pages of stops, incidents and hours: who may press what, and what they show."""

import datetime as dt
from typing import Any

import pytest
from django.db import models
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.admin.form_page import page_of
from clients.models import Client, Role, User
from clients.team import join_team
from communities.models import Community
from content.models import BusinessHours, Incident, IncidentEntry, ReplyTarget, Stop
from tests.factories import (
    LONG_AGO,
    BusinessHoursFactory,
    CampaignFactory,
    CommunityFactory,
    ContactFactory,
    DirectorFactory,
    IncidentFactory,
    IncidentItemFactory,
    PlacementFactory,
    PublicationFactory,
    StopFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def community() -> Community:
    return CommunityFactory.create(profile__client__name="Coffee")


@pytest.fixture
def client_row(community: Community) -> Client:
    return community.client


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def manager(client_row: Client) -> Browser:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    return signed_in(user)


@pytest.fixture
def director() -> Browser:
    return signed_in(DirectorFactory.create())


def page(row: models.Model, name: str = "change") -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[row.pk])


def begin(**query: Any) -> str:
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('admin:content_stop_begin')}?{text}"


def text_of(browser: Browser, address: str) -> str:
    response = browser.get(address, follow=True)
    assert response.status_code == 200
    return response.content.decode()


# --- Stops ---------------------------------------------------------------------------------------


def test_a_client_is_stopped_from_its_page(manager: Browser, client_row: Client) -> None:
    address = begin(client=client_row.pk)
    assert text_of(manager, page_of(client_row)).count(f'href="{address}"') == 1
    manager.post(address, {"reason": "Mourning", "ends_at": ""})
    stop = Stop.objects.get()
    assert (stop.scope, stop.client, stop.reason) == ("client", client_row, "Mourning")
    assert text_of(manager, page_of(client_row)).count("Mourning") == 1


def test_a_community_is_stopped_from_its_page(manager: Browser, community: Community) -> None:
    address = begin(community=community.pk)
    assert text_of(manager, page(community)).count(f'href="{address}"') == 1
    manager.post(address, {"reason": "Hacked", "ends_at": ""})
    assert Stop.objects.get().community == community
    assert text_of(manager, page(community)).count("): Hacked") == 1


def test_an_incidents_stop_belongs_to_it(manager: Browser, client_row: Client) -> None:
    incident = IncidentFactory.create(client=client_row)
    address = manager.get(page(incident, "stop_publications")).url  # type: ignore[attr-defined]
    manager.post(address, {"reason": "Crisis", "ends_at": ""})
    assert Stop.objects.get().incident == incident


def test_what_it_holds_and_running_ads_are_shown_before_it_is_pressed(
    manager: Browser, community: Community
) -> None:
    PublicationFactory.create(
        post__client=community.client, post__title="Morning post", community=community,
        planned_at=timezone.now() + HOUR,
    )  # fmt: skip
    running = CampaignFactory.create(
        client=community.client, title="Spring ads", starts_on=LONG_AGO, ends_on=None
    )
    PlacementFactory.create(
        campaign=running, title="Banner", url="https://ads.example/1", starts_on=LONG_AGO
    )
    for state in ("negotiated", "cancelled"):
        PlacementFactory.create(
            campaign=running, title="Not there", state=state, starts_on=LONG_AGO
        )
    PlacementFactory.create(
        campaign=running, title="Not there", starts_on=LONG_AGO, removed_at=timezone.now()
    )
    CampaignFactory.create(
        client=community.client, title="Not there", state="paused", starts_on=LONG_AGO
    )
    CampaignFactory.create(title="A stranger's ads", starts_on=LONG_AGO, ends_on=None)
    shown = text_of(manager, begin(client=community.client_id))
    assert [
        words in shown for words in ("Morning post", "Spring ads", "https://ads.example/1")
    ] == ([True] * 3)
    assert "A stranger" not in shown
    assert "Not there" not in shown


def test_a_stranger_to_the_client_stops_nothing(client_row: Client) -> None:
    other = CommunityFactory.create()
    user = UserFactory.create()
    join_team(other.client, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    browser = signed_in(user)
    assert browser.get(begin(client=client_row.pk)).status_code == 404
    assert browser.get(begin(client="x")).status_code == 404
    assert not Stop.objects.exists()


def test_a_designer_stops_nothing(client_row: Client) -> None:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.DESIGNER, starts_on=LONG_AGO)
    assert signed_in(user).get(begin(client=client_row.pk)).status_code == 403


def test_only_directors_are_offered_wide_stops(manager: Browser, director: Browser) -> None:
    forms = [browser.get(begin()).context["form"] for browser in (manager, director)]
    offered = [[value for value, _label in form.fields["scope"].choices] for form in forms]
    assert offered == [["client", "community"], ["client", "community", "country", "all"]]


def test_a_scope_names_what_it_stops(director: Browser) -> None:
    response = director.post(begin(), {"scope": "country", "country": "", "reason": "News"})
    assert response.context["form"].errors == {"country": ["Name it: this is what is stopped."]}
    director.post(begin(), {"scope": "country", "country": "RU", "reason": "News"})
    assert Stop.objects.get().country == "RU"


def test_lifting_lists_what_was_held(manager: Browser, community: Community) -> None:
    begun = timezone.now() - HOUR * 2
    stop = StopFactory.create(client=community.client, began_at=begun)
    PublicationFactory.create(
        post__client=community.client, post__title="Held post", community=community,
        planned_at=begun + HOUR, next_try_at=begun + HOUR, state="due",
    )  # fmt: skip
    shown = manager.post(page(stop, "lift"), follow=True).content.decode()
    assert "1 post waits for your decision." in shown
    assert shown.count("Held post") == 1
    assert manager.get(page(stop, "lift")).status_code == 403


def test_managers_do_not_lift_a_directors_stop(manager: Browser) -> None:
    stop = StopFactory.create(scope="all", client=None)
    assert manager.get(page(stop, "lift")).status_code == 403
    assert text_of(manager, page(stop)).count("Lift the stop") == 0


def test_the_dashboard_says_that_a_stop_stands(manager: Browser) -> None:
    StopFactory.create(scope="all", client=None, reason="National mourning")
    StopFactory.create(reason="Of another client")
    shown = text_of(manager, reverse("admin:index"))
    assert ("National mourning" in shown, "Of another client" in shown) == (True, False)


# --- Incidents -----------------------------------------------------------------------------------


@pytest.fixture
def incident(client_row: Client) -> Incident:
    return IncidentFactory.create(
        client=client_row, title="Cold coffee", deadline=timezone.now() + HOUR
    )


def test_an_incidents_page_shows_its_comments_as_text(manager: Browser, incident: Incident) -> None:
    IncidentItemFactory.create(
        incident=incident, item__text="<script>alert(1)</script>",
        item__url="javascript:alert(1)",
    )  # fmt: skip
    shown = text_of(manager, page(incident))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "javascript:alert" not in shown


def test_an_escalation_is_written_down(manager: Browser, incident: Incident) -> None:
    contact = ContactFactory.create(client=incident.client)
    form = {
        "seen": "open", "contact": contact.pk, "channel": "phone",
        "told_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "said": "Will call back",
    }  # fmt: skip
    response = manager.post(page(incident, "escalate"), form)
    assert response.status_code == 302
    entry = IncidentEntry.objects.get()
    assert (entry.contact, entry.channel, entry.text) == (contact, "phone", "Will call back")
    incident.refresh_from_db()
    assert incident.state == "waiting"


def test_contacts_of_another_client_are_not_offered(manager: Browser, incident: Incident) -> None:
    ContactFactory.create()
    form = manager.get(page(incident, "escalate")).context["form"]
    assert list(form.fields["contact"].queryset) == []


def test_a_step_on_what_has_changed_is_refused(manager: Browser, incident: Incident) -> None:
    Incident.objects.update(state="waiting")
    form = {"seen": "open", "state": "solved", "outcome": "Done"}
    response = manager.post(page(incident, "end"), form)
    assert response.context["form"].non_field_errors() == [
        "Somebody was faster: the case is now “waits for the client”. Look at it again."
    ]


def test_a_case_is_ended_and_opened_again(manager: Browser, incident: Incident) -> None:
    manager.post(page(incident, "end"), {"seen": "open", "state": "solved", "outcome": "Done"})
    assert manager.get(page(incident, "end")).status_code == 403
    manager.post(page(incident, "reopen"), {"why": "They wrote again"})
    incident.refresh_from_db()
    assert incident.state == "open"


def test_another_deadline_may_be_told_of_again(manager: Browser, incident: Incident) -> None:
    Incident.objects.update(deadline_told_at=timezone.now())
    form = manager.get(page(incident)).context["adminform"].form
    values = {name: form[name].value() or "" for name in form.fields}
    deadline = timezone.localtime() + HOUR * 5
    values |= {"deadline": deadline.strftime("%Y-%m-%dT%H:%M")}
    values.pop("is_published")
    response = manager.post(page(incident), values)
    assert response.status_code == 302, response.context["errors"]
    incident.refresh_from_db()
    assert incident.deadline_told_at is None


def test_readers_press_nothing(client_row: Client, incident: Incident) -> None:
    user = UserFactory.create()
    join_team(client_row, user, role=Role.DESIGNER, starts_on=LONG_AGO)
    browser = signed_in(user)
    names = ("note", "escalate", "end", "stop_publications")
    assert [browser.get(page(incident, name)).status_code for name in names] == [403] * 4


# --- Hours ---------------------------------------------------------------------------------------


def test_hours_in_force_are_not_edited(manager: Browser, client_row: Client) -> None:
    today = client_row.today()
    past = BusinessHoursFactory.create(client=client_row, starts_on=today)
    coming = BusinessHoursFactory.create(client=client_row, starts_on=today + HOUR * 24)
    assert [manager.get(page(row)).context["has_change_permission"] for row in (past, coming)] == [
        False,
        True,
    ]


def test_hours_of_yesterday_are_refused(manager: Browser, client_row: Client) -> None:
    yesterday = client_row.today() - HOUR * 24
    form = {
        "client": client_row.pk, "starts_on": yesterday.isoformat(), "time_zone": "",
        "monday": "10-19",
    }  # fmt: skip
    response = manager.post(reverse("admin:content_businesshours_add"), form)
    errors = response.context["adminform"].form.errors
    assert errors["starts_on"] == ["Hours hold from today on at the earliest."]
    assert errors["monday"][0].startswith("“10-19” is no shift: write it as 10:00–19:00")
    assert not BusinessHours.objects.exists()


def test_the_list_says_a_week_in_one_line() -> None:
    hours = BusinessHoursFactory.create(saturday="11:00-16:00")
    assert hours.in_words() == "Mon–Fri 10:00–19:00; Sat 11:00–16:00"


def test_the_agencys_targets_are_the_directors(manager: Browser, director: Browser) -> None:
    target = ReplyTarget.objects.get(client=None, category="question")
    allowed = [b.get(page(target)).context["has_change_permission"] for b in (manager, director)]
    assert allowed == [False, True]
