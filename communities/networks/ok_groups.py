"""Groups of Odnoklassniki: who they are, how many members they have, what is set on them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from communities.networks import addresses, http, shapes
from communities.networks.keys import AccessToken
from communities.networks.ok_calls import call
from communities.networks.outcomes import KEY_WIDE, Failure, Kind, Ok, Outcome, Refused
from communities.networks.records import PageFacts, ProfileReading

IDS_PER_CALL = 100
PROFILE_FIELDS = "UID,NAME,SHORTNAME,MEMBERS_COUNT"
PAGE_FIELDS = "UID,NAME,SHORTNAME,DESCRIPTION,HOMEPAGE_URL,ADDRESS,PIC_AVATAR"

ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_.-]{2,64}", re.ASCII)
# One id spoils the whole call in these ways.
_SPOILT = frozenset({Kind.INVALID_REQUEST, Kind.NOT_FOUND})

Group = dict[str, object]


def bad_id(field: str) -> Refused:
    message = _("A group of Odnoklassniki is named by its number or its short name.")
    return Refused(Kind.INVALID_REQUEST, message, field=field)


def number(key: AccessToken, external_id: str) -> Outcome[str]:
    """The group's number, which a short name is asked for."""
    if ID.fullmatch(external_id):
        return Ok(external_id)
    return _named(key, external_id) if _NAME.fullmatch(external_id) else bad_id("external_id")


def _named(key: AccessToken, name: str) -> Outcome[str]:
    """The number of the group at ok.ru/<name>."""
    outcome = call(key, "url.getInfo", {"url": f"https://ok.ru/{name}"})
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value)
    if body is None or "type" not in body:
        return http.wrong_shape(writes=False)
    found = shapes.digits(body.get("objectIdStr")) or shapes.identifier(body.get("objectId"))
    is_group = shapes.text(body.get("type")).upper() == "GROUP"
    return Ok(found) if is_group and found else _no_such_group()


def read(key: AccessToken, ids: Sequence[str]) -> dict[str, Outcome[ProfileReading]]:
    """One outcome for each id asked for; what the key cannot survive ends the run.

    A hundred numbers cost one call, a short name costs two of its own.
    """
    asked = list(dict.fromkeys(ids))
    found: dict[str, Outcome[ProfileReading]] = {each: bad_id("external_id") for each in asked}
    numbers = [each for each in asked if ID.fullmatch(each)]
    batches = [numbers[at : at + IDS_PER_CALL] for at in range(0, len(numbers), IDS_PER_CALL)]
    batches += [[each] for each in asked if each not in numbers and _NAME.fullmatch(each)]
    stop: Failure | None = None
    for batch in batches:
        found.update(dict.fromkeys(batch, stop) if stop else _read_batch(key, batch))
        stop = stop or _key_failure(found[each] for each in batch)
    return found


def facts(key: AccessToken, external_id: str) -> Outcome[PageFacts]:
    found = number(key, external_id)
    if not isinstance(found, Ok):
        return found
    group_id = found.value
    outcome = _groups(key, [group_id], PAGE_FIELDS)
    if not isinstance(outcome, Ok):
        return outcome
    group = outcome.value.get(group_id)
    return Ok(_facts(group_id, group)) if group is not None else _no_such_group()


def _no_such_group() -> Refused:
    message = _("Odnoklassniki knows no such group: it may be deleted, or the address is wrong.")
    return Refused(Kind.NOT_FOUND, message)


def _read_batch(key: AccessToken, batch: list[str]) -> dict[str, Outcome[ProfileReading]]:
    """Numbers, or one short name. Where one id spoils the call, halve until it stands alone."""
    first = number(key, batch[0])
    if not isinstance(first, Ok):
        return {batch[0]: first}
    if first.value != batch[0]:
        return {batch[0]: _read_batch(key, [first.value])[first.value]}
    outcome = _groups(key, batch, PROFILE_FIELDS)
    if isinstance(outcome, Ok):
        read_at = datetime.now(UTC)
        return {each: _profile(each, outcome.value.get(each), read_at) for each in batch}
    if len(batch) > 1 and outcome.kind in _SPOILT:
        half = len(batch) // 2
        return {**_read_batch(key, batch[:half]), **_read_batch(key, batch[half:])}
    return dict.fromkeys(batch, outcome)


def _key_failure(outcomes: Iterable[Outcome[ProfileReading]]) -> Failure | None:
    """The failure that every further call with this key would meet too."""
    failures = (each for each in outcomes if not isinstance(each, Ok))
    return next((each for each in failures if each.kind in KEY_WIDE), None)


def _groups(key: AccessToken, ids: Sequence[str], fields: str) -> Outcome[dict[str, Group]]:
    """Group's number → what is told of it. The answer is a bare list, or stands under `groups`."""
    outcome = call(key, "group.getInfo", {"uids": ",".join(ids), "fields": fields})
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value)
    groups = shapes.sequence(body.get("groups") if body is not None else outcome.value)
    if groups is None:
        return http.wrong_shape(writes=False)
    found: dict[str, Group] = {}
    for group in map(shapes.mapping, groups):
        group_id = shapes.digits((group or {}).get("uid"))
        if group is None or group_id is None:
            return http.wrong_shape(writes=False)
        found[group_id] = group
    return Ok(found)


def _profile(
    group_id: str, group: Mapping[str, object] | None, read_at: datetime
) -> Outcome[ProfileReading]:
    if group is None:
        return _no_such_group()
    name = shapes.text(group.get("shortname"))
    return Ok(
        ProfileReading(
            external_id=group_id,
            read_at=read_at,
            screen_name=name,
            title=shapes.text(group.get("name")),
            url=addresses.profile_url("ok", group_id, name),
            followers=shapes.count(group.get("members_count")),
        )
    )


def _facts(group_id: str, group: Mapping[str, object]) -> PageFacts:
    return PageFacts(
        external_id=group_id,
        read_at=datetime.now(UTC),
        title=shapes.told_text(group.get("name")),
        screen_name=shapes.told_text(group.get("shortname")),
        description=shapes.told_text(group.get("description")),
        site=shapes.told_text(group.get("homepage_url")),
        address=shapes.told_text(group.get("address")),
        has_avatar=bool(group["picAvatar"]) if "picAvatar" in group else None,
    )
