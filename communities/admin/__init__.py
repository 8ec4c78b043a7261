"""Staff's door to pages on networks, communities, their design, and the keys they are read with."""

from communities.admin.access import AccessGrantAdmin
from communities.admin.audits import AuditAdmin
from communities.admin.checklists import ChecklistItemAdmin, ChecklistTemplateItemAdmin
from communities.admin.communities import CommunityAdmin
from communities.admin.criteria import AuditCriterionAdmin
from communities.admin.design import DesignAssetAdmin
from communities.admin.files import ClientFileAdmin, file_url
from communities.admin.keys import AccessKeyAdmin
from communities.admin.links import outside_link
from communities.admin.profiles import ProfileAdmin, WallPostAdmin
from communities.admin.redesigns import RedesignAdmin
from communities.admin.requirements import AssetRequirementAdmin

__all__ = [
    "AccessGrantAdmin",
    "AccessKeyAdmin",
    "AssetRequirementAdmin",
    "AuditAdmin",
    "AuditCriterionAdmin",
    "ChecklistItemAdmin",
    "ChecklistTemplateItemAdmin",
    "ClientFileAdmin",
    "CommunityAdmin",
    "DesignAssetAdmin",
    "ProfileAdmin",
    "RedesignAdmin",
    "WallPostAdmin",
    "file_url",
    "outside_link",
]
