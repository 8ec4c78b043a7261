"""The buttons of a community's life: its next step, the proof of access, its checklist."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
)

from clients.admin.form_page import Step, date_field, posted, select_field, switch_field, text_field
from clients.admin.scoped import visible_rows
from clients.models import User
from communities.access import is_proven_by_call, prove_by_call, prove_by_screenshot
from communities.checklist import make_items, settle_several
from communities.files import read_upload
from communities.life import COMPLETE, move, next_steps
from communities.models import Community, ItemState
from communities.page_questions import Asked, ask_network
from communities.readiness import find_missing


class MoveForm(forms.Form):
    to = select_field(gettext_lazy("New state"))
    reason = text_field(
        gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("A step back and out of the archive needs one."),
    )
    # The state in which the person saw the community: two people at once are told of each other.
    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, community: Community, data: Any = None) -> None:
        super().__init__(data, initial={"seen": community.state})
        states = [step.to for step in next_steps(community)]
        if data is not None and data.get("seen") != community.state:
            # What was offered then; `move` says what has happened meanwhile.
            states = list(Community.State)
        self.fields["to"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined] # a ChoiceField


def move_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        community.state = data["seen"]
        done = move(
            community, to=data["to"], by=person(request), at=timezone.now(), reason=data["reason"]
        )
        return _("The state is “%(state)s” now.") % {"state": done.get_new_display()}

    return Step(
        model_admin,
        request,
        community,
        title=_("Change the state"),
        submit=_("Change the state"),
        explanation=missing_words(community),
        form=MoveForm(community, posted(request)),
        do=do,
    ).respond()


def missing_words(community: Community) -> str:
    """What stands between the community and its readiness; "" where nothing is asked of it now."""
    if not any(step.to in COMPLETE for step in next_steps(community)):
        return ""
    missing = find_missing(community)
    if not missing:
        return _("Nothing is missing: it may be called ready.")
    return "\n".join([_("Missing before it is ready:"), *(f"• {one}" for one in missing)])


def person(request: HttpRequest) -> User:
    user: Any = request.user
    found: User = user
    return found


# --- Access --------------------------------------------------------------------------------------


class ScreenshotForm(forms.Form):
    person = text_field(
        gettext_lazy("Who has the access"),
        max_length=120,
        help_text=gettext_lazy("Name and role: who of the agency comes in, and as what."),
    )
    file = forms.FileField(
        label=gettext_lazy("Screenshot"),
        widget=UnfoldAdminFileFieldWidget(),
        help_text=gettext_lazy("The page of roles or the panel of management; no passwords on it."),
    )
    note = text_field(gettext_lazy("Note"), required=False, max_length=300)

    def clean_file(self) -> Any:
        return read_upload(self.cleaned_data["file"])


def access_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    """By a call where a key can prove it; else by a picture."""
    if is_proven_by_call(community.profile.network):
        return call_step(model_admin, request, community)
    return screenshot_step(model_admin, request, community)


def call_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    def ask() -> None:
        try:
            proof = prove_by_call(community, by=person(request), at=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, _("Access is proven. %(note)s") % {"note": proof.note})

    return Step(
        model_admin,
        request,
        community,
        title=_("Prove the access"),
        submit=_("Ask the network"),
        explanation=_(
            "The network is asked with the page's own key for what only those who manage the page"
            " are told."
        ),
        form=forms.Form(posted(request)),
        do=after(ask),
    ).respond()


def after(ask: Callable[[], None]) -> Callable[[dict[str, Any]], str]:
    """The network is asked once nothing is locked any more."""

    def do(data: dict[str, Any]) -> str:
        transaction.on_commit(ask)
        return ""

    return do


def screenshot_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        prove_by_screenshot(community, **data, by=person(request), at=timezone.now())
        return _("The screenshot is kept: access is proven.")

    return Step(
        model_admin,
        request,
        community,
        title=_("Prove the access"),
        submit=_("Keep the screenshot"),
        explanation=_("No key of this network can prove the access: a picture and a name do."),
        form=ScreenshotForm(posted(request), request.FILES or None),
        do=do,
    ).respond()


# --- The checklist -------------------------------------------------------------------------------


class ListForm(forms.Form):
    starts_on = date_field(
        gettext_lazy("Begins on"),
        help_text=gettext_lazy("The deadlines of new items are counted from this day."),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("Gets the agency's open items that nobody has."),
    )

    def __init__(self, community: Community, user: User, data: Any = None) -> None:
        super().__init__(data, initial={"starts_on": community.client.today()})
        self.fields["owner"].queryset = visible_rows(User, user)  # type: ignore[attr-defined] # a ModelChoiceField


def list_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        count = make_items(community, on=data["starts_on"], owner=data["owner"])
        return ngettext("%(count)d item was added.", "%(count)d items were added.", count) % {
            "count": count
        }

    return Step(
        model_admin,
        request,
        community,
        title=_("Make the checklist"),
        submit=_("Make the checklist"),
        explanation=_(
            "What the list of this network has and the community lacks is added; what is there"
            " stays as it is."
        ),
        form=ListForm(community, person(request), posted(request)),
        do=do,
    ).respond()


class AskForm(forms.Form):
    ticks = switch_field(
        gettext_lazy("Tick the open items that the network confirms"),
        initial=True,
        help_text=gettext_lazy("What a person ticked stays ticked, whatever the network says."),
    )


def ask_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    form = AskForm(posted(request))

    def ask() -> None:
        ticks = form.cleaned_data["ticks"]
        say(request, ask_network(community, by=person(request), at=timezone.now(), ticks=ticks))

    return Step(
        model_admin,
        request,
        community,
        title=_("Ask the network"),
        submit=_("Ask the network"),
        explanation=_("One reading of the page for all items that the network can prove."),
        form=form,
        do=after(ask),
    ).respond()


def say(request: HttpRequest, asked: Asked) -> None:
    if asked.refusal:
        messages.error(request, _("The network did not tell: %(said)s") % {"said": asked.refusal})
        return
    messages.success(
        request,
        _(
            "As it should be: %(ok)s, not as it should be: %(not_ok)s, not told with this key:"
            " %(unknown)s, ticked: %(ticked)s."
        )
        % asked._asdict(),
    )
    if asked.disputed:
        messages.warning(
            request,
            ngettext(
                "%(count)d item is ticked, and the network says otherwise.",
                "%(count)d items are ticked, and the network says otherwise.",
                asked.disputed,
            )
            % {"count": asked.disputed},
        )


class SeveralForm(forms.Form):
    items = forms.MultipleChoiceField(
        label=gettext_lazy("Done"), widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    def __init__(self, community: Community, data: Any = None) -> None:
        super().__init__(data)
        self.rows = {
            str(item.pk): item for item in community.checklist.filter(state=ItemState.OPEN)
        }
        choices = [(pk, item.title) for pk, item in self.rows.items()]
        self.fields["items"].choices = choices  # type: ignore[attr-defined] # a ChoiceField

    def clean_items(self) -> Any:
        return [self.rows[pk] for pk in self.cleaned_data["items"]]


def several_step(model_admin: Any, request: HttpRequest, community: Community) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        count = settle_several(data["items"], by=person(request), at=timezone.now())
        return ngettext("%(count)d item is ticked.", "%(count)d items are ticked.", count) % {
            "count": count
        }

    return Step(
        model_admin,
        request,
        community,
        title=_("Tick several items"),
        submit=_("Tick"),
        form=SeveralForm(community, posted(request)),
        do=do,
    ).respond()
