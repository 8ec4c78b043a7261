"""Who is at work in this thread: the person of a request, a task of the clock, a command."""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path

from celery import current_task
from django.http import HttpRequest, HttpResponse

REQUEST: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class ActingMiddleware:
    """Remembers the request while it is answered; its person is asked for only if one writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = REQUEST.set(request)
        try:
            return self.get_response(request)
        finally:
            REQUEST.reset(token)


def acting() -> tuple[int | None, str]:
    """The id of the person; where there is none, by which way of the program it is done."""
    request = REQUEST.get()
    if request is None:
        return None, _work()[:100]
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return user.pk, ""
    # A link in a letter, a door for events: the name of the address, never its secret.
    match = request.resolver_match
    return None, (match.view_name if match else "")[:100]


def _work() -> str:
    task = current_task
    if task:
        return str(task.name)
    is_command = Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1
    return sys.argv[1] if is_command else ""
