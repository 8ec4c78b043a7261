"""Where a person belongs: staff in the admin, clients' people in the portal."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account:login")
    return redirect("admin:index" if request.user.is_staff else "portal:home")


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own: one door, where attempts are counted.

    A client's person who strays into the admin is led home, not asked for a password again.
    """
    if request.user.is_authenticated:
        return redirect("home")
    wanted = request.GET.get("next", reverse("admin:index"))
    return redirect(f"{reverse('account:login')}?{urlencode({'next': wanted})}")
