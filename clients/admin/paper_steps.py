"""Buttons of a paper: each step asks for what it needs, of the state that was seen."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminFileFieldWidget

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, text_field
from clients.admin.paper_form import FILE_HELP
from clients.admin.scoped import allows
from clients.models import Paper, PaperState
from clients.paper_files import read_file
from clients.papers import asks_reason, move_paper, steps_of

S = PaperState

TITLES = {
    S.SENT: gettext_lazy("It is sent"),
    S.SIGNED: gettext_lazy("It is signed"),
    S.PAID: gettext_lazy("It is paid"),
    S.VOID: gettext_lazy("Annul"),
}
EXPLANATIONS = {
    S.SENT: gettext_lazy(
        "From here on kind, number, date and sum stand as they were sent; to change them, take a"
        " step back."
    ),
    S.SIGNED: gettext_lazy(
        "A paper is signed with its file: bring the signed copy, or leave what is there. After"
        " this step the file does not change any more."
    ),
    S.PAID: gettext_lazy("The money has come in."),
    S.VOID: gettext_lazy(
        "It counts nowhere from here on, and there is no way back. It stays in the register."
    ),
}
ICONS = {S.SENT: "send", S.SIGNED: "draw", S.PAID: "payments", S.VOID: "block"}
DAYS = {S.SIGNED: gettext_lazy("Signed on"), S.PAID: gettext_lazy("Paid on")}


class MoveForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, paper: Paper, to: PaperState, data: Any, files: Any) -> None:
        super().__init__(data, files, initial={"seen": paper.state})
        if to in DAYS:
            self.fields["on"] = date_field(DAYS[to], initial=paper.client.today())
        if to == S.SIGNED:
            self.fields["file"] = forms.FileField(
                label=gettext_lazy("Signed copy"),
                required=False,
                allow_empty_file=True,
                widget=UnfoldAdminFileFieldWidget(),
                help_text=FILE_HELP,
            )
        is_asked = asks_reason(paper.state, to)
        label = gettext_lazy("Reason") if is_asked else gettext_lazy("Note")
        self.fields["reason"] = text_field(label, required=is_asked, max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("file"):
            try:
                cleaned["file"] = read_file(cleaned["file"])
            except forms.ValidationError as refused:
                self.add_error("file", refused)
        return cleaned


def step_page(
    model_admin: Any, request: HttpRequest, paper: Paper, to: PaperState, *, title: Any = None
) -> HttpResponse:
    user: Any = request.user

    def do(data: dict[str, Any]) -> str:
        paper.state = data["seen"]
        move_paper(
            paper, to, by=user, at=timezone.now(), on=data.get("on"), reason=data["reason"],
            file=data.get("file") or None,
        )  # fmt: skip
        return _("It is “%(state)s” now.") % {"state": paper.get_state_display()}

    name = str(title or TITLES[to])
    back = _("It becomes “%(state)s” again.") % {"state": to.label} if title else ""
    return Step(
        model_admin,
        request,
        paper,
        title=name,
        submit=name,
        explanation=back or str(EXPLANATIONS[to]),
        form=MoveForm(paper, to, posted(request), request.FILES or None),
        do=do,
    ).respond()


def step_back(paper: Paper) -> PaperState | None:
    """The state that it may be taken back to."""
    back = [to for to in steps_of(paper) if to != S.VOID and asks_reason(paper.state, to)]
    return back[0] if back else None


def is_page_of(request: HttpRequest, step: str) -> bool:
    """Whether the step itself is asked for: somebody may have been quicker, which is said there."""
    return request.path.rstrip("/").endswith(f"/{step}")


def may_move(page: Any, request: HttpRequest, paper: Paper | None) -> bool:
    return paper is not None and allows(request, "clients.change_paper", paper)


def step_button(to: PaperState) -> Any:
    def go(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        return step_page(self, request, self.found(request, object_id), to)

    go.__name__ = f"to_{to}"
    return button(
        TITLES[to],
        path=f"to-{to}",
        icon=ICONS[to],
        permissions=[f"to_{to}"],
        variant=ActionVariant.DANGER if to == S.VOID else ActionVariant.DEFAULT,
    )(go)


def step_permission(to: PaperState) -> Any:
    def has(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        paper = self.row_of(request, obj)
        if not may_move(self, request, paper):
            return False
        is_next = to in steps_of(paper) and to != step_back(paper)
        return is_next or is_page_of(request, f"to-{to}")

    return has


class PaperSteps:
    """Mixed in before the page's own class."""

    to_sent = step_button(S.SENT)
    to_signed = step_button(S.SIGNED)
    to_paid = step_button(S.PAID)
    to_void = step_button(S.VOID)
    has_to_sent_permission = step_permission(S.SENT)
    has_to_signed_permission = step_permission(S.SIGNED)
    has_to_paid_permission = step_permission(S.PAID)
    has_to_void_permission = step_permission(S.VOID)

    def has_to_back_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        paper = me.row_of(request, obj)
        if not may_move(self, request, paper):
            return False
        return step_back(paper) is not None or is_page_of(request, "to-back")

    @button(gettext_lazy("A step back"), path="to-back", icon="undo", permissions=["to_back"])
    def to_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        me: Any = self
        paper = me.found(request, object_id)
        # With no way back the step leads to where it stands, and is refused in words.
        to = step_back(paper) or S(paper.state)
        return step_page(me, request, paper, to, title=_("A step back"))


STEP_BUTTONS = ("to_sent", "to_signed", "to_paid", "to_back", "to_void")
