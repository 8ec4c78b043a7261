"""Posts, publications, and what people say."""

import datetime as dt

from factory.django import DjangoModelFactory

from clients.models import Letter, LetterFile
from content.models import (
    ApprovalLink,
    BusinessHours,
    ClockNotice,
    ContentTerms,
    DiscussionThread,
    EventDoor,
    InboxAction,
    InboxAnswer,
    InboxCategory,
    InboxItem,
    InboxKind,
    InboxNote,
    Incident,
    IncidentEntry,
    IncidentItem,
    LinkedPost,
    MonthClose,
    NativeMatch,
    NativePost,
    NetworkEvent,
    Post,
    PostComment,
    PostFile,
    PostMove,
    PostState,
    PostVersion,
    Publication,
    PublicationAttempt,
    PublicationPlan,
    ReplyClock,
    ReplyTarget,
    SavedReply,
    SpecialDay,
    Spike,
    Stop,
    StopScope,
    TextWork,
)
from content.versions import content_of, digest_of
from strategy.models import ContentSource
from tests.factories.base import NOON, LazyAttribute, SelfAttribute, Sequence, SubFactory
from tests.factories.clients import ClientFactory, ContactFactory, UserFactory
from tests.factories.work import (
    ClientFileFactory,
    CommunityFactory,
    ProfileFactory,
    WallPostFactory,
)


class LetterFactory(DjangoModelFactory[Letter]):
    class Meta:
        model = Letter

    client = SubFactory(ClientFactory)
    key = Sequence(lambda n: f"occasion-{n}")
    address = "person@agency.example"
    subject = Sequence(lambda n: f"Letter {n}")
    text = "What there is to say."
    written_at = NOON


class LetterFileFactory(DjangoModelFactory[LetterFile]):
    class Meta:
        model = LetterFile

    letter = SubFactory(LetterFactory)
    client = SelfAttribute("letter.client")
    name = "report.pdf"
    content_type = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "0" * 64


class ContentTermsFactory(DjangoModelFactory[ContentTerms]):
    class Meta:
        model = ContentTerms

    client = SubFactory(ClientFactory)


class PublicationPlanFactory(DjangoModelFactory[PublicationPlan]):
    class Meta:
        model = PublicationPlan

    client = SubFactory(ClientFactory)
    month = dt.date(2026, 3, 1)
    made_at = NOON


class PostFactory(DjangoModelFactory[Post]):
    """An idea of the agency's own; give `state` for more."""

    class Meta:
        model = Post

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Post {n}")
    text = Sequence(lambda n: f"Text of post {n}.")
    source = ContentSource.OWN
    text_work = TextWork.WRITTEN
    created_at = NOON
    state_since = NOON


class PostFileFactory(DjangoModelFactory[PostFile]):
    class Meta:
        model = PostFile

    post = SubFactory(PostFactory)
    client = SelfAttribute("post.client")
    file = SubFactory(ClientFileFactory, client=SelfAttribute("..client"))


class PostMoveFactory(DjangoModelFactory[PostMove]):
    class Meta:
        model = PostMove

    post = SubFactory(PostFactory)
    client = SelfAttribute("post.client")
    old = PostState.IDEA
    new = PostState.DRAFT
    moved_at = NOON


class PublicationFactory(DjangoModelFactory[Publication]):
    """Planned in a running VK community of the post's client."""

    class Meta:
        model = Publication

    post = SubFactory(PostFactory)
    client = SelfAttribute("post.client")
    community = SubFactory(CommunityFactory, profile__client=SelfAttribute("...client"))
    planned_at = NOON


class PublicationAttemptFactory(DjangoModelFactory[PublicationAttempt]):
    class Meta:
        model = PublicationAttempt

    publication = SubFactory(PublicationFactory)
    client = SelfAttribute("publication.client")
    began_at = NOON


