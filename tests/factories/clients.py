"""Clients, their people, and what was agreed."""

import datetime as dt
import hashlib
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from factory.django import DjangoModelFactory

from clients.models import (
    AnswerKind,
    ArchiveJob,
    ArchivePart,
    Block,
    BlockResult,
    Brief,
    BriefAnswer,
    BriefQuestion,
    BriefSection,
    CalendarFeed,
    Client,
    ClientImport,
    ClientLook,
    ClientStatus,
    Contact,
    DataWaiver,
    EndingCode,
    EndingItem,
    EndingState,
    Engagement,
    EngagementService,
    HandOver,
    Package,
    Paper,
    PaperFile,
    PaperKind,
    PaperMove,
    PaperState,
    Performer,
    PortalAccess,
    RecurringTask,
    ResultMove,
    ResultState,
    Role,
    Service,
    Task,
    TaskTemplate,
    TeamMember,
    TimeEntry,
    TrackingNumber,
    User,
)
from clients.models.paper import SUM_KINDS
from tests.factories.base import (
    LONG_AGO,
    NOON,
    PASSWORD,
    LazyAttribute,
    LazyFunction,
    PostGeneration,
    SelfAttribute,
    Sequence,
    SubFactory,
)


class ClientFactory(DjangoModelFactory[Client]):
    """An active client in Moscow."""

    class Meta:
        model = Client

    name = Sequence(lambda n: f"Client {n}")
    status = ClientStatus.ACTIVE


@cache
def hashed_password() -> str:
    """Of PASSWORD: hashed once, for hashing is slow on purpose."""
    return make_password(PASSWORD)


def grant(user: User, create: bool, names: tuple[str, ...] | None, **kwargs: Any) -> None:
    """Give a person permissions: `UserFactory(permissions=("kpi.view_call", …))`."""
    for name in names or ():
        app, _, codename = name.partition(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )


class UserFactory(DjangoModelFactory[User]):
    """A person of the agency without any right; PortalUserFactory makes a client's."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"user{n}")
    email = LazyAttribute(lambda user: f"{user.username}@agency.example")
    password = LazyFunction(hashed_password)
    is_staff = True

    permissions = PostGeneration(grant)


class DirectorFactory(UserFactory):
    """A person who sees every client and may do anything in the admin."""

    username = Sequence(lambda n: f"director{n}")
    is_superuser = True


class PortalUserFactory(UserFactory):
    """A person on a client's side; PortalAccessFactory opens a portal to them."""

    username = Sequence(lambda n: f"guest{n}")
    email = LazyAttribute(lambda user: f"{user.username}@client.example")
    is_staff = False


class PortalAccessFactory(DjangoModelFactory[PortalAccess]):
    class Meta:
        model = PortalAccess

    client = SubFactory(ClientFactory)
    user = SubFactory(PortalUserFactory)


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    client = SubFactory(ClientFactory)
    name = Sequence(lambda n: f"Contact {n}")


class ClientLookFactory(DjangoModelFactory[ClientLook]):
    class Meta:
        model = ClientLook

    client = SubFactory(ClientFactory)


class TeamMemberFactory(DjangoModelFactory[TeamMember]):
    """An account manager since long ago; the role's group is brought by `clients.team`."""

    class Meta:
        model = TeamMember

    client = SubFactory(ClientFactory)
    user = SubFactory(UserFactory)
    role = Role.ACCOUNT_MANAGER
    starts_on = LONG_AGO


class TaskFactory(DjangoModelFactory[Task]):
    class Meta:
        model = Task

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Task {n}")


class TimeEntryFactory(DjangoModelFactory[TimeEntry]):
    """An hour."""

    class Meta:
        model = TimeEntry

    client = SubFactory(ClientFactory)
    person = SubFactory(UserFactory)
    day = LONG_AGO
    minutes = 60


class ServiceFactory(DjangoModelFactory[Service]):
    class Meta:
        model = Service

    code = Sequence(lambda n: f"service-{n}")
    block = Block.MANAGEMENT
    name_en = Sequence(lambda n: f"Service {n}")
    name_ru = Sequence(lambda n: f"Услуга {n}")
    result_en = "A result"
    result_ru = "Результат"


class EngagementFactory(DjangoModelFactory[Engagement]):
    class Meta:
        model = Engagement

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Engagement {n}")
    starts_on = LONG_AGO
    currency = "RUB"


class PackageFactory(DjangoModelFactory[Package]):
    class Meta:
        model = Package

    code = Sequence(lambda n: f"package-{n}")
    name_en = Sequence(lambda n: f"Package {n}")
    name_ru = Sequence(lambda n: f"Пакет {n}")


def file_of_signed(paper: Paper, create: bool, extracted: Any, **kwargs: Any) -> None:
    if create and paper.state == PaperState.SIGNED:
        PaperFileFactory.create(paper=paper)


class HandOverFactory(DjangoModelFactory[HandOver]):
    class Meta:
        model = HandOver

    client = SubFactory(ClientFactory)
    giver = SubFactory(UserFactory)
    receiver = SubFactory(UserFactory)
    made_by = SelfAttribute("receiver")
    note = "All is said."
    moved = LazyFunction(lambda: {"tasks": [1]})


class PaperFactory(DjangoModelFactory[Paper]):
    """A draft of a contract without a sum; what is signed gets its file, what needs a sum a sum."""

    class Meta:
        model = Paper
        skip_postgeneration_save = True

    client = SubFactory(ClientFactory)
    kind = PaperKind.CONTRACT
    number = Sequence(lambda n: f"{n}/26")
    dated_on = LONG_AGO
    state = PaperState.DRAFT
    amount = LazyAttribute(lambda paper: Decimal(1200) if paper.kind in SUM_KINDS else None)
    signed_on = LazyAttribute(lambda paper: paper.dated_on if paper.state == "signed" else None)
    paid_on = LazyAttribute(lambda paper: paper.dated_on if paper.state == "paid" else None)

    with_file = PostGeneration(file_of_signed)


