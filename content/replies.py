"""Replies in the inbox, and the saved ones with their variables."""

import datetime as dt
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clients.models import Client, TrackingNumber, User
from communities.networks.moderation import Act
from content.facts import facts_of
from content.inbox_actions import finish_actions, send_action, write_action
from content.models import InboxAction, InboxItem, SavedReply

__all__ = ["finish_actions", "reply", "reply_text", "variables_of"]

# What may stand in curly brackets, beside the codes of the client's standing facts.
NAMES = ("name", "full_name", "client", "page", "phone")
VARIABLE = re.compile(r"\{([^{}\s]{1,40})\}")


def reply(
    item: InboxItem,
    text: str,
    *,
    by: User,
    at: dt.datetime,
    seen: str | None = None,
    saved_reply: SavedReply | None = None,
) -> InboxAction:
    """Write the reply down and send it; call it outside of a transaction.

    Raises ValidationError: it cannot be sent, or somebody answered meanwhile (`seen`).
    """
    action = write_action(
        item, Act.REPLY, by=by, at=at, seen=seen, text=text, saved_reply=saved_reply
    )
    return send_action(action.pk, at=at)


def reply_text(template: str, item: InboxItem) -> str:
    """The template with its variables filled in. Raises ValidationError that names the bad ones."""
    values = variables_of(item)
    used = set(VARIABLE.findall(template))
    if unknown := sorted(used - values.keys()):
        raise ValidationError(
            _("Unknown in the text: %(names)s. Known are: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(sorted(values))}
        )
    if empty := sorted(name for name in used if not values[name]):
        raise ValidationError(
            _("Not known here: %(names)s. Write it by hand.") % {"names": ", ".join(empty)}
        )
    return VARIABLE.sub(lambda found: values[found[1]], template)


def variables_of(item: InboxItem) -> Mapping[str, str]:
    """Name → what it stands for in an answer to this item; "" where that is not known.

    The client's standing facts stand there by their codes, as long as they are true.
    """
    return {
        **facts_of(item.client, on=item.client.today()),
        "name": item.author_name.split(" ")[0],
        "full_name": item.author_name,
        "client": item.client.name,
        "page": item.profile.title if item.profile else item.site,
        "phone": _phone(item.client),
    }


def _phone(client: Client) -> str:
    """The client's tracking number in use, the first where there are several."""
    number = TrackingNumber.objects.filter(client=client, is_active=True).order_by("pk").first()
    return str(number) if number else ""
