"""The page on which somebody's work with a client is handed over: what, to whom, with a note."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.columns import button
from clients.admin.form_page import Step, posted, select_field, text_field
from clients.admin.scoped import allows
from clients.admin.substitute_step import staff
from clients.hand_over import MOVERS, Heap, hand_over, kinds_words, open_work
from clients.models import Client, HandOver, Role, TeamMember, User

NAMES_SHOWN = 30


class Line(NamedTuple):
    name: str
    url: str


class Shown(NamedTuple):
    """A kind on the page; `more`: how many are not named."""

    title: str
    total: int
    lines: list[Line]
    more: int
    is_moved: bool


class HandOverForm(forms.Form):
    """`seen`: the rows that the person looked at, as `tasks:1,2;inbox:3`."""

    receiver = select_field(gettext_lazy("To whom"))
    what = forms.MultipleChoiceField(
        label=gettext_lazy("What"), widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )
    role = select_field(
        gettext_lazy("Add them to the team as"),
        required=False,
        help_text=gettext_lazy("Only where they have no role there that does such work."),
    )
    note = text_field(
        gettext_lazy("Note"),
        rows=4,
        max_length=2_000,
        help_text=gettext_lazy("Where things stand, what was promised, whom to ask."),
    )
    seen = forms.CharField(widget=forms.HiddenInput())

    def __init__(
        self, heaps: Iterable[Heap], colleagues: Iterable[User], roles: Iterable[str], **kwargs: Any
    ) -> None:
        heaps = list(heaps)
        kwargs["initial"] = {
            "seen": ";".join(_written(heap) for heap in heaps),
            "what": [heap.mover.code for heap in heaps],
        }
        super().__init__(**kwargs)
        fields: Any = self.fields
        self.colleagues = {str(each.pk): each for each in colleagues}
        fields["receiver"].choices = [
            ("", "—"), *((pk, str(each)) for pk, each in self.colleagues.items())
        ]  # fmt: skip
        # Of a kind that somebody else has handed over meanwhile, the step itself says it.
        seen = _read(self.data.get("seen", ""))
        counts = {code: len(ids) for code, ids in seen.items()}
        counts |= {heap.mover.code: len(heap.rows) for heap in heaps}
        fields["what"].choices = [
            (code, f"{MOVERS[code].title} ({count})") for code, count in counts.items()
        ]
        first = [Role(role) for role in roles]
        rest = [role for role in Role if role not in first]
        fields["role"].choices = [("", "—"), *((role, role.label) for role in [*first, *rest])]

    def clean_receiver(self) -> User:
        return self.colleagues[self.cleaned_data["receiver"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen = _read(cleaned.get("seen", ""))
        cleaned["seen"] = {code: seen[code] for code in cleaned.get("what", ()) if code in seen}
        return cleaned


def _written(heap: Heap) -> str:
    return f"{heap.mover.code}:{','.join(str(row.pk) for row in heap.rows)}"


def _read(seen: str) -> Mapping[str, list[int]]:
    parts = (part.partition(":") for part in seen.split(";"))
    return {
        code: [int(pk) for pk in ids.split(",") if pk.isdecimal()]
        for code, _colon, ids in parts
        if code in MOVERS
    }


def hand_over_page(
    model_admin: Any, request: HttpRequest, client: Client, giver: User
) -> HttpResponse:
    heaps = open_work(giver, client=client)
    roles = TeamMember.objects.filter(client=client, user=giver).order_by("-starts_on")
    user: Any = request.user
    form = HandOverForm(
        heaps,
        staff(request).exclude(pk=giver.pk),
        dict.fromkeys(roles.values_list("role", flat=True)),
        data=posted(request),
    )

    def do(data: dict[str, Any]) -> str:
        moved = hand_over(
            client, giver=giver, receiver=data["receiver"], seen=data["seen"], note=data["note"],
            role=data["role"], by=user, at=timezone.now(),
        )  # fmt: skip
        return said(moved.row, moved.missed)

    return Step(
        model_admin,
        request,
        client,
        title=_("Hand over the work of %(person)s") % {"person": giver},
        submit=_("Hand over"),
        form=form,
        do=do,
        template="admin/hand_over.html",
        context={"heaps": [shown(request, heap) for heap in heaps], "giver": giver},
    ).respond()


def said(row: HandOver, missed: int) -> str:
    kinds = kinds_words({code: len(ids) for code, ids in row.moved.items()})
    words = _("Handed over to %(person)s: %(kinds)s.") % {"person": row.receiver, "kinds": kinds}
    if not missed:
        return words
    rest = ngettext(
        "%(count)d had changed since you looked, and stayed.",
        "%(count)d had changed since you looked, and stayed.",
        missed,
    )
    return f"{words} {rest % {'count': missed}}"


def shown(request: HttpRequest, heap: Heap) -> Shown:
    lines = [Line(str(row), url_of(request, row)) for row in heap.rows[:NAMES_SHOWN]]
    more = len(heap.rows) - len(lines)
    return Shown(str(heap.mover.title), len(heap.rows), lines, more, bool(heap.mover.field))


def url_of(request: HttpRequest, row: Any) -> str:
    """The row's page; empty where it has none, or the person may not look at it."""
    meta = row._meta
    if not admin.site.is_registered(type(row)):
        return ""
    if not allows(request, f"{meta.app_label}.view_{meta.model_name}", row):
        return ""
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def givers_of(client: Client) -> Any:
    """Whoever was ever in the team, or has an open task: those who have left, too."""
    team = TeamMember.objects.filter(client=client).values("user")
    owners = client.tasks.unfinished().exclude(owner=None).values("owner")
    return User.objects.filter(Q(pk__in=team) | Q(pk__in=owners), is_staff=True).order_by(
        "is_active", "last_name", "first_name", "pk"
    )


def staff_or_404(asked: str) -> User:
    """Who has left, too."""
    person = User.objects.filter(pk=asked, is_staff=True).first() if asked.isdecimal() else None
    if person is None:
        raise Http404
    return person


class HandOverSteps:
    """The button, for the client's page. Without `?person=` it asks whose work."""

    @button(
        gettext_lazy("Hand over work"), path="hand-over", icon="move_down", permissions=["team"]
    )
    def hand_over(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)
        if asked := request.GET.get("person"):
            return hand_over_page(self, request, client, staff_or_404(asked))
        return TemplateResponse(
            request,
            "admin/hand_over_whose.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Hand over work"),
                "subtitle": str(client),
                "opts": self.opts,
                "people": givers_of(client),
            },
        )