class NativeMatchFactory(DjangoModelFactory[NativeMatch]):
    """A suggestion that nobody has judged yet."""

    class Meta:
        model = NativeMatch

    publication = SubFactory(PublicationFactory)
    client = SelfAttribute("publication.client")
    wall_post = SubFactory(
        WallPostFactory, profile=SelfAttribute("..publication.community.profile")
    )
    likeness = 80
    found_at = NOON


class StopFactory(DjangoModelFactory[Stop]):
    class Meta:
        model = Stop

    scope = StopScope.CLIENT
    client = SubFactory(ClientFactory)
    reason = "A reason."
    began_at = NOON


class InboxItemFactory(DjangoModelFactory[InboxItem]):
    """A new comment on an own page."""

    class Meta:
        model = InboxItem

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    kind = InboxKind.COMMENT
    external_id = Sequence(lambda n: str(7_000 + n))
    author_name = "Invented Person"
    text = Sequence(lambda n: f"Comment {n}")
    received_at = NOON
    heard_at = NOON


class NativePostFactory(DjangoModelFactory[NativePost]):
    """The agency's own, written on the network itself."""

    class Meta:
        model = NativePost

    wall_post = SubFactory(WallPostFactory)
    client = SelfAttribute("wall_post.client")
    source = ContentSource.OWN
    text_work = TextWork.WRITTEN
    classified_at = NOON
    classified_by = SubFactory(UserFactory)


class MonthCloseFactory(DjangoModelFactory[MonthClose]):
    class Meta:
        model = MonthClose

    client = SubFactory(ClientFactory)
    month = dt.date(2026, 3, 1)
    curated = 0
    counted = 0
    closed_at = NOON


class BusinessHoursFactory(DjangoModelFactory[BusinessHours]):
    """Monday to Friday 10:00–19:00 since the beginning of the year."""

    class Meta:
        model = BusinessHours

    client = SubFactory(ClientFactory)
    starts_on = dt.date(2026, 1, 1)
    created_at = NOON


class SpecialDayFactory(DjangoModelFactory[SpecialDay]):
    class Meta:
        model = SpecialDay

    client = SubFactory(ClientFactory)
    day = dt.date(2026, 3, 12)
    shifts = "10:00–15:00"


class PostVersionFactory(DjangoModelFactory[PostVersion]):
    class Meta:
        model = PostVersion

    post = SubFactory(PostFactory)
    client = SelfAttribute("post.client")
    number = Sequence(lambda n: n + 1)
    made_at = NOON
    content = LazyAttribute(lambda version: content_of(version.post))
    digest = LazyAttribute(lambda version: digest_of(version.content))


class PostCommentFactory(DjangoModelFactory[PostComment]):
    """Among the agency."""

    class Meta:
        model = PostComment

    post = SubFactory(PostFactory)
    client = SelfAttribute("post.client")
    text = Sequence(lambda n: f"Comment {n}.")
    by = SubFactory(UserFactory)
    at = NOON


class ApprovalLinkFactory(DjangoModelFactory[ApprovalLink]):
    """Its secret is nobody's: `content.approval_links.make_link` makes one that opens."""

    class Meta:
        model = ApprovalLink

    contact = SubFactory(ContactFactory)
    client = SelfAttribute("contact.client")
    token_hash = Sequence(lambda n: f"{n:064}")
    made_at = NOON
    made_by = SubFactory(UserFactory)
    expires_at = NOON + dt.timedelta(days=7)


class LinkedPostFactory(DjangoModelFactory[LinkedPost]):
    class Meta:
        model = LinkedPost

    link = SubFactory(ApprovalLinkFactory)
    client = SelfAttribute("link.client")
    post = SubFactory(PostFactory, client=SelfAttribute("..client"))
    version = SubFactory(PostVersionFactory, post=SelfAttribute("..post"))


class InboxNoteFactory(DjangoModelFactory[InboxNote]):
    class Meta:
        model = InboxNote

    item = SubFactory(InboxItemFactory)
    client = SelfAttribute("item.client")
    text = "A note."
    by = SubFactory(UserFactory)
    written_at = NOON


