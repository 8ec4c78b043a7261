"""Bodies as they come: forms, queries and JSON, read into plain dictionaries or refused."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from kpi.providers.records import Delivery, ProviderError

MOST_FIELDS = 500


def read_json(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ProviderError("", _("The body is not JSON in UTF-8.")) from None
    if not isinstance(parsed, dict):
        raise ProviderError("", _("The body must be one JSON object."))
    return parsed


def read_pairs(text: str) -> list[tuple[str, str]]:
    """The fields of a form or a query in their order, blank ones too."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ProviderError("", _("The body has too many fields.")) from None


def read_form(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProviderError("", _("The body is not a form in UTF-8.")) from None
    return dict(read_pairs(text))


def read_any(delivery: Delivery) -> dict[str, Any]:
    """The query's fields and the body's, whichever way the sender was set up."""
    fields: dict[str, Any] = dict(read_pairs(delivery.query))
    if not delivery.body.strip():
        return fields
    is_json = "json" in delivery.content_type or delivery.body.lstrip()[:1] == b"{"
    return fields | (read_json(delivery.body) if is_json else read_form(delivery.body))


def digest_of(*parts: object) -> str:
    """Tells two events without ids of their own apart."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
