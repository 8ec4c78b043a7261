"""The first rows of a demo client: the agreement, who does what, the team, the pages."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clients.division import usual_performer
from clients.models import (
    Block,
    Client,
    ClientStatus,
    Engagement,
    EngagementService,
    Performer,
    Service,
    Side,
    StatusChange,
    Task,
    TaskState,
)
from communities.models import AccessKey, Community, Profile
from smm_agency.demo.cast import Cast, contact_rows
from smm_agency.demo.levels import Level
from smm_agency.demo.rhythm import DAY
from smm_agency.demo.stories import HISTORY_DAYS, Page, Story
from strategy.models import Competitor, CompetitorAnalysis, CompetitorProfile

ONBOARDING_DAYS = 20
LAUNCH_DAYS = 16
ANALYSIS_EVERY_DAYS = 100
QUANTITIES = {"writing": 8, "publishing": 26, "post-design": 26, "moderation": 2, "photo": 12}


@dataclass
class PageRow:
    page: Page
    profile: Profile
    community: Community | None = None
    levels: list[Level] = field(default_factory=list)


@dataclass
class Stage:
    """A client of the demo while it is being filled."""

    story: Story
    number: int
    today: dt.date
    cast: Cast
    client: Client
    engagement: Engagement
    bot: AccessKey | None = None
    line: dict[str, Any] | None = None
    pages: list[PageRow] = field(default_factory=list)

    @property
    def began_on(self) -> dt.date:
        return self.today - DAY * self.story.began_days_ago

    @property
    def strategy_starts_on(self) -> dt.date:
        """The first strategy begins when the client is ready for it."""
        if not self.story.is_strategy_approved:
            return self.today + DAY * 10
        return self.began_on + DAY * ONBOARDING_DAYS

    @property
    def yesterday(self) -> dt.date:
        return self.today - DAY

    @property
    def own(self) -> list[PageRow]:
        return [row for row in self.pages if row.community is not None]

    def moment(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        """A moment of the client's day."""
        return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=self.client.zone)


def set_stage(story: Story, *, number: int, today: dt.date, cast: Cast) -> Stage:
    """Make the client with its agreement, team, people and pages; nothing is measured yet."""
    client = Client.objects.create(
        name=story.name,
        legal_name=story.legal_name,
        industry=story.industry,
        country=story.country,
        time_zone=story.zone,
        currency=story.currency,
        language=story.language,
        status=story.status,
        takes_calls=story.takes_calls,
        has_call_tracking=story.has_call_tracking,
        shows_forecast=story.shows_forecast,
        is_demo=True,
    )
    began_on = today - DAY * story.began_days_ago
    engagement = Engagement.objects.create(
        client=client,
        title=_engagement_title(story, began_on),
        starts_on=began_on,
        ends_on=None if story.ends_in_days is None else today + DAY * story.ends_in_days,
        fee=Decimal(story.fee),
        ad_budget=Decimal(story.ad_budget),
        currency=story.currency,
    )
    stage = Stage(story, number, today, cast, client, engagement)
    Client.objects.filter(pk=client.pk).update(created_at=stage.moment(began_on - DAY * 5, 11))
    cast.join(client, story, starts_on=began_on)
    contacts = contact_rows(client, story)
    type(contacts[0]).objects.bulk_create(contacts)
    for person in story.people:
        if person.username:
            at = stage.moment(began_on, 15)
            cast.invite(client, person, by=cast.member(story, "account_manager"), at=at)
    _write_status_changes(stage)
    _divide_work(stage)
    _make_pages(stage)
    _make_rivals(stage)
    return stage


def _engagement_title(story: Story, began_on: dt.date) -> str:
    if story.language == "en":
        return f"Community management and promotion {began_on:%Y}"
    return f"Ведение и продвижение сообществ {began_on:%Y}"


def _write_status_changes(stage: Stage) -> None:
    way = [ClientStatus.LEAD, ClientStatus.ONBOARDING]
    days = [stage.began_on]
    if stage.story.status != ClientStatus.ONBOARDING:
        way.append(ClientStatus.ACTIVE)
        days.append(stage.strategy_starts_on)
    StatusChange.objects.bulk_create(
        StatusChange(
            client=stage.client,
            old=old,
            new=new,
            changed_by=stage.cast.member(stage.story, "account_manager"),
            changed_at=stage.moment(day, 12),
        )
        for old, new, day in zip(way[:-1], way[1:], days, strict=True)
    )


