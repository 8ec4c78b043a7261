"""Putting up a stop and lifting it: what it would hold is shown before anything is pressed."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminSelectWidget

from clients.admin.form_page import Step, page_of, posted, select_field, text_field
from clients.models import Client, User
from clients.rights import clients_where
from communities.models import Community
from content.admin.incident_steps import person
from content.admin.moments import ClientMoment, WallMoment, by_clock_of, moment_by
from content.models import Incident, Stop, StopScope
from content.stops import begin_stop, lift_stop, may_stop, what_is_stopped


class ReasonForm(forms.Form):
    reason = text_field(
        gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Everybody who works for the client reads it."),
    )
    ends_at = ClientMoment(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody lifts it."),
    )


class BeginForm(ReasonForm):
    """Where nothing was named by the page that led here."""

    ends_at = WallMoment(label=gettext_lazy("Until"), required=False)
    scope = select_field(gettext_lazy("What is stopped"))
    client = forms.ModelChoiceField(
        label=gettext_lazy("Client"),
        queryset=Client.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    community = forms.ModelChoiceField(
        label=gettext_lazy("Community"),
        queryset=Community.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    country = text_field(
        gettext_lazy("Country"),
        required=False,
        max_length=2,
        help_text=gettext_lazy("Two capital letters, such as RU."),
    )
    field_order = ("scope", "client", "community", "country", "reason", "ends_at")
    NAMED = {
        StopScope.CLIENT: "client",
        StopScope.COMMUNITY: "community",
        StopScope.COUNTRY: "country",
    }

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["ends_at"].help_text = _(
            "Empty: until somebody lifts it. By the clock of the client whose posts are stopped; of"
            " a country or of everything, by that of %(zone)s."
        ) % {"zone": timezone.get_current_timezone_name()}
        clients = clients_where(user, "content.add_stop")
        scopes = [StopScope.CLIENT, StopScope.COMMUNITY]
        if user.sees_all_clients:
            scopes += [StopScope.COUNTRY, StopScope.EVERYTHING]
        else:
            del self.fields["country"]
        self.fields["scope"].choices = [(scope.value, scope.label) for scope in scopes]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["client"].queryset = clients  # type: ignore[attr-defined] # a ModelChoiceField
        communities = Community.objects.filter(client__in=clients).select_related("profile")
        self.fields["community"].queryset = communities.order_by("profile__title")  # type: ignore[attr-defined] # as above

    def clean(self) -> dict[str, Any]:
        """Only what the chosen scope needs; and that it is there."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needed = self.NAMED.get(StopScope(cleaned["scope"])) if cleaned.get("scope") else None
        for name in self.NAMED.values():
            if name != needed:
                cleaned.pop(name, None)
        if needed and not cleaned.get(needed):
            self.add_error(needed, _("Name it: this is what is stopped."))
        if cleaned.get("ends_at"):
            self.read_end(cleaned)
        return cleaned

    def read_end(self, cleaned: dict[str, Any]) -> None:
        community = cleaned.get("community")
        client = community.client if community else cleaned.get("client")
        zone = client.zone if client else timezone.get_current_timezone()
        try:
            cleaned["ends_at"] = moment_by(zone, cleaned["ends_at"])
        except ValidationError as refused:
            self.add_error("ends_at", refused)


def asked_for(request: HttpRequest) -> dict[str, Any] | None:
    """What the page that led here names; None: nothing.

    Raises:
        Http404: a client, a community or a case that the person does not see.
    """
    rows: dict[str, Any] = {
        "incident": Incident.objects.select_related("client"),
        "community": Community.objects.select_related("client", "profile"),
        "client": Client.objects.all(),
    }
    for name, queryset in rows.items():
        value = request.GET.get(name, "")
        if not value:
            continue
        row = (
            queryset.visible_to(request.user).filter(pk=value).first()
            if value.isdecimal()
            else None
        )
        if row is None:
            raise Http404
        if name == "community":
            return {"scope": StopScope.COMMUNITY, "community": row}
        client = row.client if name == "incident" else row
        extra = {"incident": row} if name == "incident" else {}
        return {"scope": StopScope.CLIENT, "client": client, **extra}
    return None


def begin_step(page: Any, request: HttpRequest) -> HttpResponse:
    target = asked_for(request)
    user = person(request)
    preview = preview_of(target) if target else None
    if preview is not None and not may_stop(user, preview):
        raise PermissionDenied

    def do(data: dict[str, Any]) -> HttpResponse:
        stop = begin_stop(**{**data, **(target or {})}, by=user, at=timezone.now())
        return HttpResponseRedirect(page_of(stop))

    form = BeginForm(user, posted(request)) if target is None else ReasonForm(posted(request))
    if preview is not None and preview.client is not None:
        by_clock_of(form, preview.client)
    if target and "incident" in target:
        form.fields["reason"].initial = target["incident"].title
    context = page.held_context(request, preview) if preview is not None else {}
    return Step(
        page, request, None,
        title=_("Stop publications: %(what)s") % {"what": what_is_stopped(preview)}
        if preview
        else _("Stop publications"),
        submit=_("Stop"),
        explanation=_("Nothing goes out from now on. What is held is decided one by one later."),
        form=form, do=do, back=back_of(target), context=context,
        template="admin/content/stop_step.html",
    ).respond()  # fmt: skip


def preview_of(target: dict[str, Any]) -> Stop:
    """The stop as it would be; not saved."""
    community = target.get("community")
    client = community.client if community is not None else target.get("client")
    return Stop(scope=target["scope"], client=client, community=community, began_at=timezone.now())


def back_of(target: dict[str, Any] | None) -> str:
    if target is None:
        return ".."
    return page_of(target.get("incident") or target.get("community") or target["client"])


def lift_step(page: Any, request: HttpRequest, stop: Stop) -> HttpResponse:
    def do(data: dict[str, Any]) -> str:
        count = lift_stop(stop, by=person(request), at=timezone.now())
        lifted = _("The stop is lifted.")
        if not count:
            return lifted
        waiting = ngettext(
            "%(count)d post waits for your decision.",
            "%(count)d posts wait for your decision.",
            count,
        ) % {"count": count}
        return f"{lifted} {waiting}"

    return Step(
        page, request, stop, title=_("Lift the stop"), submit=_("Lift"),
        explanation=_(
            "What came due meanwhile does not go out: each post waits for a decision. What is"
            " planned for later goes out at its time."
        ),
        form=forms.Form(posted(request)), do=do,
    ).respond()  # fmt: skip
