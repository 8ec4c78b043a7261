"""What VK asks of every call: kinds of keys, errors, parameters."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from smm_agency.simulator.world import World

MOSCOW = ZoneInfo("Europe/Moscow")
PER_SECOND = {"community": 20}
RIGHTS = {"photos": 4, "messages": 4096, "wall": 8192, "docs": 131072, "manage": 262144}

GROUP, SERVICE = "community", "service"
# Accepted kinds of keys per method, after the public schema 5.199.
_METHODS_OF_KINDS = {
    ("user", GROUP, SERVICE): (
        "groups.getById groups.getMembers groups.isMember utils.resolveScreenName users.get"
    ),
    ("user", SERVICE): (
        "wall.get wall.getById wall.getComments wall.getReposts likes.getList groups.get"
    ),
    # `wall.post` of text works with a community key, whatever the schema says.
    ("user", GROUP): (
        "wall.post wall.createComment wall.closeComments messages.send messages.getConversations"
        " messages.getHistory messages.markAsRead messages.delete photos.getMessagesUploadServer"
        " photos.saveMessagesPhoto docs.getWallUploadServer docs.save groups.addCallbackServer"
        " groups.setCallbackSettings groups.getCallbackConfirmationCode"
        " groups.editCallbackServer groups.deleteCallbackServer execute"
    ),
    ("user",): (
        "wall.edit wall.delete wall.pin wall.editComment wall.deleteComment wall.restoreComment"
        " wall.getComment wall.parseAttachedLink stats.get stats.getPostReach"
        " photos.getWallUploadServer photos.saveWallPhoto video.save video.get ads.getStatistics"
        " groups.ban"
    ),
    (GROUP,): "groups.getTokenPermissions",
}
KINDS = {
    method: kinds for kinds, methods in _METHODS_OF_KINDS.items() for method in methods.split()
}
VK_ID_METHODS = {"users.get", "groups.getById"}

TEXTS = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed: invalid access_token (4).",
    6: "Too many requests per second",
    7: "Permission to perform this action is denied",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    17: "Validation required: please open redirect_uri in browser",
    18: "User was deleted or banned",
    27: "Group authorization failed: method is unavailable with group auth.",
    28: "Application authorization failed: method is unavailable with service token.",
    29: "Rate limit reached",
    30: "This profile is private",
    100: "One of the parameters specified was missing or invalid",
    125: "Invalid group id",
    1051: "Method is unavailable for this profile type",
    1117: "Access token expired",
}


class VkError(Exception):
    def __init__(self, code: int, text: str = "") -> None:
        self.code = code
        self.text = text or TEXTS.get(code, "Unknown error occurred")
        super().__init__(self.text)


def kind_of(world: World, secret: str) -> str:
    """The key's kind as listed, else guessed from its text; "" for an unknown key."""
    listed = world.scenario.tokens.get(secret)
    if listed is not None:
        return str(listed.get("kind", SERVICE))
    if not world.scenario.any_token:
        return ""
    return next((kind for kind in (GROUP, "user") if kind in secret.lower()), SERVICE)


def admit_administrator(world: World, group_id: str, secret: str) -> None:
    if group_id not in world.scenario.tokens.get(secret, {}).get("admin_of", [group_id]):
        raise VkError(7)


def number_in(parameters: Mapping[str, str], name: str, default: int) -> int:
    value = parameters.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", value):
        raise VkError(100, f"{TEXTS[100]}: {name} not integer")
    return int(value)


def owner_in(parameters: Mapping[str, str]) -> str:
    found = parameters.get("owner_id", "")
    if not re.fullmatch(r"-\d+", found):
        raise VkError(100, f"{TEXTS[100]}: owner_id is undefined")
    return found.removeprefix("-")
