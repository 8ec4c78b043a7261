"""A client with a row in every table, each text marked, so that a leak can be found on a page."""

import datetime as dt
import hashlib
from decimal import Decimal

from clients.models import Client, Engagement, PaperState, Side, User
from communities.models import Community, Profile
from content.models import Post
from kpi.models import CallImport, KpiReview, Light, SnapshotCorrection, Unmasking
from kpi.report_figures import read_figures
from promotion.models import Campaign
from strategy.models import FormulaCode, Metric, StrategyVersion
from tests import factories as make
from tests.factories import DAY, NOON

# Columns that the portal never shows, even to the client's own people.
INTERNAL = "internal"


def fill_client(marker: str, *, number: int = 1) -> Client:
    """A client named by the marker; what only the agency may read carries `marker-internal`.

    Its strategy in force has that number; a draft has the next.
    """
    hidden = f"{marker}-{INTERNAL}"
    client = make.ClientFactory.create(name=f"{marker} client")
    # The portal names the team of today, with its work contacts; nobody who has left.
    staff = make.UserFactory.create(
        first_name=f"{marker} manager", username=f"{hidden}-login",
        email=f"{hidden}@agency.example", work_email=f"{marker}@agency.example",
    )  # fmt: skip
    make.TeamMemberFactory.create(client=client, user=staff)
    gone = make.UserFactory.create(first_name=hidden, email=f"{hidden}@agency.example")
    make.TeamMemberFactory.create(client=client, user=gone, ends_on=dt.date(2021, 1, 1))
    make.ContactFactory.create(client=client, name=f"{hidden} contact")
    # A logo for each, so that no client's page may load another's.
    make.ClientLookFactory.create(
        client=client, logo=hidden.encode(), logo_type="image/png",
        logo_sha256=hashlib.sha256(hidden.encode()).hexdigest(),
    )  # fmt: skip
    make.PortalAccessFactory.create(client=client, user__first_name=f"{marker} person")
    make.HandOverFactory.create(client=client, giver=gone, receiver=staff, note=hidden)
    make.CalendarFeedFactory.create(client=client, label=hidden)
    make.EndingItemFactory.create(client=client, reason=hidden)
    job = make.ArchiveJobFactory.create(
        client=client, file_name=hidden, error=hidden, state="failed"
    )
    make.ArchivePartFactory.create(job=job, content=hidden.encode())
    client.status_changes.create(old="lead", new="active", changed_by=staff, note=hidden)
    make.MailRefusalFactory.create(client=client, address=f"{hidden}@client.example".lower())
    make.NoticeFactory.create(client=client, person=staff, subject=hidden)
    client.marking_changes.create(old="by_country", new="off", changed_by=staff, reason=hidden)
    # The first community is the one with readings.
    key = make.AccessKeyFactory.create(client=client, kind="community", label=hidden, secret=hidden)
    profile = make.ProfileFactory.create(client=client, title=f"{marker} page", access_key=key)
    make.AccessGrantFactory.create(client=client, user=staff, name=hidden, note=hidden)
    fill_life(make.CommunityFactory.create(profile=profile), marker, hidden, staff)
    fill_agreement(client, marker, hidden, number=number)
    fill_files(client, marker, hidden)
    fill_design(client, marker, hidden)
    fill_audits(profile, marker, hidden, staff)
    fill_measures(client, marker, hidden, staff)
    fill_content(client, marker, hidden)
    fill_materials(client, marker, hidden)
    return client


def fill_life(community: Community, marker: str, hidden: str, staff: User) -> None:
    make.CommunityMoveFactory.create(community=community, moved_by=staff, reason=hidden)
    make.AccessProofFactory.create(community=community, proven_by=staff, note=hidden)
    item = make.ChecklistItemFactory.create(
        community=community, title_en=f"{marker} item", title_ru=f"{marker} item",
        side=Side.CLIENT, state="not_needed", reason=hidden, done_at=NOON, done_by=staff,
        owner=staff, evidence_url=f"https://{hidden}.example/", finding="ok",
        found={"text": hidden},
    )  # fmt: skip
    make.ChecklistChangeFactory.create(item=item, changed_by=staff, note=hidden)


