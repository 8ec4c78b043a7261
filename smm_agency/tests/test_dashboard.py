"""The start page of staff: lights, flags, tasks, freshness; few queries whatever the clients."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, ClientStatus, User
from kpi.models import Call, FlagState, Light
from smm_agency.dashboard.page import PAGE_SIZE
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.rows import Row, client_rows, with_marks
from smm_agency.dashboard.standing import Standing, seen_clients, standing, worst_first
from strategy.models import FormulaCode, KpiTarget, Metric
from tests.factories import (
    CallFactory,
    ClientFactory,
    CommunityFactory,
    EvaluationFactory,
    FlagFactory,
    KpiTargetFactory,
    ProfileSnapshotFactory,
    StrategyVersionFactory,
    TaskFactory,
    TeamMemberFactory,
    UserFactory,
    approve_in_place,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 12)
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def director() -> User:
    user = UserFactory.create()
    user.groups.add(Group.objects.get(name="Director"))
    return user


def target_of(client: Client, *, metric: str = Metric.CALLS) -> KpiTarget:
    """A target of the client's strategy in force."""
    version = client.strategy_versions.first() or StrategyVersionFactory.create(client=client)
    return KpiTargetFactory.create(
        version=version,
        metric=metric,
        is_primary=metric == Metric.CALLS,
        formula_code="er_post" if metric == Metric.ER else "",
    )


def in_force(target: KpiTarget) -> KpiTarget:
    approve_in_place(target.version)
    return target


def rows_of(user: User) -> list[Row]:
    clients = with_marks(worst_first(seen_clients(user), today=TODAY), today=TODAY)
    return client_rows(clients, Reader(user, today=TODAY))


def row_for(user: User, client: Client) -> Row:
    [row] = [row for row in rows_of(user) if row.client == client]
    return row


def test_light_comes_from_the_newest_evaluation(director: User) -> None:
    client = ClientFactory.create()
    target = in_force(target_of(client))
    EvaluationFactory.create(target=target, day=YESTERDAY - dt.timedelta(days=1), light=Light.GREEN)
    EvaluationFactory.create(target=target, day=YESTERDAY, light=Light.RED, actual=3)
    row = row_for(director, client)
    assert row.light == Light.RED
    assert [(cell.metric, cell.actual, cell.expected, cell.target) for cell in row.cells] == [
        ("calls", "3", "11", "31")
    ]


def test_primary_target_comes_first_then_growth_then_er(director: User) -> None:
    client = ClientFactory.create()
    for metric in (Metric.ER, Metric.GROWTH, Metric.CALLS):
        target = target_of(client, metric=metric)
    in_force(target)
    names = [cell.metric for cell in row_for(director, client).cells]
    assert names == ["calls", "growth of members", "ER post"]


def test_growth_keeps_its_sign_and_er_is_a_share(director: User) -> None:
    client = ClientFactory.create()
    growth, er = target_of(client, metric=Metric.GROWTH), target_of(client, metric=Metric.ER)
    in_force(er)
    EvaluationFactory.create(target=growth, day=YESTERDAY, actual=-8)
    EvaluationFactory.create(target=er, day=YESTERDAY, actual="0.0208")
    cells = row_for(director, client).cells
    assert [cell.actual for cell in cells] == ["−8", "2.08 %"]


def test_er_is_explained_by_its_formula_and_says_what_was_measured(director: User) -> None:
    row = ClientFactory.create()
    er = in_force(target_of(row, metric=Metric.ER))
    cell = row_for(director, row).cells[0]
    assert (cell.code, cell.hint) == (FormulaCode.ER_POST, "")
    EvaluationFactory.create(
        target=er, day=YESTERDAY, actual="0.02", light=Light.GREEN, measured_days=26, days=30
    )
    cell = row_for(director, row).cells[0]
    assert (cell.metric, cell.hint) == ("ER post", "26 of 30 days measured")


def test_each_kpi_opens_its_explanation_which_stands_once(director: User) -> None:
    today = timezone.localdate()
    for name in ("A", "B"):
        version = StrategyVersionFactory.create(
            client=ClientFactory.create(name=name), starts_on=today, ends_on=today
        )
        KpiTargetFactory.create(version=version)
        approve_in_place(version)
    page = start_page(director).content.decode()
    assert page.count('popovertarget="help-calls"') == 2
    assert page.count('<div popover id="help-calls"') == 1


def test_grey_says_why(director: User) -> None:
    client = ClientFactory.create()
    target = in_force(target_of(client))
    EvaluationFactory.create(target=target, day=YESTERDAY, light=Light.GREY, reason="stale_calls")
    [cell] = row_for(director, client).cells
    assert (cell.light, cell.why) == (Light.GREY, "The calls are not up to date.")


def test_an_old_evaluation_is_no_light(director: User) -> None:
    client = ClientFactory.create()
    target = in_force(target_of(client))
    EvaluationFactory.create(target=target, day=TODAY - dt.timedelta(days=4), light=Light.GREEN)
    row = row_for(director, client)
    [cell] = row.cells
    assert (cell.light, cell.why) == (Light.GREY, "Last evaluated on March 8, 2026.")
    assert row.light == Light.GREY


def test_a_target_without_evaluation_is_grey(director: User) -> None:
    client = ClientFactory.create()
    in_force(target_of(client))
    [cell] = row_for(director, client).cells
    assert (cell.light, cell.actual, cell.why) == (Light.GREY, "", "Not evaluated yet.")


def test_not_measured_is_a_dash_and_not_zero(director: User) -> None:
    client = ClientFactory.create()
    target = in_force(target_of(client))
    EvaluationFactory.create(target=target, day=YESTERDAY, light=Light.GREEN, expected=None)
    [cell] = row_for(director, client).cells
    assert cell.expected == "—"


@pytest.mark.parametrize(
    ("status", "note"),
    [
        (ClientStatus.PAUSED, "Paused: measured without alarms."),
        (ClientStatus.ONBOARDING, "No strategy yet: the client is in “onboarding”."),
        (ClientStatus.ACTIVE, "No approved strategy is in force today."),
    ],
)
def test_a_client_without_lights_says_why(director: User, status: str, note: str) -> None:
    client = ClientFactory.create(status=status)
    row = row_for(director, client)
    assert (row.light, row.note) == (Light.GREY, note)


def test_a_paused_client_shows_no_light(director: User) -> None:
    client = ClientFactory.create(status=ClientStatus.PAUSED)
    target = in_force(target_of(client))
    EvaluationFactory.create(target=target, day=YESTERDAY, light=Light.RED)
    assert row_for(director, client).light == Light.GREY


def test_clients_who_left_are_left_out(director: User) -> None:
    ClientFactory.create(status=ClientStatus.ENDED)
    assert rows_of(director) == []


def test_the_worst_client_comes_first(director: User) -> None:
    for name, light in (("A", Light.GREEN), ("B", Light.AMBER), ("C", Light.RED)):
        target = in_force(target_of(ClientFactory.create(name=name)))
        EvaluationFactory.create(target=target, day=YESTERDAY, light=light)
    assert [row.client.name for row in rows_of(director)] == ["C", "B", "A"]


def test_flags_of_a_client_that_wait_are_marked(director: User) -> None:
    client = ClientFactory.create()
    flag = FlagFactory.create(client=client, severity=Light.RED, opened_on=YESTERDAY)
    FlagFactory.create(client=client, state=FlagState.DECIDED)
    [mark] = row_for(director, client).flags
    url = reverse("admin:kpi_flag_change", args=[flag.pk])
    assert (mark.severity, mark.subject, mark.url) == (
        Light.RED,
        "the strategy needs correcting",
        url,
    )


