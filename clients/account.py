"""The account pages: sign-in, sign-out, password reset, language. The portal itself only reads."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import login, views
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clients.attempts import address_of, count_attempt
from clients.forms import NewPasswordForm, ResetForm, SignInForm
from clients.language import remember_language
from clients.models import PortalAccess, Role, TeamMember, User

NAMES_SHOWN = 2
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class DemoPerson(NamedTuple):
    username: str
    label: str
    note: str


class DemoGroup(NamedTuple):
    title: str
    people: list[DemoPerson]


def _clients_of(rows: Any) -> str:
    """The clients by name; only how many where the names would fill the page."""
    names = list(dict.fromkeys(row.client.name for row in rows))
    if len(names) > NAMES_SHOWN:
        return ngettext("%(n)s client", "%(n)s clients", len(names)) % {"n": len(names)}
    return ", ".join(names)


def _place_of(user: User) -> tuple[int, str, str]:
    """Where a person stands on the demo's page: order, group, note."""
    if user.is_superuser or any(group.name == "Director" for group in user.groups.all()):
        return 0, _("Directors"), _("sees every client")
    memberships = list(user.memberships.all())
    if memberships:
        role = Role(memberships[0].role)
        return 1 + list(Role).index(role), str(role.label).capitalize(), _clients_of(memberships)
    if user.is_staff:
        return 90, _("Other staff"), ""
    return 99, _("People of clients"), _clients_of(user.portal_access.all())


def demo_people() -> list[DemoGroup]:
    """The demo's people by role, for one-click sign-in: directors first, clients' people last."""
    memberships: QuerySet[TeamMember] = TeamMember.objects.select_related("client")
    access: QuerySet[PortalAccess] = PortalAccess.objects.select_related("client").filter(
        revoked_at=None
    )
    users = (
        User.objects.filter(is_demo=True, is_active=True)
        .prefetch_related(
            "groups",
            Prefetch("memberships", memberships),
            Prefetch("portal_access", access),
        )
        .order_by("last_name", "first_name", "username")
    )
    groups: dict[tuple[int, str], list[DemoPerson]] = defaultdict(list)
    for user in users:
        order, title, note = _place_of(user)
        groups[order, title].append(DemoPerson(user.username, str(user), note))
    return [DemoGroup(title, groups[order, title]) for order, title in sorted(groups)]


def next_page(request: HttpRequest, fallback: str) -> str:
    """The page asked for by `next`, where it is one of ours; else the fallback."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url(fallback)


class SignIn(views.LoginView):
    form_class = SignInForm
    template_name = "account/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = demo_people() if settings.DEMO else []
        return super().get_context_data(demo_groups=people, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("__all__", "too_many"):
            response.status_code = 429
        return response


class AskForReset(views.PasswordResetView):
    form_class = ResetForm
    template_name = "account/reset.html"
    email_template_name = "account/reset_mail.txt"
    subject_template_name = "account/reset_subject.txt"
    success_url = reverse_lazy("account:reset_sent")

    def form_valid(self, form: Any) -> HttpResponse:
        """The same answer whether a mail went out or not."""
        may_send = count_attempt(
            "reset", account=form.cleaned_data["email"], address=address_of(self.request)
        )
        return super().form_valid(form) if may_send else redirect(self.get_success_url())


class ResetSent(views.PasswordResetDoneView):
    template_name = "account/reset_sent.html"


class SetNewPassword(views.PasswordResetConfirmView):
    form_class = NewPasswordForm
    template_name = "account/new_password.html"
    success_url = reverse_lazy("account:reset_done")


class ResetDone(views.PasswordResetCompleteView):
    template_name = "account/reset_done.html"


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language with the person and in a cookie for when nobody has signed in."""
    language = request.POST.get("language", "")
    response = redirect(next_page(request, "home"))
    if language in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
        remember_language(response, language)
    return response


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click instead of a password: in the demo only, for the demo's people only."""
    if not settings.DEMO:
        raise Http404
    user = User.objects.filter(
        username=request.POST.get("username", ""), is_demo=True, is_active=True
    ).first()
    if user is None:
        raise Http404
    login(request, user, backend=MODEL_BACKEND)
    return redirect(next_page(request, "home"))
