"""Staff's door to clients, agreements, tasks and people."""

from clients.admin.clients import ClientAdmin
from clients.admin.engagements import EngagementAdmin, ServiceAdmin
from clients.admin.letters import LetterAdmin
from clients.admin.mail_refusals import MailRefusalAdmin
from clients.admin.people import GroupAdmin, UserAdmin
from clients.admin.tasks import TaskAdmin
from clients.admin.tracking import TrackingNumberAdmin

__all__ = [
    "ClientAdmin",
    "EngagementAdmin",
    "GroupAdmin",
    "LetterAdmin",
    "MailRefusalAdmin",
    "ServiceAdmin",
    "TaskAdmin",
    "TrackingNumberAdmin",
    "UserAdmin",
]
