"""The client's page with what upper floors know: where the work stands, one click away."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.admin import ClientAdmin
from clients.models import Client, User
from clients.rights import Rights
from communities.models import Community
from kpi.call_settings import COUNTING_RULES, apply_rules
from kpi.models import Call, Flag
from strategy.models import Competitor, StrategyVersion


class Link(NamedTuple):
    """A number of the client's and the list behind it."""

    label: str
    value: str
    url: str
    is_urgent: bool = False


def links_of(client: Client, user: User) -> list[Link]:
    """What the person may follow from the client's page; one query each."""
    rights = Rights(user)
    month = client.today().replace(day=1)
    flags = Flag.objects.live().filter(client=client).count()
    calls = Call.objects.filter(client=client, day__gte=month).attributed().count()
    version = StrategyVersion.objects.in_force(on=client.today()).filter(client=client).first()
    found = [
        ("kpi.flag", _("open flags"), str(flags), {}, flags > 0),
        (
            "kpi.call",
            _("calls from communities this month"),
            str(calls),
            {"day__gte": month.isoformat(), "evidence__isnull": 0},
            False,
        ),
        (
            "strategy.strategyversion",
            _("strategy in force"),
            f"v{version.number}" if version else "—",
            {},
            version is None,
        ),
        (
            "communities.community",
            _("communities"),
            str(Community.objects.filter(client=client).count()),
            {},
            False,
        ),
        (
            "strategy.competitor",
            _("competitors"),
            str(Competitor.objects.filter(client=client).count()),
            {},
            False,
        ),
    ]
    return [
        Link(label, value, list_url(model, client, query), is_urgent)
        for model, label, value, query, is_urgent in found
        if rights.allows(model.replace(".", ".view_"), client_id=client.pk)
    ]


def list_url(model: str, client: Client, query: dict[str, Any]) -> str:
    address = reverse(f"admin:{model.replace('.', '_')}_changelist")
    return f"{address}?{urlencode({'client': client.pk, **query})}"


admin.site.unregister(Client)


@admin.register(Client)
class ClientPage(ClientAdmin):
    change_form_outer_before_template = "admin/client_panel.html"

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        """Another rule of what is unique or target holds for the calls that are there too."""
        super().save_model(request, obj, form, change)
        changed = [name for name in COUNTING_RULES if name in form.changed_data]
        if change and changed:
            user: Any = request.user
            done = apply_rules(obj, old={name: form.initial[name] for name in changed}, by=user)
            messages.info(
                request,
                _("The calls were decided anew by the new rules: %(count)s changed.")
                % {"count": done.calls_changed},
            )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        client = self.get_object(request, object_id) if object_id else None
        user: Any = request.user
        context = {"client_links": links_of(client, user)} if client else {}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )
