"""The admin's name and picture, as the agency's look says; Unfold asks by the page's request."""

from django.http import HttpRequest

from clients.looks import look_of


def site_name(request: HttpRequest) -> str:
    return look_of().name


def site_icon(request: HttpRequest) -> str | None:
    """None: the usual symbol."""
    return look_of().logo_url or None
