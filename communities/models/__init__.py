"""Pages on networks, what stands on them, their set-up, design and audits, and their keys."""

from communities.models.access_grant import AccessGrant
from communities.models.access_proof import AccessProof
from communities.models.audit import Audit, AuditReport, AuditScore, AuditState, Priority
from communities.models.checklist import (
    ChecklistChange,
    ChecklistItem,
    ChecklistTemplateItem,
    Finding,
    ItemState,
    PageCheck,
)
from communities.models.community import Community, CommunityMove
from communities.models.criterion import AuditCriterion, AuditSection, Prefill
from communities.models.design import (
    AssetComment,
    AssetMove,
    AssetState,
    AssetVersion,
    DesignAsset,
    WordChannel,
)
from communities.models.file import ClientFile
from communities.models.keys import AccessKey
from communities.models.profile import OWN_PAGE, Profile, Registration
from communities.models.redesign import Redesign
from communities.models.requirement import AssetKind, AssetRequirement
from communities.models.wall_post import WallPost

__all__ = [
    "OWN_PAGE",
    "AccessGrant",
    "AccessKey",
    "AccessProof",
    "AssetComment",
    "AssetKind",
    "AssetMove",
    "AssetRequirement",
    "AssetState",
    "AssetVersion",
    "Audit",
    "AuditCriterion",
    "AuditReport",
    "AuditScore",
    "AuditSection",
    "AuditState",
    "ChecklistChange",
    "ChecklistItem",
    "ChecklistTemplateItem",
    "ClientFile",
    "Community",
    "CommunityMove",
    "DesignAsset",
    "Finding",
    "ItemState",
    "PageCheck",
    "Prefill",
    "Priority",
    "Profile",
    "Redesign",
    "Registration",
    "WallPost",
    "WordChannel",
]
