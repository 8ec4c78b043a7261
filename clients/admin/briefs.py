"""Briefs of clients: filled in on one page, out to the client as a workbook and back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.brief_form import BriefForm
from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted, table_file_field, text_field
from clients.admin.scoped import ClientFilter, ReadOnly, ScopedAdmin, allows
from clients.brief_sheet import LIMITS, read_brief, write_brief
from clients.briefs import (
    agree_brief,
    answer_brief,
    mark_filled,
    mark_sent,
    progress_of,
    questions_of,
    values_of,
)
from clients.letters import Attached, write_letter
from clients.models import Brief, BriefQuestion, BriefState, Contact
from smm_agency.lib.file_response import saved_file
from smm_agency.lib.tabular import XLSX, TableError

CHANGE = "clients.change_brief"
SALT = "clients.brief_preview"
PREVIEW_SECONDS = 3600
# What a page may send back to us (DATA_UPLOAD_MAX_MEMORY_SIZE), with room for the rest of it.
MOST_SENT_BACK = 800_000
STATE_COLOURS = {
    BriefState.OPEN: "warning",
    BriefState.SENT: "info",
    BriefState.FILLED: "info",
    BriefState.AGREED: "success",
}


class SheetForm(forms.Form):
    file = table_file_field(
        gettext_lazy("Workbook"),
        most_bytes=lambda: LIMITS.size,
        help_text=gettext_lazy("The brief as the client filled it in: XLSX, up to 5 MB."),
    )


class StateForm(forms.Form):
    """`seen` is the state that the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput())


class SendForm(StateForm):
    text = text_field(gettext_lazy("Text of the letter"), rows=6, max_length=2_000)