def fill_agreement(client: Client, marker: str, hidden: str, *, number: int) -> None:
    engagement = make.EngagementFactory.create(
        client=client, title=f"{marker} engagement", fee=Decimal("98765.43")
    )
    make.EngagementServiceFactory.create(
        engagement=engagement,
        note=hidden,
        unit=f"{marker} units",
        quantity=Decimal(4),
        price=Decimal("98765.43"),
        norm_hours=Decimal("7654.32"),
        period="month",
        approver="client",
        payer="client",
        deadline_words=f"{marker} deadline",
    )
    make.BriefAnswerFactory.create(
        brief__engagement=engagement, question__code=f"{marker}-question", value=hidden,
        asked=hidden, told=hidden,
    )  # fmt: skip
    fill_papers(engagement, marker, hidden)
    fill_tasks(engagement, marker, hidden)
    fill_strategy(engagement, marker, hidden, number=number)
    rival = make.CompetitorFactory.create(client=client, name=f"{marker} rival")
    make.CompetitorProfileFactory.create(competitor=rival, profile__title=f"{marker} rival page")
    make.CompetitorAnalysisFactory.create(competitor=rival, strengths=hidden)


def fill_papers(engagement: Engagement, marker: str, hidden: str) -> None:
    """One that the client sees, with the result that it was signed for, and a draft."""
    client = engagement.client
    paper = make.PaperFactory.create(
        client=client, engagement=engagement, title=f"{marker} paper", note=hidden,
        state=PaperState.SENT, is_shown=True,
    )  # fmt: skip
    result = make.BlockResultFactory.create(
        engagement=engagement, accepted_on=DAY, accepted_by_name=f"{marker} acceptor", paper=paper
    )
    make.ResultMoveFactory.create(
        result=result, note=hidden, accepted_by_name=hidden, accepted_on=DAY
    )
    make.PaperFileFactory.create(
        paper=paper, name=f"{marker}.pdf", content=f"%PDF- {marker}".encode()
    )
    make.PaperFileFactory.create(paper=paper, name=f"{hidden}.pdf", replaced_at=NOON)
    make.PaperMoveFactory.create(paper=paper, reason=hidden)
    make.DataWaiverFactory.create(client=client, name=hidden)
    draft = make.PaperFactory.create(client=client, title=f"{hidden} paper", is_shown=True)
    make.PaperFileFactory.create(paper=draft, name=f"{hidden}.pdf")


def fill_tasks(engagement: Engagement, marker: str, hidden: str) -> None:
    """One that lies with the client, and the agency's own with their time."""
    client = engagement.client
    make.TaskFactory.create(
        client=client, title=f"{marker} task", side=Side.CLIENT, details=hidden, due_on=DAY
    )
    make.TaskFactory.create(client=client, title=f"{hidden} task", side=Side.AGENCY)
    make.RecurringTaskFactory.create(client=client, title=f"{hidden} recurring task")
    task = make.TaskFactory.create(client=client, title=f"{hidden} task", side=Side.AGENCY)
    make.TimeEntryFactory.create(client=client, engagement=engagement, task=task, note=hidden)


def fill_strategy(engagement: Engagement, marker: str, hidden: str, *, number: int) -> None:
    """One in force, and the draft of the next."""
    client = engagement.client
    version = make.StrategyVersionFactory.create(
        client=client,
        engagement=engagement,
        title=f"{marker} strategy",
        cause=hidden,
        number=number,
    )
    fill_version(version, marker, hidden)
    add_targets(version, hidden)
    make.approve_in_place(version)
    make.StrategyVersionFactory.create(
        client=client, engagement=engagement, number=number + 1, title=f"{hidden} draft",
        starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2027, 12, 31),
    )  # fmt: skip


