"""The steps of a negative case, each a form of its own."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.form_page import Step, page_of, posted, select_field, text_field
from clients.admin.scoped import visible_rows
from clients.models import Client, Contact, User
from content.admin.moments import ClientMoment, by_clock_of
from content.incidents import (
    add_note,
    deadline_for,
    end_incident,
    escalate,
    open_incident,
    reopen_incident,
    take_answer,
)
from content.models import (
    NEGATIVE,
    InboxCategory,
    InboxItem,
    Incident,
    IncidentEntry,
    IncidentState,
    Severity,
)

KINDS = [(kind.value, kind.label) for kind in InboxCategory if kind in NEGATIVE]


def person(request: HttpRequest) -> User:
    user: Any = request.user
    found: User = user
    return found


class SeenForm(forms.Form):
    """`seen` is the state in which the person saw the case."""

    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, incident: Incident, data: Any = None) -> None:
        super().__init__(data, initial={"seen": incident.state})


class NoteForm(forms.Form):
    text = text_field(gettext_lazy("Note"), rows=4, max_length=2_000)


def note_step(page: Any, request: HttpRequest, incident: Incident) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        add_note(incident, data["text"], by=person(request), at=timezone.now())
        return _("The note is written down.")

    return Step(
        page, request, incident, title=_("Add a note"), submit=_("Write it down"),
        explanation=_("For the agency only: the client does not see it."),
        form=NoteForm(posted(request)), do=do,
    ).respond()  # fmt: skip


class EscalationForm(SeenForm):
    contact = forms.ModelChoiceField(
        label=gettext_lazy("Whom of the client"),
        queryset=Contact.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )
    channel = select_field(gettext_lazy("How"), choices=IncidentEntry.Channel.choices)
    told_at = ClientMoment(label=gettext_lazy("When"))
    said = text_field(
        gettext_lazy("What they said"),
        rows=3,
        required=False,
        max_length=2_000,
        help_text=gettext_lazy("Empty: they were told and have not answered yet."),
    )

    def __init__(self, incident: Incident, data: Any = None) -> None:
        super().__init__(incident, data)
        contacts = Contact.objects.filter(client=incident.client)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["contact"].initial = contacts.filter(is_main=True).first()
        self.fields["told_at"].initial = timezone.now()
        by_clock_of(self, incident.client)


def escalate_step(page: Any, request: HttpRequest, incident: Incident) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        told = data["contact"]
        escalate(
            incident, contact=told, channel=data["channel"], said=data["said"],
            told_at=data["told_at"], seen_state=data["seen"], by=person(request),
            at=timezone.now(),
        )  # fmt: skip
        return _("It is written down that %(person)s was told.") % {"person": told}

    return Step(
        page, request, incident, title=_("Bring it to the client"), submit=_("Write it down"),
        explanation=_(
            "You have told the client's person. The case waits for the client from now on."
        ),
        form=EscalationForm(incident, posted(request)), do=do,
    ).respond()  # fmt: skip


class AnswerForm(SeenForm):
    said = text_field(gettext_lazy("What the client said"), rows=4, max_length=2_000)


def answer_step(page: Any, request: HttpRequest, incident: Incident) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        take_answer(
            incident, data["said"], seen_state=data["seen"], by=person(request), at=timezone.now()
        )
        return _("The client's word is written down.")

    return Step(
        page, request, incident, title=_("The client said"), submit=_("Write it down"),
        form=AnswerForm(incident, posted(request)), do=do,
    ).respond()  # fmt: skip


class EndForm(SeenForm):
    state = select_field(
        gettext_lazy("How it ended"),
        choices=[(s.value, s.label) for s in (IncidentState.SOLVED, IncidentState.CLOSED)],
    )
    outcome = text_field(gettext_lazy("What came of it"), rows=4, max_length=2_000)


def end_step(page: Any, request: HttpRequest, incident: Incident) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        end_incident(
            incident, state=data["state"], outcome=data["outcome"], seen_state=data["seen"],
            by=person(request), at=timezone.now(),
        )  # fmt: skip
        return _("The case is ended.")

    return Step(
        page, request, incident, title=_("End the case"), submit=_("End the case"),
        form=EndForm(incident, posted(request)), do=do,
    ).respond()  # fmt: skip


class ReopenForm(forms.Form):
    why = text_field(gettext_lazy("Why"), max_length=300)


def reopen_step(page: Any, request: HttpRequest, incident: Incident) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        reopen_incident(incident, data["why"], by=person(request), at=timezone.now())
        return _("The case is open again.")

    return Step(
        page, request, incident, title=_("Open it again"), submit=_("Open it again"),
        form=ReopenForm(posted(request)), do=do,
    ).respond()  # fmt: skip


class OpenForm(forms.Form):
    """Of a comment: its kind is the case's, where it is a negative one."""

    title = text_field(
        gettext_lazy("Title"),
        max_length=160,
        help_text=gettext_lazy("The client may be shown it: no names of those who wrote."),
    )
    category = select_field(gettext_lazy("What it is"), choices=KINDS)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        choices=Severity.choices,
        coerce=int,
        initial=Severity.MEDIUM,
        widget=UnfoldAdminSelectWidget(),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who answers for it"),
        queryset=User.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("Empty: you."),
    )
    deadline = ClientMoment(
        label=gettext_lazy("To be solved by"),
        required=False,
        help_text=gettext_lazy("Empty: by the closing target of its kind, in working time."),
    )
    note = text_field(gettext_lazy("Note"), rows=3, required=False, max_length=1_000)

    def __init__(self, user: User, client: Client, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        by_clock_of(self, client)
        self.fields["owner"].queryset = visible_rows(User, user)  # type: ignore[attr-defined] # a ModelChoiceField


def open_step(
    page: Any,
    request: HttpRequest,
    client: Client,
    items: list[InboxItem],
    *,
    back: str,
) -> HttpResponse:
    """What opens a case of comments; the page of the case follows."""

    def do(data: dict[str, Any]) -> HttpResponse:
        incident = open_incident(client, **data, items=items, by=person(request), at=timezone.now())
        return HttpResponseRedirect(page_of(incident))

    kinds = [item.category or item.suggested for item in items]
    kind = next((kind for kind in kinds if kind in NEGATIVE), InboxCategory.CONSTRUCTIVE)
    due = deadline_for(client, kind, at=timezone.now()).astimezone(client.zone)
    usual = f"{date_format(due, 'DATETIME_FORMAT')} ({client.time_zone})"
    return Step(
        page, request, items[0] if items else None, title=_("Open an incident"),
        submit=_("Open an incident"),
        explanation=_("By the usual target it is to be solved by %(when)s.") % {"when": usual},
        form=OpenForm(person(request), client, posted(request), initial={"category": kind}), do=do,
        back=back,
    ).respond()  # fmt: skip
