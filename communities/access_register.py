"""The register of accesses: granted, removed, and whether a community stays with its client."""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clients.changes import update_noted
from clients.models import User
from communities.models import AccessGrant, Community


@transaction.atomic
def grant_access(grant: AccessGrant, *, by: User) -> AccessGrant:
    """Note a new access. Raises ValidationError: nobody or nothing named, or a password noted."""
    if grant.granted_by is None:
        grant.granted_by = by
    grant.full_clean()
    grant.save()
    return grant


@transaction.atomic
def remove_access(grant: AccessGrant, *, on: dt.date, by: User) -> bool:
    """Note that it was taken away; False where somebody did so before. A new one is a new row."""
    if on < grant.granted_on:
        message = _("%(grant)s was granted on %(day)s: it cannot have been removed before.")
        raise ValidationError(message % {"grant": grant, "day": grant.granted_on})
    standing = AccessGrant.objects.filter(pk=grant.pk).standing()
    if not update_noted(standing, removed_on=on, removed_by=by):
        grant.refresh_from_db(fields=["removed_on", "removed_by"])
        return False
    grant.removed_on, grant.removed_by = on, by
    return True


@transaction.atomic
def remove_accesses(grants: Iterable[AccessGrant], *, on: dt.date, by: User) -> int:
    """All or none; how many were still standing."""
    return sum(remove_access(grant, on=on, by=by) for grant in grants)


def missing_owner(community: Community) -> list[str]:
    """What stands against "the community stays with the client"; empty: the client owns it."""
    owners = list(
        AccessGrant.objects.standing()
        .filter(profile=community.profile_id, role=AccessGrant.Role.OWNER)
        .select_related("user")
        .order_by("granted_on", "pk")
    )
    if any(owner.whose == AccessGrant.Whose.CLIENT for owner in owners):
        return []
    if not owners:
        return [_("Nobody is noted as the owner: the community has to stay with the client.")]
    names = ", ".join(f"{owner.who} ({owner.get_whose_display()})" for owner in owners)
    return [_("The owner is %(names)s: it has to be the client.") % {"names": names}]
