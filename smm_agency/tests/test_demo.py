"""The demo agency tells its nine stories by the program's own work."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from pytest_django import DjangoDbBlocker

from clients.erasure import erase_client
from clients.models import (
    ROLE_GROUPS,
    Client,
    ClientStatus,
    EngagementService,
    Performer,
    PortalAccess,
    Service,
    Side,
    Task,
    TeamMember,
    User,
)
from communities.audit_changes import compare
from communities.models import (
    AccessKey,
    Audit,
    ChecklistItem,
    Community,
    CommunityMove,
    Profile,
    WallPost,
)
from communities.readiness import find_missing
from content.curated import curated_share
from content.fulfilment import fulfilment
from content.models import (
    Post,
    PostMove,
    PostState,
    Publication,
    PublicationPlan,
    PublicationState,
)
from kpi.growth import measure_growth
from kpi.measurement import measure_posts, measure_profiles
from kpi.models import (
    Call,
    Caller,
    CallTally,
    DayCount,
    Decision,
    Evaluation,
    Flag,
    FlagKind,
    FlagState,
    Light,
    PostSnapshot,
    ProfileSnapshot,
)
from kpi.models.flags import LIVE_STATES
from kpi.reconciliation import reconcile
from smm_agency.demo.agency import STORIES
from smm_agency.demo.cast import PASSWORD, STAFF
from smm_agency.demo.clients_calls import CAFE, CAR_SERVICE, CLINIC, LEAVING, PAUSED
from smm_agency.demo.clients_counts import CYCLES, NEWCOMER, SALON, SHOP
from smm_agency.demo.loading import loading
from smm_agency.demo.state import DemoState, demo_state
from smm_agency.demo.stories import Story
from smm_agency.lib.phones import normalise
from smm_agency.simulator.server import Simulator
from strategy.approval_checks import check_budget, find_problems
from strategy.changes import changes_between
from strategy.models import (
    CompetitorAnalysis,
    Metric,
    StrategyVersion,
    VersionDocument,
    VersionState,
)
from strategy.placeholders import placeholders_in

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def agency(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """The whole demo, loaded once for this module; gives the simulator's scenario."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("smm_agency.demo.simulated.settings.VAR_DIR", folder)
        with transaction.atomic():
            list(loading(today=TODAY, now=NOW))
        try:
            yield json.loads((folder / "simulator.json").read_text(encoding="utf-8"))
        finally:
            with transaction.atomic():
                for client in Client.objects.filter(is_demo=True):
                    erase_client(client)
            User.objects.filter(is_demo=True).delete()
            AccessKey.objects.all().delete()


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("agency"),
    # One worker for all of them, where the workers are told to keep groups together.
    pytest.mark.xdist_group("demo"),
]


def client_of(story: Story) -> Client:
    return Client.objects.get(name=story.name)


def lights(story: Story, *, since: dt.date) -> Counter[str]:
    rows = Evaluation.objects.filter(client=client_of(story), day__gte=since)
    return Counter(rows.values_list("light", flat=True))


def test_nine_clients_and_thirteen_staff_belong_to_the_demo() -> None:
    assert Client.objects.filter(is_demo=True).count() == len(STORIES) == 9
    assert User.objects.filter(is_demo=True, is_staff=True).count() == len(STAFF) == 13
    assert demo_state() is DemoState.DEMO


def test_every_role_is_played_and_its_group_joined() -> None:
    played = set(TeamMember.objects.values_list("role", flat=True))
    assert played == set(ROLE_GROUPS)
    directors = User.objects.filter(groups__name="Director").values_list("username", flat=True)
    assert set(directors) == {"vera", "oliver"}
    anna = User.objects.get(username="anna")
    assert list(anna.groups.values_list("name", flat=True)) == ["Account Manager"]
    assert anna.check_password(PASSWORD)


def test_people_of_clients_share_and_cross() -> None:
    olga = User.objects.get(username="olga")
    assert olga.portal_access.count() == 2
    assert PortalAccess.objects.filter(client=client_of(CLINIC)).count() == 2
    assert not User.objects.filter(portal_access__isnull=False, is_staff=True).exists()


