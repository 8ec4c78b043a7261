"""How a design moves: brief → in work → internal review → client's review → accepted, or rework.

Every step locks the asset first, so that of two people who press the same button one is told what
the other did. Steps raise ValidationError with what stands in the way and its mend.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import User
from communities.design_checks import describe_finding, find_faults
from communities.files import store_file
from communities.models import (
    AssetComment,
    AssetMove,
    AssetRequirement,
    AssetState,
    AssetVersion,
    ClientFile,
    DesignAsset,
)
from smm_agency.lib.uploads import CheckedFile

S = AssetState
# From where a step may lead where.
ALLOWED: dict[str, frozenset[str]] = {
    S.BRIEF: frozenset({S.IN_WORK}),
    S.IN_WORK: frozenset({S.INTERNAL_REVIEW}),
    S.INTERNAL_REVIEW: frozenset({S.CLIENT_REVIEW, S.REWORK}),
    S.CLIENT_REVIEW: frozenset({S.ACCEPTED, S.REWORK}),
    S.REWORK: frozenset({S.IN_WORK}),
    S.ACCEPTED: frozenset({S.IN_WORK}),
}


def lock_asset(asset: DesignAsset) -> DesignAsset:
    """The asset as it stands now; whoever else moves it waits."""
    return (
        DesignAsset.objects.select_for_update(of=("self",))
        .select_related("client", "community__profile", "requirement", "accepted_version")
        .get(pk=asset.pk)
    )


def latest_version(asset: DesignAsset) -> AssetVersion | None:
    rows = asset.versions.select_related("file").defer("file__content")
    return rows.order_by("-number").first()


@transaction.atomic
def take_to_work(asset: DesignAsset, *, by: User, at: dt.datetime | None = None) -> DesignAsset:
    """A designer begins; who takes what is nobody's becomes its designer."""
    asset = lock_asset(asset)
    _check_move(asset, S.IN_WORK)
    if asset.state == S.ACCEPTED:
        raise ValidationError(_("This is accepted: open it again, and say why."))
    asset.designer = asset.designer or by
    return _move(asset, S.IN_WORK, by=by, at=at)


@transaction.atomic
def add_version(
    asset: DesignAsset,
    *,
    by: User,
    file: CheckedFile | None = None,
    source_url: str = "",
    note: str = "",
    licence: str = "",
    is_sketch: bool = False,
    at: dt.datetime | None = None,
) -> AssetVersion:
    """The next version. One that does not fit is taken as a sketch only, and goes to no review."""
    asset = lock_asset(asset)
    if asset.state != S.IN_WORK:
        raise ValidationError(_no_version_now(asset))
    if file is None and not source_url:
        raise ValidationError(_("Give a file, or a link to it."))
    faults = (
        find_faults(file, asset.requirement, size=len(file.content), colours=file.colours)
        if file
        else []
    )
    if faults and not is_sketch:
        raise ValidationError({"file": [describe_finding(fault) for fault in faults]})
    last = latest_version(asset)
    return AssetVersion.objects.create(
        asset=asset,
        number=last.number + 1 if last else 1,
        file=store_file(asset.client, file, by=by) if file else None,
        source_url=source_url,
        note=note.strip(),
        licence=licence.strip(),
        colours=file.colours if file else "",
        findings=faults,
        made_by=by,
        made_at=at or timezone.now(),
    )


@transaction.atomic
def send_to_review(asset: DesignAsset, *, by: User, at: dt.datetime | None = None) -> DesignAsset:
    """The latest version goes to a colleague."""
    asset = lock_asset(asset)
    _check_move(asset, S.INTERNAL_REVIEW)
    version = latest_version(asset)
    if version is None:
        raise ValidationError(_("There is no version yet: add one."))
    if asset.accepted_version_id == version.pk:
        raise ValidationError(_("The latest version is the accepted one: add a new one."))
    if asset.moves.filter(new=S.REWORK, version=version).exists():
        raise ValidationError(_("This version was sent to rework: add a new one."))
    if version.file_id is None and _is_sized(asset):
        raise ValidationError(_("A link cannot be checked: add a version with the file."))
    check_fit(version, asset)
    return _move(asset, S.INTERNAL_REVIEW, by=by, version=version, at=at)


@transaction.atomic
def send_to_client(
    asset: DesignAsset, *, by: User, at: dt.datetime | None = None, seen: int | None = None
) -> DesignAsset:
    """The client is asked: from now on the version stands on the portal.

    `seen` is the number of the version that the person looked at: another one is refused.
    """
    asset = lock_asset(asset)
    _check_move(asset, S.CLIENT_REVIEW)
    version = _reviewed(asset, seen)
    check_fit(version, asset)
    moment = at or timezone.now()
    if version.shown_at is None:
        version.shown_at = moment
        version.save(update_fields=["shown_at"])
    _show_file(version)
    return _move(asset, S.CLIENT_REVIEW, by=by, version=version, at=moment)


@transaction.atomic
def accept(
    asset: DesignAsset,
    *,
    by: User,
    said_by: str,
    said_on: dt.date,
    channel: str,
    on: dt.date,
    licence: str = "",
    at: dt.datetime | None = None,
    seen: int | None = None,
) -> DesignAsset:
    """The client's word: who of the client accepted, when, and how they said it.

    `licence`, where given, is written on the version: without one nothing is accepted.
    `seen` is the number of the version that the word is about.
    """
    asset = lock_asset(asset)
    _check_move(asset, S.ACCEPTED)
    version = _reviewed(asset, seen)
    version.licence = licence.strip() or version.licence
    version.client_said_by, version.client_said_on = said_by.strip(), said_on
    version.client_channel = channel
    _check_word(version, on=on)
    version.accepted_by, version.accepted_at = by, at or timezone.now()
    version.save()
    _show_file(version)
    asset.accepted_version = version
    return _move(asset, S.ACCEPTED, by=by, version=version, at=version.accepted_at)