@admin.register(Brief)
class BriefAdmin(ReadOnly, ScopedAdmin):
    named_by = ("engagement__client",)
    list_display = ("engagement", "client", "version", "state_text", "made_at", "agreed_at")
    list_filter = (ClientFilter, "state", "industry")
    list_select_related = ("client", "engagement__client")
    search_fields = ("engagement__title", "client__name")
    actions_detail = ("download", "send", "bring", "mark_as_filled", "agree")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("client", "engagement__client", "agreed_by")

    @column(gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_text(self, brief: Brief) -> tuple[str, str]:
        return brief.state, brief.get_state_display()

    def has_fill_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        brief = self.row_of(request, obj)
        return request.user.has_perm(CHANGE) if brief is None else allows(request, CHANGE, brief)

    def brief_or_404(self, request: HttpRequest, object_id: str, *, to_fill: bool = True) -> Brief:
        brief: Brief | None = self.get_object(request, object_id)
        if brief is None:
            raise Http404
        if to_fill and not self.has_fill_permission(request, brief):
            raise PermissionDenied
        return brief

    # --- Filling in --------------------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """All questions on one page; an agreed brief as it was asked and answered."""
        brief = self.get_object(request, object_id) if object_id else None
        if brief is None or not self.has_view_permission(request, brief):
            return super().changeform_view(request, object_id, form_url, extra_context)
        may_fill = self.has_fill_permission(request, brief)
        if request.method == "POST" and not may_fill:
            raise PermissionDenied
        if brief.state == BriefState.AGREED:
            if request.method == "POST":
                messages.error(request, _("The brief is agreed: begin a new version to change it."))
                return HttpResponseRedirect(page_of(brief))
            return self.show(request, brief, "admin/clients/brief_agreed.html", answers=told(brief))
        return self.fill(request, brief, may_fill=may_fill)

    def fill(self, request: HttpRequest, brief: Brief, *, may_fill: bool) -> HttpResponse:
        questions, values = questions_of(brief), values_of(brief)
        country = brief.client.country
        form = BriefForm(questions, values, country=country, data=posted(request))
        if request.method == "POST" and form.is_valid() and self.save(request, brief, form):
            return HttpResponseRedirect(page_of(brief))
        return self.show(
            request,
            brief,
            "admin/clients/brief.html",
            form=form,
            sections=list(form.sections()),
            progress=progress_of(questions, values),
            may_fill=may_fill,
        )

    def save(self, request: HttpRequest, brief: Brief, form: BriefForm) -> bool:
        user: Any = request.user
        seen = form.cleaned_data["seen"]
        try:
            count = answer_brief(
                brief, answers=form.answers(), seen=seen, by=user, at=timezone.now()
            )
        except ValidationError as refused:
            for code, errors in getattr(refused, "error_dict", {None: refused.messages}).items():
                form.add_error(code, errors)
            return False
        messages.success(request, _("Answers saved: %(count)s.") % {"count": count})
        return True

    def show(
        self, request: HttpRequest, brief: Brief, template: str, **context: Any
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "title": str(brief.engagement),
                "opts": self.opts,
                "brief": brief,
                "steps": self.steps(request, brief),
                "back": reverse("admin:clients_brief_changelist"),
                "engagement_url": page_of(brief.engagement),
                "brief_url": page_of(brief),
                **context,
            },
        )

    def steps(self, request: HttpRequest, brief: Brief) -> list[tuple[str, str]]:
        """(title, address) of what may be done with the brief now."""
        steps = [("download", _("Download XLSX"))]
        if brief.state != BriefState.AGREED and self.has_fill_permission(request, brief):
            steps += [("send", _("Send to the client")), ("bring", _("Upload the filled XLSX"))]
            if brief.state != BriefState.FILLED:
                steps.append(("mark_as_filled", _("Filled in")))
            steps.append(("agree", _("Agree")))
        return [
            (title, reverse(f"admin:clients_brief_{name}", args=[brief.pk]))
            for name, title in steps
        ]

    # --- Out and back in ---------------------------------------------------------------------

    @button(gettext_lazy("Download XLSX"), path="xlsx", icon="download", permissions=["view"])
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        brief = self.brief_or_404(request, object_id, to_fill=False)
        return saved_file(write_brief(brief), f"brief-{brief.pk}-{brief.version}.xlsx", XLSX)

    @button(gettext_lazy("Send to the client"), path="send", icon="send", permissions=["fill"])
    def send(self, request: HttpRequest, object_id: str) -> HttpResponse:
        brief = self.brief_or_404(request, object_id)
        contact = brief.client.contacts.filter(is_main=True).exclude(email="").first()

        def do(data: dict[str, Any]) -> str:
            check_seen(brief, data["seen"])
            if contact is None:
                raise ValidationError(no_address())
            send_brief(brief, contact, text=data["text"])
            return _("The letter to %(address)s is in the outbox.") % {"address": contact.email}

        told_to = _("To: %(name)s, %(address)s.")
        return Step(
            self,
            request,
            brief,
            title=_("Send to the client"),
            submit=_("Send"),
            explanation=no_address()
            if contact is None
            else told_to % {"name": contact.name, "address": contact.email},
            form=SendForm(
                posted(request), initial={"seen": brief.state, "text": letter_text(brief)}
            ),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Upload the filled XLSX"),
        path="bring",
        icon="upload_file",
        permissions=["fill"],
    )
    def bring(self, request: HttpRequest, object_id: str) -> HttpResponse:
        brief = self.brief_or_404(request, object_id)
        if request.method == "POST" and "answers" in request.POST:
            return self.take(request, brief)

        def do(data: dict[str, Any]) -> HttpResponse:
            return self.preview(request, brief, data["file"])

        return Step(
            self,
            request,
            brief,
            title=_("Upload the filled XLSX"),
            submit=_("Show what changes"),
            explanation=_("Nothing is stored before you have seen what changes and confirmed it."),
            form=SheetForm(posted(request), request.FILES or None),
            do=do,
        ).respond()

    def preview(self, request: HttpRequest, brief: Brief, file: Any) -> HttpResponse:
        try:
            reading = read_brief(brief, file.read(), file.name)
        except TableError as refused:
            raise ValidationError({"file": refused.message}) from None
        answers = {change.code: change.value for change in reading.changes}
        sent = signing.dumps([brief.pk, answers, reading.seen], salt=SALT, compress=True)
        if len(sent) > MOST_SENT_BACK:
            raise ValidationError(
                {"file": _("The answers are too long: give long texts as files.")}
            )
        return self.show(
            request, brief, "admin/clients/brief_preview.html", reading=reading, sent=sent
        )

    def take(self, request: HttpRequest, brief: Brief) -> HttpResponse:
        """Store what was shown, unless an answer has been changed since."""
        user: Any = request.user
        try:
            sent = request.POST["answers"]
            pk, answers, seen = signing.loads(sent, salt=SALT, max_age=PREVIEW_SECONDS)
        except signing.BadSignature:
            pk, answers, seen = None, {}, {}
        if pk != brief.pk:
            messages.error(request, _("The preview is too old: upload the file again."))
            return HttpResponseRedirect(page_of(brief))
        try:
            count = answer_brief(brief, answers=answers, seen=seen, by=user, at=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(dict.fromkeys(refused.messages)))
        else:
            messages.success(request, _("Answers saved: %(count)s.") % {"count": count})
        return HttpResponseRedirect(page_of(brief))

    # --- States ------------------------------------------------------------------------------

    @button(gettext_lazy("Filled in"), path="filled", icon="done", permissions=["fill"])
    def mark_as_filled(self, request: HttpRequest, object_id: str) -> HttpResponse:
        brief = self.brief_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            check_seen(brief, data["seen"])
            mark_filled(brief, at=timezone.now())
            return _("The brief is filled in: look at it with the client, then agree it.")

        return Step(
            self,
            request,
            brief,
            title=_("Filled in"),
            submit=_("Filled in"),
            explanation=_("Every required question is answered; it may still be changed."),
            form=StateForm(posted(request), initial={"seen": brief.state}),
            do=do,
        ).respond()

    @button(gettext_lazy("Agree"), path="agree", icon="handshake", permissions=["fill"])
    def agree(self, request: HttpRequest, object_id: str) -> HttpResponse:
        brief = self.brief_or_404(request, object_id)

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            check_seen(brief, data["seen"])
            agree_brief(brief, by=user, at=timezone.now())
            return _("The brief is agreed.")

        return Step(
            self,
            request,
            brief,
            title=_("Agree the brief"),
            submit=_("Agree"),
            explanation=_(
                "Questions and answers are frozen as they stand. A change needs a new version."
            ),
            form=StateForm(posted(request), initial={"seen": brief.state}),
            do=do,
        ).respond()