def test_clinic_raises_an_alarm_whose_causes_are_the_clients() -> None:
    flag = Flag.objects.get(client=client_of(CLINIC))
    assert (flag.kind, flag.state) == (FlagKind.STRATEGY, FlagState.OPEN)
    causes = {(cause.code, cause.side) for cause in flag.causes.all()}
    assert causes == {("missed_calls", Side.CLIENT), ("materials_overdue", Side.CLIENT)}
    assert not hasattr(flag, "decision")
    waiting = Task.objects.unfinished().filter(client=flag.client, owner__username="anna")
    assert waiting.filter(origin_id=flag.pk).count() == 1


def test_clinic_is_called_as_before_but_misses_about_half() -> None:
    calls = Call.objects.filter(client=client_of(CLINIC)).exclude(status="spam")
    lost = TODAY - dt.timedelta(days=CLINIC.calls.lost_days if CLINIC.calls else 0)
    before = calls.filter(day__range=(lost - dt.timedelta(days=36), lost - dt.timedelta(days=1)))
    after = calls.filter(day__gte=lost)
    assert 0.7 < after.count() / before.count() < 1.4
    assert 0.4 < after.filter(status="missed").count() / after.count() < 0.65


def test_car_service_corrected_its_strategy_and_it_helped() -> None:
    versions = StrategyVersion.objects.filter(client=client_of(CAR_SERVICE)).order_by("number")
    assert [version.state for version in versions] == [
        VersionState.SUPERSEDED,
        VersionState.APPROVED,
    ]
    decision = Decision.objects.get(client=client_of(CAR_SERVICE))
    assert (decision.next_version, decision.is_published) == (versions[1], True)
    assert decision.flag.state == FlagState.CLOSED
    assert decision.checks.earliest("due_on").verdict == "helped"
    assert 120 < (TODAY - versions[1].starts_on).days < 175


def test_leaving_client_has_stale_data_and_no_strategy_flag() -> None:
    flags = Flag.objects.filter(client=client_of(LEAVING)).exclude(state=FlagState.CLOSED)
    assert [(flag.kind, flag.cause_key) for flag in flags] == [(FlagKind.DATA, "data:metrics")]
    states = AccessKey.objects.filter(client=client_of(LEAVING)).values_list("state", flat=True)
    assert AccessKey.State.REFUSED in states


def test_only_the_clinic_and_the_leaving_client_wait_for_somebody() -> None:
    live = Flag.objects.filter(state__in=LIVE_STATES).values_list("client__name", flat=True)
    assert sorted(live) == sorted([CLINIC.name, LEAVING.name])


def test_paused_client_is_measured_in_silence() -> None:
    paused = client_of(PAUSED)
    assert paused.status == ClientStatus.PAUSED
    paused_at = paused.status_changes.values_list("changed_at", flat=True)[0]
    assert paused_at.date() == TODAY - dt.timedelta(days=60)
    assert not Flag.objects.filter(client=paused).exists()
    assert not Evaluation.objects.filter(
        client=paused, day__gte=TODAY - dt.timedelta(days=60)
    ).exists()
    newest = ProfileSnapshot.objects.filter(client=paused).order_by("-date").first()
    assert newest is not None
    assert newest.date == TODAY - dt.timedelta(days=1)


@pytest.mark.parametrize("story", [CAR_SERVICE, SHOP, SALON, CAFE, CYCLES])
def test_healthy_clients_are_green_mostly(story: Story) -> None:
    seen = lights(story, since=TODAY - dt.timedelta(days=30))
    assert seen[Light.RED] == 0
    assert seen[Light.GREEN] > 0.75 * seen.total()


def test_shop_counts_orders_and_says_that_it_takes_no_calls() -> None:
    shop = client_of(SHOP)
    target = shop.strategy_versions.get().targets.get(is_primary=True)
    vera = User.objects.get(username="vera")
    assert (target.metric, target.reason_by) == (Metric.ORDERS, vera)
    assert not shop.takes_calls
    assert set(DayCount.objects.filter(client=shop).values_list("metric", flat=True)) == {
        "orders",
        "messages",
    }


def test_shop_lost_bots_in_one_day() -> None:
    vk = Profile.objects.get(client=client_of(SHOP), network="vk", relation="own")
    day = TODAY - dt.timedelta(days=104)
    before, after = (
        vk.snapshots.get(date=each).followers or 0 for each in (day - dt.timedelta(days=1), day)
    )
    assert after / before == pytest.approx(0.925, abs=0.01)


