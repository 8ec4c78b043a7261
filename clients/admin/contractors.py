"""What is otherwise on a page for who is a contractor with the client, and nothing else there.

Which rows they see is decided by `clients.models.scoping`, and what they may do with these by the
contractors' group; here is how a page that they share with the team narrows.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from clients.admin.scoped import client_id_of, rights_of


def is_contractor(request: HttpRequest, row: Any) -> bool:
    """Whether who asks sees this row as a contractor only."""
    client_id = client_id_of(row) if row is not None else None
    return client_id is not None and rights_of(request).is_contractor(client_id)


def is_contractor_alone(request: HttpRequest) -> bool:
    """Whether who asks is a contractor wherever they are in a team."""
    rights = rights_of(request)
    if rights.user.sees_all_clients:
        return False
    return bool(rights.groups) and all(map(rights.is_contractor, rights.groups))


def read_only_for_contractor(
    request: HttpRequest, row: Any, fields: Iterable[Any], *, writes: Iterable[str]
) -> list[str]:
    """Of the fields of a form as Django takes them, in rows or not: all but what they write."""
    if not is_contractor(request, row):
        return []
    kept = set(writes)
    flat = [name for field in fields for name in ([field] if isinstance(field, str) else field)]
    return [name for name in flat if name not in kept]
