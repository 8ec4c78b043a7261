"""Pages on networks, what stands on them, their keys, their design and their audits."""

from communities.models.audit import Audit, AuditReport, AuditScore, AuditState, Priority
from communities.models.community import Community
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
from communities.models.profile import OWN_PAGE, Profile
from communities.models.redesign import Redesign
from communities.models.requirement import AssetKind, AssetRequirement
from communities.models.wall_post import WallPost

__all__ = [
    "OWN_PAGE",
    "AccessKey",
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
    "ClientFile",
    "Community",
    "DesignAsset",
    "Prefill",
    "Priority",
    "Profile",
    "Redesign",
    "WallPost",
    "WordChannel",
]