def test_salon_is_tallied_by_weeks_and_had_a_giveaway() -> None:
    salon = client_of(SALON)
    tallies = CallTally.objects.filter(client=salon)
    assert tallies.count() > 50
    assert set(tallies.values_list("period", "evidence")) == {("week", "operator")}
    assert not Call.objects.filter(client=salon).exists()
    first = TODAY - dt.timedelta(days=153)
    grown = measure_growth(salon, first=first, last=first + dt.timedelta(days=8))
    assert grown.share is not None
    assert grown.share > 0.2


def test_newcomer_has_a_draft_that_waits_for_its_competitors() -> None:
    newcomer = client_of(NEWCOMER)
    assert newcomer.status == ClientStatus.ONBOARDING
    assert newcomer.strategy_versions.get().state == VersionState.DRAFT
    assert not CompetitorAnalysis.objects.filter(client=newcomer).exists()
    days = ProfileSnapshot.objects.filter(client=newcomer).values("date").distinct().count()
    assert 10 <= days <= 15


def test_strategies_are_whole_and_leave_nothing_open() -> None:
    """But for the newcomer's, whose draft is there to be finished."""
    for version in StrategyVersion.objects.exclude(client=client_of(NEWCOMER)):
        goals = list(version.goals.all())
        texts = [
            *(section.text for section in version.sections.all()),
            *(f"{goal.text} {goal.measure}" for goal in goals),
            *(one.proof for one in version.positionings.all()),
        ]
        assert [place for text in texts for place in placeholders_in(text)] == []
        assert all(version.sections.values_list("text", flat=True)), version
        assert all(goal.measure for goal in goals), version
        assert all(one.proof for one in version.positionings.all()), version
        assert version.rhythms.count() == version.client.communities.count()
        # A version that was superseded planned beyond the day on which it ended.
        assert version.state == VersionState.SUPERSEDED or not check_budget(version)
        assert version.budget_lines.exists()


def test_texts_are_in_the_language_of_the_client_and_of_what_it_takes() -> None:
    cycles = client_of(CYCLES).strategy_versions.get()
    assert "Sampleton Cycles works for people" in cycles.sections.get(kind="brief").text
    assert cycles.goals.earliest("pk").measure == (
        f"39 new customers a month by {cycles.ends_on:%B %Y}, by the client's bookings"
    )
    kpi = client_of(SHOP).strategy_versions.get().sections.get(kind="kpi").text
    assert kpi.startswith("**Основной показатель — заказы из сообществ.**")


def test_every_state_of_a_strategy_can_be_seen() -> None:
    states = set(StrategyVersion.objects.values_list("state", flat=True))
    assert states == set(VersionState.values)
    approved, waiting = client_of(CAFE).strategy_versions.order_by("number")
    assert (approved.state, waiting.state) == (VersionState.APPROVED, VersionState.ON_APPROVAL)
    assert waiting.checked_by == User.objects.get(username="anna")
    assert waiting.checked_at is not None
    assert waiting.checked_at < NOW
    assert changes_between(approved, waiting)
    draft = client_of(NEWCOMER).strategy_versions.get()
    assert len(find_problems(draft, by=None, on=TODAY)) > 3


def test_what_the_goals_asked_for_was_done() -> None:
    tasks = Task.objects.filter(origin_type__model="strategyversion")
    assert tasks.count() > 50
    assert {task.state for task in tasks if task.due_on and task.due_on < TODAY} == {"done"}


def test_cafe_has_a_wave_of_comments() -> None:
    posts = PostSnapshot.objects.filter(
        client=client_of(CAFE), wall_post__profile__network="vk", slot=TODAY - dt.timedelta(days=1)
    )
    week = TODAY - dt.timedelta(days=7)
    angry = [row.comments or 0 for row in posts.filter(wall_post__posted_at__date__gte=week)]
    calm = PostSnapshot.objects.filter(
        client=client_of(CAFE), wall_post__posted_at__date__lt=week, comments__isnull=False
    ).values_list("comments", flat=True)
    assert max(angry) > 30
    assert max(value or 0 for value in calm) < 30


