"""A competitor's page by its address: made, found on the network, or refused with the mend."""

import datetime as dt
from typing import Any
from uuid import uuid4

import httpx
import pytest
import respx
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.urls import reverse

from clients.models import User
from communities.models import AccessKey, Profile
from communities.tests.networks.conftest import Start, simulate
from strategy.competitors import add_competitor_page
from strategy.models import Competitor, CompetitorProfile
from tests.factories import (
    AccessKeyFactory,
    ClientFactory,
    CommunityFactory,
    CompetitorAnalysisFactory,
    CompetitorFactory,
    CompetitorProfileFactory,
    DirectorFactory,
    ProfileFactory,
    TeamMemberFactory,
    UserFactory,
)

__all__ = ["simulate"]

pytestmark = pytest.mark.django_db

GROUPS = {"1001": {"name": "Coffee at home", "screen_name": "coffee_home", "members_count": 5}}
CHANNEL = "-1001234567890"


@pytest.fixture
def director() -> User:
    user: User = DirectorFactory.create()
    return user


@pytest.fixture
def rival() -> Competitor:
    competitor: Competitor = CompetitorFactory.create(name="Rival")
    return competitor


def vk_key(**fields: Any) -> AccessKey:
    key: AccessKey = AccessKeyFactory.create(secret=f"vk1.a.{uuid4().hex}", **fields)
    return key


def why(competitor: Competitor, address: str, by: User) -> str:
    with pytest.raises(ValidationError) as refused:
        add_competitor_page(competitor, address=address, by=by)
    assert not CompetitorProfile.objects.filter(competitor=competitor).exists()
    [message] = refused.value.message_dict["address"]
    return message


def test_a_page_is_made_with_what_the_network_tells(
    simulate: Start, rival: Competitor, director: User
) -> None:
    vk_key()
    simulate(groups=GROUPS)
    link = add_competitor_page(rival, address="https://vk.com/coffee_home", by=director)
    page = link.profile
    assert (page.client_id, page.network, page.external_id) == (rival.client_id, "vk", "1001")
    assert (page.screen_name, page.title) == ("coffee_home", "Coffee at home")
    assert (page.relation, page.is_measured, page.access_key) == ("competitor", True, None)
    assert page in Profile.objects.measured()
    assert "Coffee at home" in LogEntry.objects.get().get_change_message()


def test_a_page_by_number_waits_for_no_key(rival: Competitor, director: User) -> None:
    page = add_competitor_page(rival, address="club1001", by=director).profile
    assert (page.external_id, page.title, page.is_measured) == ("1001", "1001", True)


def test_a_channel_is_read_with_the_clients_bot(
    simulate: Start, rival: Competitor, director: User
) -> None:
    secret = f"{uuid4().int % 10**9 + 10**9}:AA{uuid4().hex}"
    bot = AccessKeyFactory.create(
        client=rival.client, network="telegram", kind="bot", secret=secret
    )
    simulate(channels={CHANNEL: {"username": "coffee_home", "title": "Coffee", "members": 9}})
    page = add_competitor_page(rival, address="@coffee_home", by=director).profile
    assert (page.external_id, page.screen_name, page.title) == (CHANNEL, "coffee_home", "Coffee")
    assert page.access_key == bot


def test_a_network_without_an_adapter_is_filled_by_files(rival: Competitor, director: User) -> None:
    page = add_competitor_page(rival, address="https://www.instagram.com/coffee/", by=director)
    assert (page.profile.external_id, page.profile.is_measured) == ("coffee", False)


def test_a_page_that_is_nobodys_yet_is_tied(rival: Competitor, director: User) -> None:
    known = ProfileFactory.create(
        client=rival.client, external_id="1001", relation=Profile.Relation.COMPETITOR
    )
    assert add_competitor_page(rival, address="club1001", by=director).profile == known


@pytest.mark.parametrize("address", ["club1001", "https://vk.com/Coffee_Home"])
def test_the_clients_own_page_is_refused(rival: Competitor, director: User, address: str) -> None:
    ProfileFactory.create(
        client=rival.client, external_id="1001", screen_name="@coffee_home", title="Ours"
    )
    assert why(rival, address, director) == (
        "This is the client's own page “Ours”: a competitor's page is another one."
    )


