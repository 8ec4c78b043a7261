"""The portal's base: who may look at which client, and the wall that keeps the rest out."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    """For every template: whether this is the demo."""
    return {"is_demo": settings.DEMO}
