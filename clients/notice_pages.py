"""A person's page of notices, and the pages behind the link that switches letters off."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from clients import notice_chats, unsubscribing
from clients.models import Notice, User
from clients.notice_choices import choices_of
from clients.notice_delivery import failed, habits_of
from clients.notice_forms import ChoicesForm, HabitsForm

PAGE_SIZE = 30


class StaffOnly(UserPassesTestMixin, View):
    """Notices are of the agency's people."""

    request: HttpRequest

    def test_func(self) -> bool:
        return isinstance(self.request.user, User) and self.request.user.is_staff

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """By the person's own clock."""
        if not self.test_func():
            return self.handle_no_permission()
        with timezone.override(habits_of(self.person).zone):
            return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - tested above
        return user


class NoticesPage(StaffOnly):
    """The person's notices, the newest first; POST marks some as read."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Notice.objects.on_dashboard_of(self.person)
        shown = rows.select_related("client").prefetch_related(
            Prefetch("deliveries", failed(), to_attr="failed")
        )
        page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
        unread = rows.unread().count()
        # Not the newest of the page: an earlier page may be older than all that is unread.
        newest = rows.order_by("-pk").values_list("pk", flat=True).first()
        context = {"page": page, "unread": unread, "newest": newest}
        return render(request, "account/notices.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        rows = Notice.objects.on_dashboard_of(self.person).unread()
        if number := request.POST.get("notice", ""):
            rows = rows.filter(pk=int(number)) if number.isdecimal() else rows.none()
        elif newest := request.POST.get("newest", ""):
            # What has come since the page was looked at stays unread.
            rows = rows.filter(pk__lte=int(newest)) if newest.isdecimal() else rows.none()
        rows.update(read_at=timezone.now())
        return redirect("account:notices")


class OpenNotice(StaffOnly):
    """To the page that the notice is about; it is read by that."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = Notice.objects.on_dashboard_of(self.person).filter(pk=pk).first()
        if notice is None:
            return redirect("account:notices")
        Notice.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
        return redirect(notice.path or "account:notices")


class NoticeSettings(StaffOnly):
    """How the person wants to be told of what, and when."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self._choices(), self._habits())

    def post(self, request: HttpRequest) -> HttpResponse:
        choices, habits = self._choices(request.POST), self._habits(request.POST)
        if not (choices.is_valid() and habits.is_valid()):
            return self._show(choices, habits, status=400)
        with transaction.atomic():
            choices.save()
            habits.save()
        messages.success(request, _("Saved."))
        return redirect("account:notice_settings")

    def _choices(self, data: Any = None) -> ChoicesForm:
        return ChoicesForm(data, person=self.person, standing=choices_of(self.person))

    def _habits(self, data: Any = None) -> HabitsForm:
        return HabitsForm(data, instance=habits_of(self.person))

    def _show(self, choices: ChoicesForm, habits: HabitsForm, status: int = 200) -> HttpResponse:
        context = {
            "choices": choices,
            "habits": habits,
            "chat": notice_chats.standing_of(habits.instance),
            "address": self.person.email,
        }
        return render(self.request, "account/notice_settings.html", context, status=status)


class ConnectChat(StaffOnly):
    """A one-time link to the bot, shown once."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not notice_chats.is_on():
            messages.error(request, _("The agency has no bot for notices."))
            return redirect("account:notice_settings")
        code = notice_chats.make_code(self.person, at=timezone.now())
        context = {"code": code, "link": notice_chats.link_of(code)}
        response = render(request, "account/notice_connect.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response


class DisconnectChat(StaffOnly):
    def post(self, request: HttpRequest) -> HttpResponse:
        if notice_chats.disconnect(self.person):
            messages.success(request, _("Telegram is disconnected."))
        return redirect("account:notice_settings")


@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(View):
    """By the link of a letter: GET shows, POST switches off. The token is all the right there is.

    Mail programs POST by themselves when somebody presses their button (RFC 8058), so no token
    against forged forms is asked for; scanners that open every link only GET.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._show(token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        letter = unsubscribing.letter_of(token)
        if letter is not None:
            unsubscribing.switch_off(letter)
        return self._show(token)

    def _show(self, token: str) -> HttpResponse:
        letter = unsubscribing.letter_of(token)
        if letter is None:
            return self._answer({}, status=404)
        return self._answer(
            {
                "letter": letter,
                "what": unsubscribing.what_it_is(letter),
                "is_off": unsubscribing.is_switched_off(letter),
            }
        )

    def _answer(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        response = render(self.request, "account/unsubscribe.html", context, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
