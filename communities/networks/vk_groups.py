"""Communities of VK by their numbers or names: `groups.getById`."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from communities.networks import addresses, configuration, http, shapes
from communities.networks.batches import read_in_batches
from communities.networks.keys import AccessToken
from communities.networks.outcomes import Kind, Ok, Outcome, Refused
from communities.networks.records import Gone, ProfileReading
from communities.networks.vk_call import call

METHOD = "groups.getById"
_ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)


def is_group_id(external_id: str) -> bool:
    return bool(_ID.fullmatch(external_id))


def read_many(key: AccessToken, external_ids: Sequence[str]) -> dict[str, Outcome[ProfileReading]]:
    """One outcome for each id; `VK_IDS_PER_CALL` of them cost one call."""
    good = [each for each in external_ids if is_group_id(each)]
    bad: dict[str, Outcome[ProfileReading]] = {
        each: bad_id("external_id") for each in external_ids if not is_group_id(each)
    }
    return bad | read_in_batches(
        key,
        METHOD,
        good,
        most=configuration.vk_ids_per_call(),
        ask=lambda batch: _each_ok(read_groups(key, batch)),
        missing=no_such_group,
    )


def _each_ok(
    outcome: Outcome[dict[str, ProfileReading]],
) -> Outcome[dict[str, Outcome[ProfileReading]]]:
    if not isinstance(outcome, Ok):
        return outcome
    return Ok({each: Ok(reading) for each, reading in outcome.value.items()})


def read_groups(key: AccessToken, names: Sequence[str]) -> Outcome[dict[str, ProfileReading]]:
    """Group id → reading. Up to 5.139 VK answered with a bare array."""
    parameters = {"group_ids": ",".join(names), "fields": "members_count,screen_name"}
    outcome = call(key, METHOD, parameters)
    if not isinstance(outcome, Ok):
        return outcome
    body = shapes.mapping(outcome.value)
    groups = shapes.sequence(body.get("groups") if body is not None else outcome.value)
    if groups is None:
        return http.wrong_shape(writes=False)
    read_at = datetime.now(UTC)
    readings = [_profile(group, read_at) for group in groups]
    if None in readings:
        return http.wrong_shape(writes=False)
    return Ok({each.external_id: each for each in readings if each is not None})


def _profile(group: object, read_at: datetime) -> ProfileReading | None:
    body = shapes.mapping(group) or {}
    group_id = shapes.identifier(body.get("id"))
    if group_id is None or group_id.startswith("-"):
        return None
    screen_name = shapes.text(body.get("screen_name"))
    gone = gone_in(body.get("deactivated"))
    return ProfileReading(
        external_id=group_id,
        read_at=read_at,
        screen_name=screen_name,
        title=shapes.text(body.get("name")),
        url=addresses.profile_url("vk", group_id, screen_name),
        followers=None if gone else shapes.count(body.get("members_count")),
        gone=gone,
    )


def gone_in(deactivated: object) -> Gone | None:
    if not deactivated:
        return None
    return Gone.BANNED if deactivated == "banned" else Gone.DELETED


def no_such_group() -> Refused:
    return Refused(Kind.NOT_FOUND, _("VK knows no such community."))


def bad_id(field: str) -> Refused:
    message = _("A VK community is named by its number or its short name.")
    return Refused(Kind.INVALID_REQUEST, message, field=field)
