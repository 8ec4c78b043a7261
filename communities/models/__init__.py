"""Pages on networks, what stands on them, and the keys they are read with."""

from communities.models.community import Community
from communities.models.file import ClientFile
from communities.models.keys import AccessKey
from communities.models.profile import OWN_PAGE, Profile
from communities.models.wall_post import WallPost

__all__ = ["OWN_PAGE", "AccessKey", "ClientFile", "Community", "Profile", "WallPost"]