def test_overdue_and_next_tasks_are_counted(director: User) -> None:
    client = ClientFactory.create()
    for days in (-2, -1, 3, 5):
        TaskFactory.create(client=client, due_on=TODAY + dt.timedelta(days=days))
    TaskFactory.create(client=client, due_on=YESTERDAY, state="cancelled")
    row = row_for(director, client)
    assert (row.overdue, row.next_due) == (2, TODAY + dt.timedelta(days=3))


def test_freshness_is_that_of_the_oldest_page(director: User) -> None:
    client = ClientFactory.create()
    for days in (0, 5):
        page = CommunityFactory.create(profile__client=client).profile
        ProfileSnapshotFactory.create(profile=page, date=TODAY - dt.timedelta(days=days))
    row = row_for(director, client)
    assert (row.read_on, row.is_stale) == (TODAY - dt.timedelta(days=5), True)


def test_a_page_that_was_never_read_is_stale(director: User) -> None:
    client = ClientFactory.create()
    CommunityFactory.create(profile__client=client)
    row = row_for(director, client)
    assert (row.read_on, row.is_stale) == (None, True)


def test_numbers_link_to_the_rows_behind_them(director: User) -> None:
    client = ClientFactory.create()
    target = in_force(target_of(client))
    EvaluationFactory.create(target=target, day=YESTERDAY)
    inside = CallFactory.create(client=client)
    CallFactory.create(client=client, started_at=dt.datetime(2026, 2, 20, 9, tzinfo=dt.UTC))
    CallFactory.create(client=client, evidence=None, community=None)
    [cell] = row_for(director, client).cells
    browser = Browser()
    browser.force_login(director)
    shown = browser.get(cell.rows_url).context["cl"].result_list
    assert [call.pk for call in shown] == [inside.pk]


def test_unique_target_calls_link_to_those_only(director: User) -> None:
    client = ClientFactory.create()
    metrics = (Metric.CALLS, Metric.UNIQUE_TARGET_CALLS)
    for metric in metrics:
        target = target_of(client, metric=metric)
        EvaluationFactory.create(target=target, day=YESTERDAY)
    in_force(target)
    unique = CallFactory.create(client=client)
    again = CallFactory.create(client=client)
    spam = CallFactory.create(client=client, status="spam")
    for call, is_unique in ((unique, True), (again, False), (spam, True)):
        Call.objects.filter(pk=call.pk).update(is_unique_target=is_unique)
    browser = Browser()
    browser.force_login(director)
    shown = [
        {call.pk for call in browser.get(cell.rows_url).context["cl"].result_list}
        for cell in row_for(director, client).cells
    ]
    assert shown == [{unique.pk, again.pk}, {unique.pk}]


def test_money_names_its_currency(director: User) -> None:
    client = ClientFactory.create(currency="EUR")
    target = in_force(target_of(client, metric=Metric.COST_PER_CALL))
    EvaluationFactory.create(target=target, day=YESTERDAY, actual=12, expected=11, target_value=10)
    [cell] = row_for(director, client).cells
    assert (cell.actual, cell.expected, cell.target) == ("12 EUR", "11 EUR", "10 EUR")


def test_nobody_follows_a_number_without_the_right() -> None:
    member = TeamMemberFactory.create()
    target = in_force(target_of(member.client))
    EvaluationFactory.create(target=target, day=YESTERDAY)
    row = row_for(member.user, member.client)
    assert (row.url, row.cells[0].rows_url) == ("", "")


def test_others_see_their_own_clients_only(director: User) -> None:
    member = TeamMemberFactory.create()
    ClientFactory.create()
    assert [row.client for row in rows_of(member.user)] == [member.client]
    assert len(rows_of(director)) == 2


def start_page(user: User, **query: str) -> Any:
    browser = Browser()
    browser.force_login(user)
    return browser.get(reverse("admin:index"), query)