def test_the_clients_own_page_under_another_name_is_refused(
    simulate: Start, rival: Competitor, director: User
) -> None:
    """The network knows that the new short name is the page with our number."""
    ProfileFactory.create(client=rival.client, external_id="1001", title="Ours")
    vk_key()
    simulate(groups=GROUPS)
    assert "This is the client's own page “Ours”" in why(rival, "vk.com/coffee_home", director)


def test_another_clients_page_may_be_a_competitors(rival: Competitor, director: User) -> None:
    ProfileFactory.create(external_id="1001")
    assert add_competitor_page(rival, address="club1001", by=director).profile.title == "1001"


def test_a_page_of_another_competitor_is_refused(rival: Competitor, director: User) -> None:
    CompetitorProfileFactory.create(
        competitor__client=rival.client, competitor__name="First", profile__external_id="1001",
        profile__title="Coffee",
    )  # fmt: skip
    assert why(rival, "club1001", director) == (
        "“Coffee” is a page of the competitor “First” already: take it away there first."
    )


def test_a_page_is_not_added_twice(rival: Competitor, director: User) -> None:
    add_competitor_page(rival, address="club1001", by=director)
    with pytest.raises(ValidationError, match="“1001” is here already"):
        add_competitor_page(rival, address="https://vk.com/public1001", by=director)


def test_a_publishers_page_is_refused(rival: Competitor, director: User) -> None:
    ProfileFactory.create(
        client=rival.client, external_id="1001", title="Ads", relation=Profile.Relation.PUBLISHER
    )
    assert why(rival, "club1001", director) == (
        "“Ads” is a publisher's page, kept for seeding: change whose page it is on its own page"
        " first, or choose another."
    )


def test_what_is_no_page_is_refused(rival: Competitor, director: User) -> None:
    assert "no page of a known network" in why(rival, "https://example.com/x", director)


def test_a_page_that_the_network_does_not_know_is_refused(
    rival: Competitor, director: User
) -> None:
    vk_key()
    with respx.mock() as router:
        answer: dict[str, Any] = {"response": {"groups": [], "profiles": []}}
        router.route().mock(return_value=httpx.Response(200, json=answer))
        message = why(rival, "vk.com/nobody_here", director)
    assert message == (
        "VK has no such page: look whether the address is whole. (VK knows no such community.)"
    )


def test_a_name_that_nobody_can_be_asked_about_needs_the_number(
    rival: Competitor, director: User
) -> None:
    needs = (
        "VK tells the number of a page to a working key only: paste the link with the number, such"
        " as https://vk.com/club1, or add a key first."
    )
    assert why(rival, "vk.com/coffee_home", director) == needs
    vk_key(state=AccessKey.State.REFUSED)
    vk_key(client=CompetitorFactory.create().client, kind="community")
    assert why(rival, "vk.com/coffee_home", director) == needs


def test_a_network_that_does_not_answer_hinders_no_number(
    rival: Competitor, director: User
) -> None:
    vk_key()
    with respx.mock() as router:
        router.route().mock(side_effect=httpx.ConnectError("no route"))
        page = add_competitor_page(rival, address="club1001", by=director).profile
    assert (page.external_id, page.title) == ("1001", "1001")


def test_who_may_not_is_refused(rival: Competitor) -> None:
    assert why(rival, "club1001", UserFactory.create()) == (
        "You may not add pages of competitors; ask a strategist."
    )


# --- In the admin --------------------------------------------------------------------------------


@pytest.fixture
def browser(director: User) -> Browser:
    browser = Browser()
    browser.force_login(director)
    return browser


def page_of(competitor: Competitor, name: str = "change") -> str:
    return reverse(f"admin:strategy_competitor_{name}", args=[competitor.pk])


