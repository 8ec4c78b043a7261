"""Letters about material: to the client's people what is asked, to ours what came.

Each occasion has one letter: the asking, the reminder before the day, on it, and after it.
"""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.letters import is_refused, people_in_roles, write_letter
from clients.models import ClientStatus, Letter, NoticeKind, User
from clients.notices import Words, may_be_told, page_of, tell
from content.models import CLIENT_SEES, MaterialRequest
from content.people import OF_POSTS, responsible_for
from content.refusals import tell_of_refusal
from content.terms import terms_of
from content.upload_links import make_link


class Reminder(NamedTuple):
    """So many days after the day it is needed by; before it where negative."""

    kind: str
    days: int


ASKED = "asked"
REMINDERS = (Reminder("before", -2), Reminder("due", 0), Reminder("after", 2))
# By the client's clock: nobody is reminded at night.
FROM_HOUR = 9
# Whoever has paused or left is left in peace.
WRITTEN_TO = (ClientStatus.ONBOARDING, ClientStatus.ACTIVE)


def remind_clients(*, at: dt.datetime) -> int:
    """Write the reminders whose day has come; how many letters."""
    waiting = MaterialRequest.objects.open().filter(
        client__status__in=WRITTEN_TO, due_on__lte=(at + dt.timedelta(days=4)).date()
    )
    return sum(_remind(pk, at=at) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, *, at: dt.datetime) -> bool:
    rows = MaterialRequest.objects.open().select_for_update(of=("self",), skip_locked=True)
    request = rows.select_related("client", "contact", "post", "asked_by").filter(pk=pk).first()
    if request is None or at.astimezone(request.client.zone).hour < FROM_HOUR:
        return False
    kind = due_reminder(request, on=request.client.day_of(at))
    return bool(kind) and write_to_contact(request, kind, at=at)


def due_reminder(request: MaterialRequest, *, on: dt.date) -> str:
    """The newest whose day has come since it was asked; "" for none. Older ones are let go."""
    asked_on = request.client.day_of(request.asked_at)
    days = {each.kind: request.due_on + dt.timedelta(days=each.days) for each in REMINDERS}
    come = [kind for kind, day in days.items() if asked_on < day <= on]
    return come[-1] if come else ""


def write_to_contact(request: MaterialRequest, kind: str, *, at: dt.datetime) -> bool:
    """One letter of this kind for this day of need; False where there is one, or no address.

    False, too, where the contact wants no such letters: the team is told, and no link is made.
    """
    address = request.contact.email if request.contact else ""
    key = f"material:{request.pk}:{kind}:{request.due_on}"
    if not address or Letter.objects.filter(key=f"{key}:{address}"[:200]).exists():
        return False
    if is_unwanted(request):
        _tell_of_refusal(request)
        return False
    with translation.override(request.client.language):
        return write_letter(
            key=key,
            address=address,
            subject=_("Material: %(what)s") % {"what": request.what},
            text=letter_text(request, kind, at=at),
            at=at,
            client=request.client,
            kind=NoticeKind.MATERIALS,
        )


def is_unwanted(request: MaterialRequest) -> bool:
    """Whether the contact wants no letters about material."""
    address = request.contact.email if request.contact else ""
    return is_refused(request.client, address, NoticeKind.MATERIALS)


def _tell_of_refusal(request: MaterialRequest) -> bool:
    return tell_of_refusal(
        request.client,
        request,
        title=gettext_lazy("Ask for the material yourself: the contact wants no letters about it"),
        details=request.what,
        kind=NoticeKind.MATERIALS,
        since=request.asked_at,
    )


def letter_text(request: MaterialRequest, kind: str, *, at: dt.datetime) -> str:
    """In the language that is active; makes an upload link where the client has them."""
    name = request.contact.name if request.contact else ""
    lines = [_("Hello, %(name)s!") % {"name": name}, "", opening(request, kind), ""]
    lines.append(_("What we ask for: %(what)s") % {"what": request.what})
    if request.why:
        lines.append(_("What for: %(why)s") % {"why": request.why})
    if request.post and request.post.state in CLIENT_SEES:
        lines.append(_("For the post: %(post)s") % {"post": request.post.title})
    lines.append(_("Needed by: %(day)s") % {"day": date_format(request.due_on, "DATE_FORMAT")})
    lines += ["", where_to(request, at=at)]
    if settings.AGENCY_NAME:
        lines += ["", settings.AGENCY_NAME]
    return "\n".join(lines)


def opening(request: MaterialRequest, kind: str) -> str:
    if kind == "before":
        return _("A reminder: the day by which we need your material is near.")
    if kind == "due":
        return _("We need your material today.")
    if kind == "after":
        return _("We are still without your material, and the work waits for it.")
    return _("For the work on your communities we need something that only you have.")


def where_to(request: MaterialRequest, *, at: dt.datetime) -> str:
    if terms_of(request.client).has_upload_links:
        address, link = make_link(request, by=None, at=at)
        until = date_format(link.expires_at.astimezone(request.client.zone), "DATE_FORMAT")
        return _("Send it here, without a password, until %(day)s:\n%(address)s") % {
            "day": until,
            "address": address,
        }
    if request.asked_by and request.asked_by.work_email:
        return _("Send it to %(person)s: %(address)s") % {
            "person": request.asked_by,
            "address": request.asked_by.work_email,
        }
    return _("Send it to your manager at the agency.")


def tell_of_receipt(request: MaterialRequest, *, at: dt.datetime) -> int:
    """To those who answer for it: it has come by a link. One notice a day of arrivals."""
    return tell(
        people_of(request, at=at),
        kind=NoticeKind.MATERIALS,
        key=f"material:{request.pk}:came:{request.client.day_of(at)}",
        subject=Words(
            gettext_lazy("Material came from %(client)s: %(what)s"),
            client=request.client,
            what=request.what,
        ),
        text="",
        path=page_of(request),
        client=request.client,
        at=at,
    )


def people_of(request: MaterialRequest, *, at: dt.datetime) -> list[User]:
    """Who asked and is still there; else who answers for the post, or for the client's posts."""
    on = request.client.day_of(at)
    asked = [request.asked_by] if request.asked_by is not None else []
    if still_there := may_be_told(asked, client=request.client, on=on):
        return still_there
    if request.post is not None:
        return responsible_for(request.post, on=on)
    return people_in_roles(request.client, OF_POSTS, on=on)