def names(response: Any) -> list[str]:
    return [row.client.name for row in response.context["rows"]]


def numbers(response: Any) -> list[int]:
    return [tile["value"] for tile in response.context["tiles"]]


def many_clients() -> list[str]:
    """Two more than a page holds; their names, by name."""
    found = [f"Client {number:02}" for number in range(PAGE_SIZE + 2)]
    Client.objects.bulk_create(Client(name=name, status=ClientStatus.ACTIVE) for name in found)
    return found


def test_page_two_shows_the_rest(director: User) -> None:
    found = many_clients()
    assert names(start_page(director)) == found[:PAGE_SIZE]
    assert names(start_page(director, page="2")) == found[PAGE_SIZE:]


def test_a_wrong_page_is_the_last_or_the_first(director: User) -> None:
    found = many_clients()
    assert names(start_page(director, page="99")) == found[PAGE_SIZE:]
    assert names(start_page(director, page="last")) == found[:PAGE_SIZE]


def test_the_worst_client_comes_first_over_all_pages(director: User) -> None:
    many_clients()
    target = in_force(target_of(ClientFactory.create(name="Zebra")))
    EvaluationFactory.create(target=target, day=YESTERDAY, light=Light.RED)
    clients = worst_first(seen_clients(director), today=TODAY)
    assert [client.name for client in clients[:2]] == ["Zebra", "Client 00"]


def test_counters_count_the_clients_of_all_pages(director: User) -> None:
    many_clients()
    last = Client.objects.get(name=f"Client {PAGE_SIZE + 1}")
    FlagFactory.create(client=last)
    TaskFactory.create(client=last, due_on=dt.date(2020, 1, 1))
    CommunityFactory.create(profile__client=last)
    expected = [0, 0, 0, PAGE_SIZE + 2, 1, 1, 1]
    for query in ({}, {"page": "2"}, {"q": "Client 00"}, {"show": "red"}):
        assert numbers(start_page(director, **query)) == expected


def test_counters_agree_with_the_lines(director: User) -> None:
    for light in (Light.RED, Light.AMBER, Light.AMBER, Light.GREY, Light.GREEN):
        client = ClientFactory.create()
        growth = target_of(client, metric=Metric.GROWTH)
        EvaluationFactory.create(target=growth, day=YESTERDAY, light=Light.GREEN)
        target = in_force(target_of(client))
        EvaluationFactory.create(target=target, day=YESTERDAY, light=light)
        FlagFactory.create_batch(2, client=client)
        TaskFactory.create_batch(2, client=client, due_on=YESTERDAY)
        for days in (0, 5):
            profile = CommunityFactory.create(profile__client=client).profile
            ProfileSnapshotFactory.create(profile=profile, date=TODAY - dt.timedelta(days=days))
    assert standing(seen_clients(director), today=TODAY) == Standing(
        lights={Light.RED: 1, Light.AMBER: 2, Light.GREY: 1, Light.GREEN: 1},
        flags=10,
        overdue=10,
        stale=5,
        found=5,
    )
    rows = rows_of(director)
    assert [row.light for row in rows] == ["red", "amber", "amber", "grey", "green"]
    assert [row.is_stale for row in rows] == [True] * 5


def test_search_finds_by_a_part_of_the_name(director: User) -> None:
    for name in ("Red Fox", "Grey Wolf", "Arctic fox"):
        ClientFactory.create(name=name)
    assert names(start_page(director, q=" fox ")) == ["Arctic fox", "Red Fox"]
    assert names(start_page(director, q="f%x")) == []
    assert "No client has such a name." in start_page(director, q="\x00bear").content.decode()


def test_pages_keep_the_search(director: User) -> None:
    many_clients()
    assert 'href="?q=client&amp;page=2"' in start_page(director, q="client").content.decode()


