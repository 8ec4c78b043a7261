"""Moving a task from a list or a board: to another state, or to another person."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.form_page import Step, posted, select_field
from clients.models import Task, TaskState, TeamMember, User
from clients.rights import Rights
from clients.team import directors
from clients.todo import give_task, move_task

NOBODY = 0
STATE, OWNER = "state", "owner"


class Move(NamedTuple):
    """What a button of a card says: `17 state done open` is to be done, and was seen open."""

    task: int
    what: str
    to: str
    seen: str

    def __str__(self) -> str:
        return " ".join(map(str, self))


def read_move(text: str) -> Move:
    """Raises ValidationError."""
    parts = text.split(" ")
    is_known = len(parts) == len(Move._fields) and parts[0].isdecimal()
    if is_known and parts[1] == STATE and {parts[2], parts[3]} <= set(TaskState.values):
        return Move(int(parts[0]), *parts[1:])
    if is_known and parts[1] == OWNER and parts[2].isdecimal() and parts[3].isdecimal():
        return Move(int(parts[0]), *parts[1:])
    raise ValidationError(_("Nothing was moved: press a button of the card, or drag it."))


def move_from_page(page: Any, request: HttpRequest) -> HttpResponse:
    """`page` is the admin of tasks; back to where the button was pressed."""
    try:
        move = read_move(request.POST.get("move", ""))
        messages.success(request, carry_out(page, request, move))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return HttpResponseRedirect(back_of(request))


def carry_out(page: Any, request: HttpRequest, move: Move) -> str:
    """The message of what was done. Raises ValidationError, Http404 and PermissionDenied."""
    task = page.get_queryset(request).select_related("client", "owner").filter(pk=move.task).first()
    if task is None:
        raise Http404
    if not page.has_change_permission(request, task):
        raise PermissionDenied
    if move.what == OWNER:
        owner = person_of(int(move.to))
        return give(request, task, to=owner, seen=int(move.seen) or None)
    user: Any = request.user
    if not move_task(task, to=move.to, seen=move.seen, by=user, at=timezone.now()):
        raise ValidationError(changed_words(task))
    return _("“%(task)s” is now: %(state)s.") % {
        "task": task.title, "state": task.get_state_display(),
    }  # fmt: skip


def give(request: HttpRequest, task: Task, *, to: User | None, seen: int | None) -> str:
    """Only who may do the client's tasks gets one, a contractor too. Raises ValidationError."""
    at, user = timezone.now(), request.user
    if to is not None and not may_get(to, task):
        raise ValidationError(
            _("%(person)s is not in the team of %(client)s: add them to it first.")
            % {"person": to, "client": task.client}
        )
    if not give_task(task, to=to, seen=seen, by=user, at=at):  # type: ignore[arg-type] # staff
        raise ValidationError(changed_words(task))
    if to is None:
        return _("“%(task)s” is nobody's now.") % {"task": task.title}
    return _("“%(task)s” is given to %(person)s.") % {"task": task.title, "person": to}


def may_get(person: User, task: Task) -> bool:
    return Rights(person).allows("clients.change_task", client_id=task.client_id)


def takers(task: Task) -> list[User]:
    """Those of the client's team, and directors, who may get the task."""
    team = TeamMember.objects.active().filter(client=task.client_id)
    staff = User.objects.filter(is_staff=True, is_active=True, pk__in=team.values("user"))
    people = {*staff, *directors()}
    named = sorted(people, key=lambda person: (person.last_name, person.pk))
    return [person for person in named if may_get(person, task)]


def changed_words(task: Task) -> str:
    return _("“%(task)s” was changed by somebody meanwhile: look at it as it is now.") % {
        "task": task.title
    }


def person_of(pk: int) -> User | None:
    """None: nobody. Raises ValidationError where there is no such person."""
    if pk == NOBODY:
        return None
    person = User.objects.filter(pk=pk, is_staff=True, is_active=True).first()
    if person is None:
        raise ValidationError(_("There is no such person of the agency."))
    return person


def back_of(request: HttpRequest) -> str:
    """The list or the board as it was left; nothing else is gone back to."""
    came = urlsplit(request.headers.get("Referer", ""))
    asked = f"{came.path}?{came.query}" if came.query else came.path
    home = reverse("admin:clients_task_changelist")
    return asked if asked.startswith(home) else home


def give_form(task: Task, people: list[User], data: Any) -> forms.Form:
    """`seen` is the owner that the person saw, 0 for nobody."""
    owner = task.owner_id or NOBODY
    choices = [(str(NOBODY), _("nobody")), *((str(row.pk), str(row)) for row in people)]
    form = forms.Form(data, initial={"person": str(owner), "seen": owner})
    form.fields["person"] = select_field(gettext_lazy("To whom"), choices=choices)
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
    return form


def give_page(page: Any, request: HttpRequest, task: Task) -> HttpResponse:
    """By the keyboard, or without scripts."""

    def do(data: dict[str, Any]) -> str:
        owner = person_of(int(data["person"]))
        return give(request, task, to=owner, seen=data["seen"] or None)

    return Step(
        page,
        request,
        task,
        title=_("Give the task"),
        submit=_("Give"),
        form=give_form(task, takers(task), posted(request)),
        do=do,
        explanation=_("Those who may do this client's tasks are offered; whoever gets it is told."),
    ).respond()
