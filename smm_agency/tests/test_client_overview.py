"""The client's overview: everything of a client from one place, in a few statements."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.admin.form_page import page_of
from clients.briefs import progress_of, questions_of, values_of
from clients.client_status import change_status
from clients.models import ChangeEntry, Client, Role, User
from clients.rights import Rights
from clients.team import give_role_rights
from content.curated_lines import share_lines, share_words
from content.models import Stop
from content.reply_clock import set_clocks
from kpi.flag_sentence import sentence_of
from kpi.models import CallStatus, Flag
from kpi.portal_needs import needs_of
from kpi.tests.running import running_target
from smm_agency.client_overview import indicators, month, strategy
from smm_agency.client_overview.indicators import Gauge, shown_days
from smm_agency.client_overview.scope import Scope
from smm_agency.dashboard.reader import Reader
from smm_agency.dashboard.rows import client_rows, with_marks
from smm_agency.dashboard.standing import seen_clients, worst_first
from smm_agency.lib.rows_at_once import read_at_once
from smm_agency.tests.block_lines import read_block_rows
from strategy.models import KpiTarget, Metric
from tests.factories import (
    AuditReportFactory,
    BriefAnswerFactory,
    BriefFactory,
    BriefQuestionFactory,
    CallFactory,
    CampaignFactory,
    ClientFactory,
    CommunityFactory,
    CompetitorFactory,
    ContactFactory,
    CostFactory,
    DecisionFactory,
    DesignAssetFactory,
    DirectorFactory,
    EngagementFactory,
    EngagementServiceFactory,
    EvaluationFactory,
    FlagCauseFactory,
    FlagFactory,
    InboxItemFactory,
    KpiReviewFactory,
    KpiTargetFactory,
    MaterialRequestFactory,
    PlacementFactory,
    PortalAccessFactory,
    PostFactory,
    ProfileSnapshotFactory,
    PromotionAssessmentFactory,
    PublicationFactory,
    StopFactory,
    StrategyVersionFactory,
    TaskFactory,
    TeamMemberFactory,
    UserFactory,
    WallPostFactory,
    approve_in_place,
)
from tests.filled_client import fill_client

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
EVERYTHING = [
    "blocks", "indicators", "flags", "owed", "month", "replies", "campaigns", "communities",
    "strategy", "services", "people", "papers", "history",
]  # fmt: skip


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def member(client: Client, role: Role) -> User:
    user: User = UserFactory.create()
    TeamMemberFactory.create(client=client, user=user, role=role)
    give_role_rights(user, role=role)
    return user


def address(client: Client) -> str:
    return reverse("admin:clients_client_overview", args=[client.pk])


def opened(client: Client, user: User) -> Any:
    return signed_in(user).get(address(client))


def sections(page: Any) -> dict[str, Any]:
    return {section.key: section for section in page.context["sections"]}


def add_rows(target: KpiTarget, number: int) -> None:
    """A row of today in every list of the page."""
    client, now = target.client, timezone.now()
    today = client.today()
    mark = f"row {number}"
    for days in range(2):
        EvaluationFactory.create(
            target=target, day=today - (2 * number + days + 1) * DAY, chance=0.5
        )
    flag = FlagFactory.create(client=client, target=target, cause_key=mark)
    FlagCauseFactory.create(flag=flag)
    DecisionFactory.create(flag__client=client, flag__state="decided", reason=mark)
    MaterialRequestFactory.create(client=client, what=mark)
    TaskFactory.create(client=client, title=mark, side="client")
    community = CommunityFactory.create(profile__client=client, profile__title=mark, state="design")
    ProfileSnapshotFactory.create(profile=community.profile, date=today)
    WallPostFactory.create(profile=community.profile, posted_at=now - DAY)
    PublicationFactory.create(
        post__client=client, community=community, planned_at=now, post__source="curated"
    )
    campaign = CampaignFactory.create(client=client, title=mark, starts_on=today)
    PlacementFactory.create(campaign=campaign, price=5)
    CostFactory.create(client=client, campaign=campaign, amount=7)
    EngagementServiceFactory.create(
        engagement__client=client, engagement__starts_on=today, engagement__ends_on=None
    )
    ContactFactory.create(client=client, name=mark)
    TeamMemberFactory.create(client=client, ends_on=None)
    PortalAccessFactory.create(client=client)
    AuditReportFactory.create(audit__profile=community.profile, file_name=mark)
    KpiReviewFactory.create(engagement__client=client)
    BriefFactory.create(engagement__client=client)
    PromotionAssessmentFactory.create(client=client, finished_at=now, verdict=mark)
    StopFactory.create(scope="client", client=client, community=None, reason=mark)
    CompetitorFactory.create(client=client)
    item = InboxItemFactory.create(profile=community.profile, received_at=now)
    set_clocks([item], at=now)
    CallFactory.create(client=client, community=community, started_at=now)
    user = UserFactory.create()
    client.status_changes.create(old="lead", new="active", changed_by=user)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_for_many_rows(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The session, the person and their rights take seven, money at work three."""
    target = ruling_target()
    client: Client = target.client
    for number in range(rows):
        add_rows(target, number)
    browser = signed_in(member(client, Role.ACCOUNT_MANAGER))
    with django_assert_num_queries(13):
        page = browser.get(address(client))
    shown = sections(page)
    assert list(shown) == EVERYTHING
    lists = ("owed", "communities", "campaigns")
    assert [len(shown[key].data) for key in lists] == [2 * rows, rows, rows]
    assert len(shown["flags"].data.flags) == len(page.context["stops"]) == rows


def test_the_last_brief_is_told_with_how_far_it_is() -> None:
    client = ClientFactory.create()
    engagement = EngagementFactory.create(client=client, title="SMM")
    BriefFactory.create(engagement=engagement, state="agreed", version=1)
    last = BriefFactory.create(engagement=engagement, state="sent", version=2, industry="car")
    BriefFactory.create()
    BriefAnswerFactory.create(brief=last, value="Teeth")
    # What is asked no more counts while it is answered; other questions of the kind do not.
    gone = BriefQuestionFactory.create(is_used=False)
    BriefAnswerFactory.create(brief=last, question=gone, value="x")
    BriefQuestionFactory.create(is_used=False)
    BriefQuestionFactory.create(industry="food")
    asked = progress_of(questions_of(last), values_of(last))
    page = opened(client, member(client, Role.ACCOUNT_MANAGER))
    assert sections(page)["papers"].data["briefs"] == [
        ("SMM, version 2", "sent to the client", f"answered 2 of {asked.questions}", page_of(last))
    ]
    assert page_of(last) in page.content.decode()


def ruling_target() -> KpiTarget:
    """Of a version that rules today, whenever that is."""
    client = ClientFactory.create()
    today = client.today()
    version = StrategyVersionFactory.create(
        client=client, starts_on=today - 60 * DAY, ends_on=today + 60 * DAY
    )
    target: KpiTarget = KpiTargetFactory.create(version=version, is_primary=True)
    approve_in_place(version)
    return target


def test_a_new_client_is_told_what_to_do_next() -> None:
    client = ClientFactory.create()
    page = opened(client, DirectorFactory.create())
    assert list(sections(page)) == EVERYTHING
    text = page.content.decode()
    for label in (
        "Add the client&#x27;s first page", "Plan a campaign", "Start a strategy",
        "Write down the agreement", "Make the publication plan", "Ask the client for material",
    ):  # fmt: skip
        assert label in text


def test_of_a_foreign_client_nothing_is_found() -> None:
    client, own = fill_client("alpha"), ClientFactory.create()
    browser = signed_in(member(own, Role.ACCOUNT_MANAGER))
    page = browser.get(address(client), follow=True)
    assert "alpha" not in page.content.decode()
    assert browser.get(address(own)).status_code == 200


def test_the_list_opens_the_overview_and_the_form_leads_back_to_it() -> None:
    client = ClientFactory.create()
    browser = signed_in(DirectorFactory.create())
    listed = browser.get(reverse("admin:clients_client_changelist")).content.decode()
    assert f'href="{address(client)}"' in listed
    form = browser.get(reverse("admin:clients_client_change", args=[client.pk])).content.decode()
    assert address(client) in form
    assert page_of(client) == address(client)


