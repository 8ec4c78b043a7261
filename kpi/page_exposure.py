"""Days that say nothing of pages and posts: what was left out, but for what concerns calls."""

from kpi.exposure import Exposure, Span
from kpi.models import Event

OF_CALLS = frozenset((Event.Kind.DEAD_NUMBER.value, Event.Kind.DAY_OFF.value))


def spans_of_pages(exposure: Exposure, client_id: int, community_id: int | None) -> list[Span]:
    """Of a community its own and the whole client's; of the client those of any community, for its
    growth is that of all of them together.
    """
    return [
        span
        for span in exposure.spans.get(client_id, ())
        if span.kind not in OF_CALLS
        and (community_id is None or span.community_id in (None, community_id))
    ]
