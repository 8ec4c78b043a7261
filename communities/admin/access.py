"""Staff's door to the register of accesses, and to the two lists for when somebody leaves."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from clients.admin.columns import button, column
from clients.admin.form_page import Step, date_field, posted, select_field
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    allowed_rows,
    allows,
    visible_rows,
)
from clients.models import Client, User
from communities.access_register import remove_access, remove_accesses
from communities.hand_over import open_accesses_at, open_accesses_of
from communities.models import AccessGrant

WHOSE_COLOURS = {
    AccessGrant.Whose.AGENCY: "info",
    AccessGrant.Whose.CLIENT: "success",
    AccessGrant.Whose.THIRD: "warning",
}


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", pgettext("access", "open")), ("no", pgettext("access", "removed"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        return queryset.filter(removed_on__isnull=asked == "yes") if asked else queryset


class AccessGrantForm(ScopedForm):
    """A colleague needs no second name, and is of the agency."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("user"):
            cleaned["whose"] = AccessGrant.Whose.AGENCY
        granted, removed = cleaned.get("granted_on"), self.instance.removed_on
        if granted and removed and granted > removed:
            # The day of removal is no field of the form, so the constraint is not asked.
            self.add_error("granted_on", _("It was removed before it was granted."))
        return cleaned


class RemoveForm(forms.Form):
    removed_on = date_field(gettext_lazy("Removed on"))