class PaperMoveFactory(DjangoModelFactory[PaperMove]):
    class Meta:
        model = PaperMove

    paper = SubFactory(PaperFactory)
    client = SelfAttribute("paper.client")
    old = PaperState.DRAFT
    new = PaperState.SENT


class DataWaiverFactory(DjangoModelFactory[DataWaiver]):
    class Meta:
        model = DataWaiver

    client = SubFactory(ClientFactory)
    occasion = DataWaiver.Occasion.FILE
    name = "calls.csv"


class PaperFileFactory(DjangoModelFactory[PaperFile]):
    class Meta:
        model = PaperFile

    paper = SubFactory(PaperFactory)
    client = SelfAttribute("paper.client")
    name = "contract.pdf"
    content_type = "application/pdf"
    content = b"%PDF-1.7\n%%EOF\n"
    size = LazyAttribute(lambda file: len(file.content))
    sha256 = LazyAttribute(lambda file: hashlib.sha256(file.content).hexdigest())


class BriefFactory(DjangoModelFactory[Brief]):
    class Meta:
        model = Brief

    engagement = SubFactory(EngagementFactory)
    client = SelfAttribute("engagement.client")


class BriefQuestionFactory(DjangoModelFactory[BriefQuestion]):
    """A line of text that every client is asked."""

    class Meta:
        model = BriefQuestion

    code = Sequence(lambda n: f"question-{n}")
    section = BriefSection.BUSINESS
    kind = AnswerKind.TEXT
    text_en = Sequence(lambda n: f"Question {n}?")
    text_ru = Sequence(lambda n: f"Вопрос {n}?")


class BriefAnswerFactory(DjangoModelFactory[BriefAnswer]):
    class Meta:
        model = BriefAnswer

    brief = SubFactory(BriefFactory)
    client = SelfAttribute("brief.client")
    question = SubFactory(BriefQuestionFactory)
    value = "An answer"


class ClientImportFactory(DjangoModelFactory[ClientImport]):
    class Meta:
        model = ClientImport

    file_name = "clients.xlsx"
    file_hash = Sequence(lambda n: f"{n:064d}")
    size = 1


class EngagementServiceFactory(DjangoModelFactory[EngagementService]):
    class Meta:
        model = EngagementService

    engagement = SubFactory(EngagementFactory)
    client = SelfAttribute("engagement.client")
    service = SubFactory(ServiceFactory)
    performer = Performer.AGENCY


class BlockResultFactory(DjangoModelFactory[BlockResult]):
    """Accepted, where `accepted_on` says when."""

    class Meta:
        model = BlockResult

    engagement = SubFactory(EngagementFactory)
    client = SelfAttribute("engagement.client")
    block = Block.STRATEGY
    state = LazyAttribute(
        lambda result: ResultState.ACCEPTED if result.accepted_on else ResultState.IN_WORK
    )
    accepted_on = None
    accepted_by_name = LazyAttribute(lambda result: "Olga Nowak" if result.accepted_on else "")


class ResultMoveFactory(DjangoModelFactory[ResultMove]):
    class Meta:
        model = ResultMove

    result = SubFactory(BlockResultFactory)
    client = SelfAttribute("result.client")
    old = ResultState.NOT_BEGUN
    new = ResultState.IN_WORK
    moved_by = SubFactory(UserFactory)


class TrackingNumberFactory(DjangoModelFactory[TrackingNumber]):
    class Meta:
        model = TrackingNumber

    client = SubFactory(ClientFactory)
    number = Sequence(lambda n: f"+7495{n:07d}")


class CalendarFeedFactory(DjangoModelFactory[CalendarFeed]):
    """Of a contact without an account; `person` makes it that person's."""

    class Meta:
        model = CalendarFeed

    client = SubFactory(ClientFactory)
    label = Sequence(lambda n: f"Reader {n}")
    token_hash = Sequence(lambda n: f"{n:064d}")


class TaskTemplateFactory(DjangoModelFactory[TaskTemplate]):
    """Of the usual ones: `package` makes it that package's."""

    class Meta:
        model = TaskTemplate

    code = Sequence(lambda n: f"template-{n}")
    title_en = Sequence(lambda n: f"Template {n}")
    title_ru = Sequence(lambda n: f"Шаблон {n}")


class RecurringTaskFactory(DjangoModelFactory[RecurringTask]):
    """On the 10th of each month, since long ago."""

    class Meta:
        model = RecurringTask

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Recurring {n}")
    month_day = 10
    shift = "none"
    days_before = 0
    starts_on = LONG_AGO
    created_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class EndingItemFactory(DjangoModelFactory[EndingItem]):
    class Meta:
        model = EndingItem

    client = SubFactory(ClientFactory)
    code = EndingCode.MATERIALS
    state = EndingState.NOT_NEEDED
    reason = "None was given."
    decided_at = NOON


class ArchiveJobFactory(DjangoModelFactory[ArchiveJob]):
    class Meta:
        model = ArchiveJob

    client = SubFactory(ClientFactory)


class ArchivePartFactory(DjangoModelFactory[ArchivePart]):
    class Meta:
        model = ArchivePart

    job = SubFactory(ArchiveJobFactory)
    number = 1
    content = b"PK"
