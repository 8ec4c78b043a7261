"""People who sign in, and the groups of their rights: for directors."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from clients.admin.columns import column
from clients.admin.leaving_step import LeavingByForm, LeavingSteps, PersonForm
from clients.admin.scoped import ReadOnly, ScopedTabular
from clients.models import TeamMember, User


class DirectorsOnly:
    """Whose rights somebody has is the directors' business, whatever a group may say."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        parent: Any = super()
        return bool(is_director(request) and parent.has_module_permission(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(is_director(request) and parent.has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        parent: Any = super()
        return bool(is_director(request) and parent.has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(is_director(request) and parent.has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent: Any = super()
        return bool(is_director(request) and parent.has_delete_permission(request, obj))


def is_director(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.sees_all_clients)


class UserForm(PersonForm, UserChangeForm): ...


class MembershipInline(ReadOnly, ScopedTabular):
    """All of the person's, the ended ones too; each leads to its page."""

    model = TeamMember
    fields = ("client", "role", "starts_on", "ends_on", "stands_in")
    readonly_fields = ("stands_in",)
    ordering = ("-starts_on", "client__name", "pk")
    verbose_name_plural = gettext_lazy("teams")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("client", "stands_in_for__user")

    @column(gettext_lazy("stands in for"))
    def stands_in(self, member: TeamMember) -> str:
        return str(member.stands_in_for.user) if member.stands_in_for else ""


@admin.register(User)
class UserAdmin(LeavingByForm, LeavingSteps, DirectorsOnly, DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg] # of User
    form = UserForm
    inlines = (MembershipInline,)
    actions_detail = ("substitute_everywhere", "open_work", "leaves")
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "is_staff", "is_active", "group_names")
    list_filter = ("is_staff", "is_active", "groups")
    show_full_result_count = False
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            gettext_lazy("Person"),
            {
                "fields": (
                    ("first_name", "last_name"),
                    ("email", "language"),
                    ("time_zone", "hours_per_week"),
                )
            },
        ),
        (
            gettext_lazy("Work contacts, which the clients of the person’s teams see"),
            {
                "fields": (
                    ("work_email", "work_phone"),
                    ("work_telegram", "work_whatsapp"),
                    "work_hours",
                )
            },
        ),
        (gettext_lazy("Rights"), {"fields": (("is_active", "is_staff", "is_superuser"), "groups")}),
        (gettext_lazy("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "is_staff", "password1", "password2"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """People of clients are in no team."""
        return self.inlines if obj is not None and obj.is_staff else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A director cannot rise above directors."""
        fields = tuple(super().get_readonly_fields(request, obj))
        user: Any = request.user
        dates = ("last_login", "date_joined")
        return (*fields, *dates) if user.is_superuser else (*fields, *dates, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        is_above = obj is not None and obj.is_superuser and not user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody did stays signed: people are made inactive."""
        return False

    @column(gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @column(gettext_lazy("groups"))
    def group_names(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DirectorsOnly, DjangoGroupAdmin, ModelAdmin):
    pass
