"""One call comes in: typed in or from a webhook; the same call any number of times."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection as database
from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client, User
from communities.models import Community
from kpi.attribution import BY_NUMBER, Place, attribute, dialled_number, place_by_visit
from kpi.call_merge import BY_PERSON, News, merge_all
from kpi.call_rules import decide_hidden_calls, hold_rules, lock_callers, recompute_callers
from kpi.callers import caller_number, find_or_make_callers
from kpi.forgetting import without_pages
from kpi.models import Call, CallConnection, Caller, CallStatus
from promotion.models import Campaign, Placement

EDITABLE = {
    "status",
    "talk_seconds",
    "wait_seconds",
    "marked_target",
    "community",
    "campaign",
    "placement",
    "evidence",
    "comment",
    "started_at",
}
# Of these, what providers tell too: their events and files leave a person's word as it is.
TOLD_BY_PROVIDERS = {"started_at", "status", "talk_seconds", "wait_seconds", "comment"}
# A place that a person gives.
GIVEN = {"community", "campaign", "placement", "evidence"}
MAX_SECONDS = 86_400
PLACE = ["caller", "tracking_number", "placed_by_hand", *sorted(GIVEN)]


@dataclass(frozen=True)
class CallKey:
    """What makes a call the same call; without an id of the provider's it is always a new one."""

    client: Client
    source: str
    connection: CallConnection | None
    external_id: str | None

    def lock(self) -> None:
        # Before the row exists there is nothing else to lock.
        place = self.connection.pk if self.connection else ""
        key = f"call:{self.client.pk}:{self.source}:{place}:{self.external_id}"
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])

    def find(self) -> Call | None:
        return (
            Call.objects.filter(
                client=self.client,
                source=self.source,
                connection=self.connection,
                external_id=self.external_id,
            )
            .select_related("caller")
            .first()
        )

    def find_locked(self) -> Call | None:
        """The call as it is once its caller is held."""
        known = self.find()
        if known is None or known.caller_id is None:
            return known
        lock_callers([known.caller_id])
        return self.find()


def record_call(
    client: Client,
    *,
    source: str,
    started_at: dt.datetime,
    status: str,
    talk_seconds: int | None,
    wait_seconds: int | None,
    raw_caller: str | None,
    called_number: str | None,
    external_id: str | None,
    connection: CallConnection | None = None,
    by: User | None = None,
    community: Community | None = None,
    campaign: Campaign | None = None,
    placement: Placement | None = None,
    evidence: int | None = None,
    comment: str = "",
    updated_at: dt.datetime | None = None,
) -> tuple[Call, bool]:
    """The call and whether it is new; the flags of the caller's other calls follow.

    A place given by the caller of this function stands; without one the dialled number decides.
    `updated_at` is the provider's time of this event. Raises ValidationError.
    """
    campaign = placement.campaign if placement else campaign
    given = {
        "community": community,
        "campaign": campaign,
        "placement": placement,
        "evidence": evidence,
    }
    _check(client, started_at, status, talk_seconds, wait_seconds, given)
    news = {
        "started_at": started_at,
        "status": status,
        "talk_seconds": talk_seconds,
        "wait_seconds": wait_seconds,
        "called_number": dialled_number(client, called_number),
        "comment": comment,
        "caller": caller_number(client, raw_caller),
    }
    key = CallKey(client, source, connection, external_id)
    call, is_new, _is_changed = take_news(key, [News(news, updated_at)], given=given, by=by)
    if call is None:
        raise ValueError("A call has a beginning and a status.")
    return call, is_new


def take_news(
    key: CallKey,
    told: Sequence[News],
    *,
    given: Mapping[str, Any] | None = None,
    by: User | None = None,
) -> tuple[Call | None, bool, bool]:
    """The call, whether it is new and whether anything changed, after all that was told of it.

    None where the call is not known and nobody has said yet when it began and what became of it.
    """
    place = {name: (given or {}).get(name) for name in GIVEN}
    with transaction.atomic():
        if key.external_id is not None:
            key.lock()
        hold_rules(key.client)
        known = key.find_locked() if key.external_id is not None else None
        if known is not None:
            return known, False, _add(known, told, place)
        fields, stamps = merge_all({}, {}, told)
        if fields.get("started_at") is None or fields.get("status") is None:
            return None, False, False
        return _make(key, fields, stamps, place, by), True, True


def _make(
    key: CallKey,
    fields: dict[str, Any],
    stamps: dict[str, str],
    given: dict[str, Any],
    by: User | None,
) -> Call:
    number = fields.pop("caller", None)
    call = Call(
        client=key.client,
        source=key.source,
        connection=key.connection,
        external_id=key.external_id,
        entered_by=by,
        provider_stamps=_stored(stamps),
        **fields,
        **given,
    )
    call.caller_id = _held_caller(key.client, number)
    _place(call, given)
    call.save()
    _decide(call, set())
    return call


