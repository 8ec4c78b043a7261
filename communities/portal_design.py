"""The design of a client's communities on the portal: what was accepted, what waits for a word.

Read as the portal's role: what the client has not been sent is not there, nor what the agency says
among itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse

from clients.models import Client
from clients.portal import PortalView
from communities.models import (
    AssetComment,
    AssetKind,
    AssetState,
    AssetVersion,
    ClientFile,
    DesignAsset,
)
from smm_agency.lib.file_response import SHOWN, file_response


@dataclass(frozen=True)
class Piece:
    """One version of one design; `file` is None where only a link was given."""

    name: str
    version: AssetVersion
    is_round: bool

    @property
    def file(self) -> ClientFile | None:
        return self.version.file

    @property
    def is_picture(self) -> bool:
        return self.file is not None and self.file.content_type in SHOWN

    @property
    def comments(self) -> Sequence[AssetComment]:
        return list(self.version.comments.all())


@dataclass(frozen=True)
class CommunityDesign:
    """What a client is shown of one community."""

    accepted: list[Piece] = field(default_factory=list)
    waiting: list[Piece] = field(default_factory=list)


def read_design(client: Client) -> Mapping[int, CommunityDesign]:
    """By community; one that has nothing to show is not there. Three statements."""
    found: dict[int, CommunityDesign] = defaultdict(CommunityDesign)
    for asset in _assets(client):
        versions = {version.pk: version for version in asset.versions.all()}
        name = asset.title or asset.kind_name
        is_round = asset.kind == AssetKind.AVATAR
        design = found[asset.community_id]
        if (accepted := versions.get(asset.accepted_version_id or 0)) is not None:
            design.accepted.append(Piece(name, accepted, is_round))
        if asset.state == AssetState.CLIENT_REVIEW and versions:
            latest = max(versions.values(), key=lambda version: version.number)
            design.waiting.append(Piece(name, latest, is_round))
    return dict(found)


def _assets(client: Client) -> Any:
    """With those columns alone that the portal's role may read."""
    comments = AssetComment.objects.filter(is_internal=False).only(
        "id", "version_id", "text", "said_by", "at"
    )
    versions = (
        AssetVersion.objects.filter(shown_at__isnull=False)
        .select_related("file")
        .only(
            "id", "asset_id", "number", "source_url", "shown_at", "accepted_at", "client_said_by",
            "client_said_on", "client_channel", "file__id", "file__name", "file__content_type",
            "file__width", "file__height",
        )
        .prefetch_related(Prefetch("comments", comments))
    )  # fmt: skip
    assets = DesignAsset.objects.filter(client=client, is_needed=True).only(
        "id", "community_id", "kind", "title", "state", "accepted_version_id"
    )
    return assets.order_by("kind", "id").prefetch_related(Prefetch("versions", versions))


class DesignFile(PortalView):
    """A file of a design that was sent to this client."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        files = ClientFile.objects.filter(
            pk=kwargs["file_id"],
            client=self.client,
            is_shown=True,
            asset_versions__shown_at__isnull=False,
        )
        file = files.values("content", "name", "content_type").first()
        if file is None:
            raise Http404
        return file_response(bytes(file["content"]), file["name"], file["content_type"])
