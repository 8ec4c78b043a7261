"""Files as answers: what somebody uploaded, which no browser runs as a page, and what is made."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from smm_agency.lib.file_types import PICTURES, SVG

# Even an SVG that is opened by itself loads and runs nothing; its own styles may colour it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
SHOWN = frozenset({*PICTURES.values(), SVG})


def file_response(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A picture is shown, anything else is saved."""
    disposition = content_disposition_header(as_attachment=content_type not in SHOWN, filename=name)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": str(disposition),
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        },
    )


def saved_file(content: bytes | str, name: str, content_type: str) -> HttpResponse:
    """What the program wrote itself, to be saved under this name."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type, headers={"Content-Disposition": str(disposition)})