def test_cycles_count_their_days_in_dublin_and_their_money_in_euros() -> None:
    cycles = client_of(CYCLES)
    assert (cycles.time_zone, cycles.currency, cycles.language) == ("Europe/Dublin", "EUR", "en")
    hours = {call.started_at.astimezone(cycles.zone).hour for call in cycles.calls.all()}
    assert (min(hours) >= 9, max(hours) <= 21) == (True, True)
    assert all(call.day == cycles.day_of(call.started_at) for call in cycles.calls.all())
    readings = ProfileSnapshot.objects.filter(client=cycles).values_list("reading", flat=True)
    assert set(readings) == {"import"}


def test_material_stays_with_the_client() -> None:
    rows = EngagementService.objects.filter(service__is_client_only=True)
    assert set(rows.values_list("performer", flat=True)) == {Performer.CLIENT}
    assert EngagementService.objects.count() == 9 * Service.objects.count()


def test_callers_cannot_be_dialled() -> None:
    for caller in Caller.objects.select_related("client")[:400]:
        assert caller.phone is not None
        assert caller.phone.startswith(("+7000", "+447700900"))
        if caller.phone.startswith("+7000"):
            assert normalise(caller.phone, caller.client.country) is None


def test_a_bot_knows_no_views_and_keeps_albums_whole() -> None:
    telegram = PostSnapshot.objects.filter(wall_post__profile__network="telegram")
    assert telegram.exists()
    assert not telegram.filter(views__isnull=False).exists()
    assert WallPost.objects.filter(profile__network="telegram").exclude(aliases=[]).exists()
    assert WallPost.objects.filter(is_pinned=True).exists()
    assert WallPost.objects.filter(is_repost=True).exists()


def test_tasks_are_of_all_roles_and_some_are_overdue() -> None:
    assert Task.objects.overdue(on=TODAY).count() >= 5
    owners = set(Task.objects.filter(owner__isnull=False).values_list("owner__username", flat=True))
    assert owners >= {"anna", "boris", "gleb", "darya", "emma", "eva", "zakhar", "lev"}


def test_simulator_goes_on_from_where_the_demo_stands(agency: Any, settings: Any) -> None:
    at = NOW
    with Simulator({**agency, "now": at.isoformat(), "limits": False}) as networks:
        settings.VK_API_URL, settings.TELEGRAM_API_URL = networks.vk_url, networks.telegram_url
        settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
        profiles = measure_profiles(at=at)
        posts = measure_posts(at=at)
    assert (profiles.gone, profiles.refused, profiles.waiting) == (0, 0, 0)
    assert posts.posts.posts > 0
    for new in ProfileSnapshot.objects.filter(date=TODAY, reading="api"):
        old = ProfileSnapshot.objects.get(profile=new.profile_id, date=TODAY - dt.timedelta(days=1))
        assert new.followers == pytest.approx(old.followers or 0, rel=0.01, abs=6)
    assert ProfileSnapshot.objects.filter(date=TODAY, reading="api").count() >= 25
    # The posts of the last month were known already, each by its id.
    own = WallPost.objects.filter(profile__network="vk", profile__relation="own")
    assert not own.filter(first_seen_at__gte=at, posted_at__date__lt=TODAY).exists()


def test_telephony_of_the_demo_goes_on_ringing(agency: Any, settings: Any) -> None:
    at = NOW + dt.timedelta(days=14)
    before = Call.objects.count()
    with Simulator({**agency, "now": at.isoformat()}) as networks:
        settings.UIS_API_URL = networks.uis_url
        settings.NETWORK_ALLOWED_HOSTS = ["127.0.0.1"]
        lists = [reconcile(at=NOW + dt.timedelta(days=day)) for day in range(1, 15)]
        again = reconcile(at=at + dt.timedelta(hours=1))
    assert lists == [len(agency["lines"])] * 14
    assert again == len(agency["lines"]) > 0
    new = Call.objects.order_by("-pk")[: Call.objects.count() - before]
    # As many as in the last weeks before, each at its place, none of them twice.
    expected = 14 * sum(line["a_day"] for line in agency["lines"].values())
    assert len(new) == pytest.approx(expected, rel=0.35)
    assert all(call.community_id and TODAY <= call.day <= at.date() for call in new)


def test_nothing_of_the_demo_lies_in_the_future() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(started_at), (SELECT max(date) FROM kpi_profilesnapshot),"
            " (SELECT max(slot) FROM kpi_postsnapshot) FROM kpi_call"
        )
        call, level, slot = cursor.fetchone()
    assert call < NOW
    assert max(level, slot) == TODAY - dt.timedelta(days=1)


