"""The step by which a colleague stands in for somebody: with one client, or with all of theirs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, posted, select_field
from clients.admin.scoped import allows, visible_rows
from clients.models import Client, TeamMember, User
from clients.substitutes import substitute, tell_who_stands_in


class SubstituteForm(forms.Form):
    person = select_field(gettext_lazy("Who is away"))
    substitute = select_field(gettext_lazy("Who stands in"))
    first = date_field(gettext_lazy("First day"))
    last = date_field(
        gettext_lazy("Last day"),
        help_text=gettext_lazy("It counts too; days are those of the client's time zone."),
    )

    def __init__(self, people: Iterable[User], colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        fields: Any = self.fields
        self.people = {str(each.pk): each for each in people}
        self.colleagues = {str(each.pk): each for each in colleagues}
        for name, known in (("person", self.people), ("substitute", self.colleagues)):
            fields[name].choices = [("", "—"), *((pk, str(each)) for pk, each in known.items())]

    def clean_person(self) -> User:
        return self.people[self.cleaned_data["person"]]

    def clean_substitute(self) -> User:
        return self.colleagues[self.cleaned_data["substitute"]]


def staff(request: HttpRequest) -> Any:
    return visible_rows(User, request.user).order_by("last_name", "first_name", "pk")


def substitute_page(
    model_admin: Any,
    request: HttpRequest,
    row: Client | User,
    clients: Iterable[Client],
    people: Iterable[User],
) -> HttpResponse:
    """`row` is whose page it is; `people` are those who may be away."""
    clients, people = list(clients), list(people)
    initial = {"person": people[0].pk if len(people) == 1 else request.GET.get("person")}

    def do(data: dict[str, Any]) -> str:
        made = substitute(
            data["person"],
            by_whom=data["substitute"],
            clients=clients,
            first=data["first"],
            last=data["last"],
        )
        tell_who_stands_in(at=timezone.now())
        words = ngettext(
            "%(person)s stands in with %(count)d client.",
            "%(person)s stands in with %(count)d clients.",
            count := len({each.client_id for each in made}),
        )
        return words % {"person": data["substitute"], "count": count}

    return Step(
        model_admin,
        request,
        row,
        title=_("Substitute"),
        submit=_("Let them stand in"),
        explanation=_(
            "The colleague gets the same roles for these days: sight, rights, notices and the tasks"
            " of who is away. It ends by itself; nothing is handed over."
        ),
        form=SubstituteForm(people, staff(request), data=posted(request), initial=initial),
        do=do,
    ).respond()


def people_of(client: Client) -> Any:
    """Those who are in the team themselves, now or later."""
    rows = TeamMember.objects.own().filter(client=client).overlapping(client.today(), None)
    people = User.objects.filter(pk__in=rows.values("user"), is_active=True)
    return people.order_by("last_name", "first_name", "pk")


def may_change_team(request: HttpRequest, client: Client | None) -> bool:
    return allows(request, "clients.change_teammember", client) and allows(
        request, "clients.add_teammember", client
    )


class SubstituteSteps:
    """The button, for the client's page."""

    def has_team_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_team(request, self.row_of(request, obj))

    @button(gettext_lazy("Substitute"), path="substitute", icon="person_add", permissions=["team"])
    def substitute(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        client = self.client_or_404(request, object_id)
        return substitute_page(self, request, client, [client], people_of(client))
