"""The page on which an audit is judged: all its criteria, section by section, saved at once.

What is right is saved even where another row is not; a row that somebody else has changed meanwhile
stays as they wrote it, and this person's words stay in the form.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import page_of
from clients.admin.scoped import allows
from clients.models import TeamMember, User
from communities.admin.files import file_url
from communities.audit_scores import FORMULA, SectionTotal, section_totals, total_of
from communities.audit_writing import Change, Saved, state_of, write_scores
from communities.files import read_upload
from communities.models import Audit, AuditScore, Priority
from smm_agency.lib.words import as_share

NOT_APPLICABLE = "na"
MARKS = [
    ("", gettext_lazy("not judged")), ("0", "0"), ("1", "1"), ("2", "2"),
    (NOT_APPLICABLE, gettext_lazy("n/a")),
]  # fmt: skip
PRIORITIES = [("", gettext_lazy("priority…")), *Priority.choices]
TEXTS = ("evidence", "finding", "recommendation", "reason")


def area(label: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": 1, "placeholder": label, "class": "smm-score-text"})
    return forms.CharField(label=label, required=False, widget=widget)


class ScoreForm(forms.Form):
    """One criterion. `seen` is what stood there when the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput)
    mark = forms.ChoiceField(
        label=gettext_lazy("Score"), choices=MARKS, required=False, widget=forms.RadioSelect
    )
    evidence = area(gettext_lazy("Evidence"))
    finding = area(gettext_lazy("Finding"))
    recommendation = area(gettext_lazy("Recommendation"))
    reason = forms.CharField(
        label=gettext_lazy("Why it does not apply"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            {"placeholder": gettext_lazy("Why it does not apply"), "class": "smm-score-text"}
        ),
    )
    evidence_url = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput({"placeholder": gettext_lazy("Link"), "class": "smm-score-text"}),
    )
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    owner = forms.TypedChoiceField(
        label=gettext_lazy("Owner"), required=False, coerce=int, empty_value=None
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=PRIORITIES, required=False)

    def __init__(
        self,
        row: AuditScore,
        owners: Sequence[tuple[Any, Any]],
        data: Any = None,
        files: Any = None,
    ) -> None:
        super().__init__(data, files, initial=initial_of(row), prefix=f"s{row.pk}")
        self.row = row
        owner: Any = self.fields["owner"]
        owner.choices = owners

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        return read_upload(file) if file else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("mark") == NOT_APPLICABLE and not cleaned.get("reason"):
            self.add_error("reason", _("Write why the criterion does not apply."))
        return cleaned

    def change(self) -> Change:
        data = self.cleaned_data
        mark = data["mark"]
        is_out = mark == NOT_APPLICABLE
        values = {
            "score": int(mark) if mark and not is_out else None,
            "is_not_applicable": is_out,
            "owner_id": data["owner"],
            **{name: data[name] for name in (*TEXTS, "evidence_url", "due_on", "priority")},
        }
        return Change(data["seen"], values, data["file"])


def initial_of(row: AuditScore) -> dict[str, Any]:
    mark = NOT_APPLICABLE if row.is_not_applicable else row.score
    return {
        "seen": state_of(row),
        "mark": "" if mark is None else str(mark),
        "owner": row.owner_id,
        **{name: getattr(row, name) for name in (*TEXTS, "evidence_url", "due_on", "priority")},
    }


class Line(NamedTuple):
    """A criterion on the page; `before` is the same one in the audit that this one repeats."""

    row: AuditScore
    form: ScoreForm
    before: AuditScore | None
    file_url: str
    overtaken: bool


class Group(NamedTuple):
    total: SectionTotal
    share: str
    lines: list[Line]


