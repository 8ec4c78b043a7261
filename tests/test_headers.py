"""The headers that every page carries."""

import re

import pytest
from django.test import Client as Browser

from tests.factories import DirectorFactory, PortalAccessFactory

pytestmark = pytest.mark.django_db

STRICT = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path", ["/", "/health/", "/account/sign-in/", "/portal/", "/no/such/page/"]
)
def test_pages_run_files_of_ours_only(client: Browser, path: str) -> None:
    assert client.get(path)["Content-Security-Policy"] == STRICT


def test_admin_may_evaluate_what_its_scripts_need(client: Browser) -> None:
    client.force_login(DirectorFactory.create())
    policy = client.get("/admin/password_change/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval';" in policy
    assert policy.startswith("default-src 'self';")
    assert policy.endswith(
        "frame-ancestors 'none'; script-src 'self' 'unsafe-inline' "
        "'unsafe-eval'; style-src 'self' 'unsafe-inline'"
    )


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ],
)
def test_header_of_every_page(client: Browser, header: str, value: str) -> None:
    assert client.get("/account/sign-in/")[header] == value


def test_portal_has_nothing_inline(client: Browser) -> None:
    """The strict policy would block it silently: a page must not rely on it."""
    access = PortalAccessFactory.create()
    client.force_login(access.user)
    paths = [f"/portal/{access.client_id}/", f"/portal/{access.client_id}/calls/", "/portal/"]
    for path in [*paths, "/account/reset/", "/no/such/page/"]:
        page = client.get(path, follow=True).content.decode()
        scripts = re.findall(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>", page)
        inline = re.findall(r"<[^>]+\s(?:style|on\w+)=", page)
        assert (scripts, inline, "<style" in page) == ([], [], False), path
