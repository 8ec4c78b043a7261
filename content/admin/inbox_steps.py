"""What the buttons of an item do: answer, note, give, act on the network, look, close."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import button
from clients.admin.form_page import Step, posted, select_field, text_field
from clients.admin.scoped import allowed_rows, allows
from clients.models import User
from communities.networks.moderation import ACT_TITLES, Act
from content.admin.inbox_forms import (
    BAN_DAYS,
    CHANGE,
    AnswerForm,
    acts_in_words,
    filled,
    hidden,
    lost_action,
    people_of,
    person_of,
    possible_acts,
    saved_replies_for,
    send_now,
)
from content.inbox_actions import mark_of, say_what_stands, why_not, write_action
from content.inbox_steps import add_note, assign, close, reopen
from content.models import InboxItem, InboxState


class InboxSteps:
    """Mixed into the inbox's page."""

    model: Any

    def item_or_404(self, request: HttpRequest, object_id: str) -> InboxItem:
        me: Any = self
        item: InboxItem | None = me.get_object(request, object_id)
        if item is None:
            raise Http404
        if not allows(request, CHANGE, item):
            raise PermissionDenied
        return item

    # --- What is offered -------------------------------------------------------------------------

    def has_answer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        item = self._row(request, object_id)
        return item is not None and not why_not(item, Act.REPLY)

    def has_network_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        item = self._row(request, object_id)
        return item is not None and bool(possible_acts(item))

    def has_look_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        item = self._row(request, object_id)
        return item is not None and lost_action(item) is not None

    def has_open_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        item = self._row(request, object_id)
        return item is not None and item.state != InboxState.CLOSED

    def has_closed_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        item = self._row(request, object_id)
        return item is not None and item.state == InboxState.CLOSED

    def _row(self, request: HttpRequest, object_id: Any) -> InboxItem | None:
        me: Any = self
        item: InboxItem | None = me.row_of(request, object_id)
        return item

    # --- Answering -------------------------------------------------------------------------------

    @button(gettext_lazy("Answer"), path="answer", icon="reply", permissions=["change", "answer"])
    def answer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        saved = saved_replies_for(item)
        chosen = (
            saved.filter(pk=pk).first()
            if (pk := request.GET.get("saved", "")).isdecimal()
            else None
        )
        text, problem = filled(chosen, item)
        form = AnswerForm(posted(request), item=item, text=text)

        def do(data: dict[str, Any]) -> str:
            now = timezone.now()
            action = write_action(
                item, Act.REPLY, by=person_of(request), at=now, seen=data["seen"],
                text=data["text"], saved_reply=chosen,
            )  # fmt: skip
            transaction.on_commit(lambda: send_now(request, action.pk))
            return ""

        return Step(
            self, request, item,
            title=_("Answer"),
            submit=_("Send"),
            explanation=problem,
            form=form,
            do=do,
            template="admin/content/answer.html",
            context={"item": item, "saved_replies": saved, "chosen": chosen},
        ).respond()  # fmt: skip

    @button(
        gettext_lazy("On the network"), path="network", icon="gavel",
        permissions=["change", "network"],
    )  # fmt: skip
    def do_on_network(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete, restore, hide, ban: what can be done here, each with its reason."""
        item = self.item_or_404(request, object_id)
        form = forms.Form(posted(request))
        acts = [(act.value, ACT_TITLES[act]) for act in possible_acts(item)]
        form.fields["act"] = select_field(_("What"), choices=acts)
        form.fields["reason"] = text_field(_("Reason"), max_length=300)
        if Act.BAN.value in dict(acts):
            form.fields["days"] = select_field(
                _("Banned for, days"), choices=BAN_DAYS, required=False
            )
        form.fields["seen"] = hidden(mark_of(item))

        def do(data: dict[str, Any]) -> str:
            now = timezone.now()
            days = int(data.get("days") or 0)
            action = write_action(
                item, Act(data["act"]), by=person_of(request), at=now, seen=data["seen"],
                reason=data["reason"],
                bans_until=now + dt.timedelta(days=days) if days else None,
            )  # fmt: skip
            transaction.on_commit(lambda: send_now(request, action.pk))
            return ""

        return Step(
            self, request, item,
            title=_("On the network"),
            submit=_("Do it"),
            explanation=acts_in_words(item),
            form=form,
            do=do,
        ).respond()  # fmt: skip

    @button(
        gettext_lazy("Say what stands there"), path="look", icon="search",
        permissions=["change", "look"],
    )  # fmt: skip
    def look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        action = lost_action(item)
        if action is None:
            raise Http404
        form = forms.Form(posted(request))
        choices = [("yes", _("it is there")), ("no", _("it is not there"))]
        form.fields["arrived"] = select_field(_("On the network"), choices=choices)
        form.fields["action"] = hidden(str(action.pk))

        def do(data: dict[str, Any]) -> str:
            if data["action"] != str(action.pk):
                raise ValidationError(_("Somebody did something about this meanwhile: look first."))
            arrived = data["arrived"] == "yes"
            say_what_stands(action, arrived=arrived, by=person_of(request), at=timezone.now())
            return _("Noted.") if arrived else _("Noted: it may be sent again.")

        return Step(
            self, request, item,
            title=_("What stands on the network?"),
            submit=_("Store"),
            explanation="\n".join(filter(None, [
                _("The network's answer was lost: %(act)s.") % {"act": action.get_act_display()},
                action.text, item.url,
            ])),
            form=form,
            do=do,
        ).respond()  # fmt: skip

    # --- Work of the team ------------------------------------------------------------------------

    @button(
        gettext_lazy("Internal note"), path="note", icon="sticky_note_2", permissions=["change"]
    )
    def write_note(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        form = forms.Form(posted(request))
        form.fields["text"] = text_field(_("Note"), rows=4, max_length=5_000)

        def do(data: dict[str, Any]) -> str:
            add_note(item, data["text"], by=person_of(request), at=timezone.now())
            return _("The note was stored.")

        return Step(
            self, request, item,
            title=_("Internal note"), submit=_("Store"), form=form, do=do,
            explanation=_("For the agency only: the client never sees it."),
        ).respond()  # fmt: skip

    @button(gettext_lazy("Give to"), path="give", icon="person_add", permissions=["change", "open"])
    def give(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        form = forms.Form(posted(request))
        people = people_of([item.client_id], on=item.client.today())
        form.fields["to"] = select_field(
            _("Who answers"), choices=people, required=False, initial=item.assignee_id or ""
        )

        def do(data: dict[str, Any]) -> str:
            to = User.objects.get(pk=data["to"]) if data["to"] else None
            assign(item, to, by=person_of(request), at=timezone.now())
            return _("%(person)s answers.") % {"person": to} if to else _("Nobody answers yet.")

        return Step(
            self, request, item, title=_("Who answers"), submit=_("Give"), form=form, do=do
        ).respond()

    def give_each(self, request: HttpRequest, items: Iterable[InboxItem], to: Any) -> int:
        now = timezone.now()
        return sum(assign(item, to, by=person_of(request), at=now) for item in items)

    @button(gettext_lazy("Close"), path="close", icon="check", permissions=["change", "open"])
    def close_item(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        form = forms.Form(posted(request))
        form.fields["outcome"] = text_field(_("Outcome"), max_length=300)

        def do(data: dict[str, Any]) -> str:
            is_done = close(item, data["outcome"], at=timezone.now())
            return _("It was closed.") if is_done else _("It is closed already.")

        return Step(
            self, request, item, title=_("Close"), submit=_("Close"), form=form, do=do
        ).respond()

    @button(
        gettext_lazy("Open again"), path="reopen", icon="undo", permissions=["change", "closed"]
    )
    def reopen_item(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            return _("It is open again.") if reopen(item) else _("It is open already.")

        return Step(
            self, request, item, title=_("Open again"), submit=_("Open again"),
            form=forms.Form(posted(request)), do=do,
        ).respond()  # fmt: skip

    def do_together(self, request: HttpRequest) -> HttpResponse:
        """For the items that were chosen in the list: their ids stand in the address."""
        me: Any = self
        if not me.has_change_permission(request):
            raise PermissionDenied
        ids = [int(each) for each in request.GET.get("ids", "").split(",") if each.isdecimal()]
        rows = allowed_rows(request, me.get_queryset(request), CHANGE).filter(pk__in=ids[:200])
        items = list(rows.select_related("client"))
        today = timezone.localdate()
        people = people_of({item.client_id for item in items}, on=today)
        form = forms.Form(posted(request))
        form.fields["to"] = select_field(_("Who answers"), choices=people, required=False)
        form.fields["outcome"] = text_field(
            _("Close with the outcome"), required=False, max_length=300,
            help_text=_("Empty: they stay open."),
        )  # fmt: skip

        def do(data: dict[str, Any]) -> str:
            if not data["to"] and not data["outcome"]:
                raise ValidationError(_("Choose somebody, or write the outcome."))
            if data["to"]:
                self.give_each(request, items, User.objects.get(pk=data["to"]))
            if data["outcome"]:
                now = timezone.now()
                for item in items:
                    close(item, data["outcome"], at=now)
            count = len(items)
            words = ngettext("%(count)d item was done.", "%(count)d items were done.", count)
            return words % {"count": count}

        return Step(
            self, request, None,
            title=_("Several at once"),
            submit=_("Do it"),
            explanation=ngettext(
                "%(count)d item was chosen.", "%(count)d items were chosen.", len(items)
            ) % {"count": len(items)},
            form=form,
            do=do,
            back=reverse("admin:content_inboxitem_changelist"),
        ).respond()  # fmt: skip
