"""The portal's base: who may look at which client, and the wall that keeps the rest out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from clients.looks import look_of
from clients.models import Client, ClientStatus, User
from smm_agency.lib.row_security import reading_as_client


def installation(request: HttpRequest) -> dict[str, object]:
    """For every template: whether this is the demo, and what the page wears."""
    look = SimpleLazyObject(lambda: getattr(request, "look", None) or look_of())
    return {"is_demo": settings.DEMO, "look": look}


def client_for(user: User, client_id: int) -> Client:
    """The client whose portal this person opens, with `has_others`: may they open another?

    Raises:
        Http404: no such client, or not theirs; nobody learns which of the two.
    """
    others = Client.objects.open_to(user).exclude(pk=OuterRef("pk"))
    client = (
        Client.objects.open_to(user)
        .filter(pk=client_id)
        .annotate(has_others=Exists(others))
        .select_related("look")
        .defer("look__logo")
        .first()
    )
    if client is None:
        raise Http404
    return client


def settled(response: HttpResponseBase) -> HttpResponseBase:
    """The response with everything read that it will ever read.

    A template is rendered and a stream is drained now: later the role is gone, and both would read
    as the owner of the tables, who sees every client.
    """
    if isinstance(response, SimpleTemplateResponse):
        return response.render()
    if isinstance(response, StreamingHttpResponse):
        if response.is_async:
            raise TypeError("An asynchronous stream cannot be read inside the portal's wall.")
        return HttpResponse(
            b"".join(response), status=response.status_code, headers=dict(response.items())
        )
    return response


@method_decorator(csrf_exempt, name="dispatch")
class ReadOnlyView(TemplateView):
    """A page for a person who has signed in; anything but GET and HEAD is answered with 405.

    No token is asked of the methods that are refused anyway.
    """

    http_method_names = ["get", "head"]
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        # Resolves the lazy user (and loads the session) while this is still the owner's connection.
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return redirect_to_login(request.get_full_path())
        self.user = user
        response = self.answer(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)


class PortalView(ReadOnlyView):
    """A page of one client, read and rendered as the portal's role that sees this client only.

    The address carries `client_id`; `self.client` is loaded before the wall goes up, and times are
    shown in its zone.
    """

    client: Client
    section = ""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.client = client_for(self.user, kwargs["client_id"])
        except Http404:
            # Who looked until its last day is told so, and by nothing else.
            if Client.objects.closed_to(self.user).filter(pk=kwargs["client_id"]).exists():
                return redirect("portal:home")
            raise
        request.look = look_of(self.client)  # type: ignore[attr-defined] # read by `installation`
        self.before_the_wall()
        with reading_as_client(self.client.pk), timezone.override(self.client.zone):
            return settled(super().answer(request, *args, **kwargs))

    def before_the_wall(self) -> None:
        """Read what the portal's role may not: the client and the person are known."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            client=self.client,
            section=self.section,
            is_preview=self.user.is_staff,
            has_others=getattr(self.client, "has_others", False),
            today=self.client.today(),
            open_until=self.client.portal_until
            if self.client.status == ClientStatus.ENDED
            else None,
            **kwargs,
        )


class PortalHome(ReadOnlyView):
    """Straight to the client's page; a choice where somebody may look at several."""

    template_name = "portal/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        clients = list(Client.objects.open_to(self.user).order_by("name").values("pk", "name"))
        if len(clients) == 1:
            return redirect("portal:overview", client_id=clients[0]["pk"])
        closed = list(
            Client.objects.closed_to(self.user).order_by("name").values("name", "portal_until")
        )
        return self.render_to_response(self.get_context_data(clients=clients, closed=closed))
