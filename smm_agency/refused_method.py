"""A wrong method is answered by an empty page: a person in a browser is told what happened."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

METHOD_NOT_ALLOWED = 405


class RefusedMethodMiddleware:
    """Machines, which ask for no HTML, get the answer as it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = response.status_code == METHOD_NOT_ALLOWED and not response.content
        if is_empty and "text/html" in request.headers.get("Accept", ""):
            response.content = render_to_string("405.html").encode()
        return response
