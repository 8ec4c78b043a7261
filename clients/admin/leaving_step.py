"""On the page of a person: their teams, their open work, a substitute for all clients, leaving."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.enums import ActionVariant

from clients.admin.columns import button
from clients.admin.form_page import Step, posted
from clients.admin.substitute_step import substitute_page
from clients.hand_over import counts_by_client, kinds_words
from clients.leaving import Left, check_leaving, leave
from clients.models import Client, TeamMember, User


class Work(NamedTuple):
    """What is a person's with one client; `url` is where it is handed over."""

    client: str
    words: str
    url: str


class LeaveForm(forms.Form):
    """Nothing is asked; who was active when the person looked is told by the step itself."""


def work_of(person: User) -> list[Work]:
    counts = counts_by_client(person)
    names = Client.objects.filter(pk__in=counts).order_by("name").values_list("pk", "name")
    return [Work(name, kinds_words(counts[pk]), to_hand_over(pk, person)) for pk, name in names]


def to_hand_over(client_id: int, person: User) -> str:
    address = reverse("admin:clients_client_hand_over", args=[client_id])
    return f"{address}?person={person.pk}"


def left_words(person: User, left: Left) -> str:
    words = ngettext(
        "%(person)s has no access any more. %(count)d client has work of theirs, and a task.",
        "%(person)s has no access any more. %(count)d clients have work of theirs, and a task.",
        len(left.work),
    )
    return words % {"person": person, "count": len(left.work)}


class LeavingSteps:
    """The buttons, for the person's page: directors alone come there."""

    def has_work_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        """Of the agency's people, and as the form may be changed; three buttons ask once."""
        if isinstance(obj, str):
            known = request.__dict__.setdefault("people_asked_about", {})
            if obj not in known:
                known[obj] = self.get_object(request, obj)
            obj = known[obj]
        is_of_agency = obj is None or obj.is_staff
        return bool(is_of_agency and self.has_change_permission(request, obj))

    def person_or_404(self: Any, request: HttpRequest, object_id: str) -> User:
        person: User | None = self.get_object(request, object_id)
        if person is None or not person.is_staff:
            raise Http404
        return person

    @button(gettext_lazy("Substitute"), path="substitute", icon="person_add", permissions=["work"])
    def substitute_everywhere(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """For all clients at once."""
        person = self.person_or_404(request, object_id)
        rows = TeamMember.objects.own().filter(user=person)
        clients = Client.objects.filter(pk__in=rows.values("client")).order_by("pk")
        return substitute_page(self, request, person, clients, [person])

    @button(gettext_lazy("Open work"), path="open-work", icon="move_down", permissions=["work"])
    def open_work(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        person = self.person_or_404(request, object_id)
        return TemplateResponse(
            request,
            "admin/open_work.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Open work of %(person)s") % {"person": person},
                "opts": self.opts,
                "work": work_of(person),
                "person": person,
                "back": reverse("admin:clients_user_change", args=[person.pk]),
            },
        )

    @button(
        gettext_lazy("Leaves the agency"),
        path="leaves",
        icon="logout",
        variant=ActionVariant.DANGER,
        permissions=["work"],
    )
    def leaves(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        person = self.person_or_404(request, object_id)
        user: Any = request.user

        def do(data: dict[str, Any]) -> HttpResponse:
            left = leave(person, by=user, at=timezone.now())
            messages.success(request, left_words(person, left))
            return HttpResponseRedirect(reverse("admin:clients_user_open_work", args=[person.pk]))

        return Step(
            self,
            request,
            person,
            title=_("%(person)s leaves the agency") % {"person": person},
            submit=_("Take all access away now"),
            explanation=_(
                "Sessions end at once; memberships and substitutions end today; calendars, the"
                " chat with the bot and letters on their way are stopped. What they did stays"
                " signed. Their open work stays theirs until it is handed over: each client gets"
                " a task. Access keys and roles on networks are taken back there, by hand."
            ),
            form=LeaveForm(posted(request)),
            do=do,
            template="admin/leaves.html",
            context={"work": work_of(person)},
        ).respond()


class LeavingByForm:
    """Whoever is made inactive in the form leaves by the same door."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        parent: Any = super()
        form = parent.get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        parent: Any = super()
        is_leaving = change and "is_active" in form.changed_data and not obj.is_active
        if not (is_leaving and obj.is_staff):
            parent.save_model(request, obj, form, change)
            return
        obj.is_active = True
        parent.save_model(request, obj, form, change)
        user: Any = request.user
        try:
            left = leave(obj, by=user, at=timezone.now())
        except ValidationError as refused:  # Another director was quicker.
            messages.error(request, " ".join(refused.messages))
        else:
            messages.warning(request, left_words(obj, left))


class PersonForm:
    """Mixed into the form of a person; `by` is who saves it."""

    by: Any = None

    def clean_is_active(self: Any) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        was_active = self.instance.pk and self.initial.get("is_active")
        if was_active and not is_active and self.instance.is_staff:
            check_leaving(User.objects.get(pk=self.instance.pk), by=self.by)
        return is_active