def test_the_list_says_how_old_the_newest_written_analysis_is(browser: Browser) -> None:
    client = ClientFactory.create()
    today = client.today()
    for name, days in (("fresh", 120), ("none", None), ("stale", 121)):
        competitor = CompetitorFactory.create(client=client, name=name)
        CompetitorAnalysisFactory.create(competitor=competitor, analysed_on=today, strengths="")
        if days is not None:
            CompetitorAnalysisFactory.create(
                competitor=competitor, analysed_on=today - dt.timedelta(days=days)
            )
    response = browser.get(reverse("admin:strategy_competitor_changelist"))
    admin = response.context["cl"].model_admin
    shown = [admin.analysis(row) for row in response.context["cl"].result_list]
    assert shown == [("fresh", "fresh, 120 days"), ("none", "none"), ("stale", "stale, 121 days")]


def test_the_button_adds_a_page(browser: Browser, rival: Competitor) -> None:
    assert page_of(rival, "add_page") in browser.get(page_of(rival)).content.decode()
    response = browser.post(page_of(rival, "add_page"), {"address": "club1001"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Added: 1001 (VK)."]
    assert rival.profiles.get().profile.external_id == "1001"


def test_a_refusal_stands_under_the_field(browser: Browser, rival: Competitor) -> None:
    response = browser.post(page_of(rival, "add_page"), {"address": "<b>x</b>"})
    assert list(response.context["form"].errors) == ["address"]
    assert "<b>x</b>" not in response.content.decode()


def test_who_only_reads_has_no_button(rival: Competitor) -> None:
    designer = UserFactory.create()
    TeamMemberFactory.create(client=rival.client, user=designer, role="designer")
    designer.groups.add(Group.objects.get(name="Designer"))
    browser = Browser()
    browser.force_login(designer)
    assert page_of(rival, "add_page") not in browser.get(page_of(rival)).content.decode()
    assert browser.post(page_of(rival, "add_page"), {"address": "club1001"}).status_code == 403


def test_the_plain_form_refuses_the_clients_own_page(browser: Browser, rival: Competitor) -> None:
    own = ProfileFactory.create(client=rival.client, title="Ours")
    form = {
        "name": rival.name, "kind": "direct",
        "analyses-TOTAL_FORMS": 0, "analyses-INITIAL_FORMS": 0,
        "profiles-TOTAL_FORMS": 1, "profiles-INITIAL_FORMS": 0, "profiles-0-profile": own.pk,
    }  # fmt: skip
    response = browser.post(page_of(rival), form)
    formsets = response.context["inline_admin_formsets"]
    errors = [one for each in formsets for one in each.formset.errors]
    assert errors == [
        {"profile": ["This is the client's own page “Ours”: a competitor's page is another one."]}
    ]


def test_an_own_page_does_not_become_a_competitors(browser: Browser) -> None:
    own = CommunityFactory.create(profile__title="Ours").profile
    sent = {
        "network": "vk", "external_id": own.external_id, "title": "Theirs",
        "relation": "competitor", "is_measured": "on",
    }  # fmt: skip
    community = {
        "community-TOTAL_FORMS": 1, "community-INITIAL_FORMS": 1,
        "community-0-id": own.community.pk, "community-0-profile": own.pk,
        "community-0-state": "running",
    }  # fmt: skip
    changed = browser.post(
        reverse("admin:communities_profile_change", args=[own.pk]), sent | community
    )
    added = browser.post(reverse("admin:communities_profile_add"), sent | {"client": own.client_id})
    message = "This is the client's own page “{}”: a competitor's page is another one."
    assert changed.context["adminform"].form.errors == {"relation": [message.format("Theirs")]}
    assert added.context["adminform"].form.errors == {"external_id": [message.format("Ours")]}


def test_a_competitors_page_does_not_become_the_clients(browser: Browser) -> None:
    page = CompetitorProfileFactory.create(competitor__name="Rival").profile
    sent = {"network": "vk", "external_id": page.external_id, "title": "P", "relation": "own"}
    changed = browser.post(reverse("admin:communities_profile_change", args=[page.pk]), sent)
    assert changed.context["adminform"].form.errors == {
        "relation": ["This is a page of the competitor “Rival”: take it away there first."]
    }
