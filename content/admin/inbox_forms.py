"""The forms of the inbox's steps, and what they offer."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import text_field
from clients.models import TeamMember, User
from communities.networks.moderation import ACT_TITLES, Act
from content.inbox_actions import mark_of, send_action, why_not
from content.models import ActionState, InboxAction, InboxItem, SavedReply
from content.replies import VARIABLE, reply_text

CHANGE = "content.change_inboxitem"
DONE = {
    Act.REPLY: gettext_lazy("The reply is out."),
    Act.HIDE: gettext_lazy("It is hidden on the network."),
    Act.DELETE: gettext_lazy("It is deleted on the network."),
    Act.RESTORE: gettext_lazy("It stands on the network again."),
    Act.BAN: gettext_lazy("The author is banned."),
}
BAN_DAYS = [("", gettext_lazy("for good")), ("1", "1"), ("7", "7"), ("30", "30")]


def hidden(value: str) -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput, initial=value)


def saved_replies_for(item: InboxItem) -> Any:
    of_whom = Q(client=None) | Q(client=item.client_id)
    return SavedReply.objects.filter(of_whom, is_active=True).order_by("title")


def people_of(client_ids: Iterable[int], *, on: dt.date) -> list[tuple[str, str]]:
    """Who is in the team of each of these clients, as choices."""
    people = User.objects.filter(is_active=True, is_staff=True)
    for client_id in client_ids:
        members = TeamMember.objects.active(on=on).filter(client=client_id)
        people = people.filter(pk__in=members.values("user"))
    return [("", "—"), *((str(each.pk), str(each)) for each in people.order_by("last_name", "pk"))]


class AnswerForm(forms.Form):
    text = text_field(gettext_lazy("Answer"), rows=6)

    def __init__(self, *args: Any, item: InboxItem, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["text"].initial = text
        self.fields["seen"] = hidden(mark_of(item))
        self.fields["saved"] = hidden("")

    def clean_text(self) -> str:
        """Variables are filled in first, and looked at once more before they go out."""
        text: str = self.cleaned_data["text"]
        if not VARIABLE.search(text):
            return text
        filled = reply_text(text, self.item)
        sent: Any = self.data
        self.data = sent.copy()
        self.data["text"] = filled  # type: ignore[index] # a QueryDict, which is a copy now
        raise ValidationError(_("So it will read: look at it and send it."))


def person_of(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person


def filled(chosen: SavedReply | None, item: InboxItem) -> tuple[str, str]:
    """The saved reply with its variables filled in, and what is wrong with it."""
    if chosen is None:
        return "", ""
    try:
        return reply_text(chosen.text, item), ""
    except ValidationError as refused:
        return chosen.text, " ".join(refused.messages)


def possible_acts(item: InboxItem) -> list[Act]:
    return [act for act in Act if act is not Act.REPLY and not why_not(item, act)]


def acts_in_words(item: InboxItem) -> str:
    """What cannot be done here, and why: a line each."""
    lines = [
        f"{ACT_TITLES[act]}: {words}"
        for act in Act
        if act is not Act.REPLY and (words := why_not(item, act))
    ]
    rule = _("Complaints are answered, not deleted: screenshots spread. Each act needs a reason.")
    return "\n".join([rule, *lines])


def lost_action(item: InboxItem) -> InboxAction | None:
    return item.actions.filter(state=ActionState.UNKNOWN).order_by("-pk").first()


def send_now(request: HttpRequest, pk: int) -> None:
    """After the commit: the network's word comes back with the page."""
    action = send_action(pk, at=timezone.now())
    if action.state == ActionState.DONE:
        messages.success(request, DONE[Act(action.act)])
    elif action.state == ActionState.WAITING and action.next_try_at:
        messages.warning(
            request,
            _("The network asks to wait: it is tried again at %(time)s.")
            % {"time": date_format(timezone.localtime(action.next_try_at), "TIME_FORMAT")},
        )
    elif action.state == ActionState.REFUSED:
        messages.error(
            request, _("The network refused it: %(message)s") % {"message": action.message}
        )
    else:
        messages.warning(
            request, _("The network's answer was lost; nothing is sent twice. It is looked up.")
        )
