"""Which publications wait for a person."""

from django.db.models import Q

from content.models import PublicationState

# What only a person can settle, and what would not go out as it is.
NEEDS_PERSON = (
    Q(state__in=[PublicationState.FAILED, PublicationState.BY_HAND, PublicationState.MISSED])
    | Q(state=PublicationState.UNKNOWN, next_try_at=None)
    | Q(state__in=[PublicationState.DUE, PublicationState.PLACED]) & ~Q(warning="")
)