@pytest.mark.parametrize(
    ("role", "absent", "parts"),
    [
        (Role.ACCOUNT_MANAGER, [], {"portal": True, "budget": True, "calls": True}),
        (Role.STRATEGIST, [], {"portal": False, "budget": False, "calls": True}),
        (Role.CONTENT_MANAGER, [], {"portal": False, "budget": False, "calls": False}),
        (Role.DESIGNER, [], {"portal": False, "budget": False, "calls": False}),
        (Role.PAID_SOCIAL, [], {"portal": False, "budget": True, "calls": True}),
        (Role.MODERATOR, [], {"portal": False, "budget": False, "calls": True}),
    ],
)
def test_what_a_role_may_not_see_is_absent(
    role: Role, absent: list[str], parts: dict[str, bool]
) -> None:
    client = fill_client("alpha")
    page = opened(client, member(client, role))
    shown = sections(page)
    assert [key for key in EVERYTHING if key not in shown] == absent
    labels = {tile.label for tile in page.context["tiles"]}
    assert {
        "portal": shown["people"].data.portal is not None,
        "budget": "Budget by month" in {link.label for link in shown["campaigns"].shown_links},
        "calls": "calls from communities this month" in labels,
    } == parts


@pytest.mark.parametrize("role", Role.values)
def test_fees_are_for_directors_only(role: str) -> None:
    client = ClientFactory.create()
    EngagementFactory.create(client=client, fee=Decimal("98765.43"))
    assert "98,765" not in opened(client, member(client, Role(role))).content.decode()
    assert "98,765.43 RUB" in opened(client, DirectorFactory.create()).content.decode()


def test_a_right_that_is_taken_away_takes_its_section_along() -> None:
    client = fill_client("alpha")
    person = member(client, Role.DESIGNER)
    group = person.groups.get()
    gone = {
        "view_flag": "flags", "view_campaign": "campaigns", "view_evaluation": "indicators",
        "view_inboxitem": "replies", "view_publication": "month", "view_community": "communities",
        "view_strategyversion": "strategy", "view_engagementservice": "services",
    }  # fmt: skip
    group.permissions.remove(*Permission.objects.filter(codename__in=gone))
    shown = sections(opened(client, person))
    assert [key for key in EVERYTHING if key not in shown] == [
        key for key in EVERYTHING if key in gone.values()
    ]


def test_targets_show_the_month_so_far_with_gaps_and_the_forecast() -> None:
    target = running_target(monthly=31)
    client: Client = target.client
    days = shown_days(client.today())
    told = {"target": target, "light": "amber", "target_value": 31}
    EvaluationFactory.create(**told, day=days[0], actual=2, expected=1)
    EvaluationFactory.create(
        **told, day=days[2], actual=5, expected=3, chance=0.634, forecast_low=24, forecast_high=38
    )
    FlagFactory.create(client=client, target=target, opened_on=days[1], severity="red")
    rights = Rights(DirectorFactory.create())
    scope = Scope(client, rights, days[2] + dt.timedelta(days=1), timezone.now())
    section = indicators.show(scope, asked(scope, indicators))
    assert section is not None
    [card] = section.data.cards
    assert (card.actual, card.wanted, card.expected, card.light) == ("5", "31", "3", "amber")
    assert card.gauge == Gauge(0.634, "63 %", "24 – 38, the target is 31")
    fact, wanted = card.plot.series
    assert list(fact.values[:4]) == [2, None, 5, None]
    assert (list(wanted.values[:3]), wanted.role) == ([1, None, 3], "target")
    assert [(mark.position, mark.severity) for mark in card.plot.flags] == [(1, "red")]


def card_of(client: Client, *, on: dt.date) -> Any:
    scope = Scope(client, Rights(DirectorFactory.create()), on, timezone.now())
    section = indicators.show(scope, asked(scope, indicators))
    assert section is not None
    [card] = section.data.cards
    return card


@pytest.mark.parametrize(
    ("status", "age", "said"),
    [
        ("active", 1, ("red", "far below target")),
        ("active", 4, ("grey", "Last evaluated on March 8, 2026.")),
        ("paused", 1, ("grey", "Paused: measured without alarms.")),
    ],
)
def test_a_light_is_grey_where_the_dashboard_says_so(
    status: str, age: int, said: tuple[str, str]
) -> None:
    today = dt.date(2026, 3, 12)
    target = running_target(ClientFactory.create(status=status), monthly=31)
    day = today - age * DAY
    EvaluationFactory.create(target=target, day=day, light="red", actual=3, chance=0.5)
    card = card_of(target.client, on=today)
    assert (card.light, card.light_text) == said
    assert (card.gauge is not None) == (card.light == "red")
    user = DirectorFactory.create()
    clients = with_marks(worst_first(seen_clients(user), today=today), today=today)
    [row] = client_rows(clients, Reader(user, today=today))
    [cell] = row.cells
    assert (cell.light, row.note or cell.why or cell.light_name) == said


