"""The client's page with what upper floors know."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from clients.tests.test_admin import client_form
from content.reply_clock import set_clocks
from kpi.call_entry import record_call
from kpi.models import Call, CallStatus, Evaluation
from kpi.tests.running import running_target
from smm_agency.admin.client_page import Gauge, gauges_of, replies_of
from smm_agency.client_promotion import promotion_of
from tests.factories import (
    CallFactory,
    CampaignFactory,
    ClientFactory,
    CommunityFactory,
    CostFactory,
    DirectorFactory,
    EvaluationFactory,
    InboxItemFactory,
    PlacementFactory,
    PublicationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_another_shortest_target_call_decides_the_calls_anew() -> None:
    client = ClientFactory.create(target_min_seconds=30)
    call, _is_new = record_call(
        client,
        source=Call.Source.MANUAL,
        started_at=dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC),
        status=CallStatus.ANSWERED,
        talk_seconds=45,
        wait_seconds=None,
        raw_caller="+74951234567",
        called_number=None,
        external_id=None,
    )
    assert call.is_target
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    address = reverse("admin:clients_client_change", args=[client.pk])
    browser.post(address, client_form(client, target_min_seconds=60))
    call.refresh_from_db()
    assert (call.is_target, call.is_unique_target) == (False, False)


def links(client: Client) -> dict[str, tuple[str, str]]:
    """What the tiles of the client's page say and where they lead, by their labels."""
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    page = browser.get(reverse("admin:clients_client_change", args=[client.pk]))
    return {link.label: (link.value, link.url) for link in page.context["client_links"]}


def test_calls_without_a_source_are_a_share_that_leads_to_them() -> None:
    client = ClientFactory.create()
    label = "calls without a source this month"
    assert links(client)[label][0] == "—"
    now = timezone.now()
    community = CommunityFactory.create(profile__client=client)
    for _ in range(3):
        CallFactory.create(client=client, community=community, started_at=now)
    nobody = {"client": client, "community": None, "evidence": None, "started_at": now}
    call = CallFactory.create(**nobody)
    CallFactory.create(**nobody, status=CallStatus.SPAM)
    CallFactory.create(**nobody | {"started_at": now - dt.timedelta(days=40)})
    found = links(client)
    assert found["calls from communities this month"][0] == "3"
    value, address = found[label]
    assert value == "1 of 4 (25 %)"
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    rows = browser.get(address).context["cl"].result_list
    assert [row.pk for row in rows] == [call.pk]


def test_curated_share_stands_on_the_clients_page() -> None:
    client = ClientFactory.create()
    for source in ("curated", "own"):
        PublicationFactory.create(
            post__client=client, post__source=source, planned_at=timezone.now()
        )
    found = links(client)
    assert found["from the internet, of all that is planned: 30 days"] == (
        "1 of 2 (50 %)", f"{reverse('content_calendar')}?client={client.pk}",
    )  # fmt: skip


def foreseen(day: int, **fields: object) -> Evaluation:
    known = {
        "day": dt.date(2026, 3, day), "chance": 0.634, "target_value": 31,
        "forecast_low": 24, "forecast_high": 38,
    }  # fmt: skip
    row: Evaluation = EvaluationFactory.create(**known | fields)
    return row


def test_the_gauge_is_the_newest_forecast_with_its_interval_and_the_target() -> None:
    target = running_target(monthly=31)
    foreseen(10, target=target, chance=0.1)
    foreseen(11, target=target)
    foreseen(12, target=target, chance=None, forecast_low=None, forecast_high=None)
    foreseen(11)
    assert gauges_of(target.client, DirectorFactory.create()) == [
        Gauge("calls", 0.634, "63 %", "24 – 38, the target is 31")
    ]


def test_without_a_forecast_or_the_right_to_see_it_there_is_no_gauge() -> None:
    target = running_target(monthly=31)
    director = DirectorFactory.create()
    assert gauges_of(target.client, director) == []
    foreseen(11, target=target)
    assert gauges_of(target.client, UserFactory.create()) == []
    assert len(gauges_of(target.client, director)) == 1


def test_the_gauge_stands_on_the_clients_page() -> None:
    target = running_target(monthly=31)
    foreseen(11, target=target)
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    client: Client = target.client
    page = browser.get(reverse("admin:clients_client_change", args=[client.pk])).content.decode()
    assert "63 %" in page
    assert "24 – 38, the target is 31" in page


def test_the_page_says_how_people_are_answered_with_formulas() -> None:
    director = DirectorFactory.create()
    client: Client = ClientFactory.create()
    assert replies_of(client, UserFactory.create()) is None
    empty = replies_of(client, director)
    assert empty is not None
    assert empty.figures == []
    item = InboxItemFactory.create(profile__client=client, received_at=timezone.now())
    set_clocks([item], at=timezone.now())
    found = replies_of(client, director)
    assert found is not None
    assert [(each.title, each.value) for each in found.figures] == [
        ("comments and messages to answer", "1"), ("reply rate", "0 %"),
        ("time to the first reply", "—"), ("wait for a reply", "1"),
        ("negative ones closed", "—"), ("answered in time", "—"),
    ]  # fmt: skip
    browser = Browser()
    browser.force_login(director)
    page = browser.get(reverse("admin:clients_client_change", args=[client.pk])).content.decode()
    assert "answered by the promised moment ÷ answered, or past that moment" in page


def test_campaigns_at_work_with_their_spend_against_their_budget() -> None:
    client = ClientFactory.create()
    today = client.today()
    campaign = CampaignFactory.create(
        client=client, title="Spring", budget=1_000, starts_on=today - dt.timedelta(days=5),
        ends_on=today + dt.timedelta(days=4),
    )  # fmt: skip
    PlacementFactory.create(campaign=campaign, price=1_250)
    CostFactory.create(client=client, amount=70)
    for state in ("draft", "finished", "cancelled"):
        CampaignFactory.create(client=client, state=state)
    found = promotion_of(client, DirectorFactory.create())
    assert found is not None
    [line] = found.lines
    assert (line.title, line.spent, line.budget, line.share, line.days, line.is_over) == (
        "Spring", "1,250 RUB", "1,000 RUB", "125 %", "50 %", True,
    )  # fmt: skip
    browser = Browser()
    browser.force_login(DirectorFactory.create())
    page = browser.get(reverse("admin:clients_client_change", args=[client.pk]))
    assert "1,250 RUB" in page.content.decode()
    assert promotion_of(client, UserFactory.create()) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_promotion_asks_as_often_for_many_campaigns(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, director = ClientFactory.create(), DirectorFactory.create()
    for _ in range(rows):
        PlacementFactory.create(campaign=CampaignFactory.create(client=client), price=5)
    with django_assert_num_queries(6):
        promotion_of(client, director)
