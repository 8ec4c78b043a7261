"""Campaigns, placements, ad accounts and their money."""

from decimal import Decimal

from factory.django import DjangoModelFactory

from promotion.draw import mark_of
from promotion.models import (
    AdAccount,
    AdAccountKey,
    AdFigure,
    AdFigureCorrection,
    AdObject,
    BudgetAlert,
    Campaign,
    CampaignCommunity,
    CampaignMove,
    CampaignSegment,
    CampaignState,
    ChannelBudget,
    Cost,
    CostColumns,
    CostFile,
    Creative,
    Draw,
    Participant,
    Placement,
    PlacementCheck,
    PlacementFact,
    PlacementFactCorrection,
    PlacementMove,
    PlacementState,
    Prize,
    PromoAction,
    PublisherCard,
    PublisherPrice,
    TopUp,
    Winner,
)
from tests.factories.base import (
    DAY,
    LONG_AGO,
    NOON,
    LazyAttribute,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from tests.factories.clients import ClientFactory
from tests.factories.strategy import SegmentFactory
from tests.factories.work import CommunityFactory, ProfileFactory


class CampaignFactory(DjangoModelFactory[Campaign]):
    """A running one, of roubles, without a budget."""

    class Meta:
        model = Campaign

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Campaign {n}")
    kind = Campaign.Kind.TARGETED_ADS
    starts_on = LONG_AGO
    state = CampaignState.RUNNING


class CampaignCommunityFactory(DjangoModelFactory[CampaignCommunity]):
    class Meta:
        model = CampaignCommunity

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))


class CampaignSegmentFactory(DjangoModelFactory[CampaignSegment]):
    class Meta:
        model = CampaignSegment

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    segment = SubFactory(SegmentFactory, version__client=SelfAttribute("...client"))


class CampaignMoveFactory(DjangoModelFactory[CampaignMove]):
    class Meta:
        model = CampaignMove

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    old = CampaignState.AGREED
    new = CampaignState.RUNNING
    moved_at = NOON


class CreativeFactory(DjangoModelFactory[Creative]):
    class Meta:
        model = Creative

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    title = Sequence(lambda n: f"Creative {n}")


class PlacementFactory(DjangoModelFactory[Placement]):
    """A published one without a price."""

    class Meta:
        model = Placement

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    title = Sequence(lambda n: f"Placement {n}")
    starts_on = LONG_AGO
    state = PlacementState.PUBLISHED


class PlacementMoveFactory(DjangoModelFactory[PlacementMove]):
    class Meta:
        model = PlacementMove

    placement = SubFactory(PlacementFactory)
    client = SelfAttribute("placement.client")
    old = PlacementState.PAID
    new = PlacementState.PUBLISHED
    moved_at = NOON


class PlacementFactFactory(DjangoModelFactory[PlacementFact]):
    class Meta:
        model = PlacementFact

    placement = SubFactory(PlacementFactory)
    client = SelfAttribute("placement.client")
    slot = "24h"
    measured_at = NOON


class PlacementFactCorrectionFactory(DjangoModelFactory[PlacementFactCorrection]):
    class Meta:
        model = PlacementFactCorrection

    fact = SubFactory(PlacementFactFactory)
    client = SelfAttribute("fact.client")
    old = {"views": 900}
    source = "hand"


class PlacementCheckFactory(DjangoModelFactory[PlacementCheck]):
    """One look that found the post."""

    class Meta:
        model = PlacementCheck

    placement = SubFactory(PlacementFactory)
    client = SelfAttribute("placement.client")
    at = NOON
    last_at = SelfAttribute("at")
    outcome = "stands"


class PublisherCardFactory(DjangoModelFactory[PublisherCard]):
    """Of a page on VK, without a verdict."""

    class Meta:
        model = PublisherCard

    profile = SubFactory(ProfileFactory, relation="publisher")
    client = SelfAttribute("profile.client")


class PublisherPriceFactory(DjangoModelFactory[PublisherPrice]):
    class Meta:
        model = PublisherPrice

    card = SubFactory(PublisherCardFactory)
    client = SelfAttribute("card.client")
    format = "1_24"
    price = Decimal("3000.00")
    since = DAY


class AdAccountFactory(DjangoModelFactory[AdAccount]):
    class Meta:
        model = AdAccount

    client = SubFactory(ClientFactory)
    network = "vk_ads"
    title = Sequence(lambda n: f"Account {n}")
    external_id = Sequence(lambda n: str(7_000_000 + n))


class AdAccountKeyFactory(DjangoModelFactory[AdAccountKey]):
    class Meta:
        model = AdAccountKey

    account = SubFactory(AdAccountFactory)
    client = SelfAttribute("account.client")
    app_id = "app-of-tests"
    app_secret = "secret-of-app"
    access_token = "token-of-account"


class AdObjectFactory(DjangoModelFactory[AdObject]):
    class Meta:
        model = AdObject

    account = SubFactory(AdAccountFactory)
    client = SelfAttribute("account.client")
    level = "campaign"
    external_id = Sequence(lambda n: str(9_000_000 + n))
    title = Sequence(lambda n: f"Ads {n}")


