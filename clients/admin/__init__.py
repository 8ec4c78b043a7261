"""Staff's door to clients, agreements, tasks and people."""

from clients.admin.briefs import BriefAdmin, BriefQuestionAdmin
from clients.admin.client_imports import ClientImportAdmin
from clients.admin.clients import ClientAdmin
from clients.admin.engagements import EngagementAdmin, ServiceAdmin
from clients.admin.hand_overs import HandOverAdmin
from clients.admin.letters import LetterAdmin
from clients.admin.mail_refusals import MailRefusalAdmin
from clients.admin.papers import DataWaiverAdmin, PaperAdmin
from clients.admin.people import GroupAdmin, UserAdmin
from clients.admin.task_plans import RecurringTaskAdmin, TaskTemplateAdmin
from clients.admin.tasks import TaskAdmin
from clients.admin.team import TeamMemberAdmin
from clients.admin.time_entries import TimeEntryAdmin
from clients.admin.tracking import TrackingNumberAdmin

__all__ = [
    "BriefAdmin",
    "BriefQuestionAdmin",
    "ClientAdmin",
    "ClientImportAdmin",
    "DataWaiverAdmin",
    "EngagementAdmin",
    "GroupAdmin",
    "HandOverAdmin",
    "LetterAdmin",
    "MailRefusalAdmin",
    "PaperAdmin",
    "RecurringTaskAdmin",
    "ServiceAdmin",
    "TaskAdmin",
    "TaskTemplateAdmin",
    "TeamMemberAdmin",
    "TimeEntryAdmin",
    "TrackingNumberAdmin",
    "UserAdmin",
]
