"""Of a comment or a message: how long it may wait, and the negative case that it belongs to.

Also the form for what is said where no network tells of it.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, page_of, posted, select_field, text_field
from clients.admin.scoped import allows
from clients.models import Client
from clients.rights import clients_where
from content.admin.incident_steps import open_step, person
from content.admin.moments import WallMoment, moment_by
from content.incidents import add_items
from content.models import InboxCategory, InboxItem, Incident
from content.reply_clock import NO_CLOCK_WORDS, Clock, clock_of
from content.said_elsewhere import ELSEWHERE, enter_item

LIGHTS = {"red": "danger", "amber": "warning", "green": "success", "grey": "info"}


class InboxCare:
    """Mixed into the page of the inbox, before the page's own class; its list reads `client`.

    `care_columns` go into its list, `care_list_buttons` and `care_buttons` to its own buttons.
    """

    care_columns: tuple[str, ...] = ("clock",)
    care_list_buttons: Any = ("enter",)
    care_buttons: Any = ("open_case", "add_to_case")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The clocks of all rows of the page at once."""
        parent: Any = super()
        changelist = parent.get_changelist_instance(request)
        rows = changelist.result_list
        clocks = clock_of(rows, at=timezone.now())
        for row in rows:
            row.clock = clocks[row.pk]
        return changelist

    @column(gettext_lazy("reply clock"), label=LIGHTS)
    def clock(self, item: Any) -> tuple[str, str]:
        found: Clock = getattr(item, "clock", None) or Clock(NO_CLOCK_WORDS)
        return found.light, found.words

    def has_enter_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return clients_where(request.user, "content.add_inboxitem").exists()

    def has_case_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        me: Any = self
        row = me.row_of(request, obj)
        return row is not None and allows(request, "content.add_incident", row)

    @button(
        gettext_lazy("Enter a review or a mention"), path="enter", icon="rate_review",
        permissions=["enter"],
    )  # fmt: skip
    def enter(self, request: HttpRequest) -> HttpResponse:
        if not self.has_enter_permission(request):
            raise PermissionDenied
        return enter_step(self, request)

    @button(
        gettext_lazy("Open an incident"), path="open-case", icon="crisis_alert",
        permissions=["case"],
    )  # fmt: skip
    def open_case(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self._item(request, object_id)
        return open_step(self, request, item.client, [item], back=page_of(item))

    @button(
        gettext_lazy("Add to an incident"), path="add-to-case", icon="playlist_add",
        permissions=["case"],
    )  # fmt: skip
    def add_to_case(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return add_step(self, request, self._item(request, object_id))

    def _item(self, request: HttpRequest, object_id: str) -> InboxItem:
        me: Any = self
        row: InboxItem | None = me.get_object(request, object_id)
        if row is None:
            raise Http404
        return row


class CaseForm(forms.Form):
    incident = forms.ModelChoiceField(
        label=gettext_lazy("Incident"),
        queryset=Incident.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, client: Client, data: Any = None) -> None:
        super().__init__(data)
        cases = Incident.objects.unfinished().filter(client=client)
        self.fields["incident"].queryset = cases  # type: ignore[attr-defined] # a ModelChoiceField


def add_step(page: Any, request: HttpRequest, item: InboxItem) -> HttpResponse:
    def do(data: dict[str, Any]) -> HttpResponse:
        add_items(data["incident"], [item])
        return HttpResponseRedirect(page_of(data["incident"]))

    return Step(
        page, request, item, title=_("Add to an incident"), submit=_("Add"),
        form=CaseForm(item.client, posted(request)), do=do,
    ).respond()  # fmt: skip


class EnterForm(forms.Form):
    client = forms.ModelChoiceField(
        label=gettext_lazy("Client"),
        queryset=Client.objects.none(),
        widget=UnfoldAdminSelectWidget(),
    )
    kind = select_field(
        gettext_lazy("What it is"), choices=[(one.value, one.label) for one in ELSEWHERE]
    )
    site = text_field(
        gettext_lazy("Where"),
        max_length=100,
        help_text=gettext_lazy("A map service, a forum, a paper."),
    )
    url = forms.URLField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=1_000,
        assume_scheme="https",
        widget=text_field("").widget,
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Rating"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("not given")), *((n, "★" * n) for n in range(5, 0, -1))],
        widget=UnfoldAdminSelectWidget(),
    )
    author_name = text_field(gettext_lazy("Who wrote"), required=False, max_length=200)
    text = text_field(gettext_lazy("Text"), rows=5, max_length=20_000)
    category = select_field(
        gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("not sorted yet")), *InboxCategory.choices],
    )
    received_at = WallMoment(label=gettext_lazy("Written"))

    def __init__(self, user: Any, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        clients = clients_where(user, "content.add_inboxitem")
        self.fields["client"].queryset = clients  # type: ignore[attr-defined] # a ModelChoiceField
        asked = str(self.initial.get("client") or "")
        client = clients.filter(pk=asked).first() if asked.isdecimal() else None
        if client is not None:
            # Another client may still be chosen: it is read by that one's clock.
            self.initial["received_at"] = timezone.localtime(timezone=client.zone).replace(
                second=0, microsecond=0, tzinfo=None
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        client, written = cleaned.get("client"), cleaned.get("received_at")
        if client and written:
            try:
                cleaned["received_at"] = moment_by(client.zone, written)
            except ValidationError as refused:
                self.add_error("received_at", refused)
        return cleaned


def enter_step(page: Any, request: HttpRequest) -> HttpResponse:
    def do(data: dict[str, Any]) -> HttpResponse:
        client = data.pop("client")
        item = enter_item(client, **data, by=person(request), at=timezone.now())
        return HttpResponseRedirect(page_of(item))

    initial = {"client": request.GET.get("client")}
    return Step(
        page, request, None, title=_("Enter a review or a mention"), submit=_("Enter"),
        explanation=_(
            "What people say on map services, forums and elsewhere. The reply clock runs from now."
        ),
        form=EnterForm(request.user, posted(request), initial=initial), do=do,
        back=reverse("admin:content_inboxitem_changelist"),
    ).respond()  # fmt: skip