class AdFigureFactory(DjangoModelFactory[AdFigure]):
    """One day; give both `starts_on` and `ends_on` for another."""

    class Meta:
        model = AdFigure

    ad_object = SubFactory(AdObjectFactory)
    client = SelfAttribute("ad_object.client")
    starts_on = DAY
    ends_on = SelfAttribute("starts_on")
    spend = Decimal("100.00")
    source = AdFigure.Source.API
    read_at = NOON


class AdFigureCorrectionFactory(DjangoModelFactory[AdFigureCorrection]):
    class Meta:
        model = AdFigureCorrection

    figure = SubFactory(AdFigureFactory)
    client = SelfAttribute("figure.client")
    old = {"spend": "90.00"}
    source = AdFigure.Source.API


class CostFactory(DjangoModelFactory[Cost]):
    class Meta:
        model = Cost

    client = SubFactory(ClientFactory)
    kind = "ad_budget"
    spent_on = DAY
    amount = Decimal("1000.00")
    currency = "RUB"


class TopUpFactory(DjangoModelFactory[TopUp]):
    class Meta:
        model = TopUp

    account = SubFactory(AdAccountFactory)
    client = SelfAttribute("account.client")
    topped_up_on = DAY
    amount = Decimal("5000.00")
    currency = "RUB"
    by = "client"


class ChannelBudgetFactory(DjangoModelFactory[ChannelBudget]):
    class Meta:
        model = ChannelBudget

    client = SubFactory(ClientFactory)
    channel = "ads"
    month = DAY.replace(day=1)
    amount = Decimal("20000.00")
    currency = "RUB"


class BudgetAlertFactory(DjangoModelFactory[BudgetAlert]):
    """An open one of the client's promotion as a whole."""

    class Meta:
        model = BudgetAlert

    client = SubFactory(ClientFactory)
    kind = "overspend"
    facts = {
        "currency": "RUB",
        "budget": "100",
        "spent": "120",
        "taken": "0",
        "left": "-20",
        "pace": "1.2",
        "on": "2026-03-10",
        "month": "2026-03-01",
        "channels": [],
    }
    opened_at = NOON


class PromoActionFactory(DjangoModelFactory[PromoAction]):
    """A giveaway without dates: nothing of the law's list is filled in."""

    class Meta:
        model = PromoAction

    campaign = SubFactory(CampaignFactory, kind=Campaign.Kind.GIVEAWAY)
    client = SelfAttribute("campaign.client")
    mechanics = "like_comment_repost"
    legal_kind = "stimulating_event"


class PrizeFactory(DjangoModelFactory[Prize]):
    class Meta:
        model = Prize

    action = SubFactory(PromoActionFactory)
    client = SelfAttribute("action.client")
    place = Sequence(lambda n: 1 + n % 30_000)
    title = Sequence(lambda n: f"Prize {n}")


class ParticipantFactory(DjangoModelFactory[Participant]):
    """Its mark is of its id, with the action's salt or "salt"."""

    class Meta:
        model = Participant

    action = SubFactory(PromoActionFactory)
    client = SelfAttribute("action.client")
    number = Sequence(lambda n: n + 1)
    external_id = Sequence(lambda n: str(1_000 + n))
    name = Sequence(lambda n: f"Anna Person{n}")
    mark = LazyAttribute(lambda row: mark_of(row.action.salt or "salt", row.external_id))


class DrawFactory(DjangoModelFactory[Draw]):
    """One that was held elsewhere."""

    class Meta:
        model = Draw

    action = SubFactory(PromoActionFactory)
    client = SelfAttribute("action.client")
    method = "elsewhere"
    drawn_at = NOON
    proof_url = "https://video.example/draw"


class WinnerFactory(DjangoModelFactory[Winner]):
    class Meta:
        model = Winner

    draw = SubFactory(DrawFactory)
    client = SelfAttribute("draw.client")
    participant = SubFactory(ParticipantFactory, action=SelfAttribute("..draw.action"))
    prize = SubFactory(PrizeFactory, action=SelfAttribute("..draw.action"))
    place = Sequence(lambda n: n + 1)
    shown_name = "Anna P."
    state_since = NOON


class CostFileFactory(DjangoModelFactory[CostFile]):
    """Of costs; it waits for confirmation, its content has been deleted."""

    class Meta:
        model = CostFile

    client = SubFactory(ClientFactory)
    kind = "costs"
    file_name = Sequence(lambda n: f"costs-{n}.csv")
    file_hash = Sequence(lambda n: f"{n:064}")
    size = 100
    uploaded_at = NOON


class CostColumnsFactory(DjangoModelFactory[CostColumns]):
    class Meta:
        model = CostColumns

    client = SubFactory(ClientFactory)
    kind = "costs"
    fingerprint = Sequence(lambda n: f"{n:064}")
    saved_at = NOON