def fill_version(version: StrategyVersion, marker: str, hidden: str) -> None:
    make.StrategySectionFactory.create(
        version=version, text=f"{marker} section", internal_note=hidden
    )
    goal = make.GoalFactory.create(version=version, text=f"{marker} goal")
    make.GoalTaskFactory.create(goal=goal, title=f"{marker} task of a goal")
    segment = make.SegmentFactory.create(version=version, name=f"{marker} segment")
    message = make.PositioningFactory.create(version=version, message=f"{marker} message")
    make.ContentRulesFactory.create(version=version, taboo=f"{marker} taboo")
    rubric = make.RubricFactory.create(
        version=version, name=f"{marker} rubric", goal=goal, segment=segment, positioning=message
    )
    community = version.client.communities.first() or make.CommunityFactory.create(
        profile__client=version.client
    )
    make.GridCellFactory.create(rubric=rubric, community=community)
    make.CommunityRhythmFactory.create(version=version, community=community)
    make.BudgetLineFactory.create(version=version, note=f"{marker} line")
    make.VersionDocumentFactory.create(
        version=version, file_name=f"{marker}.pdf", content=f"%PDF-1.7 {marker}".encode()
    )
    make.VersionDocumentFactory.create(
        version=version, kind="client_word", file_name=hidden, content=hidden.encode()
    )


def add_targets(version: StrategyVersion, hidden: str) -> None:
    for metric, value in ((Metric.CALLS, 31), (Metric.GROWTH, 40), (Metric.ER, Decimal("0.02"))):
        target = make.KpiTargetFactory.create(
            version=version,
            metric=metric,
            is_primary=metric == Metric.CALLS,
            formula_code=FormulaCode.ER_POST if metric == Metric.ER else "",
            reason=hidden,
        )
        make.MonthlyTargetFactory.create(target=target, value=value)
        make.EvaluationFactory.create(target=target, evidence={"note": hidden})


def fill_files(client: Client, marker: str, hidden: str) -> None:
    make.ClientFileFactory.create(client=client, name=f"{marker}.png", is_shown=True)
    make.ClientFileFactory.create(client=client, name=hidden, is_shown=False)


def fill_design(client: Client, marker: str, hidden: str) -> None:
    """A design that waits for the client's word, and one that the client has not seen."""
    asset = make.DesignAssetFactory.create(
        community=client.communities.get(), title=f"{marker} avatar", brief=hidden,
        state="client_review",
    )  # fmt: skip
    version = make.AssetVersionFactory.create(
        asset=asset, file__name=f"{marker} avatar.png", file__content=f"{marker} picture".encode(),
        file__is_shown=True, note=hidden, licence=hidden, shown_at=NOON,
    )  # fmt: skip
    make.AssetCommentFactory.create(version=version, text=f"{marker} comment", is_internal=False)
    make.AssetCommentFactory.create(version=version, text=hidden)
    make.AssetMoveFactory.create(asset=asset, reason=hidden)
    draft = make.DesignAssetFactory.create(community=asset.community, title=hidden)
    make.AssetVersionFactory.create(asset=draft, file__name=f"{hidden}.png")


def fill_audits(profile: Profile, marker: str, hidden: str, staff: User) -> None:
    """One that the client is shown, one that is finished and hidden, one in work."""
    for number, name in enumerate((marker, hidden, hidden), start=1):
        audit = make.AuditFactory.create(
            profile=profile, number=number, verdict=f"{name} verdict", internal_note=hidden,
            conducted_by=staff,
        )  # fmt: skip
        make.AuditScoreFactory.create(
            audit=audit, score=number % 2, finding=f"{name} finding", priority="now", owner=staff
        )
        if number < 3:
            make.finish_in_place(audit, is_shown=name == marker)
            make.AuditReportFactory.create(
                audit=audit, file_name=f"{name} audit.pdf", content=f"%PDF-1.7 {name}".encode()
            )
            make.RedesignFactory.create(audit=audit, title=f"{name} redesign")