def told(brief: Brief) -> list[Any]:
    return list(brief.answers.select_related("question", "changed_by"))


def check_seen(brief: Brief, seen: str) -> None:
    """Raises ValidationError where the brief has moved on since the page was shown."""
    brief.refresh_from_db(fields=["state"])
    if brief.state != seen:
        message = _("The brief is “%(state)s” meanwhile: look at it again.")
        raise ValidationError(message % {"state": brief.get_state_display()})


def no_address() -> str:
    return _("The client has no main contact with an e-mail: write one, or send the XLSX by hand.")


def letter_text(brief: Brief) -> str:
    with translation.override(brief.client.language):
        return _(
            "Hello!\n\nTo begin our work we ask you to fill in the brief: it is attached as a"
            " workbook. Write into the yellow cells and send it back in reply to this letter.\n\n"
            "Do not write passwords into it: accesses are given in the networks themselves."
        )


def send_brief(brief: Brief, contact: Contact, *, text: str) -> None:
    """A letter with the workbook; sent again, it is another letter."""
    at = timezone.now()
    name = f"brief-{brief.pk}-{brief.version}.xlsx"
    with translation.override(brief.client.language):
        subject = _("Brief: %(client)s") % {"client": brief.client.name}
        write_letter(
            key=f"brief:{brief.pk}:{date_format(at, 'U.u')}",
            address=contact.email,
            subject=subject,
            text=text,
            at=at,
            client=brief.client,
            files=[Attached(name, XLSX, write_brief(brief))],
        )
    mark_sent(brief, at=at)


@admin.register(BriefQuestion)
class BriefQuestionAdmin(ScopedAdmin):
    list_display = ("text_of", "section", "industry", "kind", "is_required", "is_used")
    list_filter = ("section", "industry", "kind", "is_required", "is_used")
    search_fields = ("code", "text_en", "text_ru")
    fields = (
        ("code", "section", "position"), ("industry", "answered_by"),
        ("text_en", "text_ru"), ("help_en", "help_ru"),
        ("kind", "is_required", "is_used"), "options",
    )  # fmt: skip

    @column(gettext_lazy("question"), ordering="position")
    def text_of(self, question: BriefQuestion) -> str:
        return question.text

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Workbooks that are out carry the code; answers are written as the kind says."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "code", "kind") if obj is not None and obj.answers.exists() else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A question is switched off; what was answered stays."""
        return False
