"""The criteria of audits, by section, in the order in which they are looked at."""

from collections.abc import Mapping, Sequence

from communities.audit_criteria.content import CONTENT, SECTIONS
from communities.audit_criteria.criterion import Criterion
from communities.audit_criteria.page import DESIGN, INVENTORY, PROFILE
from communities.audit_criteria.results import AUDIENCE, COMMUNITY_WORK, METRICS, PROMOTION
from communities.models import AuditSection

CRITERIA: Mapping[str, Sequence[Criterion]] = {
    AuditSection.INVENTORY: INVENTORY,
    AuditSection.PROFILE: PROFILE,
    AuditSection.DESIGN: DESIGN,
    AuditSection.SECTIONS: SECTIONS,
    AuditSection.CONTENT: CONTENT,
    AuditSection.AUDIENCE: AUDIENCE,
    AuditSection.METRICS: METRICS,
    AuditSection.COMMUNITY_WORK: COMMUNITY_WORK,
    AuditSection.PROMOTION: PROMOTION,
}

__all__ = ["CRITERIA", "Criterion"]
