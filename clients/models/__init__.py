"""Who the client is, what was agreed, who does what."""

from clients.models.access import PortalAccess
from clients.models.archive import ArchiveJob, ArchivePart
from clients.models.brief import (
    Answerer,
    AnswerKind,
    Brief,
    BriefAnswer,
    BriefQuestion,
    BriefSection,
    BriefState,
    Industry,
)
from clients.models.change import ChangeEntry
from clients.models.client import AT_REST, Client, ClientStatus, Contact, Marking, StatusChange
from clients.models.client_import import ClientImport
from clients.models.ending import EndingCode, EndingItem, EndingState
from clients.models.engagement import (
    Block,
    Engagement,
    EngagementService,
    PackageService,
    Performer,
    ReviewRhythm,
    Service,
)
from clients.models.feed import CalendarFeed
from clients.models.hand_over import HandOver
from clients.models.letter import Letter, LetterFile, LetterState
from clients.models.look import AgencyLook, ClientLook
from clients.models.marking import MarkingChange, MarkingRule
from clients.models.notice import (
    AT_ONCE_FOR_ALL,
    AT_ONCE_FOR_DIRECTORS,
    AT_ONCE_FOR_ROLE,
    CLIENT_KINDS,
    OWN_WORK_KEYS,
    URGENT,
    Channel,
    MailRefusal,
    Notice,
    NoticeBot,
    NoticeChoice,
    NoticeDelivery,
    NoticeHabits,
    NoticeKind,
    When,
)
from clients.models.package import Package
from clients.models.paper import (
    DataWaiver,
    Paper,
    PaperFile,
    PaperKind,
    PaperMove,
    PaperState,
)
from clients.models.result import BlockResult, ResultMove, ResultState
from clients.models.scoping import ClientChild, ClientRows
from clients.models.service_terms import DeadlineAfter, DeadlineKind, Party, Period
from clients.models.task import ENDING, Side, Task, TaskState
from clients.models.task_plan import (
    DayShift,
    RecurrenceRule,
    RecurringTask,
    TaskTemplate,
    WorkPlace,
)
from clients.models.team import ROLE_GROUPS, Role, TeamMember
from clients.models.time_entry import TimeEntry
from clients.models.tracking import TrackingNumber
from clients.models.user import User

__all__ = [
    "AT_ONCE_FOR_ALL",
    "AT_ONCE_FOR_DIRECTORS",
    "AT_ONCE_FOR_ROLE",
    "AT_REST",
    "CLIENT_KINDS",
    "ENDING",
    "OWN_WORK_KEYS",
    "ROLE_GROUPS",
    "URGENT",
    "AgencyLook",
    "AnswerKind",
    "Answerer",
    "ArchiveJob",
    "ArchivePart",
    "Block",
    "BlockResult",
    "Brief",
    "BriefAnswer",
    "BriefQuestion",
    "BriefSection",
    "BriefState",
    "CalendarFeed",
    "ChangeEntry",
    "Channel",
    "Client",
    "ClientChild",
    "ClientImport",
    "ClientLook",
    "ClientRows",
    "ClientStatus",
    "Contact",
    "DataWaiver",
    "DayShift",
    "DeadlineAfter",
    "DeadlineKind",
    "EndingCode",
    "EndingItem",
    "EndingState",
    "Engagement",
    "EngagementService",
    "HandOver",
    "Industry",
    "Letter",
    "LetterFile",
    "LetterState",
    "MailRefusal",
    "Marking",
    "MarkingChange",
    "MarkingRule",
    "Notice",
    "NoticeBot",
    "NoticeChoice",
    "NoticeDelivery",
    "NoticeHabits",
    "NoticeKind",
    "Package",
    "PackageService",
    "Paper",
    "PaperFile",
    "PaperKind",
    "PaperMove",
    "PaperState",
    "Party",
    "Performer",
    "Period",
    "PortalAccess",
    "RecurrenceRule",
    "RecurringTask",
    "ResultMove",
    "ResultState",
    "ReviewRhythm",
    "Role",
    "Service",
    "Side",
    "StatusChange",
    "Task",
    "TaskState",
    "TaskTemplate",
    "TeamMember",
    "TimeEntry",
    "TrackingNumber",
    "User",
    "When",
    "WorkPlace",
]
