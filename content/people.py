"""Who of the agency answers for a post or for a client's moderation."""

import datetime as dt

from clients.letters import people_in_roles
from clients.models import Client, Role, User
from content.models import Post

OF_POSTS = (Role.CONTENT_MANAGER, Role.ACCOUNT_MANAGER)
OF_REPLIES = (Role.MODERATOR, Role.CONTENT_MANAGER, Role.ACCOUNT_MANAGER)


def responsible_for(post: Post, *, on: dt.date) -> list[User]:
    """The author; else the content managers, else the account managers. Empty: there is nobody."""
    if post.author is not None and post.author.is_active:
        return [post.author]
    return people_in_roles(post.client, OF_POSTS, on=on)


def moderators_of(client: Client, *, on: dt.date) -> list[User]:
    return people_in_roles(client, OF_REPLIES, on=on)
