"""What the agency is paid is seen by directors, and by whom they gave the right."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Engagement, Role, User
from clients.team import join_team
from tests.factories import ClientFactory, DirectorFactory, EngagementFactory, UserFactory

pytestmark = pytest.mark.django_db

LONG_AGO = dt.date(2020, 1, 1)
FEE = "98765.43"
FACES = ("98765.43", "98,765.43", "98 765,43", "98\xa0765")


@pytest.fixture
def engagement() -> Engagement:
    return EngagementFactory.create(
        client=ClientFactory.create(name="Ours"), title="The work", fee=FEE, ad_budget="4321.00"
    )


def enter(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def member_of(client: Client, role: str = Role.ACCOUNT_MANAGER) -> User:
    user = UserFactory.create()
    join_team(client, user, role=role, starts_on=LONG_AGO)
    return user


def give_right(user: User) -> None:
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="clients", codename="see_fees")
    )


def pages_of(engagement: Engagement) -> list[str]:
    client = engagement.client_id
    return [
        reverse("admin:clients_engagement_changelist"),
        reverse("admin:clients_engagement_change", args=[engagement.pk]),
        reverse("admin:clients_engagement_history", args=[engagement.pk]),
        reverse("admin:clients_client_change", args=[client]),
        reverse("admin:clients_client_overview", args=[client]),
    ]


def shows_fee(browser: Browser, engagement: Engagement) -> list[bool]:
    texts = [browser.get(page).content.decode() for page in pages_of(engagement)]
    return [any(face in text for face in FACES) for text in texts]


def sent(page: Any, **data: Any) -> dict[str, Any]:
    """What the page's form would send."""
    form = page.context["adminform"].form
    found = {name: form[name].value() for name in form.fields}
    for inline in page.context["inline_admin_formsets"]:
        for each in (inline.formset.management_form, *inline.formset.forms):
            found |= {each.add_prefix(name): each[name].value() for name in each.fields}
    return {name: value for name, value in (found | data).items() if value is not None}


def test_a_team_sees_the_budget_of_advertising_and_no_fee(engagement: Engagement) -> None:
    browser = enter(member_of(engagement.client))
    assert shows_fee(browser, engagement) == [False] * 5
    assert "4321.00" in browser.get(pages_of(engagement)[1]).content.decode()


def test_a_director_sees_fees(engagement: Engagement) -> None:
    browser = enter(DirectorFactory.create())
    assert shows_fee(browser, engagement) == [True, True, False, True, True]


def test_who_was_given_the_right_sees_fees_of_own_clients(engagement: Engagement) -> None:
    user = member_of(engagement.client)
    give_right(user)
    assert shows_fee(enter(user), engagement) == [True, True, False, True, True]
    join_team(ClientFactory.create(), user, role=Role.CONTRACTOR, starts_on=LONG_AGO)
    assert shows_fee(enter(user), engagement) == [True, True, False, True, True]


def test_a_form_without_the_fee_leaves_it(engagement: Engagement) -> None:
    browser = enter(member_of(engagement.client))
    address = pages_of(engagement)[1]
    data = sent(browser.get(address), title="Renamed", fee="1.00")
    assert browser.post(address, data).status_code == 302
    engagement.refresh_from_db()
    assert (engagement.title, str(engagement.fee)) == ("Renamed", FEE)


def test_the_form_of_the_client_leaves_the_fee(engagement: Engagement) -> None:
    browser = enter(member_of(engagement.client))
    address = pages_of(engagement)[3]
    data = sent(
        browser.get(address),
        **{"engagements-0-title": "Renamed", "engagements-0-fee": "", "days_off": []},
    )
    assert browser.post(address, data).status_code == 302
    engagement.refresh_from_db()
    assert (engagement.title, str(engagement.fee)) == ("Renamed", FEE)


def test_a_new_engagement_has_no_forged_fee(engagement: Engagement) -> None:
    own, other = engagement.client, ClientFactory.create()
    user = member_of(own)
    join_team(other, user, role=Role.ACCOUNT_MANAGER, starts_on=LONG_AGO)
    browser = enter(user)
    address = reverse("admin:clients_engagement_add")
    page = browser.get(address)
    assert "fee" not in page.context["adminform"].form.fields
    data = sent(
        page, client=other.pk, title="New", starts_on="2026-01-01", fee="77", currency="RUB"
    )
    assert browser.post(address, data).status_code == 302
    assert Engagement.objects.get(client=other).fee is None


def test_a_list_is_not_narrowed_by_what_is_hidden(engagement: Engagement) -> None:
    user = member_of(engagement.client)
    address = f"{pages_of(engagement)[0]}?fee__gte=98000"
    assert enter(user).get(address).status_code == 400
    assert enter(DirectorFactory.create()).get(address).status_code == 200