class Scoring:
    """The page's rows; of what was sent, only those that were touched."""

    def __init__(self, audit: Audit, data: Any = None, files: Any = None) -> None:
        self.audit = audit
        rows = audit.scores.select_related("evidence_file", "task", "owner")
        self.rows = list(rows.defer("evidence_file__content"))
        self.owners = owner_choices(audit, self.rows)
        self.before = (
            {row.code: row for row in audit.previous.scores.all()} if audit.previous else {}
        )
        self.forms = {
            row.pk: ScoreForm(row, self.owners, data, files)
            if data and f"s{row.pk}-seen" in data
            else ScoreForm(row, self.owners)
            for row in self.rows
        }

    def write(self, *, by: User) -> Saved:
        sent = [form for form in self.forms.values() if form.is_bound]
        changes = {form.row.pk: form.change() for form in sent if form.is_valid()}
        return write_scores(self.audit, changes, by=by)

    @property
    def refused(self) -> list[ScoreForm]:
        return [form for form in self.forms.values() if form.is_bound and not form.is_valid()]

    def keep_words(self, refused: Sequence[ScoreForm], overtaken: Sequence[ScoreForm]) -> None:
        """What a person wrote stays, over what stands there now: sent again, it is meant so."""
        rows = {row.pk: row for row in self.rows}
        for form in overtaken:
            sent: Any = form.data
            row, data = rows[form.row.pk], sent.copy()
            data[f"{form.prefix}-seen"] = state_of(row)
            self.forms[row.pk] = ScoreForm(row, self.owners, data)
        self.forms |= {form.row.pk: form for form in refused}

    def groups(self, overtaken: Sequence[AuditScore] = ()) -> Iterator[Group]:
        ids = {row.pk for row in overtaken}
        for each in section_totals(self.rows):
            lines = [
                Line(
                    row,
                    self.forms[row.pk],
                    self.before.get(row.code),
                    file_url(row.evidence_file_id) if row.evidence_file_id else "",
                    row.pk in ids,
                )
                for row in self.rows
                if row.section == each.section
            ]
            yield Group(each, as_share(each.total.share), lines)


def owner_choices(audit: Audit, rows: Sequence[AuditScore]) -> list[tuple[Any, Any]]:
    """The client's team, and whoever owns a finding already."""
    team = TeamMember.objects.active(on=audit.client.today()).filter(client=audit.client_id)
    people = {member.user_id: str(member.user) for member in team.select_related("user")}
    people |= {row.owner.pk: str(row.owner) for row in rows if row.owner is not None}
    named = sorted(people.items(), key=lambda pair: pair[1])
    return [("", gettext_lazy("owner…")), *named]


def scoring_page(model_admin: Any, request: HttpRequest, audit: Audit) -> HttpResponse:
    if request.method != "POST":
        return show(model_admin, request, Scoring(audit))
    sent, user = Scoring(audit, request.POST, request.FILES), request.user
    try:
        saved = sent.write(by=user)  # type: ignore[arg-type] # staff
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return HttpResponseRedirect(request.path)
    tell(request, saved, sent.refused)
    if not saved.overtaken and not sent.refused:
        return HttpResponseRedirect(request.path)
    scoring = Scoring(audit)
    scoring.keep_words(sent.refused, [sent.forms[row.pk] for row in saved.overtaken])
    return show(model_admin, request, scoring, saved.overtaken)


def show(
    model_admin: Any,
    request: HttpRequest,
    scoring: Scoring,
    overtaken: Sequence[AuditScore] = (),
) -> HttpResponse:
    context = context_of(model_admin, request, scoring, overtaken)
    return TemplateResponse(request, "admin/communities/scoring.html", context)


def tell(request: HttpRequest, saved: Saved, refused: Sequence[ScoreForm]) -> None:
    if saved.saved:
        messages.success(request, _("Criteria saved: %(count)d.") % {"count": saved.saved})
    if saved.overtaken:
        messages.warning(
            request,
            _(
                "Somebody else has changed these meanwhile: %(names)s. Their words are kept; yours"
                " stand in the form. Save again to put yours in their place."
            )
            % {"names": ", ".join(row.title for row in saved.overtaken)},
        )
    if refused:
        names = ", ".join(form.row.title for form in refused)
        messages.error(request, _("Not saved yet: %(names)s.") % {"names": names})
    if not (saved.saved or saved.overtaken or refused):
        messages.info(request, _("Nothing was changed."))


def context_of(
    model_admin: Any, request: HttpRequest, scoring: Scoring, overtaken: Sequence[AuditScore]
) -> dict[str, Any]:
    audit = scoring.audit
    whole = total_of(scoring.rows)
    is_open = audit.is_open and allows(request, "communities.change_auditscore", audit)
    return {
        **model_admin.admin_site.each_context(request),
        "title": str(audit),
        "opts": model_admin.opts,
        "audit": audit,
        "back": page_of(audit),
        "groups": list(scoring.groups(overtaken)),
        "whole": whole,
        "share": as_share(whole.share),
        "formula": FORMULA,
        "is_open": is_open,
    }
