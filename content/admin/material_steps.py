"""The buttons of a request for material: what came, no longer needed, again, by a link."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, page_of, posted, select_field, text_field
from clients.admin.scoped import allows
from clients.models import User
from content.link_pages import MOST_AT_ONCE, ManyFilesField
from content.material_files import read_material
from content.material_letters import ASKED, write_to_contact
from content.materials import ask_again, cancel, take_in
from content.media import add_received
from content.models import MaterialRequest, RequestState
from content.upload_links import make_link, withdraw_links
from strategy.models import ContentSource

CHANGE = "content.change_materialrequest"
ADD_MEDIA = "content.add_mediaitem"


def person(request: HttpRequest) -> User:
    user: Any = request.user
    found: User = user
    return found


class ManyFilesWidget(UnfoldAdminFileFieldWidget):
    allow_multiple_selected = True


class TakeForm(forms.Form):
    uploads = ManyFilesField(
        label=gettext_lazy("Files"),
        required=False,
        widget=ManyFilesWidget({"multiple": True}),
        help_text=gettext_lazy("Several at once; the same file sent twice is kept once."),
    )
    answer = text_field(
        gettext_lazy("What the client wrote"), rows=4, required=False, max_length=10_000
    )

    def clean_uploads(self) -> Any:
        """All of them, or the form says what is wrong with which."""
        arrivals, problems = [], []
        for upload in self.cleaned_data["uploads"]:
            try:
                arrivals.append(read_material(upload))
            except ValidationError as refused:
                problems.append(f"{upload.name}: {' '.join(refused.messages)}")
        if problems:
            raise ValidationError(problems)
        return arrivals


class SeenForm(forms.Form):
    """`seen` is the state in which the person saw the request."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, row: MaterialRequest, data: Any = None) -> None:
        self.row = row
        super().__init__(data, initial={"seen": row.state})

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if seen != self.row.state:
            message = _("Somebody was faster: it is “%(state)s” now. Look at it again.")
            raise ValidationError(message % {"state": self.row.get_state_display()})
        return seen


class CancelForm(SeenForm):
    reason = text_field(gettext_lazy("Reason"), max_length=300)


class AgainForm(SeenForm):
    due_on = date_field(gettext_lazy("Needed by"))
    reason = text_field(
        gettext_lazy("What will not do, and what is needed"),
        rows=3,
        max_length=500,
        help_text=gettext_lazy("The client reads this."),
    )


class BankForm(forms.Form):
    source = select_field(gettext_lazy("Source"), choices=ContentSource.choices)
    rights = text_field(
        gettext_lazy("Rights"),
        max_length=300,
        help_text=gettext_lazy("Whose it is, and by what we may use it."),
    )
    credit = text_field(gettext_lazy("Credit"), required=False, max_length=200)
    valid_until = date_field(
        gettext_lazy("Rights run until"),
        required=False,
        help_text=gettext_lazy("Empty: without an end."),
    )


class MaterialSteps:
    """Mixed into the page of a request."""

    material_buttons = (
        "take_material", "put_into_bank", "upload_link", "ask_once_more", "not_needed",
    )  # fmt: skip

    def request_or_404(self, request: HttpRequest, object_id: str) -> MaterialRequest:
        me: Any = self
        row: MaterialRequest | None = me.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def has_open_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        is_open = row is not None and row.state == RequestState.OPEN
        return is_open and bool(me.has_change_permission(request, row))

    def has_over_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        is_over = row is not None and row.state != RequestState.OPEN
        return is_over and bool(me.has_change_permission(request, row))

    def has_bank_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        may_add = row is not None and allows(request, ADD_MEDIA, row)
        return bool(may_add and row.state == RequestState.RECEIVED)

    @button(gettext_lazy("It came"), path="take", icon="inbox", permissions=["change"])
    def take_material(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.request_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            now = timezone.now()
            count = take_in(row, data["uploads"], answer=data["answer"], by=person(request), at=now)
            words = ngettext("%(count)d file was taken.", "%(count)d files were taken.", count)
            return words % {"count": count}

        form = TakeForm(posted(request), request.FILES or None)
        return Step(
            self, request, row, title=_("It came"), submit=_("Take it in"), form=form, do=do,
            explanation=_("At most %(most)d files at once; or what the client wrote or said.")
            % {"most": MOST_AT_ONCE},
        ).respond()  # fmt: skip

    @button(gettext_lazy("No longer needed"), path="cancel", icon="close", permissions=["open"])
    def not_needed(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.request_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            now = timezone.now()
            cancel(row, reason=data["reason"], by=person(request), at=now)
            withdraw_links(row, at=now)
            return _("The client is no longer asked for it.")

        return Step(
            self, request, row, title=_("No longer needed"), submit=_("Take the request back"),
            form=CancelForm(row, posted(request)), do=do,
            explanation=_("It leaves the client's list, and its upload links stop working."),
        ).respond()  # fmt: skip

    @button(gettext_lazy("Ask again"), path="again", icon="replay", permissions=["over"])
    def ask_once_more(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.request_or_404(request, object_id)

        def do(data: dict[str, Any]) -> HttpResponse:
            now = timezone.now()
            again = ask_again(
                row, due_on=data["due_on"], reason=data["reason"], by=person(request), at=now
            )
            write_to_contact(again, ASKED, at=now)
            return HttpResponseRedirect(page_of(again))

        return Step(
            self, request, row, title=_("Ask again"), submit=_("Ask again"),
            form=AgainForm(row, posted(request)), do=do,
            explanation=_(
                "What came will not do: the client is asked for the same once more, by another day."
                " How long the first one took stays as it was."
            ),
        ).respond()  # fmt: skip

    @button(gettext_lazy("Upload link"), path="link", icon="link", permissions=["change"])
    def upload_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The address is shown once: only its hash is stored."""
        row = self.request_or_404(request, object_id)
        step = Step(
            self, request, row, title=_("Upload link"), submit=_("Make a link"),
            form=forms.Form(posted(request)), do=lambda data: "",
            explanation=_(
                "Whoever has the link sees what is asked here and sends files, without a sign-in."
                " Links that were made before for this request stop working."
            ),
            template="admin/content/upload_link.html",
        )  # fmt: skip

        def do(data: dict[str, Any]) -> HttpResponse:
            now = timezone.now()
            withdraw_links(row, at=now)
            address, link = make_link(row, by=person(request), at=now)
            until = link.expires_at.astimezone(row.client.zone)
            response = step.render(address=address, until=date_format(until, "DATETIME_FORMAT"))
            response.headers["Cache-Control"] = "no-store"
            return response

        step.do = do
        return step.respond()

    @button(
        gettext_lazy("Into the media bank"),
        path="bank",
        icon="add_photo_alternate",
        permissions=["bank"],
    )
    def put_into_bank(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.request_or_404(request, object_id)
        if not self.has_bank_permission(request, row):
            raise Http404

        def do(data: dict[str, Any]) -> str:
            count = add_received(row, by=person(request), at=timezone.now(), **data)
            words = ngettext(
                "%(count)d file is in the media bank now.",
                "%(count)d files are in the media bank now.",
                count,
            )
            return words % {"count": count}

        initial = {"source": ContentSource.CLIENT_MATERIAL}
        return Step(
            self, request, row, title=_("Into the media bank"), submit=_("Put them in"),
            form=BankForm(posted(request), initial=initial), do=do,
            explanation=_("All pictures and videos of this request that are not there yet."),
        ).respond()  # fmt: skip