def fill_measures(client: Client, marker: str, hidden: str, staff: User) -> None:
    community = client.communities.get()
    profile = community.profile
    for day in range(3):
        make.ProfileSnapshotFactory.create(
            profile=profile, date=DAY - dt.timedelta(days=day), followers=1000 - day
        )
    post = make.WallPostFactory.create(profile=profile, text=f"{marker} post")
    make.PostSnapshotFactory.create(wall_post=post)
    SnapshotCorrection.objects.create(
        client=client, profile=profile, date=DAY, old={"note": hidden}, old_reading="api",
        old_read_at=NOON, corrected_at=NOON,
    )  # fmt: skip
    number = make.TrackingNumberFactory.create(client=client, note=hidden)
    campaign = make.CampaignFactory.create(client=client, title=f"{marker} campaign")
    fill_promotion(campaign, marker, hidden, staff)
    make.NumberPlacementFactory.create(number=number, community=community)
    make.TestCallFactory.create(number=number, called_by=staff, note=hidden)
    connection = make.CallConnectionFactory.create(client=client, label=hidden, secret=hidden)
    make.RawRequestFactory.create(connection=connection, body=hidden)
    make.CallPullFactory.create(connection=connection, error=hidden)
    make.CallRuleChangeFactory.create(client=client, changed_by=staff, old={"note": hidden})
    make.RawCallEventFactory.create(connection=connection, event_id=hidden, body=hidden)
    CallImport.objects.create(client=client, file_name=hidden, file_hash="0" * 64)
    make.FileImportFactory.create(profile=profile, file_name=hidden, content=hidden)
    make.ColumnMappingFactory.create(client=client, header=[hidden])
    caller = make.CallerFactory.create(client=client)
    Unmasking.objects.create(client=client, caller=caller, seen_by=staff, reason=hidden)
    make.OutgoingCallFactory.create(connection=connection, caller=caller, external_id=hidden)
    make.CallFactory.create(
        client=client, caller=caller, tracking_number=number, community=community,
        campaign=campaign, comment=hidden, connection=connection,
    )  # fmt: skip
    make.CallTallyFactory.create(community=make.CommunityFactory.create(profile__client=client))
    make.DayCountFactory.create(client=client)
    add_decisions(client, marker, hidden)
    add_followup(client, marker, hidden, staff)


def fill_promotion(campaign: Campaign, marker: str, hidden: str, staff: User) -> None:
    """A campaign and a placement that the client sees, a draft and a candidate that it does not."""
    client = campaign.client
    Campaign.objects.filter(pk=campaign.pk).update(note=hidden, owner=staff)
    make.CampaignCommunityFactory.create(
        campaign=campaign, community__profile__title=f"{marker} page"
    )
    make.CampaignSegmentFactory.create(
        campaign=campaign, segment__version=client.strategy_versions.first(),
        segment__name=f"{marker} of the campaign",
    )  # fmt: skip
    make.CampaignMoveFactory.create(campaign=campaign, moved_by=staff, reason=hidden)
    make.CreativeFactory.create(campaign=campaign, title=f"{marker} creative")
    draft = make.CampaignFactory.create(client=client, title=f"{hidden} draft", state="draft")
    make.PlacementFactory.create(campaign=draft, title=f"{hidden} of a draft")
    make.PlacementFactory.create(campaign=campaign, title=hidden, state="candidate")
    placement = make.PlacementFactory.create(
        campaign=campaign, title=f"{marker} placement", note=hidden, contract=hidden
    )
    make.PlacementMoveFactory.create(placement=placement, moved_by=staff, reason=hidden)
    fact = make.PlacementFactFactory.create(placement=placement)
    make.PlacementFactCorrectionFactory.create(fact=fact, old={"note": hidden})
    make.PlacementCheckFactory.create(placement=placement, note=hidden)
    card = make.PublisherCardFactory.create(
        profile__client=client, profile__title=f"{marker} publisher", admin_contact=hidden,
        note=hidden,
    )  # fmt: skip
    make.PublisherPriceFactory.create(card=card, source=hidden)
    account = make.AdAccountFactory.create(client=client, title=f"{marker} account")
    make.AdAccountKeyFactory.create(account=account, app_secret=hidden)
    row = make.AdObjectFactory.create(account=account, campaign=campaign, title=f"{marker} ads")
    figure = make.AdFigureFactory.create(ad_object=row)
    make.AdFigureCorrectionFactory.create(figure=figure, old={"note": hidden})
    make.CostFactory.create(client=client, campaign=campaign, note=hidden)
    make.CostFactory.create(client=client, kind="agency_fee", amount=Decimal("87654.32"))
    make.TopUpFactory.create(account=account, document=hidden)
    make.ChannelBudgetFactory.create(client=client, reason=hidden)
    alert = make.BudgetAlertFactory.create(client=client, campaign=campaign)
    alert.facts = alert.facts | {"note": hidden}
    alert.save()
    fill_promo_action(client, marker, hidden)


