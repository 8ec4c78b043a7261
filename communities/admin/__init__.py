"""Staff's door to pages on networks, communities, and the keys they are read with."""

from communities.admin.communities import CommunityAdmin
from communities.admin.files import ClientFileAdmin, file_url
from communities.admin.keys import AccessKeyAdmin
from communities.admin.links import outside_link
from communities.admin.profiles import ProfileAdmin, WallPostAdmin

__all__ = [
    "AccessKeyAdmin",
    "ClientFileAdmin",
    "CommunityAdmin",
    "ProfileAdmin",
    "WallPostAdmin",
    "file_url",
    "outside_link",
]
