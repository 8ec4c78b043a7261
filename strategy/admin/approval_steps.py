"""The buttons of the approval: send, approve inside, record the client's word, take back."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminFileFieldWidget

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, select_field, text_field
from clients.admin.scoped import allows
from strategy.approval import (
    DOCUMENT_TYPES,
    Document,
    approve_inside,
    record_client_word,
    send_for_approval,
    take_back,
)
from strategy.models import ApprovalChannel, StrategyVersion, VersionState


class TakeBackForm(forms.Form):
    note = text_field(gettext_lazy("What is to be mended"), rows=3, max_length=500)


class ClientWordForm(forms.Form):
    said_by = text_field(
        gettext_lazy("Who said so"), max_length=160, help_text=gettext_lazy("Name and position.")
    )
    said_on = date_field(gettext_lazy("When"))
    channel = select_field(gettext_lazy("By what channel"), choices=ApprovalChannel.choices)
    document = forms.FileField(
        label=gettext_lazy("Document"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        validators=[FileExtensionValidator(sorted(DOCUMENT_TYPES))],
        help_text=gettext_lazy("The signed scan, the letter or a screenshot: PDF, PNG or JPEG."),
    )

    def clean_document(self) -> Document | None:
        file = self.cleaned_data.get("document")
        # One byte over the limit is enough to be refused with words.
        return (
            Document(file.name, file.read(settings.STRATEGY_DOCUMENT_BYTES + 1)) if file else None
        )


class ApprovalSteps:
    """Mixed into the page of versions."""

    approval_buttons = ("send_version", "approve_version", "record_word")

    def in_state(self, request: HttpRequest, obj: Any, state: str, right: str) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        return row is None or (row.state == state and allows(request, f"strategy.{right}", row))

    def has_send_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.in_state(request, obj, VersionState.DRAFT, "change_strategyversion")

    def has_take_back_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.in_state(request, obj, VersionState.ON_APPROVAL, "change_strategyversion")

    def has_approve_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        is_waiting = row is None or row.checked_at is None
        return is_waiting and self.in_state(
            request, obj, VersionState.ON_APPROVAL, "approve_strategyversion"
        )

    def has_word_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        is_checked = row is None or row.checked_at is not None
        return is_checked and self.has_take_back_permission(request, row)

    def send(self, version: StrategyVersion, *, by: Any) -> None:
        """What sending does; a page that can print keeps the document as well."""
        send_for_approval(version, by=by, on=version.client.today())

    @button(
        gettext_lazy("Send for approval"),
        path="send",
        icon="send",
        permissions=["send"],
        variant=ActionVariant.PRIMARY,
    )
    def send_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        version = me.version_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            self.send(version, by=request.user)
            return _("The strategy is on approval: it does not change until it comes back.")

        return Step(
            self,
            request,
            version,
            title=_("Send for approval"),
            submit=_("Send for approval"),
            explanation=_(
                "First somebody of the agency approves it, then the client's word is recorded."
                " Meanwhile nothing in it changes."
            ),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Approve inside the agency"),
        path="approve",
        icon="verified",
        permissions=["approve"],
        variant=ActionVariant.PRIMARY,
    )
    def approve_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        version = me.version_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            approve_inside(version, by=request.user, on=version.client.today())  # type: ignore[arg-type] # staff
            return _("Approved inside the agency: now ask the client.")

        return Step(
            self,
            request,
            version,
            title=_("Approve inside the agency"),
            submit=_("Approve"),
            explanation=_("With your name: then the document goes to the client."),
            form=forms.Form(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Record the client's word"),
        path="word",
        icon="how_to_reg",
        permissions=["word"],
        variant=ActionVariant.PRIMARY,
    )
    def record_word(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        version = me.version_or_404(request, object_id)
        today = version.client.today()
        contact = version.client.contacts.filter(is_main=True).first()
        person = ", ".join(filter(None, [contact.name, contact.position])) if contact else ""
        files = request.FILES if request.method == "POST" else None

        def do(data: dict[str, Any]) -> str:
            record_client_word(version, by=request.user, on=today, **data)  # type: ignore[arg-type] # staff
            return _("Version %(number)s is approved and rules from %(day)s.") % {
                "number": version.number,
                "day": date_format(version.starts_on),
            }

        return Step(
            self,
            request,
            version,
            title=_("Record the client's word"),
            submit=_("Approve the strategy"),
            explanation=_(
                "An approved version never changes: corrections are made in the next one. The"
                " version that stood before ends the day before this one starts."
            ),
            form=ClientWordForm(
                posted(request), files, initial={"said_on": today, "said_by": person}
            ),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Take back to draft"),
        path="back",
        icon="undo",
        permissions=["take_back"],
    )
    def take_version_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        version = me.version_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            take_back(version, by=request.user, on=version.client.today(), note=data["note"])  # type: ignore[arg-type] # staff
            return _("The version is a draft again.")

        return Step(
            self,
            request,
            version,
            title=_("Take back to draft"),
            submit=_("Take back"),
            explanation=_("It can be changed again, and is then approved anew."),
            form=TakeBackForm(posted(request)),
            do=do,
        ).respond()