@pytest.mark.parametrize("query", [{"page": "2"}, {"q": "foreign"}, {"q": "o"}])
def test_pages_and_search_keep_to_own_clients(query: dict[str, str]) -> None:
    member = TeamMemberFactory.create(client__name="Own")
    many_clients()
    foreign = ClientFactory.create(name="Foreign")
    FlagFactory.create(client=foreign)
    TaskFactory.create(client=foreign, due_on=dt.date(2020, 1, 1), owner=member.user)
    response = start_page(member.user, **query)
    assert names(response) == ([] if query.get("q") == "foreign" else ["Own"])
    assert numbers(response) == [0, 0, 0, 1, 0, 0, 0]
    assert (response.context["flags"], response.context["due"].lines) == ([], [])
    assert "Foreign" not in response.content.decode()


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demo_says_so_on_every_page(director: User, settings: Any, is_demo: bool) -> None:
    settings.DEMO = is_demo
    browser = Browser()
    browser.force_login(director)
    pages = [browser.get(reverse(name)) for name in ("admin:index", "admin:kpi_call_changelist")]
    assert [b"smm-banner" in page.content for page in pages] == [is_demo, is_demo]


def test_an_empty_agency_says_what_to_do() -> None:
    browser = Browser()
    browser.force_login(UserFactory.create())
    page = browser.get(reverse("admin:index")).content.decode()
    assert "You are in no client's team yet" in page


def test_the_forecast_is_that_of_the_newest_evaluation(director: User) -> None:
    target = in_force(target_of(ClientFactory.create()))
    forecast = {"chance": 0.624, "forecast_low": 24, "forecast_high": 35}
    found = EvaluationFactory.create(target=target, day=YESTERDAY, **forecast)
    EvaluationFactory.create(target=target, day=YESTERDAY - dt.timedelta(days=1), chance=0.9)
    [cell] = rows_of(director)[0].cells
    assert (cell.chance, cell.range) == ("62 %", "24 – 35")
    assert cell.url == reverse("admin:kpi_evaluation_change", args=[found.pk])


def test_a_grey_light_has_no_forecast(director: User) -> None:
    target = in_force(target_of(ClientFactory.create()))
    EvaluationFactory.create(target=target, day=YESTERDAY, light=Light.GREY, chance=0.5)
    [cell] = rows_of(director)[0].cells
    assert (cell.chance, cell.range) == ("", "")


def test_tiles_show_the_clients_behind_their_number(director: User) -> None:
    today = timezone.localdate()
    for name, light in (("Red one", Light.RED), ("Green one", Light.GREEN)):
        client = ClientFactory.create(name=name)
        version = StrategyVersionFactory.create(
            client=client, starts_on=today - dt.timedelta(days=60), ends_on=today
        )
        target = KpiTargetFactory.create(version=version)
        approve_in_place(version)
        EvaluationFactory.create(target=target, day=today, light=light)
    CommunityFactory.create(profile__client=client)
    assert [tile["url"] for tile in start_page(director).context["tiles"]] == [
        "?show=red", "?show=amber", "?show=green", "?show=grey",
        reverse("admin:kpi_flag_changelist"),
        f"{reverse('admin:clients_task_changelist')}?whose=all&due=overdue",
        "?show=stale",
    ]  # fmt: skip
    assert names(start_page(director, show="red")) == ["Red one"]
    assert names(start_page(director, show="stale")) == ["Green one"]
    assert names(start_page(director, show="stale", q="red")) == []
    assert names(start_page(director, show="nonsense")) == ["Red one", "Green one"]
    assert start_page(director, show="red").context["page"].paginator.count == 1


def test_numbers_of_a_client_lead_to_its_rows(director: User) -> None:
    client = ClientFactory.create()
    [row] = rows_of(director)
    tasks = reverse("admin:clients_task_changelist")
    assert row.late_url == f"{tasks}?whose=all&due=overdue&client={client.pk}"
    assert row.calls_url == f"{reverse('admin:kpi_call_changelist')}?client={client.pk}"
