"""Pages on networks, what stands on them, the keys they are read with, and their design."""

from communities.models.community import Community
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
    "ClientFile",
    "Community",
    "DesignAsset",
    "Profile",
    "WallPost",
    "WordChannel",
]