def fill_promo_action(client: Client, marker: str, hidden: str) -> None:
    action = make.PromoActionFactory.create(
        campaign__client=client, campaign__title=f"{marker} giveaway", organiser=f"{marker} firm",
        salt=hidden, note=hidden,
    )  # fmt: skip
    prize = make.PrizeFactory.create(action=action, title=f"{marker} prize", tax_note=hidden)
    participant = make.ParticipantFactory.create(
        action=action, name=hidden, page_url=f"https://{hidden}.example/a"
    )
    draw = make.DrawFactory.create(action=action, protocol={"note": hidden})
    make.WinnerFactory.create(draw=draw, participant=participant, prize=prize, note=hidden)
    make.CostFileFactory.create(client=client, file_name=hidden, content=hidden)
    make.CostColumnsFactory.create(client=client, mapping={"columns": {"note": hidden}})


def fill_care(client: Client, marker: str, hidden: str) -> None:
    """Hours, clocks and negative cases: one that the client is shown, one that it is not."""
    make.BusinessHoursFactory.create(client=client)
    make.SpecialDayFactory.create(client=client, note=hidden)
    make.ReplyTargetFactory.create(client=client)
    item = make.InboxItemFactory.create(
        profile__client=client, profile__title=f"{marker} wall", text=hidden, author_name=hidden,
        url=f"https://{hidden}.example/", category="constructive",
    )  # fmt: skip
    make.ReplyClockFactory.create(item=item)
    make.ClockNoticeFactory.create(item=item)
    for name in (marker, hidden):
        incident = make.IncidentFactory.create(
            client=client, title=f"{name} incident", is_published=name == marker,
            shown_outcome=f"{name} outcome", outcome=hidden, state="solved", ended_at=NOON,
        )  # fmt: skip
        make.IncidentItemFactory.create(incident=incident, item=item)
        make.IncidentEntryFactory.create(incident=incident, text=hidden)
        make.SpikeFactory.create(incident=incident)


def fill_content(client: Client, marker: str, hidden: str) -> None:
    """A post that the client sees, and an idea that it does not."""
    make.ContentTermsFactory.create(client=client)
    fill_care(client, marker, hidden)
    community = client.communities.first()
    plan = make.PublicationPlanFactory.create(client=client)
    for name, state in ((marker, "client_review"), (hidden, "idea")):
        post = make.PostFactory.create(
            client=client, plan=plan, title=f"{name} post", text=f"{name} words", brief=hidden,
            state=state,
        )  # fmt: skip
        make.PostFileFactory.create(
            post=post,
            file__name=f"{name} photo.png",
            file__is_shown=name == marker,
            file__content=f"{name} photo".encode(),
            file__content_type="image/png",
        )
        make.PostMoveFactory.create(post=post, reason=hidden)
        make.PostMoveFactory.create(post=post, new=state, client_said_by=name)
        fill_approval(post, name, hidden)
        tried = make.PublicationAttemptFactory.create(
            publication__post=post, publication__community=community,
            publication__text=f"{name} words here", message=hidden,
        )  # fmt: skip
        make.NativeMatchFactory.create(publication=tried.publication)
    fill_inbox(client, hidden)
    make.NativePostFactory.create(
        wall_post__profile=client.profiles.first(), wall_post__text=f"{marker} native"
    )
    make.MonthCloseFactory.create(client=client)


def fill_approval(post: Post, name: str, hidden: str) -> None:
    """A link with a version of the post, and both threads."""
    make.PostCommentFactory.create(post=post, text=hidden)
    make.PostCommentFactory.create(post=post, text=f"{name} said", is_internal=False)
    make.LinkedPostFactory.create(post=post, link__contact__client=post.client)


def fill_inbox(client: Client, hidden: str) -> None:
    page = client.profiles.first()
    item = make.InboxItemFactory.create(profile=page, text=hidden, author_name=hidden)
    make.InboxNoteFactory.create(item=item, text=hidden)
    make.InboxAnswerFactory.create(profile=page, text=hidden)
    make.InboxActionFactory.create(item=item, text=hidden)
    make.SavedReplyFactory.create(client=client, title=hidden, text=hidden)
    door = make.EventDoorFactory.create(profile=page, secret=hidden)
    make.NetworkEventFactory.create(door=door, body=hidden)
    make.DiscussionThreadFactory.create(profile=page)