def _add(call: Call, told: Sequence[News], given: dict[str, Any]) -> bool:
    """Add what events say to a call that is known; False where they said nothing new."""
    before = call.caller
    is_forgotten = before is not None and before.phone_hash is None
    names = {name for news in told for name in news.fields}
    known = {name: getattr(call, name) for name in names - {"caller"}}
    if is_forgotten:
        # A forgotten number must not come back with an old event, nor what the person looked at.
        told = [forgotten_news(news) for news in told]
    else:
        known["caller"] = before.phone if before else None
    merged, stamps = merge_all(known, call.provider_stamps or {}, told)
    is_changed = merged != known or any(value is not None for value in given.values())
    number = merged.pop("caller", None)
    has_moved = any(merged.get(n) != known.get(n) for n in ("started_at", "called_number", "visit"))
    if not is_forgotten and number != known.get("caller"):
        call.caller_id = _held_caller(call.client, number)
    for name, value in merged.items():
        setattr(call, name, value)
    call.provider_stamps = _stored(stamps)
    if has_moved or call.evidence is None or any(given.values()):
        _place(call, given)
    call.save(update_fields=[*merged, "day", "provider_stamps", *PLACE])
    _decide(call, {before.pk} if before else set())
    return is_changed


def forgotten_news(news: News) -> News:
    """What an event may still say of a forgotten caller's call."""
    rest = news.without("caller")
    visit = rest.fields.get("visit")
    return replace(rest, fields={**rest.fields, "visit": without_pages(visit)}) if visit else rest


def _stored(stamps: dict[str, str]) -> dict[str, str] | None:
    return {name: stamp for name, stamp in stamps.items() if stamp} or None


def _held_caller(client: Client, number: str | None) -> int | None:
    """The caller's id, locked; None for a hidden number."""
    while number is not None:
        pk = find_or_make_callers(client, [number])[number]
        lock_callers([pk])
        # Between finding and locking the caller may have been forgotten.
        if Caller.objects.filter(pk=pk, phone_hash__isnull=False).exists():
            return pk
    return None


def _place(call: Call, given: dict[str, Any]) -> None:
    """The given place; else what the number tells, else the visit, unless a person's word stands.

    What was said of a whole file is weaker than the number and stronger than the visit's silence.
    """
    day = call.client.day_of(call.started_at)
    place = attribute(call.client, called_number=call.called_number, day=day)
    call.tracking_number_id = place.tracking_number_id
    if any(value is not None for value in given.values()):
        call.placed_by_hand = True
        for name, value in given.items():
            setattr(call, name, value)
    elif call.placed_by_hand:
        return
    elif place.evidence is not None:
        _take_place(call, place)
    elif call.evidence is None or call.evidence in BY_NUMBER:
        _take_place(call, place_by_visit(call.client, call.visit))


def _take_place(call: Call, place: Place) -> None:
    call.community_id = place.community_id
    call.campaign_id = place.campaign_id
    call.placement_id = place.placement_id
    call.evidence = place.evidence


def _decide(call: Call, former: set[int]) -> None:
    """Flags of the call and its neighbours, of the former caller's calls too; read back."""
    callers = former | ({call.caller_id} if call.caller_id else set())
    recompute_callers(callers)
    if call.caller_id is None:
        decide_hidden_calls([call.pk])
    call.refresh_from_db(fields=["is_unique", "is_target", "is_unique_target"])


def change_call(call: Call, *, by: User | None = None, **changes: Any) -> Call:
    """A person corrects a call: any of EDITABLE; the caller's calls are decided anew.

    A forgotten caller's calls keep the uniqueness that was decided; target they follow the rule.
    """
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"Not editable: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        hold_rules(call.client)
        if call.caller_id:
            lock_callers([call.caller_id])
        call = Call.objects.select_related("client").get(pk=call.pk)
        for name, value in changes.items():
            setattr(call, name, value)
        if call.placement:
            call.campaign = call.placement.campaign
        corrected = dict.fromkeys(TOLD_BY_PROVIDERS & changes.keys(), BY_PERSON)
        call.provider_stamps = _stored({**(call.provider_stamps or {}), **corrected})
        _check(
            call.client,
            call.started_at,
            call.status,
            call.talk_seconds,
            call.wait_seconds,
            {name: getattr(call, name) for name in GIVEN},
        )
        if GIVEN & changes.keys():
            call.placed_by_hand = any(getattr(call, name) is not None for name in GIVEN)
        if not call.placed_by_hand:
            _place(call, {})
        call.entered_by = call.entered_by or by
        call.save()
        _decide(call, set())
    return call


def remove_call(call: Call) -> None:
    """Delete a call; its caller's other calls are decided anew."""
    with transaction.atomic():
        caller_id = call.caller_id
        if caller_id:
            lock_callers([caller_id])
        call.delete()
        recompute_callers([caller_id] if caller_id else [])


def _check(
    client: Client,
    started_at: dt.datetime,
    status: str,
    talk_seconds: int | None,
    wait_seconds: int | None,
    given: Mapping[str, Any],
) -> None:
    errors: dict[str, str] = {}
    if started_at.tzinfo is None:
        errors["started_at"] = _("Give the time with its offset from UTC.")
    if status not in CallStatus.values:
        errors["status"] = _("Use one of: %(names)s.") % {"names": ", ".join(CallStatus.values)}
    if status == CallStatus.MISSED and talk_seconds:
        errors["talk_seconds"] = _("A missed call has no talk; leave it empty.")
    for name, seconds in (("talk_seconds", talk_seconds), ("wait_seconds", wait_seconds)):
        if seconds is not None and not 0 <= seconds <= MAX_SECONDS:
            errors[name] = _("Give seconds from 0 to %(most)s.") % {"most": MAX_SECONDS}
    for name in ("community", "campaign", "placement"):
        if given[name] and given[name].client_id != client.pk:
            errors[name] = _("This belongs to another client.")
    if errors:
        raise ValidationError(errors)
