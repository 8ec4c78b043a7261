"""The raw body of a machine's request, up to a size."""

from django.http import HttpRequest


def read_body(request: HttpRequest, *, most: int) -> bytes | None:
    """None where it is larger than `most` bytes, or does not say how large: it is not read then."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > most:
        return None
    return request.body