def test_a_kpi_of_the_client_page_opens_its_explanation() -> None:
    target = running_target(ClientFactory.create(), monthly=31)
    page = opened(target.client, DirectorFactory.create()).content.decode()
    assert page.count('popovertarget="help-calls"') == 1
    assert page.count('<div popover id="help-calls"') == 1


def test_a_forecast_of_money_names_its_currency() -> None:
    client = ClientFactory.create(currency="EUR")
    target = running_target(client, metric=Metric.COST_PER_CALL, monthly=31, is_primary=False)
    day = dt.date(2026, 3, 11)
    EvaluationFactory.create(
        target=target, day=day, light="red", actual=30, target_value=31, chance=0.5,
        forecast_low=24, forecast_high=38,
    )  # fmt: skip
    gauge = card_of(client, on=day + DAY).gauge
    assert gauge.range_text == "24 EUR – 38 EUR, the target is 31 EUR"


def test_the_first_of_a_month_names_the_month_of_the_target() -> None:
    target = running_target(monthly=31)
    scope = Scope(
        target.client, Rights(DirectorFactory.create()), dt.date(2026, 4, 1), timezone.now()
    )
    found = asked(scope, indicators) | asked(scope, strategy)
    rows = read_block_rows(scope.client, on=scope.today)
    section = strategy.show(scope, found, rows)
    assert section is not None
    assert section.data.in_force.month == dt.date(2026, 3, 1)
    told = render_to_string(section.template, {"data": section.data})
    assert f"calls: {section.data.in_force.wanted} (March 2026)" in told
    assert "this month" not in told


def asked(scope: Scope, part: Any) -> dict[str, Any]:
    return read_at_once(Client.objects.filter(pk=scope.client.pk), part.ask(scope))


def test_calls_without_a_source_are_a_share_that_leads_to_them() -> None:
    client = ClientFactory.create()
    now = timezone.now()
    community = CommunityFactory.create(profile__client=client)
    director = DirectorFactory.create()
    label = "calls without a source this month"
    assert tiles(client, director)[label].value == "—"
    for _ in range(3):
        CallFactory.create(client=client, community=community, started_at=now)
    nobody = {"client": client, "community": None, "evidence": None, "started_at": now}
    call = CallFactory.create(**nobody)
    CallFactory.create(**nobody, status=CallStatus.SPAM)
    CallFactory.create(**nobody | {"started_at": now - dt.timedelta(days=40)})
    found = tiles(client, director)
    assert found["calls from communities this month"].value == "3"
    assert found[label].value == "1 of 4 (25 %)"
    rows = signed_in(director).get(found[label].url).context["cl"].result_list
    assert [row.pk for row in rows] == [call.pk]


def test_a_tile_leads_to_the_rows_that_it_counts() -> None:
    client = ClientFactory.create()
    director = DirectorFactory.create()
    community = CommunityFactory.create(profile__client=client)
    facts = {"client": client, "community": community, "started_at": timezone.now()}
    calls = [CallFactory.create(**facts), CallFactory.create(**facts, is_unique_target=False)]
    CallFactory.create(**facts, status=CallStatus.SPAM)
    tasks = [TaskFactory.create(client=client), TaskFactory.create(client=client, owner=director)]
    found = tiles(client, director)
    for label, value, rows in (
        ("calls from communities this month", "2", calls),
        ("unfinished tasks, of them overdue", "2 / 0", tasks),
    ):
        assert found[label].value == value
        listed = signed_in(director).get(found[label].url).context["cl"].result_list
        assert {row.pk for row in listed} == {row.pk for row in rows}


def tiles(client: Client, user: User) -> dict[str, Any]:
    return {tile.label: tile for tile in opened(client, user).context["tiles"]}


def test_a_client_without_calls_has_no_zero_of_them() -> None:
    client = ClientFactory.create(takes_calls=False)
    assert [label for label in tiles(client, DirectorFactory.create()) if "calls" in label] == []


def test_curated_share_stands_against_its_cap() -> None:
    client = ClientFactory.create()
    for source in ("curated", "own"):
        PublicationFactory.create(
            post__client=client, post__source=source, planned_at=timezone.now()
        )
    month = sections(opened(client, DirectorFactory.create()))["month"].data
    days = [(line.name, planned, cap) for line, planned, _published, cap in month.curated]
    assert days[1] == ("30 days", "1 of 2 (50 %)", "no cap is set")
    plain = [share_words(line.planned) for line in share_lines(client, on=client.today())]
    assert [planned for _name, planned, _cap in days] == plain


def test_the_months_numbers_are_of_the_whole_month() -> None:
    client = ClientFactory.create()
    today = dt.date(2026, 3, 20)
    sent = dt.datetime(2026, 3, 4, 9, tzinfo=dt.UTC)
    hour = dt.timedelta(hours=1)
    for facts in (
        {"planned_at": sent, "state": "sent", "sent_at": sent},
        {"planned_at": sent, "state": "sent", "sent_at": sent + hour},
        {"planned_at": sent},
        {"planned_at": sent, "state": "cancelled"},
        {"planned_at": dt.datetime(2026, 3, 25, 9, tzinfo=dt.UTC)},
    ):
        PublicationFactory.create(post__client=client, **facts)
    scope = Scope(client, Rights(DirectorFactory.create()), today, timezone.now())
    rows = read_block_rows(client, on=today)
    section = month.show(scope, asked(scope, month), rows)
    assert section is not None
    told = section.data
    assert (told.planned, told.published, told.late, told.not_out, told.ahead) == (
        "4", "2", "1", "1", "1",
    )  # fmt: skip


def test_what_the_client_owes_stands_by_its_day() -> None:
    client = ClientFactory.create()
    today = client.today()
    MaterialRequestFactory.create(client=client, what="photos", due_on=today + DAY)
    MaterialRequestFactory.create(client=client, what="prices", due_on=today - 3 * DAY)
    TaskFactory.create(client=client, title="answer", side="client", due_on=today - DAY)
    TaskFactory.create(client=client, title="someday", side="client", due_on=None)
    TaskFactory.create(client=client, title="ours", side="agency", due_on=today)
    lines = sections(opened(client, DirectorFactory.create()))["owed"].data
    assert [(line.what, line.late_days) for line in lines] == [
        ("prices", 3), ("answer", 1), ("photos", 0), ("someday", 0),
    ]  # fmt: skip


def test_what_the_client_owes_is_what_its_portal_asks() -> None:
    client = ClientFactory.create()
    today = client.today()
    community = CommunityFactory.create(profile__client=client)
    DesignAssetFactory.create(community=community, title="cover", state="client_review")
    PostFactory.create(client=client, title="offer", state="client_review")
    PlacementFactory.create(
        campaign__client=client, title="seeding", state="negotiated", starts_on=today
    )
    page = opened(client, DirectorFactory.create())
    lines = sections(page)["owed"].data
    needs = needs_of(client, on=today)
    assert [(line.code, line.what) for line in lines] == [(one.code, one.title) for one in needs]
    assert [line.what for line in lines] == ["seeding", "offer", "cover"]
    assert all(line.url in page.content.decode() for line in lines)
    assert lines[0].code in page.content.decode()


def test_needs_that_the_person_may_not_look_at_are_not_told() -> None:
    client = ClientFactory.create()
    PostFactory.create(client=client, title="offer", state="client_review")
    TaskFactory.create(client=client, title="answer", side="client")
    person = member(client, Role.ACCOUNT_MANAGER)
    unseen = Permission.objects.filter(codename__in=["view_post", "change_post"])
    person.groups.get().permissions.remove(*unseen)
    lines = sections(opened(client, person))["owed"].data
    assert [line.what for line in lines] == ["answer"]


def test_campaigns_at_work_with_their_spend_against_their_budget() -> None:
    client = ClientFactory.create()
    today = client.today()
    campaign = CampaignFactory.create(
        client=client, title="Spring", budget=1_000, starts_on=today - 5 * DAY,
        ends_on=today + 4 * DAY,
    )  # fmt: skip
    PlacementFactory.create(campaign=campaign, price=1_250)
    CostFactory.create(client=client, amount=70)
    for state in ("draft", "finished", "cancelled"):
        CampaignFactory.create(client=client, state=state)
    page = opened(client, DirectorFactory.create())
    [line] = sections(page)["campaigns"].data
    assert (line.title, line.spent, line.budget, line.share, line.days, line.is_over) == (
        "Spring", "1,250 RUB", "1,000 RUB", "125 %", "50 %", True,
    )  # fmt: skip
    assert "1,250 RUB" in page.content.decode()


