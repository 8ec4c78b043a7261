"""People who call: found by a keyed hash, made once, shown whole only on purpose."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from clients.models import Client, User
from clients.rights import may
from kpi.models import Caller, Unmasking
from smm_agency.lib.encryption import keyed_hash
from smm_agency.lib.phones import country_prefix, last_four, normalise


def phone_hash(client: Client, e164: str) -> str:
    """Per client: the same number at two clients gives two hashes."""
    return keyed_hash(client.pk, e164)


def new_caller(client: Client, e164: str) -> Caller:
    return Caller(
        client=client,
        phone_hash=phone_hash(client, e164),
        phone=e164,
        last4=last_four(e164),
        country_code=country_prefix(e164),
    )


def find_or_make_callers(client: Client, numbers: Collection[str]) -> dict[str, int]:
    """Ids of the callers by E.164 number; whoever is new is made, once even among rivals."""
    by_hash = {phone_hash(client, e164): e164 for e164 in numbers}
    found = _ids_by_hash(client, by_hash)
    # Sorted, so that two imports wait for each other instead of dying.
    missing = [new_caller(client, by_hash[digest]) for digest in sorted(by_hash.keys() - found)]
    if missing:
        Caller.objects.bulk_create(missing, ignore_conflicts=True, batch_size=5000)
        found = _ids_by_hash(client, by_hash)
    return {e164: found[digest] for digest, e164 in by_hash.items()}


def _ids_by_hash(client: Client, hashes: Collection[str]) -> dict[str, int]:
    rows = Caller.objects.filter(client=client, phone_hash__in=list(hashes))
    return {digest: pk for digest, pk in rows.values_list("phone_hash", "pk") if digest}


def find_or_make_caller(client: Client, e164: str) -> Caller:
    return Caller.objects.get(pk=find_or_make_callers(client, [e164])[e164])


def caller_number(client: Client, raw: str | None) -> str | None:
    """E.164 of what a provider sent; None for a hidden or an invalid number."""
    return normalise(raw, client.country)


def unmask(caller: Caller, *, by: User, reason: str) -> str | None:
    """The whole number, once it is written down who looked and why; None when forgotten.

    Raises PermissionDenied, and ValidationError for an empty reason.
    """
    if not may(by, "kpi.unmask_caller", client=caller.client_id):
        raise PermissionDenied
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why you need the whole number.")})
    Unmasking.objects.create(
        client_id=caller.client_id, caller=caller, seen_by=by, reason=reason[:300]
    )
    return caller.phone
