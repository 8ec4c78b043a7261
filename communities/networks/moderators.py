"""The networks whose comments and messages the program reads and answers."""

from communities.networks.moderation import Moderator
from communities.networks.telegram_moderation import TelegramModerator
from communities.networks.vk_moderation import VkModerator

MODERATORS: dict[str, Moderator] = {"vk": VkModerator(), "telegram": TelegramModerator()}


def moderator_for(network: str) -> Moderator | None:
    """None for a network that is answered by hand."""
    return MODERATORS.get(network)
