"""Letters to people of the agency that did not arrive: shown in the workbench, written to nobody.

A task or a letter about it would go to the same mail server, fail, and be told of again, for ever.
"""

import datetime as dt
import re

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.models import Channel, Letter, Notice, NoticeDelivery, NoticeKind, User
from clients.notices import Words, page_of, tell
from clients.team import directors

S = NoticeDelivery.State
# Of the letter that carries one notice; see clients.notice_delivery.
OF_A_NOTICE = re.compile(r"notice:(\d+):")


def tell_of_lost_letter(letter: Letter, person: User, *, at: dt.datetime) -> None:
    """The person sees what did not reach them, and the directors whom: once a day each."""
    error = f"{letter.bounce_code} {letter.bounce_note}".strip() or letter.error
    rows = deliveries_of(letter, person)
    # Shown even to who wanted such things by letter only.
    Notice.objects.filter(deliveries__in=rows).update(is_on_dashboard=True)
    rows.update(state=S.GIVEN_UP, sent_at=None, error=error[:300])
    tell_of_trouble(person, address=letter.address, error=error, at=at)


def deliveries_of(letter: Letter, person: User) -> QuerySet[NoticeDelivery]:
    """What the letter carried: marked as sent by the moment at which it was written."""
    rows = NoticeDelivery.objects.filter(channel=Channel.EMAIL, notice__person=person)
    if letter.is_digest:
        return rows.filter(is_digest=True, sent_at=letter.written_at)
    found = OF_A_NOTICE.match(letter.key)
    return rows.filter(is_digest=False, notice=int(found[1])) if found else rows.none()


def tell_of_trouble(person: User, *, address: str, error: str, at: dt.datetime) -> None:
    told = Words(
        _("%(error)s. Mend the address %(address)s, or ask whoever runs the mail server."),
        error=error, address=address,
    )  # fmt: skip
    tell(
        [person],
        kind=NoticeKind.DATA,
        key=f"mail-trouble:{person.pk}:{at.date()}",
        subject=_("Letters do not reach you: look here for what they told"),
        text=told,
        path=reverse("account:notices"),
        client=None,
        at=at,
        is_by_dashboard_only=True,
    )
    tell(
        [director for director in directors() if director != person],
        kind=NoticeKind.DATA,
        key=f"mail-trouble:{person.pk}:{at.date()}",
        subject=Words(_("Letters do not reach %(person)s: tell them yourself"), person=person),
        text=told,
        path=page_of(person),
        client=None,
        at=at,
        is_by_dashboard_only=True,
    )
