"""Tracking numbers: where each stands, which are silent, and numbers that nobody entered."""

import datetime as dt
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.admin.columns import button, column
from clients.admin.form_page import Step, posted, select_field, text_field
from clients.admin.scoped import ClientFilter, ScopedAdmin, VisibleFilter, allowed_rows, allows
from clients.admin.tracking import TrackingNumberAdmin
from clients.models import Client, TrackingNumber
from kpi.attribution import attribute_again
from kpi.models import Call, NumberPlacement, TestCall
from kpi.number_checks import record_test_call

RECENT_DAYS = 30
UNKNOWN_DAYS = 90
MOST_UNKNOWN = 200


class SilentFilter(SimpleListFilter):
    """Numbers that stand somewhere today, and nobody dialled."""

    title = gettext_lazy("calls")
    parameter_name = "calls"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("none", _("shown, without calls in %(days)d days") % {"days": RECENT_DAYS}),
            ("nowhere", _("shown nowhere")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        shown = Q(pk__in=standing(timezone.localdate()).values("number"))
        if self.value() == "none":
            return queryset.filter(shown, recent_calls=0)
        return queryset.exclude(shown) if self.value() == "nowhere" else queryset


def standing(day: dt.date) -> Any:
    """Placements in which a number is shown on that day."""
    return NumberPlacement.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class TestCallForm(forms.Form):
    __test__ = False
    result = select_field(gettext_lazy("Result"), choices=TestCall.Result.choices)
    note = text_field(gettext_lazy("Note"), required=False, max_length=300)


admin.site.unregister(TrackingNumber)


@admin.register(TrackingNumber)
class TrackingNumberPage(TrackingNumberAdmin):
    """A number that is entered or corrected decides anew where its calls came from."""

    list_display = (
        "number", "client", "kind", "stands", "recent_calls", "last_call", "provider", "is_active",
    )  # fmt: skip
    list_filter = (ClientFilter, SilentFilter, "kind", "is_active")
    actions_list = ("unknown_numbers",)
    actions_detail = ("test_call",)

    def get_queryset(self, request: HttpRequest) -> Any:
        today = timezone.localdate()
        calls = (
            Call.objects.filter(tracking_number=OuterRef("pk")).order_by().values("tracking_number")
        )
        recent = calls.filter(day__gt=today - dt.timedelta(RECENT_DAYS))
        placements = standing(today).select_related(
            "number", "community__profile", "campaign", "placement"
        )
        return (
            super()
            .get_queryset(request)
            .annotate(
                recent_calls=Coalesce(Subquery(recent.annotate(n=Count("pk")).values("n")), 0),
                last_call=Subquery(calls.annotate(at=Max("started_at")).values("at")),
            )
            .prefetch_related(Prefetch("placements", queryset=placements, to_attr="standing"))
        )

    @column(gettext_lazy("stands in"))
    def stands(self, number: Any) -> str:
        return ", ".join(str(row.place) for row in number.standing) or "—"

    @column(gettext_lazy("calls in 30 days"), ordering="recent_calls")
    def recent_calls(self, number: Any) -> int:
        return int(number.recent_calls)

    @column(gettext_lazy("last call"), ordering="last_call")
    def last_call(self, number: Any) -> dt.datetime | None:
        return number.last_call  # type: ignore[no-any-return] # annotated

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        attribute_again(obj)

    def has_test_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allows(request, "kpi.add_testcall", self.row_of(request, obj))

    @button(
        gettext_lazy("I made a test call"),
        path="test-call",
        icon="phone_in_talk",
        permissions=["view", "test"],
    )
    def test_call(self, request: HttpRequest, object_id: str) -> HttpResponse:
        number = self.get_object(request, object_id)
        if number is None:
            raise Http404
        user: Any = request.user

        def do(data: dict[str, Any]) -> str:
            record_test_call(number, by=user, at=timezone.now(), **data)
            return _("The test call is written down.")

        return Step(
            self,
            request,
            number,
            title=_("A test call"),
            submit=_("Write it down"),
            explanation=_(
                "A number that works explains a silence; of one that does not, nothing is"
                " expected until a test call finds it working."
            ),
            form=TestCallForm(posted(request)),
            do=do,
        ).respond()

    @button(
        gettext_lazy("Calls on unknown numbers"),
        path="unknown",
        icon="unknown_document",
        permissions=["view"],
    )
    def unknown_numbers(self, request: HttpRequest) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/kpi/unknown_numbers.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Calls on numbers that nobody entered"),
                "opts": self.opts,
                "days": UNKNOWN_DAYS,
                "rows": unknown_numbers(request),
                "back": reverse("admin:clients_trackingnumber_changelist"),
            },
        )


class UnknownNumber(NamedTuple):
    """A number that was dialled and is no tracking number; `add_url` is empty without the right."""

    client: Client
    number: str
    calls: int
    last_call: dt.datetime
    add_url: str


def unknown_numbers(request: HttpRequest) -> list[UnknownNumber]:
    """The most dialled first, of the clients whose calls the person sees."""
    since = timezone.localdate() - dt.timedelta(UNKNOWN_DAYS)
    calls: Any = Call.objects.visible_to(request.user).filter(tracking_number=None, day__gte=since)
    rows = (
        allowed_rows(request, calls.exclude(called_number=""), "kpi.view_call")
        .order_by()
        .values("client", "called_number")
        .annotate(calls=Count("pk"), last_call=Max("started_at"))
        .order_by("-calls", "called_number")[:MOST_UNKNOWN]
    )
    found = list(rows)
    clients = Client.objects.in_bulk({row["client"] for row in found})
    return [
        UnknownNumber(
            clients[row["client"]],
            row["called_number"],
            row["calls"],
            row["last_call"],
            add_url(request, clients[row["client"]], row["called_number"]),
        )
        for row in found
    ]


def add_url(request: HttpRequest, client: Client, number: str) -> str:
    if not allows(request, "clients.add_trackingnumber", client):
        return ""
    query = urlencode({"client": client.pk, "number": number})
    return f"{reverse('admin:clients_trackingnumber_add')}?{query}"


@admin.register(NumberPlacement)
class NumberPlacementAdmin(ScopedAdmin):
    """Moving a number decides anew where its calls came from."""

    list_display = (
        "number", "client", "community", "campaign", "placement", "starts_on", "ends_on",
    )  # fmt: skip
    list_filter = (ClientFilter, ("community", VisibleFilter), ("campaign", VisibleFilter))
    list_select_related = ("client", "number", "community__profile", "campaign", "placement")
    search_fields = ("number__number", "client__name")
    fields = ("number", ("community", "campaign", "placement"), ("starts_on", "ends_on"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        former = TrackingNumber.objects.filter(pk=form.initial.get("number")).first()
        super().save_model(request, obj, form, change)
        attribute_again(obj.number)
        if former and former != obj.number:
            attribute_again(former)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        number = obj.number
        super().delete_model(request, obj)
        attribute_again(number)