class InboxAnswerFactory(DjangoModelFactory[InboxAnswer]):
    class Meta:
        model = InboxAnswer

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    kind = InboxKind.COMMENT
    external_id = Sequence(lambda n: str(8_000 + n))
    text = "An answer."
    said_at = NOON
    heard_at = NOON


class InboxActionFactory(DjangoModelFactory[InboxAction]):
    """A reply that was sent."""

    class Meta:
        model = InboxAction

    item = SubFactory(InboxItemFactory)
    client = SelfAttribute("item.client")
    act = "reply"
    text = "A reply."
    guid = Sequence(lambda n: n + 1)
    state = "done"
    by = SubFactory(UserFactory)
    written_at = NOON
    sent_at = NOON


class SavedReplyFactory(DjangoModelFactory[SavedReply]):
    """For all clients."""

    class Meta:
        model = SavedReply

    title = Sequence(lambda n: f"Saved reply {n}")
    text = "Hello, {name}!"


class EventDoorFactory(DjangoModelFactory[EventDoor]):
    """Of a VK community."""

    class Meta:
        model = EventDoor

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    network = "vk"
    confirmation = "c0de"


class NetworkEventFactory(DjangoModelFactory[NetworkEvent]):
    class Meta:
        model = NetworkEvent

    door = SubFactory(EventDoorFactory)
    client = SelfAttribute("door.client")
    event_id = Sequence(lambda n: f"event-{n}")
    body = "{}"
    received_at = NOON


class DiscussionThreadFactory(DjangoModelFactory[DiscussionThread]):
    class Meta:
        model = DiscussionThread

    profile = SubFactory(ProfileFactory, network="telegram")
    client = SelfAttribute("profile.client")
    chat_id = "-1009"


class ReplyTargetFactory(DjangoModelFactory[ReplyTarget]):
    """A client's own, of what nobody has sorted yet."""

    class Meta:
        model = ReplyTarget

    client = SubFactory(ClientFactory)
    first_minutes = 45


class ReplyClockFactory(DjangoModelFactory[ReplyClock]):
    """Half an hour from noon on."""

    class Meta:
        model = ReplyClock

    item = SubFactory(InboxItemFactory)
    client = SelfAttribute("item.client")
    since = NOON
    first_warn_at = NOON + dt.timedelta(minutes=22.5)
    first_due_at = NOON + dt.timedelta(minutes=30)
    set_at = NOON


class ClockNoticeFactory(DjangoModelFactory[ClockNotice]):
    class Meta:
        model = ClockNotice

    item = SubFactory(InboxItemFactory)
    client = SelfAttribute("item.client")
    kind = ClockNotice.Kind.FIRST_SOON
    told_at = NOON


class IncidentFactory(DjangoModelFactory[Incident]):
    class Meta:
        model = Incident

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Incident {n}")
    category = InboxCategory.CONSTRUCTIVE
    deadline = NOON + dt.timedelta(days=1)
    opened_at = NOON


class IncidentItemFactory(DjangoModelFactory[IncidentItem]):
    class Meta:
        model = IncidentItem

    incident = SubFactory(IncidentFactory)
    client = SelfAttribute("incident.client")
    item = SubFactory(InboxItemFactory, profile__client=SelfAttribute("...client"))


class IncidentEntryFactory(DjangoModelFactory[IncidentEntry]):
    class Meta:
        model = IncidentEntry

    incident = SubFactory(IncidentFactory)
    client = SelfAttribute("incident.client")
    kind = IncidentEntry.Kind.NOTE
    at = NOON
    text = "What was done."


class SpikeFactory(DjangoModelFactory[Spike]):
    class Meta:
        model = Spike

    incident = SubFactory(IncidentFactory)
    client = SelfAttribute("incident.client")
    since = NOON - dt.timedelta(hours=1)
    until = NOON
    people = 5
    items = 6
    before = 2
    windows = 8
    chance = 1e-5
    limit = 1e-4
    floor = 4
