"""What keeps a community's design from being accepted."""

from django.utils.translation import gettext as _

from communities.models import AssetState, Community, DesignAsset


def missing_design(community: Community) -> list[str]:
    """Sentences; an empty list says that the design is accepted."""
    assets = list(community.design_assets.select_related("requirement"))
    if not assets:
        return [_("No design is planned: add what this network needs.")]
    return [_describe(asset) for asset in assets if not _is_done(asset)]


def _is_done(asset: DesignAsset) -> bool:
    return not asset.is_needed or asset.state == AssetState.ACCEPTED


def _describe(asset: DesignAsset) -> str:
    message = _("%(design)s is not accepted: %(state)s.")
    if asset.accepted_version_id:
        message = _("%(design)s was opened again and is not accepted anew: %(state)s.")
    return message % {"design": asset.name, "state": asset.get_state_display()}
