"""The form of a paper: money for those who may see it, terms while it is a draft."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from clients.admin.scoped import ScopedForm
from clients.models import Paper, PaperKind, PaperState
from clients.models.paper import PAID_KINDS, SUM_KINDS
from clients.paper_files import may_take_file, read_file
from clients.papers import is_number_taken, same_number
from clients.rights import may

MONEY = ("amount", "vat_percent", "currency")
# What a paper says once it is sent; the database holds to it.
TERMS = ("kind", "number", "dated_on", *MONEY)
FILE_HELP = gettext_lazy("PDF, DOCX or a picture, 20 MB at most. The file before stays in history.")


class PaperForm(ScopedForm):
    """`seen` is the state that the person looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        # An empty file is refused with words of our own, like any other that is none.
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(),
        help_text=FILE_HELP,
    )
    # Set by the page for each request.
    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen"].initial = self.instance.state
        if self.instance.pk and not may_take_file(self.instance):
            del self.fields["upload"]
        if "due_on" in self.fields:
            self.fields["due_on"].help_text = _("Of an invoice: after this day it is overdue.")

    def clean_number(self) -> str:
        return " ".join(self.cleaned_data["number"].split())

    def clean_upload(self) -> Any:
        file = self.cleaned_data["upload"]
        return read_file(file) if file else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_moved(cleaned)
        self.refuse_wrong_days(cleaned)
        self.refuse_money(cleaned)
        return cleaned

    def value(self, cleaned: dict[str, Any], name: str) -> Any:
        """What is typed, or what stands where the form does not ask."""
        return cleaned.get(name) if name in self.fields else getattr(self.instance, name)

    def refuse_moved(self, cleaned: dict[str, Any]) -> None:
        """Held from here on to the saving: nobody sends it meanwhile with other terms."""
        if not self.instance.pk:
            return
        now = Paper.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
        if cleaned.get("seen") != now.state:
            message = _("It is “%(state)s” by now: open the page again and look.")
            raise ValidationError(message % {"state": now.get_state_display()})

    def refuse_wrong_days(self, cleaned: dict[str, Any]) -> None:
        dated, until = self.value(cleaned, "dated_on"), cleaned.get("valid_until")
        if dated and until and until < dated:
            self.add_error("valid_until", _("It cannot end before its date."))
        due = cleaned.get("due_on")
        if due and self.value(cleaned, "kind") not in PAID_KINDS:
            self.add_error("due_on", _("Only an invoice is paid: leave it empty."))
        if dated and due and due < dated:
            self.add_error("due_on", _("It cannot be due before its date."))

    def refuse_money(self, cleaned: dict[str, Any]) -> None:
        """A sum is typed by those who may see it; kinds that need one are theirs alone."""
        kind, client_id = self.value(cleaned, "kind"), self.client_id(cleaned)
        if self.instance.pk or not client_id or not kind:
            self.require_sum(cleaned, kind)
        elif not may(self.user, "clients.see_fees", client=client_id):
            if kind in SUM_KINDS:
                words = _("An invoice and an act need their sum, and sums are hidden from you.")
                self.add_error("kind", words)
            elif cleaned.get("amount") is not None:
                self.add_error("amount", _("Sums of this client are hidden from you."))
        else:
            self.require_sum(cleaned, kind)

    def require_sum(self, cleaned: dict[str, Any], kind: str) -> None:
        is_missing = cleaned.get("amount") is None and "amount" not in self.errors
        if kind in SUM_KINDS and is_missing and "amount" in self.fields:
            self.add_error("amount", _("An invoice and an act need their sum."))

    def _post_clean(self) -> None:
        parent: Any = super()
        parent._post_clean()
        if not self.errors and is_number_taken(self.instance):
            words = _("“%(paper)s” of %(year)s has this number already: give the next one.")
            same = {"paper": same_number(self.instance), "year": self.instance.dated_on.year}
            self.add_error("number" if "number" in self.fields else None, words % same)


def kinds_for(user: Any, client_id: int | None, *, sees_money: bool) -> list[tuple[str, Any]]:
    """The kinds that the person may add: without sums, none that need one."""
    hidden = () if sees_money else SUM_KINDS
    if client_id and sees_money and not may(user, "clients.see_fees", client=client_id):
        hidden = SUM_KINDS
    return [(kind, label) for kind, label in PaperKind.choices if kind not in hidden]


def is_draft(paper: Paper | None) -> bool:
    return paper is None or paper.state == PaperState.DRAFT
