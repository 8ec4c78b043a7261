"""Who is in which team, from when to when: a list over all clients, and on the client's page."""

from itertools import combinations
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from clients.admin.columns import button, column
from clients.admin.filters import DefaultFilter
from clients.admin.form_page import Step, date_field, posted
from clients.admin.scoped import (
    ClientFilter,
    ScopedAdmin,
    ScopedForm,
    ScopedFormSet,
    ScopedTabular,
    VisibleFilter,
)
from clients.models import TeamMember
from clients.substitutes import cut, end_membership
from clients.team import check_overlap, give_role_rights, overlap_words

WHEN_COLOURS = {"now": "success", "later": "info", "over": ""}


class TeamFormSet(ScopedFormSet):
    """All memberships of the client stand in it: one may end where another begins."""

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if self.stands(form)]
        for one, other in combinations(rows, 2):
            if _overlap(one.instance, other.instance):
                later = max(one, other, key=lambda form: form.instance.pk is None)
                first = other if later is one else one
                later.add_error("starts_on", overlap_words(first.instance))


def _overlap(one: TeamMember, other: TeamMember) -> bool:
    is_same = (one.user_id, one.role) == (other.user_id, other.role)
    last_of_one, last_of_other = one.ends_on, other.ends_on
    return (
        is_same
        and (last_of_one is None or other.starts_on <= last_of_one)
        and (last_of_other is None or one.starts_on <= last_of_other)
    )


class TeamInline(ScopedTabular):
    """Substitutions are made and ended by steps."""

    model = TeamMember
    formset = TeamFormSet
    fields = ("user", "role", "starts_on", "ends_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).own().select_related("user")


def team_changed(member: TeamMember) -> None:
    """The role's rights; and nobody stands in for longer than the membership lasts."""
    give_role_rights(member.user, role=member.role)
    if member.ends_on is not None:
        cut(TeamMember.objects.filter(stands_in_for=member), last=member.ends_on)


class WhenFilter(DefaultFilter):
    title = gettext_lazy("when")
    parameter_name = "when"
    default_title = gettext_lazy("Today and later")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("now", _("Today")),
            ("later", _("Not begun yet")),
            ("over", pgettext("membership", "Ended")),
            ("all", _("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        lasting = Q(ends_on=None) | Q(ends_on__gte=today)
        wanted = {
            "now": lasting & Q(starts_on__lte=today),
            "later": Q(starts_on__gt=today),
            "over": Q(ends_on__lt=today),
            "all": Q(),
        }
        return queryset.filter(wanted.get(self.value() or "", lasting))


class SubstitutesFilter(admin.SimpleListFilter):
    title = gettext_lazy("substitutes")
    parameter_name = "substitutes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("only", _("Substitutes only")), ("own", _("Own roles only"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "only":
            return queryset.exclude(stands_in_for=None)
        return queryset.filter(stands_in_for=None) if self.value() == "own" else queryset


class MemberForm(ScopedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, value in cleaned.items():
            setattr(self.instance, name, value)
        row = self.instance
        if not self.errors and row.client_id and row.user_id and row.role and row.starts_on:
            check_overlap(row)
        return cleaned


class EndForm(forms.Form):
    """`seen` is the end that the person looked at, in ISO; empty for none."""

    last = date_field(gettext_lazy("Last day"))
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)


@admin.register(TeamMember)
class TeamMemberAdmin(ScopedAdmin):
    form = MemberForm
    list_display = (
        "user", "client", "role_title", "when", "starts_on", "ends_on", "stands_in",
    )  # fmt: skip
    list_filter = (WhenFilter, ClientFilter, ("user", VisibleFilter), "role", SubstitutesFilter)
    list_select_related = ("client", "user", "stands_in_for__user")
    search_fields = ("user__last_name", "user__first_name", "client__name")
    ordering = ("user__last_name", "user__first_name", "client__name", "starts_on", "pk")
    named_by = ("user",)
    fields = ("client", ("user", "role"), ("starts_on", "ends_on"), "stands_in")
    readonly_fields = ("stands_in",)
    actions_detail = ("end", "find_substitute", "hand_work_over")

    @column(gettext_lazy("role"), ordering="role")
    def role_title(self, member: TeamMember) -> str:
        return member.get_role_display()

    @column(gettext_lazy("when"), label=WHEN_COLOURS)
    def when(self, member: TeamMember) -> tuple[str, str]:
        today = member.client.today()
        if member.starts_on > today:
            return "later", _("not begun yet")
        if member.ends_on is not None and member.ends_on < today:
            return "over", pgettext("membership", "ended")
        return "now", pgettext("membership", "now")

    @column(gettext_lazy("stands in for"))
    def stands_in(self, member: TeamMember) -> str:
        return str(member.stands_in_for.user) if member.stands_in_for else ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose membership it is never changes; a substitution ends by the step alone."""
        fields = tuple(super().get_readonly_fields(request, obj))
        if obj is None:
            return fields
        dates = ("starts_on", "ends_on") if obj.stands_in_for_id else ()
        return (*fields, "user", "role", *dates)

    def save_model(self, request: HttpRequest, obj: TeamMember, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        team_changed(obj)

    def member_or_404(self, request: HttpRequest, object_id: str) -> TeamMember:
        member: TeamMember | None = self.get_object(request, object_id)
        if member is None:
            raise Http404
        return member

    @button(
        pgettext_lazy("membership", "End"), path="end", icon="event_busy", permissions=["change"]
    )
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        member = self.member_or_404(request, object_id)
        today = member.client.today()
        seen = member.ends_on.isoformat() if member.ends_on else ""

        def do(data: dict[str, Any]) -> str:
            if data["seen"] != seen:
                raise ValidationError(
                    _("Somebody has changed this membership meanwhile: look at it again.")
                )
            end_membership(member, last=data["last"], seen=member.ends_on)
            step.back = reverse("admin:clients_teammember_changelist")
            words = _("%(member)s: the last day is %(day)s.")
            return words % {"member": member, "day": date_format(data["last"], "SHORT_DATE_FORMAT")}

        step = Step(
            self,
            request,
            member,
            title=_("End the substitution") if member.stands_in_for_id else _("End the membership"),
            submit=pgettext("membership", "End"),
            explanation=_(
                "The last day counts, by the client's time zone; yesterday ends access at once."
                " Who stands in for this membership stops on the same day. Open work stays theirs"
                " until it is handed over."
            ),
            form=EndForm(posted(request), initial={"last": today, "seen": seen}),
            do=do,
        )
        return step.respond()

    @button(
        gettext_lazy("Substitute"), path="substitute", icon="person_add", permissions=["change"]
    )
    def find_substitute(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.to_client(request, object_id, "substitute")

    @button(
        gettext_lazy("Hand over work"), path="hand-over", icon="move_down", permissions=["change"]
    )
    def hand_work_over(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.to_client(request, object_id, "hand_over")

    def to_client(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """The step of the client's page, with this person chosen."""
        member = self.member_or_404(request, object_id)
        address = reverse(f"admin:clients_client_{step}", args=[member.client_id])
        return HttpResponseRedirect(f"{address}?person={member.user_id}")
