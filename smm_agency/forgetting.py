"""People of a client that has left are forgotten after its period; what was counted stays.

While work goes on, callers, authors and participants are forgotten by their own clocks
(docs/personal-data.md). This is the rest, once the work has been over for `personal_data_days` and
the portal is closed: whatever may tell who somebody was, of this client's people or of strangers,
in every table that `BLANKED` and `DELETED` name. Rows of the first stay and lose the words.
"""

import datetime as dt
import logging
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from clients.endings import ended_on
from clients.erasure import forget_histories, forget_history, only_guests_of
from clients.models import (
    ArchiveJob,
    BlockResult,
    BriefAnswer,
    CalendarFeed,
    ChangeEntry,
    Client,
    ClientImport,
    ClientStatus,
    Contact,
    DataWaiver,
    HandOver,
    Letter,
    LetterFile,
    MailRefusal,
    Notice,
    NoticeDelivery,
    Paper,
    PaperMove,
    PortalAccess,
    RecurringTask,
    ResultMove,
    StatusChange,
    Task,
    TimeEntry,
    User,
)
from communities.models import (
    AccessGrant,
    AccessProof,
    AssetComment,
    AssetVersion,
    ClientFile,
)
from content.models import (
    DiscussionThread,
    InboxAction,
    InboxAnswer,
    InboxItem,
    InboxNote,
    Incident,
    IncidentEntry,
    MaterialRequest,
    NetworkEvent,
    PlanFile,
    PostComment,
    PostMove,
)
from kpi.models import (
    Call,
    Caller,
    CallImport,
    CallPull,
    FileImport,
    OutgoingCall,
    RawCallEvent,
    RawRequest,
    ReportDelivery,
    TestCall,
    Unmasking,
)
from promotion.models import (
    CostFile,
    Participant,
    PromoAction,
    PublisherCard,
    Winner,
)
from smm_agency.archive.making import delete_contents
from strategy.models import StrategyVersion

logger = logging.getLogger(__name__)

# Stands where a name has to: that somebody said it is still known.
NOBODY = "—"

# What has to stay unique.
NUMBERED = Concat(Value("forgotten:"), F("pk"), output_field=models.CharField())
# What no typed password ever equals.
NO_PASSWORD = "!"  # noqa: S105
# What a row loses. It is counted, or other rows stand on it, so it stays.
BLANKED: dict[type[models.Model], dict[str, Any]] = {
    Contact: {"name": NOBODY, "position": "", "email": "", "phone": ""},
    CalendarFeed: {"label": ""},
    StatusChange: {"note": ""},
    Task: {"details": ""},
    RecurringTask: {"title": NOBODY, "details": ""},
    ResultMove: {"note": ""},
    HandOver: {"note": ""},
    TimeEntry: {"note": ""},
    # The paper itself is kept: accounting law asks for it. Our words beside it are not.
    Paper: {"note": ""},
    PaperMove: {"reason": ""},
    DataWaiver: {"name": NOBODY},
    Notice: {"subject": "", "text": ""},
    NoticeDelivery: {"error": ""},
    # `key` names the address too; it stays unique by the row's number.
    Letter: {"address": "", "subject": "", "text": "", "error": "", "bounce_note": "",
             "key": NUMBERED},
    AccessGrant: {"note": ""},
    AccessProof: {"note": ""},
    AssetComment: {"said_by": ""},
    PostMove: {"client_said_by": ""},
    InboxItem: {"author_id": "", "author_name": "", "text": "", "url": "", "resolution": "",
                "thread_id": ""},
    InboxAction: {"text": "", "message": ""},
    InboxAnswer: {"text": "", "thread_id": "", "answers_id": ""},
    Incident: {"title": NOBODY, "shown_outcome": ""},
    IncidentEntry: {"text": ""},
    MaterialRequest: {"answer": ""},
    Caller: {"phone_hash": None, "phone": None, "last4": None},
    Call: {"comment": "", "called_number": "", "visit": None, "external_id": None},
    CallImport: {"file_name": NOBODY},
    CallPull: {"error": ""},
    OutgoingCall: {"external_id": NUMBERED},
    TestCall: {"note": ""},
    Unmasking: {"reason": NOBODY},
    ReportDelivery: {"name": "", "address": NUMBERED},
    FileImport: {"content": None, "preview": {}, "file_name": NOBODY},
    CostFile: {"content": None, "file_name": NOBODY},
    Participant: {"external_id": None, "name": None, "page_url": None, "excluded_reason": ""},
    Winner: {"shown_name": "", "note": None},
    PromoAction: {"salt": None},
    PublisherCard: {"admin_contact": "", "told_by": ""},
}  # fmt: skip
# Rows with nothing but what was said, or brought in: they go.
DELETED: tuple[type[models.Model], ...] = (
    LetterFile,
    MailRefusal,
    InboxNote,
    DiscussionThread,
    NetworkEvent,
    PlanFile,
    RawCallEvent,
    RawRequest,
    BriefAnswer,
    # Who changed what holds the old words of everything above. The history of the whole client
    # goes: its entries are never rewritten.
    ChangeEntry,
)
# Where a constraint wants a name, only who had one loses it.
NAMED: tuple[tuple[type[models.Model], str], ...] = (
    (AccessGrant, "person"),
    (AccessProof, "person"),
    (AssetVersion, "client_said_by"),
    (BlockResult, "accepted_by_name"),
    (ResultMove, "accepted_by_name"),
    (InboxAction, "reason"),
    (Incident, "outcome"),
    (PostComment, "said_by"),
    (StrategyVersion, "client_said_by"),
)