def test_every_strategy_that_was_sent_has_its_paper() -> None:
    sent = StrategyVersion.objects.exclude(state=VersionState.DRAFT).filter(client__is_demo=True)
    papers = VersionDocument.objects.filter(kind=VersionDocument.Kind.PRINTED, version__in=sent)
    beginnings = {paper.version_id: bytes(paper.content)[:5] for paper in papers}
    assert beginnings == dict.fromkeys(sent.values_list("pk", flat=True), b"%PDF-")
    assert len(beginnings) > 5


# --- Audits --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("agency")
def test_clinic_was_audited_redesigned_and_audited_again() -> None:
    before, after = Audit.objects.filter(client__name=CLINIC.name).order_by("number")
    told = compare(list(before.scores.all()), list(after.scores.all()))
    assert (len(told.better), len(told.worse), told.came, told.went) == (12, 0, [], [])
    assert before.redesign.reaudit == after
    assert [audit.is_shown for audit in (before, after)] == [True, True]
    assert after.report.size > 10_000


@pytest.mark.usefixtures("agency")
def test_car_service_has_an_audit_in_work_that_is_filled() -> None:
    audit = Audit.objects.get(client__name=CAR_SERVICE.name)
    assert audit.is_open
    assert "постов" in audit.scores.get(code="frequency").measured


@pytest.mark.usefixtures("agency")
def test_communities_came_to_be_by_steps_and_their_lists_are_settled() -> None:
    launched = Community.objects.filter(state="running")
    assert not ChecklistItem.objects.filter(community__in=launched, state="open").exists()
    disputed = ChecklistItem.objects.filter(community__in=launched, state="done", finding="not_ok")
    assert not disputed.exists()
    for community in Community.objects.all():
        assert community.moves.earliest("pk").old == ""
        assert community.moves.latest("pk").new == community.state
        assert (community.launched_on is None) == (community.state == "set_up")
    assert CommunityMove.objects.filter(moved_at__gt=NOW).count() == 0


def test_newcomers_communities_are_set_up_with_something_late_and_something_missing() -> None:
    (vk, telegram) = Community.objects.filter(state="set_up").order_by("pk")
    assert vk.client.name == telegram.client.name == NEWCOMER.name
    assert [len(find_missing(one)) for one in (vk, telegram)] == [5, 3]
    assert vk.checklist.filter(finding="not_ok", code="cover").exists()
    assert ChecklistItem.objects.overdue(on=TODAY).filter(side="client").exists()


def test_active_clients_have_their_publications_in_a_plan() -> None:
    with_plans = set(PublicationPlan.objects.values_list("client__name", flat=True))
    assert with_plans == {
        story.name
        for story in STORIES
        if story.status == ClientStatus.ACTIVE
        and story.is_strategy_approved
        and story.paused_days_ago is None
    }
    following = dt.date(2026, 12, 1)
    without_next = {
        name
        for name in with_plans
        if not PublicationPlan.objects.filter(client__name=name, month=following).exists()
    }
    assert without_next == {CAFE.name}


def test_the_clinics_posts_are_in_all_states_with_their_way_written_down() -> None:
    posts = Post.objects.filter(client=client_of(CLINIC))
    assert set(posts.values_list("state", flat=True)) == set(PostState)
    newest = PostMove.objects.filter(post=OuterRef("pk")).order_by("-moved_at", "-pk").values("new")
    assert not posts.annotate(told=Subquery(newest[:1])).exclude(state=F("told")).exists()


def test_publications_of_the_demo_are_those_of_its_walls_and_some_are_late() -> None:
    client = client_of(CLINIC)
    sent = Publication.objects.filter(client=client, state=PublicationState.SENT)
    assert sent.exclude(wall_post=None).count() == sent.count()
    kept = fulfilment(client, TODAY - dt.timedelta(days=30), TODAY - dt.timedelta(days=1))
    assert (kept.late > 0, kept.cancelled, kept.not_out) == (True, 1, 2)
    coming = Publication.objects.filter(planned_at__gt=NOW).exclude(state=PublicationState.PLANNED)
    assert set(coming.values_list("state", "post__state")) == {("due", PostState.SCHEDULED)}
    for each in Client.objects.filter(publication_plans__isnull=False).distinct():
        share = curated_share(each, TODAY + dt.timedelta(days=1), dt.date(2026, 12, 31))
        assert not share.is_over, each
