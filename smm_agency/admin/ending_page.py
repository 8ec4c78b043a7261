"""The checklist of an ending: facts, ticks, and what the program does itself."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.admin.columns import button
from clients.admin.form_page import Step, date_field, page_of, posted, select_field, text_field
from clients.admin.scoped import allows
from clients.endings import decide_item, items_of, set_portal_until
from clients.models import (
    Client,
    ClientStatus,
    EndingCode,
    EndingState,
    TrackingNumber,
    User,
)
from content.pauses import cancel_scheduled, scheduled
from smm_agency.admin.archive_page import archive_context
from smm_agency.ending_checks import facts_of, key_counts
from smm_agency.ending_doing import erase_keys, release_numbers, revoke_addresses

RIGHT = "clients.change_client"
LIGHTS = {
    EndingState.OPEN: "amber", EndingState.DONE: "green", EndingState.NOT_NEEDED: "grey",
}  # fmt: skip


class ItemForm(forms.Form):
    """`seen` is the state that the person looked at."""

    to = select_field(gettext_lazy("State"), choices=EndingState.choices)
    reason = text_field(
        gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Needed where it is not needed; a word on how, where it is done."),
    )
    seen = forms.CharField(widget=forms.HiddenInput())


class SeenForm(forms.Form):
    """What the person was shown, as JSON: `read_seen` refuses what is none."""

    seen = forms.CharField(widget=forms.HiddenInput(), required=False)


class PortalForm(forms.Form):
    until = date_field(
        gettext_lazy("The last day"),
        required=False,
        help_text=gettext_lazy("By the client's clock. Empty: without an end."),
    )
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)


def checklist_page(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    at = timezone.now()
    facts = facts_of(client, at=at)
    may_change = bool(allows(request, RIGHT, client))
    lines: list[dict[str, Any]] = [
        {
            "item": item,
            "light": LIGHTS[EndingState(item.state)],
            "fact": facts[item.code],
            # Ticked before, and no longer so.
            "is_disputed": item.state == EndingState.DONE and facts[item.code].is_done is False,
            "tick_url": step_url(client, "ending_item", item.code) if may_change else "",
            "do": may_change and actions_of(client, item.code, facts[item.code].is_done),
        }
        for item in items_of(client)
    ]
    return TemplateResponse(
        request,
        "admin/client/ending.html",
        {
            **model_admin.admin_site.each_context(request),
            "title": _("Checklist of the ending"),
            "opts": model_admin.opts,
            "client": client,
            "is_ended": client.status == ClientStatus.ENDED,
            "lines": lines,
            "open": sum(line["item"].state == EndingState.OPEN for line in lines),
            "back": page_of(client),
            **archive_context(request, client),
        },
    )


def step_url(client: Client, name: str, *args: str) -> str:
    return reverse(f"admin:clients_client_{name}", args=[client.pk, *args])


def actions_of(client: Client, code: str, is_done: bool | None) -> dict[str, str]:
    """The button of an item that the program can do itself; empty: none, or it is done."""
    if code == EndingCode.PORTAL:
        return {"label": _("Set the last day"), "url": step_url(client, "ending_portal")}
    action = ACTIONS.get(code)
    if action is None or is_done:
        return {}
    return {"label": str(action.label), "url": step_url(client, "ending_do", code)}


# --- Steps ---------------------------------------------------------------------------------------


def item_step(model_admin: Any, request: HttpRequest, client: Client, code: str) -> HttpResponse:
    if code not in EndingCode:
        raise Http404
    item = next(row for row in items_of(client) if row.code == code)
    fact = facts_of(client, at=timezone.now())[code]
    to = EndingState.OPEN if item.state != EndingState.OPEN else EndingState.DONE
    if to == EndingState.DONE and fact.is_done is False:
        to = EndingState.NOT_NEEDED

    def do(data: dict[str, Any]) -> str:
        at = timezone.now()
        decide_item(
            client, code, seen=data["seen"], to=data["to"], reason=data["reason"],
            is_done=facts_of(client, at=at)[code].is_done, by=user_of(request), at=at,
        )  # fmt: skip
        return _("“%(item)s”: %(state)s.") % {
            "item": item,
            "state": EndingState(data["to"]).label,
        }

    initial = {"to": to, "reason": item.reason, "seen": item.state}
    return Step(
        model_admin, request, client,
        title=str(item.get_code_display()),
        submit=_("Save"),
        explanation=_("The program sees: %(fact)s.") % {"fact": fact.words},
        form=ItemForm(posted(request), initial=initial),
        do=do,
        back=step_url(client, "ending"),
    ).respond()  # fmt: skip


def portal_step(model_admin: Any, request: HttpRequest, client: Client) -> HttpResponse:
    seen = client.portal_until.isoformat() if client.portal_until else ""

    def do(data: dict[str, Any]) -> str:
        shown = forms.DateField(required=False).clean(data["seen"])
        set_portal_until(client, data["until"], seen=shown, on=client.today())
        return _("The last day of the portal is set.")

    return Step(
        model_admin, request, client,
        title=_("The last day of the portal"),
        submit=_("Save"),
        explanation=_("Until then the client's people look at it; afterwards they are told so."),
        form=PortalForm(posted(request), initial={"until": client.portal_until, "seen": seen}),
        do=do,
        back=step_url(client, "ending"),
    ).respond()  # fmt: skip


class Action:
    """`shown` reads what a person sees and confirms; `do` acts on that and counts."""

    def __init__(
        self,
        label: Any,
        explanation: Any,
        shown: Callable[[Client], tuple[Any, int]],
        do: Callable[[HttpRequest, Client, Any], int],
        right: str = RIGHT,
    ) -> None:
        self.label, self.explanation, self.shown, self.do = label, explanation, shown, do
        self.right = right


def ids_of(rows: Any) -> tuple[list[int], int]:
    ids = sorted(rows.values_list("pk", flat=True))
    return ids, len(ids)


def cancel_posts(request: HttpRequest, client: Client, seen: Any) -> int:
    return cancel_scheduled(
        client, seen=frozenset(seen), by=user_of(request), at=timezone.now(),
        reason=_("The work has ended"),
    )  # fmt: skip


def shown_keys(client: Client) -> tuple[dict[str, int], int]:
    found = key_counts(client)
    return found, sum(found.values())


ACTIONS: dict[str, Action] = {
    EndingCode.SCHEDULED_POSTS: Action(
        gettext_lazy("Cancel all scheduled posts"),
        gettext_lazy(
            "Will be cancelled: %(n)d, with those that wait for a decision. What stands in a"
            " network's own queue has to be taken away there."
        ),
        lambda client: ids_of(scheduled(client)),
        cancel_posts,
        "content.change_publication",
    ),
    EndingCode.KEYS: Action(
        gettext_lazy("Erase the keys"),
        gettext_lazy(
            "Will be erased: %(n)d keys of networks, ad accounts, events and call tracking. They"
            " cannot come back, and nothing more is read with them. Revoke them on the networks,"
            " too."
        ),
        shown_keys,
        lambda _request, client, seen: erase_keys(client, seen=seen),
        "communities.change_accesskey",
    ),
    EndingCode.NUMBERS: Action(
        gettext_lazy("Release the numbers"),
        gettext_lazy(
            "Will be taken out of use: %(n)d numbers; their placements end today. Calls that were"
            " counted stay. Cancel the numbers at the provider, too."
        ),
        lambda client: ids_of(TrackingNumber.objects.filter(client=client, is_active=True)),
        lambda _request, client, seen: release_numbers(
            client, seen=frozenset(seen), on=client.today()
        ),
        "clients.change_trackingnumber",
    ),
    EndingCode.LINKS: Action(
        gettext_lazy("Revoke all addresses"),
        gettext_lazy("Addresses of approvals, uploads and calendars are revoked for good."),
        lambda client: ([], 0),
        lambda request, client, _seen: revoke_addresses(
            client, by=user_of(request), at=timezone.now()
        ),
    ),
}


def read_seen(text: str, *, like: Any) -> Any:
    """Ids, or numbers by name, as the page shows now. Raises ValidationError for anything else."""
    try:
        seen = json.loads(text)
    except ValueError:
        seen = None
    numbers = list(seen.values()) if isinstance(seen, dict) else seen
    if type(seen) is not type(like) or not all(type(each) is int for each in numbers):
        raise ValidationError(_("What was shown cannot be read: open the page again."))
    return seen


def action_step(model_admin: Any, request: HttpRequest, client: Client, code: str) -> HttpResponse:
    action = ACTIONS.get(code)
    if action is None or not allows(request, action.right, client):
        raise Http404
    if client.status != ClientStatus.ENDED:
        raise Http404
    seen, count = action.shown(client)

    def do(data: dict[str, Any]) -> str:
        done = action.do(request, client, read_seen(data["seen"], like=seen))
        words = ngettext("Done: %(n)d.", "Done: %(n)d.", done)
        return words % {"n": done}

    return Step(
        model_admin, request, client,
        title=str(action.label),
        submit=str(action.label),
        explanation=str(action.explanation) % {"n": count},
        form=SeenForm(posted(request), initial={"seen": json.dumps(seen)}),
        do=do,
        back=step_url(client, "ending"),
    ).respond()  # fmt: skip


def user_of(request: HttpRequest) -> User:
    user: Any = request.user
    return user  # type: ignore[no-any-return] # staff


class EndingSteps:
    """Mixed into the client's page."""

    def has_ending_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        page: Any = self
        client = page.row_of(request, obj)
        return (
            client is not None
            and client.status == ClientStatus.ENDED
            and bool(allows(request, RIGHT, client))
        )

    @button(
        gettext_lazy("Checklist of the ending"),
        path="ending",
        icon="checklist",
        permissions=["ending"],
    )
    def ending(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return checklist_page(self, request, self.ended_or_404(request, object_id))

    def ended_or_404(self, request: HttpRequest, object_id: str) -> Client:
        page: Any = self
        client: Client = page.client_or_404(request, object_id)
        if not allows(request, RIGHT, client):
            raise Http404
        return client

    def ending_item(self, request: HttpRequest, object_id: str, code: str) -> HttpResponse:
        client = self.ended_or_404(request, object_id)
        if client.status != ClientStatus.ENDED:
            raise Http404
        return item_step(self, request, client, code)

    def ending_do(self, request: HttpRequest, object_id: str, code: str) -> HttpResponse:
        return action_step(self, request, self.ended_or_404(request, object_id), code)

    def ending_portal(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return portal_step(self, request, self.ended_or_404(request, object_id))

    def get_urls(self) -> list[Any]:
        page: Any = self
        guard = page.admin_site.admin_view
        own = [
            path("<path:object_id>/ending/portal/", guard(self.ending_portal),
                 name="clients_client_ending_portal"),
            path("<path:object_id>/ending/do/<slug:code>/", guard(self.ending_do),
                 name="clients_client_ending_do"),
            path("<path:object_id>/ending/<slug:code>/", guard(self.ending_item),
                 name="clients_client_ending_item"),
        ]  # fmt: skip
        parent: Any = super()
        return [*own, *parent.get_urls()]
