"""Communities and campaigns."""

from factory.django import DjangoModelFactory

from communities.models import (
    AccessKey,
    AssetComment,
    AssetKind,
    AssetMove,
    AssetState,
    AssetVersion,
    ClientFile,
    Community,
    DesignAsset,
    Profile,
    WallPost,
)
from promotion.models import Campaign, Placement
from tests.factories.base import (
    LONG_AGO,
    NOON,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from tests.factories.clients import (
    ClientFactory,
    UserFactory,
)


class AccessKeyFactory(DjangoModelFactory[AccessKey]):
    """The agency's own VK service key; give `client` and `kind` for a client's."""

    class Meta:
        model = AccessKey

    client = None
    network = "vk"
    kind = AccessKey.Kind.SERVICE
    label = Sequence(lambda n: f"Key {n}")
    secret = Sequence(lambda n: f"secret-of-key-{n}")
    state = AccessKey.State.WORKS


class ProfileFactory(DjangoModelFactory[Profile]):
    class Meta:
        model = Profile

    client = SubFactory(ClientFactory)
    network = "vk"
    external_id = Sequence(lambda n: str(1_000_000 + n))
    title = Sequence(lambda n: f"Profile {n}")


class CommunityFactory(DjangoModelFactory[Community]):
    """A running community; `profile__client=client` places it with a client."""

    class Meta:
        model = Community

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    state = Community.State.RUNNING
    launched_on = LONG_AGO


class ClientFileFactory(DjangoModelFactory[ClientFile]):
    """A file that is not shown to the client; its bytes are no real picture."""

    class Meta:
        model = ClientFile

    client = SubFactory(ClientFactory)
    name = Sequence(lambda n: f"file-{n}.png")
    content_type = "image/png"
    content = b"content of a file"
    size = 17
    sha256 = "0" * 64


class DesignAssetFactory(DjangoModelFactory[DesignAsset]):
    """A brief without a requirement, so that any picture fits."""

    class Meta:
        model = DesignAsset

    community = SubFactory(CommunityFactory)
    client = SelfAttribute("community.client")
    kind = AssetKind.AVATAR


class AssetVersionFactory(DjangoModelFactory[AssetVersion]):
    """A version that the client has not seen; its file is no real picture."""

    class Meta:
        model = AssetVersion

    asset = SubFactory(DesignAssetFactory)
    client = SelfAttribute("asset.client")
    number = 1
    file = SubFactory(ClientFileFactory, client=SelfAttribute("..client"))
    made_by = SubFactory(UserFactory)
    made_at = NOON


class AssetCommentFactory(DjangoModelFactory[AssetComment]):
    class Meta:
        model = AssetComment

    version = SubFactory(AssetVersionFactory)
    client = SelfAttribute("version.client")
    text = "A comment"
    by = SubFactory(UserFactory)
    at = NOON


class AssetMoveFactory(DjangoModelFactory[AssetMove]):
    class Meta:
        model = AssetMove

    asset = SubFactory(DesignAssetFactory)
    client = SelfAttribute("asset.client")
    old = AssetState.BRIEF
    new = AssetState.IN_WORK
    by = SubFactory(UserFactory)
    at = NOON


class WallPostFactory(DjangoModelFactory[WallPost]):
    class Meta:
        model = WallPost

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    external_id = Sequence(lambda n: str(n + 1))
    posted_at = NOON
    text = "A post"


class CampaignFactory(DjangoModelFactory[Campaign]):
    class Meta:
        model = Campaign

    client = SubFactory(ClientFactory)
    title = Sequence(lambda n: f"Campaign {n}")
    kind = Campaign.Kind.TARGETED_ADS
    starts_on = LONG_AGO


class PlacementFactory(DjangoModelFactory[Placement]):
    class Meta:
        model = Placement

    campaign = SubFactory(CampaignFactory)
    client = SelfAttribute("campaign.client")
    title = Sequence(lambda n: f"Placement {n}")
    starts_on = LONG_AGO
