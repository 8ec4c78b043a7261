"""Versions of a design side by side: the latest two, or any two that are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from communities.admin.files import file_url
from communities.design_checks import describe_finding
from communities.models import AssetComment, AssetRequirement, AssetVersion, DesignAsset
from smm_agency.lib.file_response import SHOWN


@dataclass(frozen=True)
class VersionCard:
    """One version as a page shows it. `safe` are CSS lengths: left, top, width, height."""

    version: AssetVersion
    url: str
    is_picture: bool
    measures: str
    faults: Sequence[str]
    comments: Sequence[AssetComment]
    is_accepted: bool
    safe: tuple[str, str, str, str] | None


def version_cards(asset: DesignAsset) -> list[VersionCard]:
    """All versions, the newest first, in two statements."""
    versions = asset.versions.select_related("file", "made_by", "accepted_by")
    versions = versions.defer("file__content").prefetch_related("comments__by")
    return [_card(asset, version) for version in versions]


def _card(asset: DesignAsset, version: AssetVersion) -> VersionCard:
    file = version.file
    return VersionCard(
        version,
        file_url(file.pk) if file else "",
        file is not None and file.content_type in SHOWN,
        _measures(version),
        [describe_finding(finding) for finding in version.findings],
        list(version.comments.all()),
        version.pk == asset.accepted_version_id,
        safe_area(asset.requirement) if file and file.width else None,
    )


def _measures(version: AssetVersion) -> str:
    file = version.file
    if file is None:
        return ""
    pixels = f"{file.width}×{file.height} px" if file.width else ""
    return " · ".join(each for each in (pixels, filesizeformat(file.size)) if each)


def safe_area(requirement: AssetRequirement | None) -> tuple[str, str, str, str] | None:
    """The middle that no screen cuts off, as shares of the picture."""
    if requirement is None or not (requirement.width and requirement.height):
        return None
    if not (requirement.safe_width and requirement.safe_height):
        return None
    width = requirement.safe_width / requirement.width
    height = requirement.safe_height / requirement.height
    shares = ((1 - width) / 2, (1 - height) / 2, width, height)
    left, top, across, down = (f"{share:.2%}" for share in shares)
    return left, top, across, down


def chosen_pair(request: HttpRequest, cards: Sequence[VersionCard]) -> list[VersionCard]:
    """The two that the address names, the older one first; the latest two unless it does."""
    asked = {request.GET.get(name, "") for name in ("left", "right")}
    chosen = [card for card in cards if str(card.version.number) in asked]
    pair = chosen if len(chosen) == 2 else list(cards[:2])
    return sorted(pair, key=lambda card: card.version.number)


def beside_design(request: HttpRequest, asset: DesignAsset) -> dict[str, Any]:
    """For the template under the form."""
    cards = version_cards(asset)
    return {
        "cards": cards,
        "pair": chosen_pair(request, cards),
        "moves": asset.moves.select_related("by", "version"),
    }
