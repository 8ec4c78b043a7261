"""What a bot may do in a channel, by what Telegram says of it as a member. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.networks import shapes
from communities.networks.keys import Capability, KeyReport

OF_ANYBODY = {Capability.READ_FOLLOWERS, Capability.READ_PAGE}
_OF_EVERY_ADMINISTRATOR = (
    Capability.READ_UPDATES,
    Capability.READ_REACTIONS,
    Capability.RECEIVE_EVENTS,
)
# One right for texts, pictures and videos.
_POSTING = (Capability.PUBLISH, Capability.PUBLISH_PHOTO, Capability.PUBLISH_VIDEO)
_BY_RIGHT: dict[str, tuple[tuple[Capability, ...], str | Promise]] = {
    "can_post_messages": (
        _POSTING,
        gettext_lazy("The bot has no right to post: give it “Post messages” in the channel."),
    ),
    "can_manage_direct_messages": (
        (Capability.MESSAGES,),
        gettext_lazy("The bot has no right to answer messages to the channel."),
    ),
}
OF_ADMINISTRATORS = (*_OF_EVERY_ADMINISTRATOR, *_POSTING, Capability.MESSAGES)


def rights_of(member: object) -> tuple[set[Capability], dict[Capability, str]]:
    """What the bot can, and why it cannot the rest. The channel's creator can everything."""
    body = shapes.mapping(member) or {}
    status = shapes.text(body.get("status"))
    if status not in ("administrator", "creator"):
        message = _("The bot is no administrator of the channel; Telegram calls it “%(status)s”.")
        return set(), dict.fromkeys(OF_ADMINISTRATORS, message % {"status": status or "?"})
    able, lacks = set(_OF_EVERY_ADMINISTRATOR), dict[Capability, str]()
    for right, (capabilities, reason) in _BY_RIGHT.items():
        if status == "creator" or shapes.flag(body.get(right)):
            able.update(capabilities)
        else:
            lacks.update(dict.fromkeys(capabilities, str(reason)))
    return able, lacks


def without_channel() -> KeyReport:
    """Of a bot that reads no channel yet."""
    reason = _("Not asked: no page is read with this key yet.")
    return KeyReport(frozenset(OF_ANYBODY), dict.fromkeys(OF_ADMINISTRATORS, reason))
