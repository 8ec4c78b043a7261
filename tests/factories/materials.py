"""Material of the client, the media bank, slots and what comes again."""

import base64
import datetime as dt
import zlib

from factory.django import DjangoModelFactory

from content.models import (
    FactKind,
    MaterialFile,
    MaterialRequest,
    MediaItem,
    Occurrence,
    PlanFile,
    PostingSlot,
    RecurringCommunity,
    RecurringPost,
    Rhythm,
    StandingFact,
    TextWork,
    UploadLink,
)
from strategy.models import ContentSource
from tests.factories.base import DAY, NOON, SelfAttribute, Sequence, SubFactory
from tests.factories.clients import ClientFactory
from tests.factories.work import ClientFileFactory, CommunityFactory


class MaterialRequestFactory(DjangoModelFactory[MaterialRequest]):
    """Open, needed by DAY."""

    class Meta:
        model = MaterialRequest

    client = SubFactory(ClientFactory)
    what = Sequence(lambda n: f"Photos {n}")
    due_on = DAY
    asked_at = NOON - dt.timedelta(days=10)


class MaterialFileFactory(DjangoModelFactory[MaterialFile]):
    class Meta:
        model = MaterialFile

    request = SubFactory(MaterialRequestFactory)
    client = SelfAttribute("request.client")
    file = SubFactory(ClientFileFactory, client=SelfAttribute("..client"))
    came_at = NOON


class UploadLinkFactory(DjangoModelFactory[UploadLink]):
    class Meta:
        model = UploadLink

    request = SubFactory(MaterialRequestFactory)
    client = SelfAttribute("request.client")
    token_hash = Sequence(lambda n: f"{n:064d}")
    made_at = NOON
    expires_at = NOON + dt.timedelta(days=7)


class MediaItemFactory(DjangoModelFactory[MediaItem]):
    class Meta:
        model = MediaItem

    client = SubFactory(ClientFactory)
    file = SubFactory(ClientFileFactory, client=SelfAttribute("..client"))
    title = Sequence(lambda n: f"Picture {n}")
    source = ContentSource.CLIENT_MATERIAL
    rights = "The client's own, by contract"
    made_at = NOON


class StandingFactFactory(DjangoModelFactory[StandingFact]):
    class Meta:
        model = StandingFact

    client = SubFactory(ClientFactory)
    kind = FactKind.PRICE
    code = Sequence(lambda n: f"price_{n}")
    title = Sequence(lambda n: f"Price {n}")
    value = "1 500 ₽"


class PostingSlotFactory(DjangoModelFactory[PostingSlot]):
    """Wednesdays at noon."""

    class Meta:
        model = PostingSlot

    community = SubFactory(CommunityFactory)
    client = SelfAttribute("community.client")
    weekday = 2
    time = dt.time(12, 0)


class RecurringPostFactory(DjangoModelFactory[RecurringPost]):
    """Every Monday at ten, from DAY on."""

    class Meta:
        model = RecurringPost

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Recurring {n}")
    text = "The same again."
    source = ContentSource.OWN
    text_work = TextWork.WRITTEN
    rhythm = Rhythm.WEEKLY
    weekdays = [0]
    time = dt.time(10, 0)
    starts_on = DAY
    made_at = NOON


class RecurringCommunityFactory(DjangoModelFactory[RecurringCommunity]):
    class Meta:
        model = RecurringCommunity

    recurring = SubFactory(RecurringPostFactory)
    client = SelfAttribute("recurring.client")
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))


class OccurrenceFactory(DjangoModelFactory[Occurrence]):
    class Meta:
        model = Occurrence

    recurring = SubFactory(RecurringPostFactory)
    client = SelfAttribute("recurring.client")
    day = DAY
    made_as = "0" * 64
    made_at = NOON


class PlanFileFactory(DjangoModelFactory[PlanFile]):
    class Meta:
        model = PlanFile

    client = SubFactory(ClientFactory)
    file_name = Sequence(lambda n: f"plan-{n}.csv")
    size = 100
    content = base64.b64encode(zlib.compress(b"A,B\n1,2\n")).decode()
    uploaded_at = NOON
