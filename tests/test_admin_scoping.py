"""Nobody but a director sees a byte of a client whose team they are not in, anywhere in the admin.

The person has every permission of our apps but the sight of all clients, so that nothing here is
hidden by a missing right.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Task, TaskState, TimeEntry, User
from clients.role_rights import OUR_APPS
from communities.models import ChecklistItem, Community, Profile
from content.models import InboxItem
from kpi.models import KpiReview
from promotion.models import Campaign
from strategy.models import StrategyVersion
from tests.factories import (
    DAY,
    AccessGrantFactory,
    AccessKeyFactory,
    AccessProofFactory,
    AdAccountFactory,
    AdAccountKeyFactory,
    AdFigureCorrectionFactory,
    AdFigureFactory,
    AdObjectFactory,
    AssetCommentFactory,
    AssetMoveFactory,
    AssetVersionFactory,
    AuditReportFactory,
    AuditScoreFactory,
    BlockResultFactory,
    BriefAnswerFactory,
    BudgetAlertFactory,
    BudgetLineFactory,
    BusinessHoursFactory,
    CalendarFeedFactory,
    CallerFactory,
    CallFactory,
    CallPullFactory,
    CallRuleChangeFactory,
    CallTallyFactory,
    CampaignFactory,
    CampaignMoveFactory,
    ChannelBudgetFactory,
    ChecklistChangeFactory,
    ChecklistItemFactory,
    ClientFactory,
    ClientFileFactory,
    ClockNoticeFactory,
    ColumnMappingFactory,
    CommunityMoveFactory,
    CommunityRhythmFactory,
    CompetitorAnalysisFactory,
    ContactFactory,
    ContentRulesFactory,
    ContentTermsFactory,
    CostColumnsFactory,
    CostFactory,
    CostFileFactory,
    CreativeFactory,
    DataWaiverFactory,
    DayCountFactory,
    DealFactory,
    DecisionFactory,
    DiscussionThreadFactory,
    EngagementServiceFactory,
    EvaluationFactory,
    EventDoorFactory,
    EventFactory,
    FileImportFactory,
    FlagCauseFactory,
    GoalFactory,
    GoalTaskFactory,
    GridCellFactory,
    HandOverFactory,
    InboxActionFactory,
    InboxAnswerFactory,
    InboxItemFactory,
    InboxNoteFactory,
    IncidentEntryFactory,
    IncidentFactory,
    IncidentItemFactory,
    KpiReviewFactory,
    LetterFactory,
    LinkedPostFactory,
    MailRefusalFactory,
    MaterialFileFactory,
    MaterialRequestFactory,
    MediaItemFactory,
    MonthCloseFactory,
    MonthlyTargetFactory,
    NativeMatchFactory,
    NativePostFactory,
    NetworkEventFactory,
    NumberPlacementFactory,
    OccurrenceFactory,
    OutgoingCallFactory,
    PaperFactory,
    PaperFileFactory,
    PaperMoveFactory,
    ParticipantFactory,
    PlacementCheckFactory,
    PlacementFactCorrectionFactory,
    PlacementFactFactory,
    PlacementFactory,
    PlacementMoveFactory,
    PlanFileFactory,
    PortalAccessFactory,
    PositioningFactory,
    PostCommentFactory,
    PostFactory,
    PostFileFactory,
    PostingSlotFactory,
    PostMoveFactory,
    PostSnapshotFactory,
    PrizeFactory,
    ProfileFactory,
    ProfileSnapshotFactory,
    PromoActionFactory,
    PromotionAssessmentFactory,
    PublicationAttemptFactory,
    PublicationPlanFactory,
    PublisherCardFactory,
    PublisherPriceFactory,
    RawCallEventFactory,
    RawRequestFactory,
    RecurringCommunityFactory,
    RecurringPostFactory,
    RecurringTaskFactory,
    RedesignFactory,
    ReplyClockFactory,
    ReplyTargetFactory,
    ReportDeliveryFactory,
    ReportFactory,
    ReportRecipientFactory,
    SavedReplyFactory,
    SegmentFactory,
    SpecialDayFactory,
    SpikeFactory,
    StandingFactFactory,
    StopFactory,
    StrategySectionFactory,
    StrategyVersionFactory,
    TaskFactory,
    TeamMemberFactory,
    TestCallFactory,
    TimeEntryFactory,
    TopUpFactory,
    UploadLinkFactory,
    UserFactory,
    VersionDocumentFactory,
    WinnerFactory,
)

pytestmark = pytest.mark.django_db

MARK = "Hiddenmark"
# Found by the search, but not itself the mark that a page must not hold.
PART_OF_MARK = MARK[1:-1]
OURS = [model for model in admin.site._registry if model._meta.app_label in OUR_APPS]
SCOPED = [
    model
    for model in OURS
    if model is Client or any(field.name == "client" for field in model._meta.concrete_fields)
]


def fill(client: Client, mark: str) -> None:
    """A row of every kind, with the mark in whatever a page may show of it."""
    fill_agreement(client, mark)
    fill_goals(client, mark)
    profile = fill_measures(client, mark)
    fill_audit(profile, mark)
    fill_sources(client, profile, mark)
    AccessKeyFactory.create(client=client, kind="community", label=f"{mark} key")
    fill_papers(client, mark)
    fill_content(client, mark)
    fill_materials(client, mark)
    PortalAccessFactory.create(client=client, user__first_name=f"{mark} guest")
    CalendarFeedFactory.create(client=client, label=f"{mark} reader")
    apps.get_model("clients", "StatusChange").objects.create(
        client=client, old="lead", new="onboarding", changed_by=UserFactory.create(),
        note=f"{mark} status",
    )  # fmt: skip
    client.marking_changes.create(
        old="by_country", new="off", changed_by=UserFactory.create(), reason=f"{mark} marking"
    )


def fill_agreement(client: Client, mark: str) -> None:
    """Who the client is, what was agreed, and who works on it."""
    ContactFactory.create(client=client, name=f"{mark} contact")
    ClientFileFactory.create(client=client, name=f"{mark} file")
    fill_design(client, mark)
    AccessGrantFactory.create(client=client, name=f"{mark} site", note=f"{mark} note")
    TaskFactory.create(client=client, title=f"{mark} task", origin_note=f"{mark} origin")
    RecurringTaskFactory.create(client=client, title=f"{mark} recurring task")
    HandOverFactory.create(client=client, note=f"{mark} hand over")
    # Colleagues' names are no secret in the agency; in whose team they are, is.
    TeamMemberFactory.create(client=client)
    TimeEntryFactory.create(client=client, note=f"{mark} hour")
    EngagementServiceFactory.create(
        engagement__client=client, engagement__title=f"{mark} engagement", note=f"{mark} note"
    )
    BlockResultFactory.create(
        engagement=client.engagements.latest("pk"), accepted_on=DAY,
        accepted_by_name=f"{mark} acceptor",
    )  # fmt: skip
    BriefAnswerFactory.create(
        brief__engagement__client=client,
        brief__engagement__title=f"{mark} onboarding",
        question__code=f"{mark}-question".lower(),
        value=f"{mark} answer",
    )


def fill_goals(client: Client, mark: str) -> None:
    """The strategy, what was judged by it, and the rivals."""
    version = StrategyVersionFactory.create(client=client, title=f"{mark} version")
    target = MonthlyTargetFactory.create(target__version=version).target
    fill_strategy(version, mark)
    EvaluationFactory.create(target=target)
    DecisionFactory.create(flag__client=client, flag__target=target, reason=f"{mark} reason")
    FlagCauseFactory.create(flag__client=client)
    CompetitorAnalysisFactory.create(
        competitor__client=client, competitor__name=f"{mark} competitor", idea=f"{mark} idea"
    )


def fill_measures(client: Client, mark: str) -> Profile:
    """Calls, counts, promotion and reviews; gives the page that was read."""
    campaign = CampaignFactory.create(client=client, title=f"{mark} campaign")
    post = PostSnapshotFactory.create(
        wall_post__profile__client=client,
        wall_post__profile__title=f"{mark} profile",
        wall_post__text=f"{mark} post",
    ).wall_post
    ProfileSnapshotFactory.create(profile=post.profile)
    apps.get_model("kpi", "SnapshotCorrection").objects.create(
        client=client, profile=post.profile, date="2026-03-11", old={"followers": 1},
        old_reading="api", old_read_at=post.posted_at, corrected_at=post.posted_at,
    )  # fmt: skip
    call = CallFactory.create(
        client=client,
        community__profile__client=client,
        community__profile__title=f"{mark} community",
        comment=f"{mark} comment",
        campaign=campaign,
    )
    CallTallyFactory.create(community=call.community)
    fill_life(client.communities.earliest("pk"), mark)
    fill_promotion(campaign, mark)
    OutgoingCallFactory.create(connection__client=client, caller__client=client)
    CallRuleChangeFactory.create(client=client)
    EventFactory.create(client=client, title=f"{mark} event")
    KpiReviewFactory.create(engagement__client=client, learnt=f"{mark} lesson")
    fill_reports(client, mark)
    DealFactory.create(client=client, note=f"{mark} deal")
    PromotionAssessmentFactory.create(client=client, verdict=f"{mark} assessment")
    TestCallFactory.create(number__client=client, note=f"{mark} test call")
    DayCountFactory.create(client=client, community=call.community)
    NumberPlacementFactory.create(
        number__client=client, number__note=f"{mark} number", community=call.community
    )
    return post.profile


def fill_audit(profile: Profile, mark: str) -> None:
    score = AuditScoreFactory.create(
        audit__profile=profile, audit__verdict=f"{mark} verdict", finding=f"{mark} finding"
    )
    AuditReportFactory.create(audit=score.audit, file_name=f"{mark}.pdf")
    RedesignFactory.create(audit=score.audit, title=f"{mark} redesign")


def fill_sources(client: Client, profile: Profile, mark: str) -> None:
    """Where calls and figures come from, and who looked at a caller."""
    connection = RawCallEventFactory.create(
        connection__client=client, connection__label=f"{mark} connection", event_id=f"{mark} event"
    ).connection
    RawRequestFactory.create(connection=connection, note=f"{mark} note", body=f"{mark} body")
    CallPullFactory.create(connection=connection, error=f"{mark} error")
    apps.get_model("kpi", "CallImport").objects.create(client=client, file_name=f"{mark}.csv")
    FileImportFactory.create(profile=profile, file_name=f"{mark} figures.csv")
    ColumnMappingFactory.create(client=client, header=[f"{mark} column"])
    apps.get_model("kpi", "Unmasking").objects.create(
        client=client,
        caller=CallerFactory.create(client=client),
        seen_by=UserFactory.create(),
        reason=f"{mark} unmasking",
    )


def fill_papers(client: Client, mark: str) -> None:
    paper = PaperFactory.create(client=client, title=f"{mark} paper", number=f"{mark} no")
    PaperFileFactory.create(paper=paper, name=f"{mark}.pdf")
    PaperMoveFactory.create(paper=paper, reason=f"{mark} reason")
    DataWaiverFactory.create(client=client, name=f"{mark} calls")


def fill_reports(client: Client, mark: str) -> None:
    ReportRecipientFactory.create(settings__client=client, contact__name=f"{mark} reader")
    report = ReportFactory.create(client=client, cover_text=f"{mark} report")
    ReportDeliveryFactory.create(report=report, address=f"{mark}@client.example")


def fill_promotion(campaign: Campaign, mark: str) -> None:
    client = campaign.client
    placement = PlacementFactory.create(campaign=campaign, title=f"{mark} placement")
    fact = PlacementFactFactory.create(placement=placement)
    PlacementFactCorrectionFactory.create(fact=fact)
    PlacementCheckFactory.create(placement=placement, note=f"{mark} look")
    page = ProfileFactory.create(client=client, relation="publisher", title=f"{mark} publisher")
    card = PublisherCardFactory.create(profile=page, subject=f"{mark} subject")
    PublisherPriceFactory.create(card=card, source=f"{mark} list")
    PlacementMoveFactory.create(placement=placement, reason=f"{mark} reason")
    CampaignMoveFactory.create(campaign=campaign, reason=f"{mark} reason")
    CreativeFactory.create(campaign=campaign, title=f"{mark} creative")
    account = AdAccountFactory.create(client=client, title=f"{mark} account")
    AdAccountKeyFactory.create(account=account)
    row = AdObjectFactory.create(account=account, campaign=campaign, title=f"{mark} ads")
    figure = AdFigureFactory.create(ad_object=row)
    AdFigureCorrectionFactory.create(figure=figure)
    CostFactory.create(client=client, campaign=campaign, note=f"{mark} cost")
    TopUpFactory.create(account=account, document=f"{mark} paper")
    ChannelBudgetFactory.create(client=client, reason=f"{mark} reason")
    BudgetAlertFactory.create(client=client, campaign=campaign)
    action = PromoActionFactory.create(
        campaign__client=client, campaign__title=f"{mark} giveaway", organiser=f"{mark} firm"
    )
    prize = PrizeFactory.create(action=action, title=f"{mark} prize")
    participant = ParticipantFactory.create(action=action, name=f"{mark} person")
    WinnerFactory.create(
        draw__action=action, participant=participant, prize=prize, shown_name=f"{mark} winner"
    )
    CostFileFactory.create(client=client, file_name=f"{mark} costs.csv")
    CostColumnsFactory.create(client=client, mapping={"columns": {"note": f"{mark} note"}})


def fill_content(client: Client, mark: str) -> None:
    post = PostFactory.create(client=client, title=f"{mark} words", text=f"{mark} text")
    PostFileFactory.create(post=post, file__name=f"{mark} photo")
    PostMoveFactory.create(post=post, reason=f"{mark} reason")
    PostCommentFactory.create(post=post, text=f"{mark} said")
    LinkedPostFactory.create(post=post, link__contact__client=client)
    tried = PublicationAttemptFactory.create(
        publication__post=post,
        publication__text=f"{mark} text here",
        publication__community__profile__client=client,
        publication__community__profile__title=f"{mark} place",
        message=f"{mark} answer",
    )
    NativeMatchFactory.create(publication=tried.publication, wall_post__text=f"{mark} found")
    LetterFactory.create(client=client, subject=f"{mark} letter")
    MailRefusalFactory.create(client=client, address=f"{mark}@gone.example")
    PublicationPlanFactory.create(client=client)
    ContentTermsFactory.create(client=client)
    StopFactory.create(client=client, reason=f"{mark} stop")
    NativePostFactory.create(
        wall_post__profile__client=client,
        wall_post__profile__title=f"{mark} native wall",
        wall_post__text=f"{mark} native",
    )
    MonthCloseFactory.create(client=client)
    fill_inbox(client, mark)


def fill_inbox(client: Client, mark: str) -> None:
    item = InboxItemFactory.create(
        profile__client=client, profile__title=f"{mark} wall", text=f"{mark} comment"
    )
    InboxNoteFactory.create(item=item, text=f"{mark} remark")
    InboxActionFactory.create(item=item, text=f"{mark} reply")
    InboxAnswerFactory.create(profile=item.profile, text=f"{mark} answer")
    SavedReplyFactory.create(client=client, title=f"{mark} saved")
    door = EventDoorFactory.create(profile=item.profile)
    NetworkEventFactory.create(door=door, event_id=f"{mark} heard")
    DiscussionThreadFactory.create(profile=item.profile)
    fill_care(item, mark)


def fill_materials(client: Client, mark: str) -> None:
    request = MaterialRequestFactory.create(
        client=client,
        what=f"{mark} photos",
        why=f"{mark} why",
        contact=ContactFactory.create(client=client, name=f"{mark} giver"),
    )
    MaterialFileFactory.create(request=request, file__name=f"{mark} arrival")
    UploadLinkFactory.create(request=request)
    MediaItemFactory.create(client=client, title=f"{mark} media", rights=f"{mark} rights")
    StandingFactFactory.create(client=client, title=f"{mark} fact", value=f"{mark} value")
    PostingSlotFactory.create(
        community__profile__client=client, community__profile__title=f"{mark} slots"
    )
    recurring = RecurringPostFactory.create(client=client, title=f"{mark} again")
    RecurringCommunityFactory.create(
        recurring=recurring, community__profile__title=f"{mark} again there"
    )
    OccurrenceFactory.create(recurring=recurring)
    PlanFileFactory.create(client=client, file_name=f"{mark} plan.csv")


def fill_care(item: InboxItem, mark: str) -> None:
    BusinessHoursFactory.create(client=item.client)
    SpecialDayFactory.create(client=item.client, note=f"{mark} day")
    ReplyTargetFactory.create(client=item.client)
    ReplyClockFactory.create(item=item)
    ClockNoticeFactory.create(item=item)
    incident = IncidentFactory.create(
        client=item.client, title=f"{mark} case", shown_outcome=f"{mark} outcome"
    )
    IncidentItemFactory.create(incident=incident, item=item)
    IncidentEntryFactory.create(incident=incident, text=f"{mark} entry")
    SpikeFactory.create(incident=incident)


def fill_design(client: Client, mark: str) -> None:
    version = AssetVersionFactory.create(
        asset__community__profile__client=client,
        asset__title=f"{mark} design",
        asset__brief=f"{mark} brief",
        file__name=f"{mark} picture",
        note=f"{mark} note",
    )
    AssetCommentFactory.create(version=version, text=f"{mark} comment")
    AssetMoveFactory.create(asset=version.asset, version=version, reason=f"{mark} reason")


def fill_life(community: Community, mark: str) -> None:
    CommunityMoveFactory.create(community=community, reason=f"{mark} reason")
    AccessProofFactory.create(community=community, note=f"{mark} note")
    item = ChecklistItemFactory.create(
        community=community, title_en=f"{mark} item", hint_en=f"{mark} hint"
    )
    ChecklistChangeFactory.create(item=item, note=f"{mark} change")


def fill_strategy(version: StrategyVersion, mark: str) -> None:
    StrategySectionFactory.create(version=version, text=f"{mark} section")
    goal = GoalFactory.create(version=version, text=f"{mark} goal")
    GoalTaskFactory.create(goal=goal, title=f"{mark} task of a goal")
    PositioningFactory.create(
        version=version,
        message=f"{mark} message",
        segment=SegmentFactory.create(version=version, name=f"{mark} segment"),
    )
    ContentRulesFactory.create(version=version, sources=f"{mark} sources")
    cell = GridCellFactory.create(rubric__version=version, rubric__name=f"{mark} rubric")
    CommunityRhythmFactory.create(version=version, community=cell.community, role=f"{mark} role")
    BudgetLineFactory.create(version=version, note=f"{mark} line")
    VersionDocumentFactory.create(version=version, file_name=f"{mark}.pdf")


@pytest.fixture
def foreign() -> Client:
    client = ClientFactory.create(name=f"{MARK} client", industry=f"{MARK} trade")
    fill(client, MARK)
    return client


@pytest.fixture
def own() -> Client:
    client = ClientFactory.create(name="Own client")
    fill(client, "Ownmark")
    return client


@pytest.fixture
def person(own: Client) -> User:
    user = UserFactory.create()
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=OUR_APPS).exclude(
            codename="see_all_clients"
        )
    )
    TeamMemberFactory.create(client=own, user=user)
    # Of time people see their own.
    TimeEntry.objects.filter(client=own).update(person=user)
    return user


@pytest.fixture
def browser(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def url(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def everything_of(model: type[models.Model]) -> dict[str, Any]:
    """What a list hides of its own accord is asked for."""
    return {
        Task: {"whose": "all", "due": "all"},
        ChecklistItem: {"due": "all"},
        KpiReview: {"state": "all"},
        TimeEntry: {"whose": "all"},
    }.get(model, {})


def rows_of(model: type[models.Model], client: Client) -> Iterator[Any]:
    lookup = {"pk": client.pk} if model is Client else {"client": client.pk}
    yield from model._default_manager.filter(**lookup)


def row_of(model: type[models.Model], client: Client) -> Any:
    row = next(rows_of(model, client), None)
    assert row is not None, f"{model._meta.label} has no row: extend fill()"
    return row


def text_of(response: Any) -> str:
    return b"".join(response).decode() if response.streaming else response.content.decode()


def leak(response: Any) -> bool:
    return MARK in text_of(response)


def test_every_kind_of_row_is_there(own: Client, foreign: Client) -> None:
    """Else the tests below would look at nothing: extend `fill()` for a new model."""
    empty = [
        model._meta.label
        for model in SCOPED
        if not (list(rows_of(model, own)) and list(rows_of(model, foreign)))
    ]
    assert empty == []


def test_lists_show_own_rows_only(browser: Browser, own: Client, foreign: Client) -> None:
    for model in SCOPED:
        response = browser.get(url(model, "changelist"), everything_of(model))
        # Rows of the agency, without a client, are everybody's.
        shown = {
            row.pk
            for row in response.context["cl"].result_list
            if getattr(row, "client_id", row.pk) is not None
        }
        assert shown == {row.pk for row in rows_of(model, own)}, model
        assert not leak(response), model


def test_search_and_filter_find_nothing_foreign(
    browser: Browser, own: Client, foreign: Client
) -> None:
    leaks = [
        (model._meta.label, query)
        for model in SCOPED
        for query in (
            {"q": PART_OF_MARK},
            {"client": foreign.pk},
            {"client__id__exact": foreign.pk},
        )
        if leak(browser.get(url(model, "changelist"), everything_of(model) | query, follow=True))
    ]
    assert leaks == []


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_pages_of_a_foreign_row_are_not_found(
    page: str, browser: Browser, own: Client, foreign: Client
) -> None:
    for model in SCOPED:
        row = row_of(model, foreign)
        address = url(model, page, row.pk)
        for response in (browser.get(address), browser.post(address, {"post": "yes"})):
            assert response.status_code in (302, 403, 404), (model, response)
            assert not leak(response), model
        assert not leak(browser.get(reverse("admin:index"))), model
        assert row_of(model, foreign) == row


def test_forms_offer_own_rows_only(browser: Browser, own: Client, foreign: Client) -> None:
    for model in SCOPED:
        for address in (url(model, "add"), url(model, "change", row_of(model, own).pk)):
            response = browser.get(address)
            assert response.status_code in (200, 403), (model, response)
            assert not leak(response), model


def test_history_of_own_rows_shows(browser: Browser, own: Client) -> None:
    codes = {
        model._meta.label: browser.get(url(model, "history", row_of(model, own).pk)).status_code
        for model in SCOPED
    }
    assert set(codes.values()) == {200}, codes


def test_buttons_of_a_foreign_row_do_nothing(
    browser: Browser, own: Client, foreign: Client
) -> None:
    pressed = 0
    for model in SCOPED:
        model_admin: Any = admin.site._registry[model]
        for button in model_admin._get_base_actions_detail():
            address = reverse(f"admin:{button.action_name}", args=[row_of(model, foreign).pk])
            for response in (browser.get(address), browser.post(address, {"reason": "why"})):
                pressed += 1
                assert response.status_code in (403, 404), address
                assert not leak(response), address
    assert pressed > 10


def test_autocomplete_finds_own_rows_only(browser: Browser, own: Client, foreign: Client) -> None:
    for model in OURS:
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            query: dict[str, Any] = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field.name,
            }
            for term in ("", PART_OF_MARK):
                response = browser.get(reverse("admin:autocomplete"), query | {"term": term})
                assert not leak(response), query


def test_action_leaves_foreign_rows_alone(browser: Browser, own: Client, foreign: Client) -> None:
    task = Task.objects.get(client=foreign)
    browser.post(
        url(Task, "changelist") + "?whose=all&due=all",
        {"action": "finish", "_selected_action": [task.pk]},
    )
    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_action_works_on_own_rows(browser: Browser, own: Client) -> None:
    task = Task.objects.get(client=own)
    browser.post(
        url(Task, "changelist") + "?whose=all&due=all",
        {"action": "finish", "_selected_action": [task.pk]},
    )
    task.refresh_from_db()
    assert task.state == TaskState.DONE


def test_a_forged_client_is_refused(browser: Browser, own: Client, foreign: Client) -> None:
    form = {"client": foreign.pk, "title": "Forged", "side": "agency", "state": "open"}
    response = browser.post(url(Task, "add"), form)
    assert response.context["adminform"].form.errors["client"] == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert not Task.objects.filter(title="Forged").exists()


def test_a_row_does_not_move_to_another_client(
    browser: Browser, own: Client, person: User, foreign: Client
) -> None:
    TeamMemberFactory.create(client=foreign, user=person)
    task = Task.objects.get(client=own)
    form = {"client": foreign.pk, "title": "Moved", "side": "agency", "state": "open"}
    assert browser.post(url(Task, "change", task.pk), form).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.client) == ("Moved", own)


def test_rows_of_two_clients_are_not_tied_together(
    browser: Browser, own: Client, person: User, foreign: Client
) -> None:
    TeamMemberFactory.create(client=foreign, user=person)
    day_count = apps.get_model("kpi", "DayCount")
    community = apps.get_model("communities", "Community").objects.filter(client=foreign).first()
    form = {
        "client": own.pk,
        "community": community.pk if community else "",
        "metric": "forms",
        "day": "2026-03-11",
        "total": "5",
    }
    response = browser.post(url(day_count, "add"), form)
    assert response.context["adminform"].form.errors["community"] == [
        "This belongs to another client."
    ]


@pytest.mark.parametrize("model", ["kpi.Call", "clients.Task"])
def test_export_holds_own_rows_only(
    model: str, browser: Browser, own: Client, foreign: Client
) -> None:
    address = url(apps.get_model(model), "export")
    query = "?whose=all&due=all" if "Task" in model else ""
    text = text_of(browser.post(address + query, {"format": "0", "resource": "0"}))
    assert "Own client" in text
    assert MARK not in text


def test_export_of_a_foreign_row_is_refused(browser: Browser, own: Client, foreign: Client) -> None:
    items = {"export_items": [row_of(Task, foreign).pk]}
    response = browser.post(url(Task, "export"), {"format": "0", "resource": "0"} | items)
    assert list(response.context["form"].errors) == ["export_items"]


def test_dashboard_shows_own_clients_only(browser: Browser, own: Client, foreign: Client) -> None:
    text = text_of(browser.get(reverse("admin:index")))
    assert "Own client" in text
    assert MARK not in text


def test_a_former_member_sees_nothing(browser: Browser, own: Client, person: User) -> None:
    person.memberships.update(ends_on="2021-01-01")
    response = browser.get(url(Client, "changelist"))
    assert list(response.context["cl"].result_list) == []


def test_people_and_groups_are_for_directors(browser: Browser) -> None:
    for address in (url(User, "changelist"), url(User, "add"), "/admin/auth/group/"):
        assert browser.get(address).status_code == 403


def test_a_director_sees_every_client(own: Client, foreign: Client) -> None:
    director = UserFactory.create()
    director.groups.add(apps.get_model("auth", "Group").objects.get(name="Director"))
    browser = Browser()
    browser.force_login(director)
    for model in SCOPED:
        response = browser.get(url(model, "changelist"), everything_of(model))
        assert response.status_code == 200
        shown = {
            row.client_id if model is not Client else row.pk
            for row in response.context["cl"].result_list
        }
        assert {own.pk, foreign.pk} <= shown