class LeavingForm(forms.Form):
    """All are ticked: who leaves, leaves with everything, unless somebody says otherwise."""

    grants = forms.ModelMultipleChoiceField(
        AccessGrant.objects.none(),
        label=gettext_lazy("Removed"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    removed_on = date_field(gettext_lazy("On"))

    def __init__(self, grants: QuerySet[AccessGrant], data: Any = None) -> None:
        today = timezone.localdate()
        rows = list(grants)
        super().__init__(data, initial={"grants": [row.pk for row in rows], "removed_on": today})
        field: Any = self.fields["grants"]
        field.queryset = grants
        field.label_from_instance = line_of


class PersonForm(forms.Form):
    person = select_field(gettext_lazy("Who leaves"))

    def __init__(self, people: QuerySet[User], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["person"]
        field.choices = [(person.pk, str(person)) for person in people]


@admin.register(AccessGrant)
class AccessGrantAdmin(ScopedAdmin):
    form = AccessGrantForm
    named_by = ("user", "profile")
    list_display = (
        "who", "whose_label", "role", "kind", "where", "client", "granted_on", "removed_on",
    )  # fmt: skip
    list_filter = (ClientFilter, StandingFilter, "whose", "kind", "role")
    list_select_related = ("client", "user", "profile")
    search_fields = ("person", "name", "user__last_name", "user__first_name", "profile__title")
    readonly_fields = ("granted_by", "removed_on", "removed_by")
    fieldsets = (
        (None, {"fields": ("client", ("user", "person"), "whose")}),
        (gettext_lazy("To what"), {"fields": ("kind", ("profile", "name"), "role")}),
        (
            gettext_lazy("History"),
            {"fields": (("granted_on", "granted_by"), ("removed_on", "removed_by"), "note")},
        ),
    )
    actions_list = ("leaves_agency",)
    actions_detail = ("mark_removed",)

    def get_urls(self) -> Any:
        leaving = [
            path(
                "leaves-client/<int:client_id>/",
                self.admin_site.admin_view(self.leaves_client),
                name="communities_accessgrant_leaves_client",
            ),
            path(
                "leaves-agency/<int:user_id>/",
                self.admin_site.admin_view(self.leaving_person),
                name="communities_accessgrant_leaving_person",
            ),
        ]
        return [*leaving, *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"granted_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was granted is removed with its day, not forgotten."""
        return False

    @column(gettext_lazy("who"), ordering="user__last_name")
    def who(self, grant: AccessGrant) -> str:
        return grant.who

    @column(gettext_lazy("whose person"), ordering="whose", label=WHOSE_COLOURS)
    def whose_label(self, grant: AccessGrant) -> tuple[str, str]:
        return grant.whose, grant.get_whose_display()

    @column(gettext_lazy("which one"), ordering="profile__title")
    def where(self, grant: AccessGrant) -> str:
        return grant.profile.title if grant.profile else grant.name

    def save_model(self, request: HttpRequest, obj: AccessGrant, form: Any, change: bool) -> None:
        if not change:
            user: Any = request.user
            obj.granted_by = user
        super().save_model(request, obj, form, change)

    @button(gettext_lazy("Mark as removed"), path="remove", icon="key_off", permissions=["change"])
    def mark_removed(self, request: HttpRequest, object_id: str) -> HttpResponse:
        grant = self.get_object(request, object_id)
        if grant is None:
            raise Http404

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            is_new = remove_access(grant, on=data["removed_on"], by=user)
            return _("Noted as removed.") if is_new else _("It was noted as removed before.")

        form = RemoveForm(posted(request), initial={"removed_on": timezone.localdate()})
        return Step(
            self, request, grant, title=_("Mark as removed"), submit=_("Mark as removed"),
            explanation=_("Take it away where it stands first; here it is noted."),
            form=form, do=do,
        ).respond()  # fmt: skip

    @button(
        gettext_lazy("Somebody leaves the agency"),
        path="leaves-agency",
        icon="person_remove",
        permissions=["view"],
    )
    def leaves_agency(self, request: HttpRequest) -> HttpResponse:
        """Choose the person whose accesses are to be taken back."""
        seen = self.get_queryset(request).standing().filter(user__isnull=False)
        people = User.objects.filter(pk__in=seen.values("user")).order_by("last_name", "username")

        def do(data: dict[str, Any]) -> HttpResponse:
            name = "admin:communities_accessgrant_leaving_person"
            return HttpResponseRedirect(reverse(name, args=[data["person"]]))

        return Step(
            self, request, None, title=_("Somebody leaves the agency"), submit=_("Show accesses"),
            explanation=_("People with open accesses, at the clients that you see."),
            form=PersonForm(people, posted(request)), do=do, back=list_url(),
        ).respond()  # fmt: skip

    def leaving_person(self, request: HttpRequest, user_id: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        person = visible_person(user_id)
        grants = self.seen(request, open_accesses_of(person))
        title = _("%(person)s leaves the agency") % {"person": person}
        return self.leaving(request, grants, title=title, back=list_url())

    def leaves_client(self, request: HttpRequest, client_id: int) -> HttpResponse:
        client = visible_rows(Client, request.user).filter(pk=client_id).first()
        if client is None or not allows(request, self.right("view"), client):
            raise Http404
        grants = self.seen(request, open_accesses_at(client))
        title = _("The agency leaves %(client)s") % {"client": client}
        back = reverse("admin:clients_client_overview", args=[client.pk])
        return self.leaving(request, grants, title=title, back=back)

    def seen(self, request: HttpRequest, grants: Any) -> Any:
        return grants.filter(pk__in=self.get_queryset(request).values("pk"))

    def leaving(self, request: HttpRequest, grants: Any, *, title: str, back: str) -> HttpResponse:
        """All open accesses that the person sees; those that they may change can be ticked off."""
        mine = allowed_rows(request, grants, self.right("change"))

        def do(data: dict[str, Any]) -> str:
            user: Any = request.user
            count = remove_accesses(data["grants"], on=data["removed_on"], by=user)
            return ngettext(
                "%(count)s access is noted as removed.",
                "%(count)s accesses are noted as removed.",
                count,
            ) % {"count": count}

        return Step(
            self, request, None, title=title, submit=_("Mark as removed"),
            explanation=_("Take them away where they stand first; here it is noted."),
            form=LeavingForm(mine, posted(request)), do=do, back=back,
            template="admin/communities/leaving.html",
            context={"grants": list(grants), "may_change": mine.exists()},
        ).respond()  # fmt: skip


def visible_person(user_id: int) -> User:
    """A colleague, also one who signs in no more."""
    person = User.objects.filter(pk=user_id, is_staff=True).first()
    if person is None:
        raise Http404
    return person


def line_of(grant: Any) -> str:
    return f"{grant.client}: {grant}"


def list_url() -> str:
    return reverse("admin:communities_accessgrant_changelist")