def _show_file(version: AssetVersion) -> None:
    """The portal may read it from now on."""
    if version.file_id is not None:
        ClientFile.objects.filter(pk=version.file_id).update(is_shown=True)


def _check_word(version: AssetVersion, *, on: dt.date) -> None:
    problems: dict[str, str] = {}
    if not version.client_said_by:
        problems["said_by"] = _("Write who of the client accepted it.")
    if not version.client_channel:
        problems["channel"] = _("Say by what channel the client accepted it.")
    if version.client_said_on and version.client_said_on > on:
        problems["said_on"] = _("This day has not come yet.")
    if not version.licence:
        problems["licence"] = _("Write the licence or the source: whose work the picture is.")
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def send_to_rework(
    asset: DesignAsset,
    *,
    by: User,
    comment: str,
    said_by: str = "",
    is_internal: bool = True,
    at: dt.datetime | None = None,
) -> DesignAsset:
    """Back to the designer with what is to be mended; `said_by`, where the client said it."""
    asset = lock_asset(asset)
    _check_move(asset, S.REWORK)
    version = _reviewed(asset)
    add_comment(version, text=comment, by=by, said_by=said_by, is_internal=is_internal, at=at)
    return _move(asset, S.REWORK, by=by, version=version, reason=comment.strip(), at=at)


@transaction.atomic
def open_again(
    asset: DesignAsset, *, by: User, reason: str, at: dt.datetime | None = None
) -> DesignAsset:
    """An accepted design is worked on anew; what was accepted stands until another is."""
    asset = lock_asset(asset)
    if asset.state != S.ACCEPTED:
        raise ValidationError(_("This is not accepted: there is nothing to open again."))
    if not reason.strip():
        raise ValidationError({"reason": _("Write why it is opened again.")})
    return _move(asset, S.IN_WORK, by=by, reason=reason.strip(), at=at)


def add_comment(
    version: AssetVersion,
    *,
    text: str,
    by: User,
    said_by: str = "",
    is_internal: bool = True,
    at: dt.datetime | None = None,
) -> AssetComment:
    """A comment; one that is not internal is read on the portal beside the version."""
    if not text.strip():
        raise ValidationError({"comment": _("Write what you mean: an empty comment says nothing.")})
    if not is_internal and version.shown_at is None:
        message = _("The client has not seen this version: the comment stays in the agency.")
        raise ValidationError({"is_internal": message})
    return AssetComment.objects.create(
        version=version,
        text=text.strip(),
        by=by,
        said_by=said_by.strip(),
        is_internal=is_internal,
        at=at or timezone.now(),
    )


def check_fit(version: AssetVersion, asset: DesignAsset) -> None:
    """Check the stored file again: the requirement may have been corrected since."""
    faults = (
        find_faults(
            version.file, asset.requirement, size=version.file.size, colours=version.colours
        )
        if version.file
        else []
    )
    if faults != version.findings:
        version.findings = faults
        version.save(update_fields=["findings"])
    if faults:
        found = " ".join(describe_finding(fault) for fault in faults)
        raise ValidationError(
            _("Version %(number)s does not fit: %(found)s Add a version that does.")
            % {"number": version.number, "found": found}
        )


def _check_move(asset: DesignAsset, new: str) -> None:
    if not asset.is_needed:
        raise ValidationError(
            _("This is not needed (%(reason)s): mark it as needed first.")
            % {"reason": asset.not_needed_reason}
        )
    if new in ALLOWED[asset.state]:
        return
    message = _("It stands at “%(state)s” already: from there it does not go to “%(new)s”.")
    last = asset.moves.select_related("by").first()
    if last is not None:
        message = _(
            "%(person)s has moved it to “%(state)s”: from there it does not go to “%(new)s”."
        )
    raise ValidationError(
        message
        % {
            "person": last.by if last else "",
            "state": asset.get_state_display(),
            "new": S(new).label,
        }
    )


def _no_version_now(asset: DesignAsset) -> str:
    if asset.state == S.ACCEPTED:
        return _("This is accepted: open it again before you add a version.")
    if asset.state in (S.INTERNAL_REVIEW, S.CLIENT_REVIEW):
        return _("A version is being reviewed: send it to rework before you add another one.")
    return _("Take it to work first: then add a version.")


def _is_sized(asset: DesignAsset) -> bool:
    requirement = asset.requirement
    return requirement is not None and requirement.rule != AssetRequirement.Rule.ANY


def _reviewed(asset: DesignAsset, seen: int | None = None) -> AssetVersion:
    """The version that is being reviewed: none is added meanwhile, so it is the latest."""
    version = latest_version(asset)
    if version is None:
        raise ValidationError(_("There is no version yet: add one."))
    if seen is not None and version.number != seen:
        message = _("Version %(number)s has come meanwhile: look at it first.")
        raise ValidationError(message % {"number": version.number})
    return version


def _move(
    asset: DesignAsset,
    new: str,
    *,
    by: User,
    version: AssetVersion | None = None,
    reason: str = "",
    at: dt.datetime | None = None,
) -> DesignAsset:
    AssetMove.objects.create(
        asset=asset,
        version=version,
        old=asset.state,
        new=new,
        by=by,
        reason=reason[:500],
        at=at or timezone.now(),
    )
    asset.state = new
    asset.save(update_fields=["state", "designer", "accepted_version"])
    return asset