def test_flags_tell_their_causes_and_decisions_their_effect() -> None:
    client = ClientFactory.create()
    flag = FlagFactory.create(client=client, opened_on=client.today() - 4 * DAY)
    FlagCauseFactory.create(flag=flag, sentence_en="Material came late.")
    decision = DecisionFactory.create(flag__client=client, flag__state="decided", reason="why")
    told = sections(opened(client, DirectorFactory.create()))["flags"].data
    [line] = told.flags
    assert (line.age_days, line.causes) == (4, ["Material came late."])
    assert line.sentence == sentence_of(Flag.objects.get(pk=flag.pk))
    [row] = told.decisions
    assert (row.reason, row.by) == ("why", str(decision.decided_by))
    assert row.effect.startswith("Whether it helped is checked on")


def test_subscribers_are_the_newest_known_and_unknown_is_no_zero() -> None:
    client = ClientFactory.create()
    today = client.today()
    known = CommunityFactory.create(profile__client=client, profile__title="A")
    CommunityFactory.create(profile__client=client, profile__title="B")
    for days, followers in ((40, 900), (3, 1_000), (1, None)):
        ProfileSnapshotFactory.create(
            profile=known.profile, date=today - days * DAY, followers=followers
        )
    lines = sections(opened(client, DirectorFactory.create()))["communities"].data
    assert [(line.title, line.subscribers, line.change) for line in lines] == [
        ("A", "1,000", "+100"), ("B", "—", ""),
    ]  # fmt: skip
    assert lines[0].read_on == today - 3 * DAY


def test_stops_stand_at_the_top() -> None:
    client = ClientFactory.create(country="DE")
    StopFactory.create(scope="client", client=client, community=None, reason="mourning")
    StopFactory.create(scope="country", client=None, community=None, country="FR", reason="no")
    stops = opened(client, DirectorFactory.create()).context["stops"]
    assert [Stop.objects.get(reason="mourning").reason in stop.label for stop in stops] == [True]


def test_history_is_of_the_client_and_of_its_rows() -> None:
    client, other = ClientFactory.create(status="lead"), ClientFactory.create()
    campaign = CampaignFactory.create(client=client, title="Spring")
    CampaignFactory.create(client=other)
    ChangeEntry.objects.all().delete()
    change_status(client, to="onboarding", by=DirectorFactory.create())
    campaign.title, campaign.budget = "Summer", 5
    campaign.save()
    campaign.delete()
    changes = sections(opened(client, DirectorFactory.create()))["history"].data
    assert [(change.what, change.how) for change in changes] == [
        ("Campaign: Summer", "Deleted."),
        ("Campaign: Summer", "Budget; Title"),
        (f"Client: {client.name}", "Status: lead → onboarding"),
    ]


def test_history_of_the_client_alone_for_who_may_not_read_all_of_it() -> None:
    client = ClientFactory.create(status="lead")
    designer = member(client, Role.DESIGNER)
    change_status(client, to="onboarding", by=DirectorFactory.create())
    changes = sections(opened(client, designer))["history"].data
    assert [(change.what, change.how) for change in changes] == [
        ("status of the client", "lead → onboarding")
    ]


def test_people_and_papers_are_on_the_page() -> None:
    client = ClientFactory.create()
    manager = member(client, Role.ACCOUNT_MANAGER)
    ContactFactory.create(client=client, name="Ada", is_main=True)
    PortalAccessFactory.create(client=client, user__first_name="Guest", user__last_name="One")
    PortalAccessFactory.create(client=client, revoked_at=timezone.now())
    AuditReportFactory.create(audit__profile__client=client, file_name="audit.pdf")
    shown = sections(opened(client, manager))
    people = shown["people"].data
    assert [person.name for person in people.team] == [str(manager)]
    assert [person.name for person in people.contacts] == ["Ada"]
    assert [person.name for person in people.portal] == ["Guest One"]
    assert [(paper.kind, paper.title) for paper in shown["papers"].data["papers"]] == [
        ("report of an audit", "audit.pdf")
    ]


def test_the_strategy_tells_its_next_change() -> None:
    client = ClientFactory.create()
    today = client.today()
    days = {"starts_on": today - 9 * DAY, "ends_on": today + 90 * DAY}
    version = approve_in_place(StrategyVersionFactory.create(client=client, **days))
    told = sections(opened(client, DirectorFactory.create()))["strategy"].data
    assert told.in_force.number == version.number
    assert told.next_change.endswith("and no next version is begun")
    StrategyVersionFactory.create(client=client, number=2)
    told = sections(opened(client, DirectorFactory.create()))["strategy"].data
    assert told.next_change == "version 2: draft"
