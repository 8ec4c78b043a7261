"""The pages of ad accounts: keys that go in and never come out, reading, ties, figures."""

import datetime as dt
import logging
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from clients.models import Role
from clients.team import join_team
from promotion.admin.ad_accounts import standing
from promotion.models import AdAccount, AdAccountKey, AdFigure, AdObject
from promotion.tests.conftest import Start, simulate  # noqa: F401 - a fixture
from tests.factories import (
    LONG_AGO,
    AdAccountFactory,
    AdAccountKeyFactory,
    AdFigureCorrectionFactory,
    AdFigureFactory,
    AdObjectFactory,
    CampaignFactory,
    ClientFactory,
    CreativeFactory,
    DirectorFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-the-app"


@pytest.fixture(autouse=True)
def _asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here."""
    monkeypatch.setattr("promotion.admin.ad_key_steps.wake", lambda: None)


@pytest.fixture
def browser(client: Browser) -> Browser:
    client.force_login(DirectorFactory.create())
    return client


def path(account: AdAccount, step: str = "") -> str:
    page = reverse("admin:promotion_adaccount_change", args=[account.pk])
    return page.replace("change/", f"{step}/") if step else page


def page_of(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def enter(browser: Browser, account: AdAccount, **told: Any) -> Any:
    seen = browser.get(path(account, "key")).context["form"].initial["seen"]
    data = {"app_id": "app-7", "app_secret": SECRET, "agency_client": "", "seen": seen} | told
    return browser.post(path(account, "key"), data, follow=True)


# --- Keys ----------------------------------------------------------------------------------------


def test_key_is_entered_checked_and_never_shown(
    browser: Browser,
    simulate: Start,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    caplog.set_level(logging.DEBUG)
    simulate()
    account = AdAccountFactory.create(external_id="", state="refused")
    with django_capture_on_commit_callbacks(execute=True):
        shown = enter(browser, account).content.decode()
    key = AdAccountKey.objects.get(account=account)
    assert (key.app_id, key.app_secret) == ("app-7", SECRET)
    account.refresh_from_db()
    assert (account.external_id, account.state) == ("7000001", "unchecked")
    pages = [shown, page_of(browser, path(account)), page_of(browser, path(account, "key"))]
    told = "".join([*pages, caplog.text])
    secrets = [SECRET, key.access_token or "", key.refresh_token or ""]
    assert [secret in told for secret in secrets] == [False, False, False]
    assert "client_id app-7" in pages[1]


@pytest.mark.django_db(transaction=True)
def test_key_that_the_network_refuses_is_said_so(
    browser: Browser,
    simulate: Start,  # noqa: F811
) -> None:
    simulate(pages={"vk_ads": {"app-7": {"tokens": 5}}})
    account = AdAccountFactory.create()
    shown = enter(browser, account).content.decode()
    assert "Either at most 5 tokens of one user are given out" in shown


def test_key_over_another_s_is_refused(browser: Browser) -> None:
    account = AdAccountFactory.create()
    AdAccountKeyFactory.create(account=account)
    shown = enter(browser, account, seen="something older").content.decode()
    assert "Somebody entered another key meanwhile" in shown
    assert AdAccountKey.objects.get().app_secret == "secret-of-app"


def test_keys_are_entered_for_vk_only(browser: Browser) -> None:
    account = AdAccountFactory.create(network="yandex_direct")
    assert browser.get(path(account, "key")).status_code == 403
    assert "by files" in page_of(browser, path(account))


def test_who_has_no_right_to_keys_enters_none(client: Browser) -> None:
    account = AdAccountFactory.create()
    moderator = UserFactory.create()
    join_team(account.client, moderator, role=Role.MODERATOR, starts_on=LONG_AGO)
    client.force_login(moderator)
    assert client.get(path(account)).status_code == 200
    assert client.get(path(account, "key")).status_code == 403
    assert client.get(path(account, "read")).status_code == 403


def test_stranger_s_account_is_not_there(client: Browser) -> None:
    account = AdAccountFactory.create()
    specialist = UserFactory.create()
    join_team(ClientFactory.create(), specialist, role=Role.PAID_SOCIAL, starts_on=LONG_AGO)
    client.force_login(specialist)
    assert client.get(path(account, "key")).status_code in (302, 403, 404)
    listed = page_of(client, reverse("admin:promotion_adaccount_changelist"))
    assert account.title not in listed


# --- Accounts ------------------------------------------------------------------------------------


def test_read_now_takes_a_refused_account_up(browser: Browser) -> None:
    account = AdAccountFactory.create(state="refused", state_note="no")
    AdAccountKeyFactory.create(account=account)
    browser.post(path(account, "read"), {})
    account.refresh_from_db()
    assert (account.state, account.state_note, account.attempts) == ("unchecked", "", 0)


@pytest.mark.parametrize(
    ("told", "has_key", "code"),
    [
        ({"network": "meta_ads"}, False, "files"),
        ({"is_read": False}, True, "off"),
        ({}, False, "no_key"),
        ({"state": "refused"}, True, "refused"),
        ({}, True, "unchecked"),
        ({"state": "works", "hours": 30}, True, "stale"),
        ({"state": "works", "hours": 2}, True, "works"),
    ],
)
def test_standing_says_how_figures_come(told: dict[str, Any], has_key: bool, code: str) -> None:
    hours = told.pop("hours", None)
    read_at = timezone.now() - dt.timedelta(hours=hours) if hours else None
    account = AdAccountFactory.build(client=None, read_at=read_at, **told)
    assert standing(account, has_key=has_key)[0] == code


def form_of(**told: Any) -> dict[str, Any]:
    return {
        "network": "vk_ads", "title": "Main", "external_id": "7", "currency": "RUB",
        "day_zone": "Europe/Moscow", "vat": "", "vat_rate": "", "topped_up_by": "", "is_read": "on",
    } | told  # fmt: skip


def test_same_account_twice_is_refused(browser: Browser) -> None:
    account = AdAccountFactory.create(external_id="7")
    add = reverse("admin:promotion_adaccount_add")
    shown = browser.post(add, form_of(client=account.client_id)).content.decode()
    assert "The client has this account already." in shown
    assert AdAccount.objects.count() == 1


def test_unknown_currency_and_zone_are_refused(browser: Browser) -> None:
    client = ClientFactory.create()
    add = reverse("admin:promotion_adaccount_add")
    told = form_of(client=client.pk, currency="XQQ", day_zone="Mars/Olympus")
    errors = browser.post(add, told).context["adminform"].errors
    assert sorted(errors) == ["currency", "day_zone"]


def test_currency_of_figures_that_stand_is_not_changed(browser: Browser) -> None:
    account = AdFigureFactory.create().ad_object.account
    errors = browser.post(path(account), form_of(currency="EUR")).context["adminform"].errors
    assert errors["currency"] == ["Figures stand in RUB: another currency is another account."]


# --- Rows ----------------------------------------------------------------------------------------


def tie(browser: Browser, rows: list[AdObject], **told: Any) -> Any:
    data = {"action": "tie_rows", "_selected_action": [row.pk for row in rows], **told}
    return browser.post(reverse("admin:promotion_adobject_changelist"), data, follow=True)


def test_rows_are_tied_together_by_the_list(browser: Browser) -> None:
    plan = AdObjectFactory.create()
    inside = AdObjectFactory.create(account=plan.account, level="group", parent=plan)
    campaign = CampaignFactory.create(client=plan.client)
    creative = CreativeFactory.create(campaign=campaign)
    asked = tie(browser, [plan]).content.decode()
    assert ("Choose the campaign" in asked, campaign.title in asked) == (True, True)
    tie(browser, [plan], campaign=campaign.pk, creative=creative.pk)
    inside.refresh_from_db()
    assert (inside.campaign_id, inside.creative_id) == (campaign.pk, creative.pk)
    tie(browser, [plan], campaign="", creative="")
    inside.refresh_from_db()
    assert inside.campaign == campaign
    tie(browser, [plan], campaign="", creative="", untie="on")
    assert AdObject.objects.filter(campaign=None, creative=None).count() == 2


def test_campaigns_of_other_clients_are_not_offered(browser: Browser) -> None:
    plan, stranger = AdObjectFactory.create(), CampaignFactory.create()
    shown = tie(browser, [plan], campaign=stranger.pk).content.decode()
    plan.refresh_from_db()
    assert (stranger.title in shown, plan.campaign) == (False, None)


def test_rows_of_two_clients_are_not_tied_at_once(browser: Browser) -> None:
    shown = tie(browser, AdObjectFactory.create_batch(2)).content.decode()
    assert "of one client." in shown


def test_row_s_own_page_ties_what_stands_inside(browser: Browser) -> None:
    plan = AdObjectFactory.create()
    inside = AdObjectFactory.create(account=plan.account, level="group", parent=plan)
    campaign = CampaignFactory.create(client=plan.client)
    page = reverse("admin:promotion_adobject_change", args=[plan.pk])
    browser.post(page, {"campaign": campaign.pk, "creative": ""})
    inside.refresh_from_db()
    assert inside.campaign == campaign


def test_untied_rows_are_marked_and_found(browser: Browser) -> None:
    untied = AdObjectFactory.create()
    campaign = CampaignFactory.create(client=untied.client)
    tied = AdObjectFactory.create(account=untied.account, campaign=campaign)
    listed = reverse("admin:promotion_adobject_changelist")
    shown = page_of(browser, f"{listed}?tied=no")
    assert (untied.title in shown, tied.title in shown, "not tied yet" in shown) == (
        *(True, False),
        True,
    )


def test_account_s_page_sums_up_what_is_tied_to_nothing(browser: Browser) -> None:
    plan = AdObjectFactory.create()
    campaign = CampaignFactory.create(client=plan.client)
    tied = AdObjectFactory.create(account=plan.account, campaign=campaign)
    today = timezone.now().astimezone(ZoneInfo("Europe/Moscow")).date()
    for row, spend in ((plan, "10.50"), (tied, "20.00")):
        AdFigureFactory.create(ad_object=row, starts_on=today, spend=Decimal(spend))
    answer = browser.get(path(plan.account))
    assert answer.context["spend_of_days"] == [(campaign.title, "20 RUB"), (None, "10.50 RUB")]
    assert "tied to no campaign" in answer.content.decode()


# --- Figures -------------------------------------------------------------------------------------


def test_figures_are_looked_at_with_their_corrections(browser: Browser) -> None:
    figure = AdFigureFactory.create(spend=Decimal("100.50"), clicks=None)
    AdFigureCorrectionFactory.create(figure=figure, old={"spend": "90.00", "source": "file"})
    page = reverse("admin:promotion_adfigure_change", args=[figure.pk])
    shown = page_of(browser, page)
    assert ("spent: 90.00, source: file" in shown, "100.50 RUB" in shown) == (True, True)
    assert browser.post(page, {"spend": "1"}).status_code == 403
    assert browser.get(reverse("admin:promotion_adfigure_add")).status_code == 403


def test_creative_s_page_compares_it_with_the_others(browser: Browser) -> None:
    campaign = CampaignFactory.create()
    one, two = CreativeFactory.create_batch(2, campaign=campaign)
    for creative, joins in ((one, 200), (two, 20)):
        row = AdObjectFactory.create(
            account__client=campaign.client, level="ad", campaign=campaign, creative=creative
        )
        AdFigureFactory.create(
            ad_object=row, spend=Decimal(1000), impressions=10_000, clicks=300, joins=joins
        )
    answer = browser.get(reverse("admin:promotion_creative_change", args=[one.pk]))
    (table,) = answer.context["compared"]
    assert [(row["title"], row["cost_per_join"], row["verdict"]) for row in table["rows"]] == [
        (one.title, "5 RUB", "better than the others"),
        (two.title, "50 RUB", "worse"),
    ]
    assert "better than the others" in answer.content.decode()


# --- Figures that are deleted --------------------------------------------------------------------


def delete_chosen(browser: Browser, *figures: AdFigure) -> str:
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in figures]}
    address = reverse("admin:promotion_adfigure_changelist")
    browser.post(address, data)
    return browser.post(address, {**data, "post": "yes"}, follow=True).content.decode()


def test_figures_of_a_file_are_deleted_one_by_one_and_the_network_s_never(browser: Browser) -> None:
    figures = [AdFigureFactory.create(source=source) for source in ("file", "hand", "api")]
    answers = [
        browser.post(
            reverse("admin:promotion_adfigure_delete", args=[row.pk]), {"post": "yes"}
        ).status_code
        for row in figures
    ]
    assert answers == [302, 302, 403]
    assert list(AdFigure.objects.all()) == [figures[2]]


def test_figures_of_a_file_are_deleted_by_the_list_and_written_down(browser: Browser) -> None:
    account = AdAccountFactory.create()
    row = AdObjectFactory.create(account=account)
    figure = AdFigureFactory.create(ad_object=row, source="file")
    AdFigureCorrectionFactory.create(figure=figure)
    own = AdFigureFactory.create(ad_object__account=account)
    assert "The network&#x27;s own figures stay" in delete_chosen(browser, figure, own)
    assert AdFigure.objects.count() == 2
    delete_chosen(browser, figure)
    assert list(AdFigure.objects.all()) == [own]
    assert LogEntry.objects.get(action_flag=DELETION).object_id == str(figure.pk)


def test_who_only_reads_figures_deletes_none(client: Browser) -> None:
    figure = AdFigureFactory.create(source="file")
    person = UserFactory.create()
    join_team(figure.client, person, role=Role.MODERATOR, starts_on=LONG_AGO)
    client.force_login(person)
    delete_chosen(client, figure)
    assert AdFigure.objects.count() == 1