def fill_materials(client: Client, marker: str, hidden: str) -> None:
    """What the client is asked for, and what the agency keeps of it."""
    post = client.posts.get(state="client_review")
    request = make.MaterialRequestFactory.create(
        client=client, post=post, what=f"{marker} photos", why=f"{marker} why", answer=hidden,
        contact=client.contacts.first(),
    )  # fmt: skip
    make.MaterialRequestFactory.create(
        client=client, what=hidden, state="cancelled", cancelled_at=NOON, reason=hidden
    )
    make.MaterialFileFactory.create(request=request, file__name=hidden)
    make.UploadLinkFactory.create(request=request)
    make.MediaItemFactory.create(
        client=client, request=request, title=hidden, rights=hidden, file__name=hidden
    )
    make.StandingFactFactory.create(client=client, title=hidden, value=hidden)
    make.PostingSlotFactory.create(community=client.communities.first())
    recurring = make.RecurringPostFactory.create(client=client, title=hidden, text=hidden)
    make.RecurringCommunityFactory.create(recurring=recurring, community=client.communities.first())
    make.OccurrenceFactory.create(recurring=recurring)
    make.PlanFileFactory.create(client=client, file_name=hidden)


def add_decisions(client: Client, marker: str, hidden: str) -> None:
    told = make.FlagFactory.create(client=client, severity=Light.RED, evidence={"note": hidden})
    make.FlagCauseFactory.create(
        flag=told,
        side=Side.CLIENT,
        code="materials_overdue",
        facts={"note": hidden},
        sentence_en=hidden,
        sentence_ru=hidden,
    )
    decision = make.DecisionFactory.create(
        flag=told, reason=hidden, client_text=f"{marker} decision", is_published=True
    )
    make.EffectCheckFactory.create(decision=decision)
    kept = make.DecisionFactory.create(flag__client=client, reason=hidden, client_text=hidden)
    make.FlagCauseFactory.create(flag=kept.flag, side=Side.CLIENT, code=hidden[:40])


def add_followup(client: Client, marker: str, hidden: str, staff: User) -> None:
    make.AlarmChartFactory.create(client=client)
    make.RobustChartFactory.create(client=client)
    make.EventFactory.create(
        client=client, title=f"{marker} event", note=hidden, recorded_by=staff, is_published=True
    )
    make.EventFactory.create(client=client, title=hidden)
    make.DealFactory.create(client=client, amount=Decimal("87654.31"), note=hidden)
    make.PromotionAssessmentFactory.create(
        client=client, finished_at=NOON, finished_by=staff, made_by=staff, note=hidden,
        is_shown=True, verdict=f"{marker} assessment",
    )  # fmt: skip
    make.PromotionAssessmentFactory.create(client=client, verdict=hidden, repeated=hidden)
    review = make.KpiReviewFactory.create(
        engagement=client.engagements.get(), closed_at=NOON, closed_by=staff, figures={},
        happened={"note": hidden}, learnt=hidden, client_text=f"{marker} review",
        is_published=True,
    )  # fmt: skip
    fill_reports(review, marker, hidden, staff)


def fill_reports(review: KpiReview, marker: str, hidden: str, staff: User) -> None:
    """One that was sent, and the draft of its correction."""
    client = review.client
    make.ReportRecipientFactory.create(settings__client=client, contact__name=hidden)
    sent = make.ReportFactory.create(
        client=client, review=review, cover_text=f"{marker} report", state="sent",
        figures=read_figures(client, review.starts_on, review.ends_on, review=review, at=NOON),
        pdf=f"%PDF-1.7 {marker}".encode(), xlsx=f"{marker} numbers".encode(),
        approved_at=NOON, approved_by=staff, sent_at=NOON, sent_by=staff, made_by=staff,
    )  # fmt: skip
    make.ReportDeliveryFactory.create(report=sent, name=hidden, letter__text=hidden)
    make.ReportFactory.create(
        client=client, review=review, number=2, replaces=sent, cover_text=hidden,
        corrected=hidden, figures={"text": hidden},
    )  # fmt: skip
