"""What pages load of a look: a small stylesheet and the logo, at addresses that never change.

An address names its content, so browsers keep it for ever; the policy forbids styles in the page.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clients.looks import logo_of, stylesheet_of
from smm_agency.lib.file_types import ENDINGS

KEPT = "public, max-age=31536000, immutable"
# An SVG that is opened by itself loads and runs nothing; its own styles may colour it.
LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def look_colours(request: HttpRequest, colours: str) -> HttpResponse:
    accent, accent_dark = (f"#{one}" for one in colours.split("-"))
    headers = {"Cache-Control": KEPT, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(
        stylesheet_of(accent, accent_dark), content_type="text/css; charset=utf-8", headers=headers
    )


@require_safe
def look_logo(request: HttpRequest, sha256: str) -> HttpResponse:
    logo = logo_of(sha256)
    if logo is None:
        raise Http404
    return HttpResponse(
        logo.content,
        content_type=logo.content_type,
        headers={
            "Cache-Control": KEPT,
            "Content-Disposition": f'inline; filename="logo.{ENDINGS[logo.content_type][0]}"',
            "Content-Security-Policy": LOGO_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )
