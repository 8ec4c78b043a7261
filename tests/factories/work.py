"""Communities."""

import datetime as dt

from factory.django import DjangoModelFactory

from communities.models import (
    AccessGrant,
    AccessKey,
    AccessProof,
    AssetComment,
    AssetKind,
    AssetMove,
    AssetState,
    AssetVersion,
    Audit,
    AuditReport,
    AuditScore,
    AuditState,
    ChecklistChange,
    ChecklistItem,
    ClientFile,
    Community,
    CommunityMove,
    DesignAsset,
    Profile,
    Redesign,
    WallPost,
)
from tests.factories.base import (
    DAY,
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


class CommunityMoveFactory(DjangoModelFactory[CommunityMove]):
    class Meta:
        model = CommunityMove

    community = SubFactory(CommunityFactory)
    client = SelfAttribute("community.client")
    old = Community.State.READY
    new = Community.State.RUNNING
    moved_at = NOON


class ChecklistItemFactory(DjangoModelFactory[ChecklistItem]):
    """An open item of the agency's; give `state` and `done_at` for a settled one."""

    class Meta:
        model = ChecklistItem

    community = SubFactory(CommunityFactory)
    client = SelfAttribute("community.client")
    code = Sequence(lambda n: f"item-{n}")
    title_en = Sequence(lambda n: f"Item {n}")
    title_ru = Sequence(lambda n: f"Пункт {n}")


class ChecklistChangeFactory(DjangoModelFactory[ChecklistChange]):
    class Meta:
        model = ChecklistChange

    item = SubFactory(ChecklistItemFactory)
    client = SelfAttribute("item.client")
    old = "open"
    new = "done"
    changed_at = NOON


class AccessProofFactory(DjangoModelFactory[AccessProof]):
    """Proven by a call."""

    class Meta:
        model = AccessProof

    community = SubFactory(CommunityFactory)
    client = SelfAttribute("community.client")
    kind = AccessProof.Kind.CALL
    proven_at = NOON


class AccessGrantFactory(DjangoModelFactory[AccessGrant]):
    """A colleague who edits a website; give `profile` and `kind` for a community."""

    class Meta:
        model = AccessGrant

    client = SubFactory(ClientFactory)
    user = SubFactory(UserFactory)
    kind = AccessGrant.Kind.WEBSITE
    name = Sequence(lambda n: f"site-{n}.example")
    role = AccessGrant.Role.EDITOR
    granted_on = LONG_AGO


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


class AuditFactory(DjangoModelFactory[Audit]):
    """An audit in work without criteria, of the thirty days before DAY."""

    class Meta:
        model = Audit

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    number = 1
    conducted_on = DAY
    period_first = DAY - dt.timedelta(days=30)
    period_last = DAY - dt.timedelta(days=1)


class AuditScoreFactory(DjangoModelFactory[AuditScore]):
    """A criterion of an audit that nobody has judged yet."""

    class Meta:
        model = AuditScore

    audit = SubFactory(AuditFactory)
    client = SelfAttribute("audit.client")
    code = Sequence(lambda n: f"criterion-{n}")
    section = "design"
    position = Sequence(lambda n: n)
    title_en = Sequence(lambda n: f"Criterion {n}")
    title_ru = Sequence(lambda n: f"Критерий {n}")
    look_en = "What is looked at"
    look_ru = "Что смотрим"


class AuditReportFactory(DjangoModelFactory[AuditReport]):
    class Meta:
        model = AuditReport

    audit = SubFactory(AuditFactory)
    client = SelfAttribute("audit.client")
    file_name = "audit.pdf"
    content = b"%PDF-1.7"
    size = 8
    sha256 = "0" * 64


class RedesignFactory(DjangoModelFactory[Redesign]):
    class Meta:
        model = Redesign

    audit = SubFactory(AuditFactory)
    client = SelfAttribute("audit.client")
    title = Sequence(lambda n: f"Redesign {n}")
    started_on = DAY


def finish_in_place(audit: Audit, *, is_shown: bool = False) -> Audit:
    """Finished whatever it lacks."""
    audit.state, audit.finished_at, audit.is_shown = AuditState.FINISHED, NOON, is_shown
    audit.save()
    return audit


class WallPostFactory(DjangoModelFactory[WallPost]):
    class Meta:
        model = WallPost

    profile = SubFactory(ProfileFactory)
    client = SelfAttribute("profile.client")
    external_id = Sequence(lambda n: str(n + 1))
    posted_at = NOON
    text = "A post"