def _divide_work(stage: Stage) -> None:
    """Every service of the catalogue has somebody; the client's own material stays with them."""
    EngagementService.objects.bulk_create(
        EngagementService(
            client=stage.client,
            engagement=stage.engagement,
            service=service,
            performer=_performer(stage.story, service),
            quantity=QUANTITIES.get(service.code),
            unit=service.unit_en if stage.story.language == "en" else service.unit_ru,
        )
        for service in Service.objects.all()
    )


def _performer(story: Story, service: Service) -> str:
    if usual_performer(service) == Performer.CLIENT:
        return Performer.CLIENT
    if service.code in story.third_party:
        return Performer.THIRD_PARTY
    if service.code in story.left_out:
        return Performer.NOBODY
    return Performer.AGENCY


def bot_secret(story_key: str, number: int) -> str:
    """A key that only the simulator takes."""
    return f"{9_990_000_000 + number}:DEMO-{story_key}"


def _make_pages(stage: Stage) -> None:
    story = stage.story
    if any(page.network == "telegram" for page in story.pages):
        is_refused = any(page.network == "telegram" and page.silent_days for page in story.pages)
        state = AccessKey.State.REFUSED if is_refused else AccessKey.State.WORKS
        stage.bot = AccessKey.objects.create(
            client=stage.client,
            network="telegram",
            kind=AccessKey.Kind.BOT,
            label=f"Telegram bot · {story.key}",
            secret=bot_secret(story.key, stage.number),
            capabilities=["read_followers", "read_updates", "read_reactions"],
            state=state,
            state_note="Unauthorized" if is_refused else "",
            checked_at=stage.moment(stage.today - DAY * 9, 6),
        )
    for page in story.pages:
        profile = _make_profile(stage, page, Profile.Relation.OWN)
        is_over = story.is_strategy_approved
        community = Community.objects.create(
            client=stage.client,
            profile=profile,
            state=Community.State.RUNNING if is_over else Community.State.SET_UP,
            launched_on=stage.began_on + DAY * LAUNCH_DAYS if is_over else None,
        )
        stage.pages.append(PageRow(page, profile, community))


def _make_profile(stage: Stage, page: Page, relation: str) -> Profile:
    return Profile.objects.create(
        client=stage.client,
        network=page.network,
        external_id=page.external_id,
        screen_name=page.screen_name,
        title=page.title,
        relation=relation,
        access_key=stage.bot if page.network == "telegram" else None,
        is_measured=page.is_measured,
    )


def _make_rivals(stage: Stage) -> None:
    for rival in stage.story.rivals:
        competitor = Competitor.objects.create(client=stage.client, name=rival.name)
        for page in rival.pages:
            profile = _make_profile(stage, page, Profile.Relation.COMPETITOR)
            CompetitorProfile.objects.create(
                client=stage.client, competitor=competitor, profile=profile
            )
            stage.pages.append(PageRow(page, profile))
        if stage.story.is_strategy_approved:
            CompetitorAnalysis.objects.bulk_create(
                CompetitorAnalysis(
                    client=stage.client,
                    competitor=competitor,
                    analysed_on=day,
                    analysed_by=stage.cast.member(stage.story, "strategist"),
                    strengths=rival.strengths,
                    weaknesses=rival.weaknesses,
                    idea=rival.idea,
                )
                for day in _analysis_days(stage)
            )


def _analysis_days(stage: Stage) -> list[dt.date]:
    """Before the first strategy, and again every few months."""
    last = min(HISTORY_DAYS, stage.story.paused_days_ago or 0)
    days = range(stage.story.began_days_ago - 9, last, -ANALYSIS_EVERY_DAYS)
    return [stage.today - DAY * ago for ago in days]


def write_tasks(stage: Stage) -> None:
    rows = []
    for job in stage.story.jobs:
        due = stage.today + DAY * job.due
        made = min(due - DAY * 10, stage.today - DAY * 2)
        done_at = stage.moment(min(due, stage.yesterday), 16) if job.is_done else None
        owner = None if job.side == Side.CLIENT else stage.cast.member(stage.story, job.role)
        task = Task(
            client=stage.client,
            block=job.block if job.block in Block.values else "",
            title=job.title,
            side=job.side,
            owner=owner,
            due_on=due,
            state=TaskState.DONE if job.is_done else TaskState.OPEN,
            done_at=done_at,
            origin_note=job.note,
        )
        rows.append((task, stage.moment(max(made, stage.began_on), 11)))
    Task.objects.bulk_create(task for task, _made in rows)
    for task, made_at in rows:
        task.created_at = made_at
    Task.objects.bulk_update([task for task, _made in rows], ["created_at"])
