"""The audits of a community for the page that it has in the portal."""

from typing import Any, NamedTuple

from django import template

from communities.models import Community
from communities.portal_audits import ShownAudit, shown_audits, what_changed
from smm_agency.lib.document_blocks import Block

register = template.Library()


class CommunityAudits(NamedTuple):
    audits: list[ShownAudit]
    changes: list[Block]


@register.simple_tag
def audits_of(community: Community) -> CommunityAudits:
    """What the client is shown of them, and what changed between the last two."""
    client: Any = community.client
    audits = shown_audits(client, community_id=community.pk)
    newest = audits[0] if audits else None
    return CommunityAudits(audits, what_changed(client, newest.pk) if newest else [])
