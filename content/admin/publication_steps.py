"""The buttons of a publication: what a person has seen on the network, and what is to be done."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from clients.admin.form_page import Step, posted, select_field, text_field
from communities.admin.life_steps import person
from content.admin.moments import ClientMoment, by_clock_of
from content.by_hand import tell_address
from content.missed import cancel, give_new_time, plan_again, publish_now
from content.models import NativeMatch, Publication, PublicationState
from content.outgoing import text_of
from content.reconciling import leave, look_again
from content.text_here import write_text
from content.wall_matches import refuse_match, tie


class SeenForm(forms.Form):
    """Knows the state in which the person saw the publication."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, row: Publication, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"seen": row.state, **initial})
        self.row = row
        by_clock_of(self, row.client)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("seen") != self.row.state:
            raise ValidationError(
                _("Meanwhile it is “%(state)s”: look at the page again.")
                % {"state": self.row.get_state_display()}
            )
        return cleaned


class AddressForm(SeenForm):
    url = forms.CharField(
        label=gettext_lazy("Address of the post"),
        widget=UnfoldAdminTextInputWidget(),
        max_length=500,
    )
    sent_at = ClientMoment(label=gettext_lazy("Published at"))


class TimeForm(SeenForm):
    planned_at = ClientMoment(label=gettext_lazy("New time"))


class TextForm(SeenForm):
    text = text_field(gettext_lazy("Text here"), rows=10, max_length=30_000)
    reason = text_field(gettext_lazy("Reason"), max_length=300)


class CancelForm(SeenForm):
    reason = text_field(gettext_lazy("Reason"), max_length=300)


class MatchForm(SeenForm):
    match = select_field(gettext_lazy("Post on the network"))
    answer = select_field(
        gettext_lazy("Is it this post?"),
        choices=[
            ("yes", gettext_lazy("Yes, it is this publication")),
            ("no", gettext_lazy("No, it is another post")),
        ],
    )

    def __init__(self, row: Publication, data: Any = None) -> None:
        super().__init__(row, data)
        matches = suggestions(row)
        field: Any = self.fields["match"]
        field.choices = [
            (str(each.pk), f"{each.likeness} % · {each.wall_post}") for each in matches
        ]


def suggestions(row: Publication) -> list[NativeMatch]:
    found = row.matches.filter(
        state=NativeMatch.State.SUGGESTED, wall_post__publication=None
    ).select_related("wall_post")
    return list(found)


def address_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        tell_address(
            row, data["url"], sent_at=data["sent_at"], by=person(request), at=timezone.now()
        )
        return _("Written down: it is published.")

    form = AddressForm(row, posted(request), sent_at=now_in_minutes())
    return step(
        model_admin, request, row, form, do,
        title=_("It is there: paste the address"), submit=_("It is published"),
        explanation=_("Open the post on the network and paste its address here."),
    )  # fmt: skip


def send_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        publish_now(row, by=person(request), at=timezone.now())
        return _("It goes out within seconds.")

    unsure = row.state == PublicationState.UNKNOWN
    return step(
        model_admin, request, row, SeenForm(row, posted(request)), do,
        title=_("It is not there: send again") if unsure else _("Publish now"),
        submit=_("Publish now"),
        explanation=_(
            "Look at the page on the network first: if the post is there, it would stand there"
            " twice."
        )
        if unsure
        else _("It is sent as it is now."),
    )  # fmt: skip


def time_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        give_new_time(row, data["planned_at"], by=person(request), at=timezone.now())
        return _("It has a new time.")

    return step(
        model_admin, request, row, TimeForm(row, posted(request)), do,
        title=_("Give it a new time"), submit=_("Give it a new time"),
        explanation=_("The plan is changed: it counts as planned for the new time."),
    )  # fmt: skip


def text_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        write_text(row, data["text"], reason=data["reason"], by=person(request), at=timezone.now())
        return _("The text is mended: press “Publish now”.")

    return step(
        model_admin, request, row, TextForm(row, posted(request), text=text_of(row)), do,
        title=_("Text here"), submit=_("Mend the text"),
        explanation=_(
            "It changes in this community alone; elsewhere the post stays as it was approved."
        ),
    )  # fmt: skip


def cancel_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        cancel(row, by=person(request), at=timezone.now(), reason=data["reason"])
        return _("It is cancelled.")

    return step(
        model_admin, request, row, CancelForm(row, posted(request)), do,
        title=_("Cancel the publication"), submit=_("Cancel the publication"),
        explanation=_("It will not go out in this community; the post stays."),
    )  # fmt: skip


def plan_again_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        plan_again(row, by=person(request), at=timezone.now())
        return _("It is planned again, and goes out after the post's approval.")

    return step(
        model_admin, request, row, SeenForm(row, posted(request)), do,
        title=_("Plan it again"), submit=_("Plan it again"),
    )  # fmt: skip


def match_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        match = row.matches.select_related("wall_post").get(pk=data["match"])
        by, at = person(request), timezone.now()
        if data["answer"] == "no":
            refuse_match(match, by=by, at=at)
            return _("Written down: it is another post.")
        tie(row, match.wall_post, alike=match.likeness, by=by, at=at)
        return _("Written down: it is published.")

    return step(
        model_admin, request, row, MatchForm(row, posted(request)), do,
        title=_("Posts found on the network"), submit=_("Write it down"),
        explanation=_("Likeness: 2 × words in common ÷ words of both texts."),
    )  # fmt: skip


def look_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        look_again(row, by=person(request), at=timezone.now())
        return _("The network is asked within a minute.")

    return step(
        model_admin, request, row, SeenForm(row, posted(request)), do,
        title=_("Let the program look again"), submit=_("Let the program look again"),
    )  # fmt: skip


def leave_step(model_admin: Any, request: HttpRequest, row: Publication) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        leave(row, by=person(request), at=timezone.now())
        return _("Left as it is: it stays “needs checking”.")

    return step(
        model_admin, request, row, SeenForm(row, posted(request)), do,
        title=_("Leave it as it is"), submit=_("Leave it as it is"),
        explanation=_("Nobody is sure, and nothing is done. It stays in the list."),
    )  # fmt: skip


def step(
    model_admin: Any, request: HttpRequest, row: Publication, form: forms.Form,
    do: Callable[[dict[str, Any]], str], *, title: str, submit: str, explanation: str = "",
) -> HttpResponse:  # fmt: skip
    return Step(
        model_admin, request, row, title=title, submit=submit, explanation=explanation,
        form=form, do=do,
    ).respond()  # fmt: skip


def now_in_minutes() -> dt.datetime:
    return timezone.localtime().replace(second=0, microsecond=0)