def forget_departed(*, at: dt.datetime) -> int:
    """How many clients were forgotten; what fails for one keeps no other."""
    done = 0
    for client in Client.objects.filter(status=ClientStatus.ENDED, forgotten_at=None):
        if not is_over(client, at=at):
            continue
        try:
            forget_client(client, at=at)
            done += 1
        except Exception:
            logger.exception("Client %s could not be forgotten.", client.pk)
    return done


def is_over(client: Client, *, at: dt.datetime) -> bool:
    """The work ended long enough ago, and nobody looks at the portal any more."""
    ended, today = ended_on(client), client.day_of(at)
    if ended is None or today <= ended + dt.timedelta(days=client.personal_data_days):
        return False
    return client.portal_until is None or client.portal_until < today


@transaction.atomic
def forget_client(client: Client, *, at: dt.datetime) -> None:
    with connection.cursor() as cursor:
        # Lets the triggers pass that keep approved strategies and drawn lists as they are.
        cursor.execute("SELECT set_config('smm.erased_client', %s, true)", [str(client.pk)])
    # First: its entries are found by the rows that they are about.
    forget_histories(client)
    for model in DELETED:
        rows_of(model, client).delete()
    for model, values in BLANKED.items():
        rows_of(model, client).update(**values)
    for model, name in NAMED:
        rows_of(model, client).exclude(**{name: ""}).update(**{name: NOBODY})
    PromoAction.objects.filter(client=client, erased_at=None).update(erased_at=at)
    InboxItem.objects.filter(client=client, erased_at=None).update(erased_at=at)
    forget_materials(client)
    forget_archives(client)
    # Other clients may stand in the same file: it goes, the row about it stays.
    ClientImport.objects.filter(touched__contains=[client.pk]).update(content=None, problems=[])
    forget_guests(client, at=at)
    if client.portal_until is None:
        client.portal_until = client.day_of(at) - dt.timedelta(days=1)
    client.forgotten_at = at
    client.save(update_fields=["forgotten_at", "portal_until"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('smm.erased_client', '', true)")


def rows_of(model: type[models.Model], client: Client) -> Any:
    return model._default_manager.filter(client=client).order_by()


def forget_materials(client: Client) -> None:
    """What the client sent in files: that it came stays. What posts went out with is public."""
    used = ClientFile.objects.filter(client=client).filter(Q(pk__in=post_files(client)))
    rows = ClientFile.objects.filter(client=client, material__isnull=False)
    rows.exclude(pk__in=used.values("pk")).update(name=NOBODY, content=b"")


def forget_archives(client: Client) -> None:
    """Also one that is waited for or being made: its worker finds that it is not its any more."""
    alive = (ArchiveJob.State.DONE, ArchiveJob.State.WAITING, ArchiveJob.State.RUNNING)
    delete_contents(ArchiveJob.objects.filter(client=client, state__in=alive))


def post_files(client: Client) -> Any:
    return client.posts.model.objects.filter(client=client, files__isnull=False).values(
        "files__file"
    )


def forget_guests(client: Client, *, at: dt.datetime) -> None:
    """People who had only this portal: the account stays without a name, and opens nothing."""
    guests = only_guests_of(client)
    forget_history(User, Q(object_id__in=[str(pk) for pk in guests]))
    PortalAccess.objects.filter(client=client, revoked_at=None).update(revoked_at=at)
    User.objects.filter(pk__in=guests).update(
        username=NUMBERED,
        first_name="", last_name="", email="", password=NO_PASSWORD, is_active=False,
        work_email="", work_phone="", work_telegram="", work_whatsapp="", work_hours="",
    )  # fmt: skip
