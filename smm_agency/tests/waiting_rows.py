"""A client with one row of every kind that waits for somebody, for the tests of the start page."""

import datetime as dt

from django.utils import timezone

from clients.models import Client, User
from kpi.models import Light
from tests.factories import (
    AccessKeyFactory,
    AdAccountFactory,
    BudgetAlertFactory,
    CampaignFactory,
    ChannelBudgetFactory,
    ClientFactory,
    CommunityFactory,
    CostFactory,
    DesignAssetFactory,
    EvaluationFactory,
    FlagCauseFactory,
    FlagFactory,
    InboxItemFactory,
    IncidentFactory,
    KpiReviewFactory,
    KpiTargetFactory,
    MaterialRequestFactory,
    PlacementFactory,
    PostFactory,
    ProfileSnapshotFactory,
    PublicationFactory,
    ReplyClockFactory,
    StopFactory,
    StrategyVersionFactory,
    TaskFactory,
    UserFactory,
    approve_in_place,
)


def client_with_work(name: str, *, owner: User | None = None) -> Client:
    """All of it late or due today; each row's title begins with the client's name."""
    today, now = timezone.localdate(), timezone.now()
    client = ClientFactory.create(name=name)
    community = CommunityFactory.create(profile__client=client, profile__title=f"{name} page")
    ProfileSnapshotFactory.create(profile=community.profile, date=today)
    measured(client, today)
    for state in ("internal_review", "client_review", "in_work"):
        PostFactory.create(client=client, title=f"{name} {state}", state=state)
    PostFactory.create(client=client, title=f"{name} to draw", state="in_work", designer=owner)
    failed = PostFactory.create(client=client, title=f"{name} failed", state="failed")
    PublicationFactory.create(post=failed, community=community, state="failed", failure="No right")
    MaterialRequestFactory.create(client=client, what=f"{name} photos", due_on=today)
    item = InboxItemFactory.create(profile=community.profile, text=f"{name} question")
    ReplyClockFactory.create(item=item)
    IncidentFactory.create(client=client, title=f"{name} incident", deadline=now)
    KpiReviewFactory.create(engagement__client=client, due_on=today)
    TaskFactory.create(client=client, title=f"{name} task", owner=owner, due_on=today)
    TaskFactory.create(client=client, title=f"{name} nobody's", due_on=today)
    gone = UserFactory.create(is_active=False)
    TaskFactory.create(client=client, title=f"{name} left task", owner=gone)
    PostFactory.create(client=client, title=f"{name} left post", state="draft", author=gone)
    AccessKeyFactory.create(client=client, label=f"{name} key", state="refused")
    for state in ("brief", "internal_review"):
        DesignAssetFactory.create(community=community, title=f"{name} {state}", state=state)
    StopFactory.create(client=client, reason=f"{name} stop")
    promoted(client, today)
    return client


def measured(client: Client, today: dt.date) -> None:
    version = StrategyVersionFactory.create(
        client=client, starts_on=today - dt.timedelta(days=60), ends_on=today
    )
    target = KpiTargetFactory.create(version=version)
    approve_in_place(version)
    EvaluationFactory.create(target=target, day=today, light=Light.RED)
    flag = FlagFactory.create(client=client, target=target, opened_on=today)
    FlagCauseFactory.create(flag=flag)


def promoted(client: Client, today: dt.date) -> None:
    campaign = CampaignFactory.create(
        client=client, title=f"{client.name} campaign", state="running", ends_on=today
    )
    PlacementFactory.create(
        campaign=campaign, title=f"{client.name} placement", state="booked", starts_on=today,
        price=300,
    )  # fmt: skip
    BudgetAlertFactory.create(client=client)
    AdAccountFactory.create(client=client, title=f"{client.name} account", state="refused")
    ChannelBudgetFactory.create(client=client, month=today.replace(day=1), amount=1_000)
    CostFactory.create(client=client, spent_on=today, amount=50)
