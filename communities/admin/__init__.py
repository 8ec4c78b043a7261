"""Staff's door to pages on networks, communities, their design, and the keys they are read with."""

from communities.admin.communities import CommunityAdmin
from communities.admin.design import DesignAssetAdmin
from communities.admin.files import ClientFileAdmin, file_url
from communities.admin.keys import AccessKeyAdmin
from communities.admin.links import outside_link
from communities.admin.profiles import ProfileAdmin, WallPostAdmin
from communities.admin.requirements import AssetRequirementAdmin

__all__ = [
    "AccessKeyAdmin",
    "AssetRequirementAdmin",
    "ClientFileAdmin",
    "CommunityAdmin",
    "DesignAssetAdmin",
    "ProfileAdmin",
    "WallPostAdmin",
    "file_url",
    "outside_link",
]
