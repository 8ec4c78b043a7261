"""Reviews on map services and mentions, which no network tells of: entered by a person."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, User
from content.models import InboxItem, InboxKind
from content.reply_clock import set_clocks

ELSEWHERE = (InboxKind.REVIEW, InboxKind.MENTION)


@transaction.atomic
def enter_item(
    client: Client,
    *,
    kind: str,
    site: str,
    text: str,
    received_at: dt.datetime,
    by: User,
    at: dt.datetime,
    author_name: str = "",
    url: str = "",
    rating: int | None = None,
    category: str = "",
) -> InboxItem:
    """It goes the same way as a comment: the clock, the inbox, incidents.

    Raises:
        ValidationError: it is written in the future, or was entered before.
    """
    if received_at > at:
        raise ValidationError({"received_at": _("This moment is still to come.")})
    if url and InboxItem.objects.filter(client=client, kind=kind, url=url).exists():
        raise ValidationError({"url": _("It was entered already: look for it in the inbox.")})
    item = InboxItem(
        client=client, kind=kind, site=site, author_name=author_name, text=text, url=url,
        rating=rating, category=category, received_at=received_at, heard_at=at, assignee=by,
    )  # fmt: skip
    item.full_clean(exclude=["profile"])
    item.save()
    set_clocks([item], at=at)
    return item
