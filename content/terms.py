"""The terms of a client, agreed or usual."""

from clients.models import Client
from content.models import ContentTerms


def terms_of(client: Client) -> ContentTerms:
    """What was agreed with the client; an unsaved row of defaults where nothing was written."""
    return ContentTerms.objects.filter(client=client).first() or ContentTerms(client=client)
